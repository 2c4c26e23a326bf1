"""Which page a record has, by its class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.pages import actor, initiative, place, record
from app.pages.models import Page
from app.pages.parts import Link
from app.reading import Reading
from catalogue.namespaces import PIVI
from catalogue.records import Record

# Likely doubles that a page names.
_MOST = 3
# Types with a page of their own; every other gets one made from its shape.
_PAGES: dict[str, Callable[[Reading, Record], Page]] = {
    PIVI.Initiative.value: initiative.page,
    PIVI.Organisation.value: actor.page,
    PIVI.Place.value: place.page,
    PIVI.Municipality.value: place.page,
}


def page_of(reading: Reading, found: Record) -> Page:
    """The page of a published record."""
    page = _PAGES.get(found.type, record.page)(reading, found)
    dates = reading.dates(found.iri)
    reviewed = dates[-1].at.date().isoformat() if dates else None
    return replace(page, reviewed=reviewed, doubles=_doubles(reading, found.iri))


def _doubles(reading: Reading, iri: str) -> tuple[Link, ...]:
    """The records of other sources that are likely about the same thing, those that are published."""
    found = reading.installation.likenesses.now().get(iri, ())
    others = (each.second if each.first == iri else each.first for each in found)
    return reading.links([each for each in others if reading.store.holds(each)][:_MOST])
