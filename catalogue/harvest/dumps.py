"""The profile "dump": files that together hold all records of a source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalogue.harvest.configuring import Source
from catalogue.harvest.fetching import Fetched, Fetcher, Seen
from catalogue.harvest.gathering import FETCHING, Gathered, format_of
from catalogue.intake import Progress
from catalogue.settings import Settings


def gather(
    source: Source,
    settings: Settings,
    directory: Path,
    before: Mapping[str, Any],
    on_progress: Progress,
) -> Gathered | None:
    """Fetch the files of the source; None when none of them has changed (see `gathering.Gather`)."""
    known = {url: Seen(*each) for url, each in before.get("files", {}).items()}
    fetched = _fetched(Fetcher(source, settings), source.urls, directory, known, on_progress)
    if fetched is None:
        return None
    seen = {
        url: [each.seen.etag, each.seen.modified]
        for url, each in zip(source.urls, fetched.values(), strict=True)
    }
    return Gathered(files=tuple(fetched), names=source.urls, seen={"files": seen})


def _fetched(
    fetcher: Fetcher,
    urls: tuple[str, ...],
    directory: Path,
    before: Mapping[str, Seen],
    on_progress: Progress,
) -> dict[Path, Fetched] | None:
    """The files of the source, named as their formats are; None when none of them has changed."""
    found: dict[Path, Fetched] = {}
    unchanged = before.keys() >= set(urls)
    for number, url in enumerate(urls):
        path = directory / f"{number}"
        fetched = fetcher.fetch(url, path, before[url] if unchanged else None)
        if fetched is None:
            continue
        if unchanged and number > 0:
            # Those before it were not sent; what is there must be compared as a whole.
            return _fetched(fetcher, urls, directory, {}, on_progress)
        unchanged = False
        named = path.with_suffix("." + format_of(fetched).extension)
        path.rename(named)
        found[named] = fetched
        on_progress(FETCHING, number + 1, len(urls))
    return found or None
