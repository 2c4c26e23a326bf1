"""The dumper: a thread of the server that has a dump made after changes, in a process of lowest priority."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from catalogue import children
from catalogue.background import Background
from catalogue.export.dumps import Dumps, make
from catalogue.journal import Journal
from catalogue.layout import Layout, fingerprint
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.shapes import Shapes

log = logging.getLogger(__name__)

_ZONE = ZoneInfo("Europe/Stockholm")
_GLANCE_SECONDS = 0.5
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Task:
    """One dump to be made: of what is published at `upto`; `changed` is an ISO time, `note` and `journal` are paths."""

    journal: str
    note: str
    stem: str
    upto: int
    key: str
    changed: str
    base: str


class Dumper(Background):
    """Keeps the dumps up with what is published. As a context manager it runs inside.

    A dump is begun at most every `dump_seconds`; none is while that is 0. What fails is logged and
    tried again later; the last whole dump is offered meanwhile.
    """

    def __init__(self, settings: Settings, projections: Projections, *, clock: Clock = _now) -> None:
        self.dumps = Dumps(settings.data)
        self._journal = Layout(settings.data).journal
        self._base = settings.base
        self._pause = settings.dump_seconds
        self._projections = projections
        self._clock = clock
        self._rules = fingerprint()
        self._again = 0.0
        self._seen: tuple[int, str] = (-1, "")
        self._year = 0
        super().__init__("dumper", wanted=settings.dump_seconds > 0)

    def due(self) -> Iterator[Task]:
        """What is to be made now: the newest dump when it is not of what is published, and years that are missing."""
        with self._projections.snapshot() as shown:
            version, changed, journal = shown.version, shown.changed, shown.journal
        key = self._key(journal, version)
        newest = self.dumps.newest
        if newest is None or newest.key != key:
            yield self._task(
                self.dumps.directory / "offer.json", f"{version}-{key[:12]}", version, changed, key
            )
        for year, upto in self._missing_years(journal):
            last = next(journal.since(upto - 1, 1)).at
            note = self.dumps.archive / f"{year}.json"
            yield self._task(note, str(year), upto, last, self._key(journal, upto))

    def _task(self, note: Path, stem: str, upto: int, changed: datetime, key: str) -> Task:
        return Task(str(self._journal), str(note), stem, upto, key, changed.isoformat(), self._base)

    def _key(self, journal: Journal, version: int) -> str:
        """By what a dump is known to be the newest: the revision, its journal, and the rules for what is public."""
        if self._seen[0] != version:
            self._seen = (version, f"{journal.stamp(version)}-{self._rules}")
        return self._seen[1]

    def _missing_years(self, journal: Journal) -> Iterator[tuple[int, int]]:
        """The years that have ended and are not kept yet, each with the number of its last revision."""
        this = self._clock().astimezone(_ZONE).year
        if self._year == this:
            return
        first = next(journal.since(0, 1), None)
        if first is not None:
            for year in range(first.at.astimezone(_ZONE).year, this):
                if self.dumps.year(year) is None:
                    yield year, last_before(journal, datetime(year + 1, 1, 1, tzinfo=_ZONE))
        self._year = this

    def _run(self) -> None:
        self._tidy()
        while not self._stopping.wait(_GLANCE_SECONDS):
            if time.monotonic() < self._again:
                continue
            try:
                for task in self.due():
                    self._again = time.monotonic() + self._pause
                    if not self._made(task):
                        break
                    self._tidy()
            except OSError as error:
                log.error("no dump: %s", error)
                self._again = time.monotonic() + self._pause

    def _made(self, task: Task) -> bool:
        """Have a child make it."""
        ended = children.run("catalogue.export.dumping", json.dumps(asdict(task)), stopping=self._stopping)
        if ended is not None and ended.status != 0:
            log.error("no dump of version %s: %s", task.upto, ended.reason)
        return ended is not None and ended.status == 0

    def _tidy(self) -> None:
        """Remove what is no longer offered, and what a killed process left."""
        newest = self.dumps.newest
        kept = {"offer.json", *(each.name for each in newest.files.values())} if newest else {"offer.json"}
        for directory, keep in ((self.dumps.directory, kept), (self.dumps.archive, None)):
            with suppress(FileNotFoundError):
                for path in directory.iterdir():
                    old = path.name not in keep if keep is not None else path.name.startswith(".")
                    if old and path.is_file():
                        path.unlink(missing_ok=True)


def last_before(journal: Journal, moment: datetime) -> int:
    """The number of the last revision that came before a moment; 0 when there is none."""
    low, high = 0, journal.head()
    # Every revision up to `low` came before the moment, every one after `high` did not.
    while low < high:
        middle = (low + high + 1) // 2
        found = next(journal.since(middle - 1, 1), None)
        if found is None or found.at >= moment:
            high = middle - 1
        else:
            low = found.seq
    return min(low, high)


def main(arguments: list[str]) -> None:
    """The child's side: make one dump and end."""
    (task,) = children.begin(arguments)
    said = Task(**json.loads(task))
    make(
        Journal.open(Path(said.journal)),
        Shapes.load(),
        Path(said.note),
        base=said.base,
        upto=said.upto,
        key=said.key,
        stem=said.stem,
        changed=datetime.fromisoformat(said.changed),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
