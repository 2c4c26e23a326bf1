"""Initiatives as cards: those that the editors lift, and those that are like another."""

from __future__ import annotations

from collections.abc import Iterable

from app.pages.parts import Card, Tag, Text
from app.reading import Reading, slug_of
from catalogue.answers import Similar
from catalogue.namespaces import DCT, PIVI


def lifted(reading: Reading, iri: str) -> Card:
    """An initiative that the start page lifts, with why."""
    by = next(iter(reading.iris(iri, PIVI.liftedBy)), None)
    return Card(
        url=reading.url(iri) or "",
        ref=slug_of(iri),
        title=reading.label(iri),
        abstract=reading.one(iri, DCT.abstract),
        kind=_tag(reading, reading.iris(iri, PIVI.kind)),
        status=_tag(reading, reading.iris(iri, PIVI.status)),
        areas=_areas(reading, reading.iris(iri, PIVI.area)),
        why_lifted=reading.one(iri, PIVI.whyLifted),
        lifted_by=reading.label(by) if by else None,
    )


def alike(reading: Reading, other: Similar) -> Card:
    """An initiative that is like the page's, with what both have. All of it comes from the index."""
    return Card(
        url=reading.url(other.iri) or "",
        ref=slug_of(other.iri),
        title=reading.chosen(other.title) or Text(other.iri),
        abstract=reading.chosen(other.summary),
        kind=_tag(reading, other.values.get("slag", ())),
        status=_tag(reading, other.values.get("status", ())),
        areas=_areas(reading, other.values.get("omrade", ())),
        shares=tuple(reading.label(concept) for concept in other.shared),
        origin=reading.origin(other.iri),
    )


def _tag(reading: Reading, iris: Iterable[str]) -> Tag | None:
    return next((reading.tag(iri) for iri in iris), None)


def _areas(reading: Reading, iris: Iterable[str]) -> tuple[Tag, ...]:
    return tuple(sorted((reading.tag(iri) for iri in iris), key=lambda tag: tag.label.text))
