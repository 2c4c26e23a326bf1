"""The scheduler: a thread of the server that has each source harvested when its turn comes, in a process of its own."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from catalogue import children
from catalogue.background import Background
from catalogue.errors import CatalogueError
from catalogue.harvest import runs
from catalogue.harvest.configuring import source as configured
from catalogue.harvest.configuring import sources
from catalogue.harvest.harvesting import HarvestGoesOn, harvest
from catalogue.harvest.likeness import keep_up
from catalogue.harvest.runs import Outcome
from catalogue.harvest.schedule import Turn, turns
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.settings import Settings

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
# Seconds between two looks at the schedule, at least and at most.
_SHORTEST, _LONGEST = 1.0, 10.0
# How a process says that another harvest goes on (sysexits.h, EX_TEMPFAIL).
_BUSY = 75
_WAIT = timedelta(seconds=30)
# When a process has ended without a word, its source is left alone for so long.
_REST = timedelta(minutes=15)


def _now() -> datetime:
    return datetime.now(UTC)


class Scheduler(Background):
    """Carries out the schedule, one source at a time. As a context manager it runs inside, and kills what goes on at its end.

    A mistake in the operator's file is logged once; the rest goes on when it is mended. What a harvest
    meets is in its report.
    """

    def __init__(self, settings: Settings, *, clock: Clock = _now) -> None:
        self._settings = settings
        self._clock = clock
        self._resting: dict[str, datetime] = {}
        self._trouble = ""
        super().__init__("scheduler", wanted=bool(settings.sources) and settings.harvest_schedule == "ja")

    def next(self, journal: Journal) -> Turn | None:
        """The turn that comes next. Raises InvalidInput for a mistake in the operator's file."""
        known = sources(self._settings)
        found = turns(known.values(), journal.database, self._settings.base, self._clock())
        rested = (
            replace(each, at=max(each.at, self._resting.get(each.source.name, each.at))) for each in found
        )
        return min(rested, key=lambda each: each.at, default=None)

    def _run(self) -> None:
        journal = Journal.open(Layout(self._settings.data).journal)
        try:
            pause = _SHORTEST
            while not self._stopping.wait(pause):
                pause = self._look(journal)
        finally:
            journal.close()

    def _look(self, journal: Journal) -> float:
        """Harvest if it is time; returns for how many seconds there is nothing to do."""
        try:
            turn = self.next(journal)
            self._trouble = ""
            if turn is None:
                return _LONGEST
            left = (turn.at - self._clock()).total_seconds()
            if left > 0:
                return min(max(left, _SHORTEST), _LONGEST)
            self._harvest(journal, turn.source.name)
        except (CatalogueError, OSError, SQLAlchemyError) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                log.warning("no harvest: %s", error)
            return _LONGEST
        return _SHORTEST

    def _harvest(self, journal: Journal, name: str) -> None:
        """Have a process harvest a source."""
        began = self._clock()
        ended = children.run(
            "catalogue.harvest.scheduler", name, str(self._settings.data), stopping=self._stopping
        )
        if ended is None:
            return
        if ended.status == _BUSY:
            self._resting[name] = began + _WAIT
        elif ended.status != 0:
            self._resting[name] = began + _REST
            log.warning("no harvest of %s: %s", name, ended.reason)
        else:
            self._tell(journal, name)

    def _tell(self, journal: Journal, name: str) -> None:
        for run in runs.latest(journal.database, source=name, limit=1):
            if run.outcome in (Outcome.FAILED, Outcome.STOPPED) and run.trouble is not None:
                log.warning("no harvest of %s: %s", name, run.trouble.sentence % run.trouble.params)


def main(arguments: list[str]) -> int:
    """The process's side: harvest one source and end."""
    name, data = children.begin(arguments)
    settings = replace(Settings.from_environment(), data=Path(data))
    try:
        harvest(configured(settings, name), settings)
        keep_up(settings, seldom=True)
    except HarvestGoesOn:
        return _BUSY
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
