"""Readers for the triples of shapes: values, lists, wordings and property shapes that have names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.fields import Wording
from catalogue.namespaces import RDF, SH

Term = NamedNode | BlankNode | Literal


def named_property_shapes(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples with an IRI for each anonymous property shape: `…#Initiative-title`, `…#Initiative-title-2`.

    So a validation result can say which property shape it comes from (`sh:sourceShape`).
    """
    triples = list(triples)
    paths = {triple.subject: triple.object for triple in triples if triple.predicate == SH.path}
    names: dict[object, NamedNode] = {}
    taken: set[str] = set()
    for triple in triples:
        node, shape = triple.object, triple.subject
        if triple.predicate != SH.property or not isinstance(node, BlankNode):
            continue
        if not isinstance(shape, NamedNode):
            continue
        path = paths.get(node)
        last = re.split(r"[/#]", path.value)[-1] if isinstance(path, NamedNode) else "path"
        name = f"{shape.value}-{last}"
        number = 2
        while name in taken:
            name, number = f"{shape.value}-{last}-{number}", number + 1
        taken.add(name)
        names[node] = NamedNode(name)
    for triple in triples:
        yield Triple(
            names.get(triple.subject, triple.subject),
            triple.predicate,
            names.get(triple.object, triple.object),
        )


class ShapeGraph:
    """An index of triples by subject and predicate, in the order of the files."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[object, NamedNode], list[Term]] = defaultdict(list)
        self._pairs: dict[NamedNode, list[tuple[Term, Term]]] = defaultdict(list)
        self._predicates: dict[object, dict[NamedNode, None]] = defaultdict(dict)
        for triple in triples:
            self._predicates[triple.subject][triple.predicate] = None
            self._objects[triple.subject, triple.predicate].append(triple.object)  # type: ignore[arg-type]
            self._pairs[triple.predicate].append((triple.subject, triple.object))  # type: ignore[arg-type]

    def all(self, subject: object, predicate: NamedNode) -> list[Term]:
        return self._objects.get((subject, predicate), [])

    def predicates(self, subject: object) -> tuple[NamedNode, ...]:
        """The predicates of a subject, each once."""
        return tuple(self._predicates.get(subject, ()))

    def pairs(self, predicate: NamedNode) -> list[tuple[NamedNode, Term]]:
        """Subject and object of each triple of the predicate whose subject has an IRI."""
        return [
            (subject, value) for subject, value in self._pairs[predicate] if isinstance(subject, NamedNode)
        ]

    def values(self, predicate: NamedNode) -> list[Term]:
        return [value for _, value in self._pairs[predicate]]

    def subjects(self, predicate: NamedNode, value: Term) -> list[NamedNode]:
        return [subject for subject, found in self.pairs(predicate) if found == value]

    def iri(self, subject: object, predicate: NamedNode) -> NamedNode | None:
        """The first object that is an IRI."""
        return next((each for each in self.all(subject, predicate) if isinstance(each, NamedNode)), None)

    def texts(self, subject: object, predicate: NamedNode) -> list[str]:
        """The lexical forms of the literals."""
        return [each.value for each in self.all(subject, predicate) if isinstance(each, Literal)]

    def number(self, subject: object, predicate: NamedNode) -> float | None:
        texts = self.texts(subject, predicate)
        return float(texts[0]) if texts else None

    def whole(self, subject: object, predicate: NamedNode) -> int | None:
        texts = self.texts(subject, predicate)
        return int(texts[0]) if texts else None

    def wording(self, subject: object, predicate: NamedNode) -> Wording:
        """The texts in Swedish and English."""
        said = {
            each.language: each.value
            for each in self.all(subject, predicate)
            if isinstance(each, Literal) and each.language
        }
        return Wording(sv=said.get("sv", ""), en=said.get("en", ""))

    def list(self, subject: object, predicate: NamedNode) -> list[Term]:
        """The members of the RDF list that the predicate leads to."""
        members: list[Term] = []
        head: Term | None = next(iter(self.all(subject, predicate)), None)
        while head is not None and head != RDF.nil:
            members.extend(self.all(head, RDF.first))
            head = next(iter(self.all(head, RDF.rest)), None)
        return members

    def list_texts(self, subject: object, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(each.value for each in self.list(subject, predicate) if isinstance(each, Literal))

    def with_nodes(self, shape: object) -> tuple[object, ...]:
        """The shape and the node shapes that it refers to by `sh:node`, however far, each once."""
        found = [shape]
        for each in found:
            found.extend(node for node in self.all(each, SH.node) if node not in found)
        return tuple(found)

    def datatypes(self, shape: object) -> tuple[str, ...]:
        """The datatypes that a shape asks for itself or offers a choice of by `sh:or`."""
        own = self.iri(shape, SH.datatype)
        choice = (self.iri(each, SH.datatype) for each in self.list(shape, SH["or"]))
        return tuple(each.value for each in (own, *choice) if each is not None)
