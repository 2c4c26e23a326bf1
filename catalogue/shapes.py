"""The shapes: what a record of each type may say, where it may go, and how a form asks for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from catalogue.errors import N_, Damaged
from catalogue.fields import Facet, FieldGroup, NodeForm, PropertyField, Visibility, Wording
from catalogue.knowledge import folder
from catalogue.namespaces import OWL, PIVI, PIVIS, RDF, RDFS, SH, SKOS
from catalogue.shape_graph import ShapeGraph, named_property_shapes
from catalogue.visibility import LineFilter

_VISIBILITIES = {
    PIVI.Public: Visibility.PUBLIC,
    PIVI.PageOnly: Visibility.PAGE_ONLY,
    PIVI.Internal: Visibility.INTERNAL,
}
_NO_BASE = "https://w3id.org/pivi/shapes"


@dataclass(frozen=True)
class RecordType:
    """A class whose members are records, and the word for it in their addresses."""

    iri: str
    path_word: str
    name: Wording


class Shapes:
    """What shapes and ontology say, read once. Everything that it hands out is frozen.

    `triples` are the shapes with an IRI for every property shape; `fingerprint` changes whenever
    a file of the shapes or the ontology does, and so tells a projection that it must be made again.
    `folders` are where shapes and ontology were read from, for another process to read them too.
    """

    def __init__(
        self,
        triples: Iterable[Triple],
        ontology: Iterable[Triple],
        *,
        fingerprint: str = "",
        folders: tuple[Path, Path] | None = None,
    ) -> None:
        self.triples = tuple(named_property_shapes(triples))
        self.fingerprint = fingerprint
        self.folders = folders
        self.graph = ShapeGraph(self.triples)
        self._ontology = ShapeGraph(ontology)
        self._filter = LineFilter(
            {type: {field.path: field.visibility for field in self._fields(type)} for type in self.types}
        )

    @classmethod
    def load(cls, shapes: Path | None = None, ontology: Path | None = None) -> Shapes:
        """Read the shapes and the ontology, by default those that ship with the product.

        Raises Damaged, with the name of the file, when one is not Turtle.
        """
        digest = hashlib.sha256()
        parsed: list[list[Triple]] = []
        folders = (shapes or folder("shapes"), ontology or folder("ontology"))
        for where in folders:
            triples: list[Triple] = []
            for path in sorted(where.glob("*.ttl")):
                content = path.read_bytes()
                digest.update(f"{path.name} {len(content)}\n".encode() + content)
                triples.extend(_read(path, content))
            parsed.append(triples)
        return cls(*parsed, fingerprint=digest.hexdigest(), folders=folders)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Every class that a node shape targets, of records and of their parts."""
        return tuple(
            sorted({each.value for each in self.graph.values(SH.targetClass) if isinstance(each, NamedNode)})
        )

    def record_types(self) -> tuple[RecordType, ...]:
        """The classes of records that the ontology gives a path word, in the order of their IRIs."""
        return self._record_types

    @cached_property
    def _record_types(self) -> tuple[RecordType, ...]:
        return tuple(
            sorted(
                (
                    # A reused class is described by a fragment of the ontology: pivi:term names it.
                    RecordType(
                        (self._ontology.iri(subject, PIVI.term) or subject).value,
                        word.value,
                        self._ontology.wording(subject, RDFS.label),
                    )
                    for subject, word in self._ontology.pairs(PIVI.pathWord)
                ),
                key=lambda type: type.iri,
            )
        )

    def is_part(self, type: str) -> bool:
        """Whether members of the class are parts of records (fragments) rather than records."""
        return type not in self._record_classes

    @cached_property
    def _record_classes(self) -> frozenset[str]:
        # The ontology is a record too; its address has no path word.
        return frozenset(each.iri for each in self._record_types) | {OWL.Ontology.value}

    def superclasses(self, type: str) -> tuple[str, ...]:
        """The class itself and the shaped classes above it, nearest first."""
        found = [type]
        for each in found:
            above = self._ontology.all(NamedNode(each), RDFS.subClassOf)
            found.extend(
                sorted(up.value for up in above if isinstance(up, NamedNode) and up.value not in found)
            )
        return tuple(each for each in found if each == type or each in self.types)

    # ------------------------------------------------------------ Forms and facets

    def form(self, type: str) -> NodeForm:
        """The form of a class. Raises KeyError when no shape is for it."""
        return self._forms[type]

    @cached_property
    def _forms(self) -> dict[str, NodeForm]:
        return {
            type: NodeForm(
                type,
                next(
                    (name for shape in self._shapes_of(type) if (name := self.graph.wording(shape, SH.name))),
                    Wording(),
                ),
                self.is_part(type),
                self._fields(type),
            )
            for type in self.types
        }

    def facets(self) -> tuple[Facet, ...]:
        """Every filter of the search that a shape declares, in order; one with two sources comes twice."""
        return self._facets

    @cached_property
    def _facets(self) -> tuple[Facet, ...]:
        found: list[Facet] = []
        for form in self._forms.values():
            if form.part:
                continue
            for field in form.properties:
                found.extend(_facets_of(form.type, (), field))
                part = self._forms.get(field.target_class or "")
                if part is not None and part.part:
                    for inner in part.properties:
                        found.extend(_facets_of(form.type, (field.path,), inner))
        return tuple(sorted(found, key=lambda facet: (facet.order, facet.parameter, facet.type, facet.path)))

    # ------------------------------------------------------------ Visibility

    def private_predicates(self, type: str) -> frozenset[str]:
        """The predicates of a class that never leave the journal as data: internal and page-only."""
        return frozenset(
            field.path for field in self._fields(type) if field.visibility is not Visibility.PUBLIC
        )

    def public(self, record: bytes, type: str) -> bytes:
        """What of a record may be published, as canonical N-Triples; `type` is the class of the record.

        A property that the shapes of the class do not name is kept back, and so is everything of a
        class that has no shape.
        """
        return self._filter.public(record, type)

    @property
    def rules(self) -> str:
        """What tells what these shapes say of visibility from what others say."""
        return self._filter.digest

    def page_only(self, record: bytes, type: str) -> bytes:
        """What of a record is shown on its own page and nowhere else, as canonical N-Triples."""
        return self._filter.page_only(record, type)

    # ------------------------------------------------------------ Reading

    def _shapes_of(self, type: str) -> tuple[NamedNode, ...]:
        """The node shapes of a class, those of the nearest class first."""
        return tuple(
            shape
            for each in self.superclasses(type)
            for shape in self.graph.subjects(SH.targetClass, NamedNode(each))
        )

    def _fields(self, type: str) -> tuple[PropertyField, ...]:
        fields: dict[str, PropertyField] = {}
        nodes = (node for shape in self._shapes_of(type) for node in self.graph.with_nodes(shape))
        for shape in dict.fromkeys(nodes):
            for node in self.graph.all(shape, SH.property):
                path = self.graph.iri(node, SH.path)
                if path is None or path == RDF.type or not isinstance(node, NamedNode):
                    continue
                read = self._field(node, path)
                known = fields.get(path.value)
                fields[path.value] = _merged(known, read) if known else read
        named = (field for field in fields.values() if field.name)
        return tuple(sorted(named, key=_form_order))

    def _field(self, node: NamedNode, path: NamedNode) -> PropertyField:
        graph = self.graph
        nodes = graph.all(node, SH.node)
        inherited = graph.with_nodes(node)
        group = graph.iri(node, SH.group)
        visibility = graph.iri(node, PIVI.visibility)
        node_kind = next((kind for each in inherited if (kind := graph.iri(each, SH.nodeKind))), None)
        return PropertyField(
            path=path.value,
            name=graph.wording(node, SH.name),
            description=graph.wording(node, SH.description),
            order=graph.number(node, SH.order) or 0.0,
            group=self._group(group) if group else None,
            min=int(graph.number(node, SH.minCount) or 0),
            max=graph.whole(node, SH.maxCount),
            datatypes=tuple(dict.fromkeys(each for one in inherited for each in graph.datatypes(one))),
            node_kind=node_kind.value if node_kind else None,
            target_class=_value(graph.iri(node, SH["class"])),
            scheme=next((scheme for each in nodes if (scheme := self._scheme(each))), None),
            # An unknown level is the strictest one: a misspelling must not publish.
            visibility=_VISIBILITIES.get(visibility, Visibility.INTERNAL)
            if visibility
            else Visibility.PUBLIC,
            facets=tuple(sorted(graph.texts(node, PIVI.facet))),
            facet_order=graph.number(node, PIVI.facetOrder),
            search_weight=graph.number(node, PIVI.searchWeight),
            markdown=graph.iri(node, PIVI.textFormat) == PIVI.Markdown,
            single_line=PIVIS.SingleLine in nodes,
            languages=graph.list_texts(node, SH.languageIn),
            required_language="sv" if graph.iri(node, SH.qualifiedValueShape) == PIVIS.Swedish else None,
            unique_language=graph.texts(node, SH.uniqueLang) == ["true"],
            min_length=graph.whole(node, SH.minLength),
            max_length=next((top for each in inherited if (top := graph.whole(each, SH.maxLength))), None),
            pattern=next(iter(graph.texts(node, SH.pattern)), None),
            good_example=graph.wording(node, PIVI.goodExample),
            bad_example=graph.wording(node, PIVI.badExample),
        )

    def _group(self, iri: NamedNode) -> FieldGroup:
        return FieldGroup(
            iri.value, self.graph.wording(iri, RDFS.label), self.graph.number(iri, SH.order) or 0.0
        )

    def _scheme(self, node: object) -> str | None:
        """The concept scheme that a node shape asks for: a property skos:inScheme that has one value."""
        for inner in self.graph.all(node, SH.property):
            if self.graph.iri(inner, SH.path) == SKOS.inScheme:
                return _value(self.graph.iri(inner, SH.hasValue))
        return None


