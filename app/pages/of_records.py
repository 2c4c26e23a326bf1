"""Which page a record has, by its class."""

from __future__ import annotations

from collections.abc import Callable

from app.pages import actor, initiative, place, record
from app.pages.models import Page
from app.reading import Reading
from catalogue.namespaces import PIVI
from catalogue.records import Record

# Types with a page of their own; every other gets one made from its shape.
_PAGES: dict[str, Callable[[Reading, Record], Page]] = {
    PIVI.Initiative.value: initiative.page,
    PIVI.Organisation.value: actor.page,
    PIVI.Place.value: place.page,
    PIVI.Municipality.value: place.page,
}


def page_of(reading: Reading, found: Record) -> Page:
    """The page of a published record."""
    return _PAGES.get(found.type, record.page)(reading, found)
