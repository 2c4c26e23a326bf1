"""A record as Dublin Core: the fifteen elements that oai_dc has, in the languages that the record is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.labels import NAMES, names
from catalogue.namespaces import DCT, FOAF, ORG, PIVI, SCHEMA, SKOS
from catalogue.shapes import Shapes
from catalogue.store import Store

_LICENCE = "http://creativecommons.org/licenses/by/4.0/"
# In the order in which they are written.
_ELEMENTS = {
    "title": (*NAMES, SKOS.altLabel),
    "creator": (DCT.creator,),
    "subject": (PIVI.area, PIVI.targetGroup, PIVI.workType, PIVI.sector, SKOS.inScheme),
    "description": (
        DCT.abstract,
        DCT.description,
        SKOS.definition,
        PIVI.what,
        PIVI.why,
        PIVI.how,
        PIVI.results,
        PIVI.lessons,
        PIVI.activity,
    ),
    "contributor": (SCHEMA.organizer, SCHEMA.publisher, ORG.hasMember),
    "date": (DCT.issued, SCHEMA.startDate, DCT.created),
    "type": (PIVI.kind, PIVI.documentKind, PIVI.actorKind, PIVI.placeKind),
    "identifier": (DCT.identifier, SKOS.notation),
    "coverage": (DCT.spatial,),
}
# What a record leads to is said by its address.
_RELATIONS = (
    SCHEMA.about,
    DCT.relation,
    DCT.isPartOf,
    PIVI.inspiredBy,
    PIVI.documentedBy,
    PIVI.group,
    ORG.subOrganizationOf,
    SKOS.broader,
    FOAF.page,
    FOAF.homepage,
    SCHEMA.contentUrl,
)
_Texts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Element:
    """An element of Dublin Core: its name without prefix, its text, and the language of the text or nothing."""

    name: str
    text: str
    language: str = ""


class DublinCore:
    """Describes records of one dataset version. What they point at is looked up once for all of them."""

    def __init__(self, store: Store, shapes: Shapes, publisher: str) -> None:
        self._store = store
        self._publisher = publisher
        self._classes = {each.iri: each.name for each in shapes.record_types()}
        self._named: dict[str, _Texts] = {}

    def elements(self, iri: str, type: str, triples: Sequence[Triple]) -> list[Element]:
        """The record `iri` of the class `type`, of which `triples` are what is public."""
        own: dict[NamedNode, list[NamedNode | Literal]] = {}
        participants: list[NamedNode | Literal] = []
        for triple in triples:
            if isinstance(triple.object, NamedNode | Literal):
                if triple.subject == NamedNode(iri):
                    own.setdefault(triple.predicate, []).append(triple.object)
                elif triple.predicate == PIVI.participant:
                    participants.append(triple.object)
        found = [Element("identifier", iri)]
        for name, predicates in _ELEMENTS.items():
            for predicate in predicates:
                found.extend(self._said(name, _in_order(own.get(predicate, ()))))
        found.extend(self._said("contributor", participants))
        if (kind := self._classes.get(type)) is not None:
            found.extend((Element("type", kind.sv, "sv"), Element("type", kind.en, "en")))
        for predicate in _RELATIONS:
            found.extend(Element("relation", value.value) for value in own.get(predicate, ()))
        found.append(Element("publisher", self._publisher, "sv"))
        found.append(Element("rights", _LICENCE))
        spoken = {each.language for each in _literals(triples) if each.language}
        found.extend(Element("language", language) for language in sorted(spoken))
        return list(dict.fromkeys(found))

    def _said(self, name: str, values: Sequence[NamedNode | Literal]) -> Iterator[Element]:
        for value in values:
            if isinstance(value, Literal):
                yield Element(name, value.value, value.language or "")
            else:
                for text, language in self._names(value.value):
                    yield Element(name, text, language)

    def _names(self, iri: str) -> _Texts:
        """What a thing is called, in each language; its IRI when it has no name."""
        known = self._named.get(iri)
        if known is None:
            found = [each.object for each in names(self._store, iri)]
            texts = _in_order([each for each in found if isinstance(each, Literal)])
            said = [(each.value, each.language or "") for each in texts if isinstance(each, Literal)]
            known = self._named[iri] = said or [(iri, "")]
        return known


def _in_order(values: Sequence[NamedNode | Literal]) -> Sequence[NamedNode | Literal]:
    """Swedish first, as the records are written in it."""
    return sorted(values, key=lambda each: (getattr(each, "language", None) != "sv", each.value))


def _literals(triples: Sequence[Triple]) -> Iterator[Literal]:
    """The literals among what is said."""
    return (each.object for each in triples if isinstance(each.object, Literal))
