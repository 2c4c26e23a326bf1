"""The filters of the search as the shapes declare them, and which texts are searched with what weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from catalogue.fields import Facet, NodeForm
from catalogue.namespaces import PIVI, SCHEMA, XSD


class Values(StrEnum):
    """What the values of a facet are, and so how they are written in a URL."""

    CONCEPT = "concept"  # slug of a concept
    RECORD = "record"  # reference of a record
    PLACE = "place"  # reference of a place; what it lies in counts too
    TRUTH = "truth"  # ja, nej
    YEARS = "years"  # each year from a start to its end
    TEXT = "text"  # the text itself


class Tier(StrEnum):
    """How much a word in a text weighs: as a name, as a summary, or as running text."""

    TITLE = "a"
    SUMMARY = "b"
    TEXT = "c"


@dataclass(frozen=True, slots=True)
class FacetRule:
    """How one facet gets its values: predicates, on the record or on its fragments, and kind of value.

    Of years the first predicate is the start; `END_OF` names the end. `several`: a record may have
    more than one value.
    """

    name: str
    predicates: tuple[str, ...]
    on_fragment: bool
    values: Values
    scheme: str | None
    several: bool = False
    place_kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TextRule:
    """A text that is searched: its tier, and whether it is written in Markdown."""

    tier: Tier
    markdown: bool
    order: int


@dataclass(frozen=True)
class Plan:
    """What the index holds of an initiative: texts by predicate, of the record and of its fragments, and facets."""

    facets: tuple[FacetRule, ...]
    own_texts: Mapping[str, TextRule]
    fragment_texts: Mapping[str, TextRule]

    def facet(self, name: str) -> FacetRule | None:
        return next((rule for rule in self.facets if rule.name == name), None)


class DeclaresFields(Protocol):
    """The part of the shapes that the index reads."""

    def form(self, type_iri: str) -> NodeForm: ...

    def facets(self) -> tuple[Facet, ...]: ...


# Where a year facet sits on a start, this property ends the years.
END_OF: Mapping[str, str] = {
    SCHEMA.startDate.value: SCHEMA.endDate.value,
    PIVI.validFrom.value: PIVI.validThrough.value,
}
_PLACE_KINDS = {"stadsdel": frozenset({"stadsomrade", "stadsdel"})}
_DATES = (XSD.date.value, XSD.dateTime.value)


def plan(shapes: DeclaresFields) -> Plan:
    """Read from the shapes what is searched and filtered of an initiative."""
    form = shapes.form(PIVI.Initiative.value)
    linked = [shapes.form(field.target_class) for field in form.properties if field.target_class]
    fragments = {path: rule for part in linked if part.part for path, rule in _text_rules(part, 1000).items()}
    declared: dict[str, list[Facet]] = {}
    for facet in sorted(shapes.facets(), key=lambda facet: (facet.order, facet.parameter, facet.path)):
        if facet.type == PIVI.Initiative.value:
            declared.setdefault(facet.parameter, []).append(facet)
    rules = tuple(_facet_rule(facets) for facets in declared.values())
    return Plan(rules, _text_rules(form, 0), fragments)


def _text_rules(form: NodeForm, first: int) -> dict[str, TextRule]:
    return {
        field.path: TextRule(_tier(field.search_weight), field.markdown, first + place)
        for place, field in enumerate(field for _, fields in form.groups() for field in fields)
        if field.search_weight is not None
    }


def _tier(weight: float) -> Tier:
    if weight >= 4:
        return Tier.TITLE
    return Tier.SUMMARY if weight >= 2 else Tier.TEXT


def _facet_rule(facets: list[Facet]) -> FacetRule:
    facet = facets[0]
    place_kinds: frozenset[str] = frozenset()
    if facet.field.scheme:
        values = Values.CONCEPT
    elif facet.field.target_class == PIVI.Place.value:
        values = Values.PLACE
        place_kinds = _PLACE_KINDS.get(facet.parameter, frozenset({facet.parameter}))
    elif facet.field.target_class:
        values = Values.RECORD
    elif facet.field.datatype == XSD.boolean.value:
        values = Values.TRUTH
    elif facet.field.datatype in _DATES:
        values = Values.YEARS
    else:
        values = Values.TEXT
    predicates = sorted({each.path[-1] for each in facets}, key=lambda each: (each not in END_OF, each))
    return FacetRule(
        name=facet.parameter,
        predicates=tuple(predicates),
        on_fragment=len(facet.path) > 1,
        values=values,
        scheme=facet.field.scheme,
        several=facet.field.max != 1,
        place_kinds=place_kinds,
    )
