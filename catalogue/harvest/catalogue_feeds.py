"""The profile "dcat-feed": a catalogue that is told of as a stream of activities, by the profile DCAT-AP Feeds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalogue.errors import N_, InvalidInput
from catalogue.harvest.catalogues import offered
from catalogue.harvest.configuring import Source
from catalogue.harvest.documents import Document, Documents
from catalogue.harvest.feed_pages import FeedPages
from catalogue.harvest.fetching import GRAPHS_FIRST, Fetcher
from catalogue.harvest.gathering import FETCHING, Gathered
from catalogue.harvest.offers import Offers
from catalogue.harvest.positions import Position
from catalogue.harvest.walking import Walk
from catalogue.intake import Progress
from catalogue.settings import Settings


def gather(
    source: Source,
    settings: Settings,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Fetch what the catalogue offers to us, as the stream now describes it (see `gathering.Gather`).

    The last activity about each thing holds, in whatever order they stand. What is then done is the same
    as for a catalogue that is one document.
    """
    fetcher = Fetcher(source, settings)

    def read(place: Path) -> Offers:
        return _described(source, settings, fetcher, place, on_progress)

    return offered(source, read, fetcher, directory, before, on_progress)


def _described(
    source: Source, settings: Settings, fetcher: Fetcher, place: Path, on_progress: Progress
) -> Offers:
    """What the catalogue offers now, by the last activity about each of its things."""
    place.mkdir()
    description = place / "description.nt"
    with FeedPages(settings, "", place / "activities.nt", activities=True) as pages:
        walk = Walk(
            source.urls,
            Position(),
            fetcher,
            pages,
            place / "page",
            most=settings.harvest_pages,
            on_page=lambda done, total: on_progress(FETCHING, done, total),
            accept=GRAPHS_FIRST,
        )
        walk.run()
        if not walk.whole:
            raise InvalidInput(
                N_(
                    "%(url)s har inte kvar alla händelser, så det går inte att veta vad katalogen innehåller. Inget har "
                    'ändrats. Läs den med harvest:profile "dcat" i stället.'
                ),
                url=source.urls[0],
            )
        pages.write((each for each in walk.newest.values() if each.departure is None), description)
    if not description.stat().st_size:
        return Offers(total=0, followed=(), others=(), feeds=())
    with Documents(settings) as documents:
        return documents.offers([Document(str(description), "nt", source.urls[0])])
