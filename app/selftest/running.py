"""The self-tester: a thread of the server that has a self-test made when the catalogue has come to rest."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass

from app.release import fingerprint
from app.selftest.report import Report, path_in, read
from catalogue import children
from catalogue.background import Background
from catalogue.export.dumps import Dumps
from catalogue.projections import Projections
from catalogue.settings import Settings

log = logging.getLogger(__name__)

_GLANCE_SECONDS = 0.5
# The checks stop asking after this; the child is killed a while later, in case one of them hangs.
_SECONDS = 600
_GRACE_SECONDS = 60
# Somebody who has just set the installation up wants to see it.
_FIRST_SECONDS = 30


@dataclass(frozen=True)
class Task:
    """One self-test to be made. `host` and `port` are where the server listens, `data` is a path."""

    host: str
    port: int
    base: str
    data: str
    version: int
    key: str
    seconds: float


class SelfTester(Background):
    """Keeps a report of what the installation looks like to harvesters. As a context manager it runs inside.

    A test is begun once for each dataset version, release and dump, when they have been the same for
    `self_test_seconds`, the very first a little sooner; none is while that is 0. It is made by a child of
    lowest priority over loopback.
    """

    def __init__(self, settings: Settings, projections: Projections, port: int) -> None:
        self._settings = settings
        self._projections = projections
        self._port = port
        self._dumps = Dumps(settings.data)
        super().__init__("self-tester", wanted=settings.self_test_seconds > 0)

    def _pause(self, now: tuple[int, int]) -> float:
        """For how many seconds nothing may have changed; longer while a dump of the version is still to come."""
        version, dumped = now
        waits = self._settings.dump_seconds > 0 and dumped != version
        seconds = self._settings.self_test_seconds
        if read(self._settings.data) is None:
            seconds = min(seconds, _FIRST_SECONDS)
        return seconds + (2 * self._settings.dump_seconds if waits else 0)

    def task(self) -> Task:
        """The test of what is shown now."""
        with self._projections.snapshot() as shown:
            version = shown.version
            stamp = shown.journal.stamp(version)
        newest = self._dumps.newest
        return Task(
            host=self._settings.host,
            port=self._port,
            base=self._settings.base,
            data=str(self._settings.data),
            version=version,
            key=f"{version}-{stamp}-{fingerprint()}-{newest.version if newest else 0}",
            seconds=_SECONDS,
        )

    def _run(self) -> None:
        seen: tuple[int, int] | None = None
        since = time.monotonic()
        waits = True
        while not self._stopping.wait(_GLANCE_SECONDS):
            newest = self._dumps.newest
            now = (self._projections.version, newest.version if newest else 0)
            if now != seen:
                seen, since, waits = now, time.monotonic(), True
            if waits and time.monotonic() - since >= self._pause(now):
                waits = False
                task = self.task()
                if not _done(read(self._settings.data), task.key):
                    self._make(task)

    def _make(self, task: Task) -> None:
        """Have a child make it."""
        try:
            ended = children.run(
                "app.selftest",
                json.dumps(asdict(task)),
                stopping=self._stopping,
                seconds=task.seconds + _GRACE_SECONDS,
            )
        except OSError as error:
            log.error("no self-test: %s", error)
            return
        if ended is None:
            return
        if ended.status != 0:
            log.error("no self-test: %s", ended.reason)
            return
        report = read(self._settings.data)
        if report is not None and report.count("failed"):
            failed = [each.check for each in report.outcomes if each.outcome == "failed"]
            log.warning("self-test failed: %s; see %s", ", ".join(failed), path_in(self._settings.data))


def _done(report: Report | None, key: str) -> bool:
    return report is not None and report.key == key and report.ended is not None
