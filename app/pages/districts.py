"""Where initiatives are: districts under the city area that they lie in today, then other municipalities."""

from __future__ import annotations

from app.pages.counting import counts_by_place
from app.pages.parts import Link, PlaceCount, PlaceGroup, Text
from app.reading import Reading, slug_of
from app.translating import gettext as _
from catalogue.namespaces import CONCEPT, DCT, PIVI
from catalogue.swedish import sort_key


def place_groups(here: Reading) -> tuple[PlaceGroup, ...]:
    """The former districts by present city area, numbered as on the map, and the municipalities without any."""
    found = [
        each["place"].value for each in here.store.query("places_of_kind", kind=CONCEPT["platsslag/stadsdel"])
    ]
    by_area: dict[str, list[str]] = {}
    for district in found:
        for area in here.iris(district, PIVI.correspondsTo):
            by_area.setdefault(area, []).append(district)
    groups: list[PlaceGroup] = []
    number = 0
    for area in sorted(by_area, key=lambda iri: sort_key(here.label(iri).text, iri)):
        places = []
        for district in sorted(by_area[area], key=lambda iri: sort_key(here.label(iri).text, iri)):
            number += 1
            places.append(_count(here, district, number, "stadsdel"))
        groups.append(PlaceGroup(here.link(area), tuple(places)))
    others = _other_municipalities(here, by_area)
    if others:
        groups.append(PlaceGroup(Link(Text(_("Andra kommuner") if by_area else _("Kommuner"))), others))
    return tuple(groups)


def _other_municipalities(here: Reading, by_area: dict[str, list[str]]) -> tuple[PlaceCount, ...]:
    """The municipalities with initiatives that have no districts, those with most first."""
    divided = {outer for area in by_area for outer in here.iris(area, DCT.isPartOf)}
    counts = counts_by_place(here)
    found = [
        iri
        for iri, count in counts.items()
        if count
        and iri not in divided
        and any(slug_of(kind) == "kommun" for kind in here.iris(iri, PIVI.placeKind))
    ]
    found.sort(key=lambda iri: (-counts[iri], sort_key(here.label(iri).text)))
    return tuple(_count(here, iri, 0, "kommun") for iri in found[:8])


def _count(here: Reading, iri: str, number: int, facet: str) -> PlaceCount:
    count = counts_by_place(here).get(iri, 0)
    url = here.search(**{facet: here.value_of(iri)}) if count else here.url(iri) or ""
    return PlaceCount(number, here.label(iri), url, count)
