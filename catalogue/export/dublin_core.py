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
_CONTRIBUTOR = "contributor"
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
    _CONTRIBUTOR: (SCHEMA.organizer, SCHEMA.publisher, ORG.hasMember),
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
# By property: which element it is, in the order of the tables.
_PLACES: dict[NamedNode, tuple[int, str]] = {
    predicate: (place, name)
    for place, (name, predicate) in enumerate(
        [
            *((name, predicate) for name, predicates in _ELEMENTS.items() for predicate in predicates),
            (_CONTRIBUTOR, PIVI.participant),
            *(("relation", predicate) for predicate in _RELATIONS),
        ]
    )
}
_Value = NamedNode | Literal
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
        record = NamedNode(iri)
        own: dict[NamedNode, list[_Value]] = {}
        spoken: set[str] = set()
        for triple in triples:
            predicate, value = triple.predicate, triple.object
            if not isinstance(value, NamedNode | Literal):
                continue
            if isinstance(value, Literal) and value.language:
                spoken.add(value.language)
            # Who takes part stands in a part of the record.
            if predicate in _PLACES and (triple.subject == record or predicate == PIVI.participant):
                own.setdefault(predicate, []).append(value)
        found = [Element("identifier", iri)]
        for predicate in sorted(own, key=_PLACES.__getitem__):
            name = _PLACES[predicate][1]
            if name == "relation":
                found.extend(Element(name, value.value) for value in own[predicate])
            else:
                found.extend(self._said(name, _in_order(own[predicate])))
        if (kind := self._classes.get(type)) is not None:
            found.extend((Element("type", kind.sv, "sv"), Element("type", kind.en, "en")))
        found.append(Element("publisher", self._publisher, "sv"))
        found.append(Element("rights", _LICENCE))
        found.extend(Element("language", language) for language in sorted(spoken))
        return list(dict.fromkeys(found))

    def _said(self, name: str, values: Sequence[_Value]) -> Iterator[Element]:
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


def _in_order(values: Sequence[_Value]) -> Sequence[_Value]:
    """Swedish first, as the records are written in it."""
    if len(values) < 2:
        return values
    return sorted(values, key=lambda each: (getattr(each, "language", None) != "sv", each.value))
