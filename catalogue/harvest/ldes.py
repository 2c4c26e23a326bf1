"""The profile "ldes": another installation's change feed, or any Linked Data Event Stream of versions of records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalogue.harvest.configuring import Source
from catalogue.harvest.feed_pages import FeedPages
from catalogue.harvest.fetching import Fetcher
from catalogue.harvest.gathering import FETCHING, Gathered
from catalogue.harvest.positions import Position
from catalogue.harvest.walking import Walk
from catalogue.intake import Progress
from catalogue.settings import Settings

_MEMBERS, _RECORDS, _PAGE = "members.nt", "records.nt", "page"


def gather(
    source: Source,
    settings: Settings,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Follow the feed from where the last run ended, or from its start (see `gathering.Gather`)."""
    position = Position.from_json(before.get("position", {}))
    fetcher = Fetcher(source, settings)
    with FeedPages(settings, source.space, directory / _MEMBERS) as pages:

        def walked(position: Position) -> Walk:
            walk = Walk(
                source.urls,
                position,
                fetcher,
                pages,
                directory / _PAGE,
                most=settings.harvest_pages,
                on_page=lambda done, total: on_progress(FETCHING, done, total),
            )
            walk.run()
            return walk

        walk = walked(position)
        if walk.moved:
            position = Position()
            walk = walked(position)
        if not walk.read:
            return None
        new = [each for each in walk.newest.values() if walk.whole or position.is_new(each.order)]
        there = [each for each in new if each.departure is None]
        pages.write(there, directory / _RECORDS)
    return Gathered(
        files=(directory / _RECORDS,) if there else (),
        names=source.urls[:1] if there else (),
        seen={"position": walk.position().to_json()},
        whole=walk.whole,
        departed={each.record: each.departure for each in new if each.departure is not None},
    )