def _read(path: Path, content: bytes) -> Iterator[Triple]:
    try:
        # Blank nodes are named anew in each file, so that those of two files never meet.
        for quad in parse(content, format=RdfFormat.TURTLE, base_iri=_NO_BASE, rename_blank_nodes=True):
            yield quad.triple
    except SyntaxError as error:
        raise Damaged(
            N_("%(file)s går inte att läsa som Turtle: %(reason)s."), file=path.name, reason=error.msg
        ) from error


def _merged(nearest: PropertyField, above: PropertyField) -> PropertyField:
    """One field out of two shapes: the names of the one that has them, the stricter of both rules."""
    named, other = (nearest, above) if nearest.name else (above, nearest)
    upper = [each for each in (named.max, other.max) if each is not None]
    return replace(
        named,
        min=max(named.min, other.min),
        max=min(upper) if upper else None,
        pattern=nearest.pattern or above.pattern,
        visibility=max(named.visibility, other.visibility, key=list(Visibility).index),
    )


def _form_order(field: PropertyField) -> tuple[float, float, str]:
    return (field.group.order if field.group else float("inf"), field.order, field.path)


def _facets_of(type: str, before: tuple[str, ...], field: PropertyField) -> Iterator[Facet]:
    for parameter in field.facets:
        if field.visibility is Visibility.PUBLIC:
            yield Facet(parameter, field.facet_order or float("inf"), type, (*before, field.path), field)


def _value(term: NamedNode | None) -> str | None:
    return term.value if term is not None else None
