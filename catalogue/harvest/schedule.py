"""When each source is harvested next: as often as its frequency says, spread in time, and later after failures.

Nothing is kept for it: the runs that are on record tell when it was last harvested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from catalogue.database import Database
from catalogue.harvest import runs
from catalogue.harvest.configuring import Source
from catalogue.harvest.frequencies import frequencies
from catalogue.harvest.runs import Outcome, Run

_GOOD = (Outcome.DONE, Outcome.UNCHANGED)
# The pause after the first failure; each failure that follows doubles it, up to the longest.
_PAUSE = timedelta(minutes=15)
_LONGEST_PAUSE = timedelta(days=1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """A source and when it is to be harvested next, UTC; that may be in the past."""

    source: Source
    at: datetime


def turns(sources: Iterable[Source], database: Database, base: str, now: datetime) -> list[Turn]:
    """The next turn of each source that has a frequency, the earliest first."""
    found = []
    for source in sources:
        interval = interval_of(source)
        if interval is not None:
            known = runs.latest(database, source=source.name)
            found.append(Turn(source, next_at(known, interval, f"{base} {source.name}", now)))
    return sorted(found, key=lambda each: (each.at, each.source.name))


def next_at(known: Sequence[Run], interval: timedelta, key: str, now: datetime) -> datetime:
    """When to harvest next, after the runs that are known, newest first; `now` when there has been none.

    Time is cut in pieces of `interval`, at moments that depend on `key`: so neither the sources of an
    installation come at the same time, nor do all installations to a source, and a slow run moves nothing.
    """
    if not known:
        return now
    failures = len(list(takewhile(lambda run: run.outcome not in _GOOD, known)))
    if failures:
        last = known[0].ended or known[0].began
        return last + min(_PAUSE * (1 << (failures - 1)), _LONGEST_PAUSE)
    digest = hashlib.sha256(key.encode()).digest()
    first = _EPOCH + interval * (int.from_bytes(digest[:4], "big") / 2**32)
    return first + ((known[0].began - first) // interval + 1) * interval


def interval_of(source: Source) -> timedelta | None:
    """How often a source is harvested; None when only by command."""
    hours = frequencies().get(source.schedule) if source.schedule else None
    return None if hours is None else timedelta(hours=hours)
