"""From a list on a page to the SPARQL query that gives the same rows: records of a type, of an actor, of a place.

All IRIs come from the store, the index or the shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalogue.endpoint.sheet import Says, Sheet
from catalogue.errors import N_
from catalogue.facets import DeclaresFields
from catalogue.labels import NAMES
from catalogue.namespaces import CV, DCT, PIVI, SCHEMA, SKOS

_MOST_PARTNERS = 12


class Lists:
    """Writes the queries of a page's lists, in its language. `heading` and the page's address come first in each."""

    def __init__(self, shapes: DeclaresFields, *, address: str, language: str, says: Says) -> None:
        self._shapes = shapes
        self._address = address
        self._language = language
        self._says = says

    def of_type(self, types: Sequence[str], kind: tuple[str, str] | None = None, *, heading: str) -> str:
        """The records of one or several classes; of those, the ones that have a value, by predicate and value."""

        def where(sheet: Sheet, thing: str) -> None:
            classes = [sheet.iri(each) for each in types]
            if len(classes) == 1:
                sheet.add(f"  {thing} a {classes[0]} .")
            else:
                value = sheet.var("typ")
                sheet.add(f"  VALUES {value} {{ {' '.join(classes)} }}", f"  {thing} a {value} .")
            if kind is not None:
                sheet.add(f"  {thing} {sheet.iri(kind[0])} {sheet.iri(kind[1])} .")

        return self._named(_variable_of(types[0]), types[0], where, heading)

    def of_scheme(self, scheme: str, *, heading: str) -> str:
        """The concepts of a concept scheme."""

        def where(sheet: Sheet, thing: str) -> None:
            sheet.add(f"  {thing} {sheet.iri(SKOS.inScheme.value)} {sheet.iri(scheme)} .")

        return self._named("begrepp", SKOS.Concept.value, where, heading)

    def of_schemes(self, *, heading: str) -> str:
        """The concept schemes with how many concepts each has."""
        sheet = self._sheet(heading)
        thing, named, concept = sheet.var("lista"), sheet.var("namn"), sheet.var("begrepp")
        count = sheet.var("antal")
        sheet.add(f"SELECT {thing} {named} (COUNT(DISTINCT {concept}) AS {count}) WHERE {{")
        sheet.add(f"  {thing} a {sheet.iri(SKOS.ConceptScheme.value)} .")
        sheet.add(f"  OPTIONAL {{ {concept} {sheet.iri(SKOS.inScheme.value)} {thing} }}")
        sheet.name(thing, SKOS.prefLabel.value, named)
        sheet.add("}", f"GROUP BY {thing} {named}", f"ORDER BY LCASE(STR({named}))")
        return sheet.text()

    def of_role(self, actor: str, role: str, *, heading: str) -> str:
        """The initiatives that an actor takes part in with a role, the latest first."""
        sheet = self._sheet(heading)
        thing, title, start = sheet.var("insats"), sheet.var("titel"), sheet.var("start")
        part = sheet.var("deltagande")
        sheet.add(f"SELECT DISTINCT {thing} {title} {start} WHERE {{")
        sheet.add(f"  {part} {sheet.iri(PIVI.participant.value)} {sheet.iri(actor)} ;")
        sheet.add(f"    {sheet.iri(CV.role.value)} {sheet.iri(role)} .")
        sheet.add(f"  {thing} {sheet.iri(CV.hasParticipation.value)} {part} ;")
        sheet.add(f"    a {sheet.iri(PIVI.Initiative.value)} .", "")
        sheet.add(f"  OPTIONAL {{ {thing} {sheet.iri(SCHEMA.startDate.value)} {start} }}")
        sheet.name(thing, DCT.title.value, title)
        sheet.add("}", f"ORDER BY DESC({start}) {thing}")
        return sheet.text()

    def of_partners(self, actor: str, *, heading: str) -> str:
        """The actors that an actor shares most initiatives with."""
        sheet = self._sheet(heading)
        other, count, named = sheet.var("aktor"), sheet.var("antal"), sheet.var("namn")
        thing = sheet.var("insats")
        path = sheet.path(CV.hasParticipation.value, PIVI.participant.value)
        sheet.add(f"SELECT {other} {named} {count} WHERE {{")
        sheet.add(f"  {{ SELECT {other} (COUNT(DISTINCT {thing}) AS {count}) WHERE {{")
        sheet.add(f"      {thing} a {sheet.iri(PIVI.Initiative.value)} ;")
        sheet.add(f"        {path} {sheet.iri(actor)} , {other} .")
        sheet.add(f"      FILTER ({other} != {sheet.iri(actor)})", "    }")
        sheet.add(f"    GROUP BY {other}", f"    ORDER BY DESC({count}) {other}")
        sheet.add(f"    LIMIT {_MOST_PARTNERS}", "  }")
        sheet.name(other, self._name_of(PIVI.Organisation.value), named)
        sheet.add("}", f"ORDER BY DESC({count}) {other}")
        return sheet.text()

    def naming(self, thing: str, type: str, *, heading: str) -> str:
        """The records of a class that name a thing, themselves or in one of their parts."""

        def where(sheet: Sheet, record: str) -> None:
            part, said = sheet.var("del"), sheet.var("egenskap")
            left_out = ", ".join(sheet.iri(each.value) for each in (PIVI.participant, DCT.spatial))
            sheet.add(f"  {part} {said} {sheet.iri(thing)} .", f"  FILTER ({said} NOT IN ({left_out}))")
            sheet.comment(sheet.says(N_("En del av en post har postens adress med # och ett ord till.")))
            sheet.add(f'  BIND (IRI(STRBEFORE(CONCAT(STR({part}), "#"), "#")) AS {record})')
            sheet.add(f"  {record} a {sheet.iri(type)} .")

        return self._named("post", type, where, heading)

    def actors_in(self, place: str, *, heading: str) -> str:
        """The actors that are at home in a place."""

        def where(sheet: Sheet, thing: str) -> None:
            sheet.add(f"  {thing} {sheet.iri(DCT.spatial.value)} {sheet.iri(place)} ;")
            sheet.add(f"    a {sheet.iri(PIVI.Organisation.value)} .")

        return self._named("aktor", PIVI.Organisation.value, where, heading)

    def places_in(self, place: str, *, heading: str) -> str:
        """What a place directly contains."""

        def where(sheet: Sheet, thing: str) -> None:
            sheet.add(f"  {thing} {sheet.iri(DCT.isPartOf.value)} {sheet.iri(place)} .")

        return self._named("plats", PIVI.Place.value, where, heading)

    def _named(self, variable: str, type: str, where: Callable[[Sheet, str], None], heading: str) -> str:
        """A list of things with their names, by name."""
        sheet = self._sheet(heading)
        thing, named = sheet.var(variable), sheet.var("namn")
        sheet.add(f"SELECT DISTINCT {thing} {named} WHERE {{")
        where(sheet, thing)
        sheet.name(thing, self._name_of(type), named)
        sheet.add("}", f"ORDER BY LCASE(STR({named})) {thing}")
        return sheet.text()

    def _sheet(self, heading: str) -> Sheet:
        sheet = Sheet(self._language, self._says)
        sheet.head(heading)
        sheet.head(self._says(N_("Samma rader som på %(address)s")) % {"address": self._address})
        return sheet

    def _name_of(self, type: str) -> str:
        """The property that says what records of a class are called."""
        said = {field.path for field in self._shapes.form(type).properties}
        return next((each.value for each in NAMES if each.value in said), DCT.title.value)


def _variable_of(type: str) -> str:
    return {
        PIVI.Organisation.value: "aktor",
        PIVI.Place.value: "plats",
        PIVI.Municipality.value: "plats",
    }.get(type, "post")
