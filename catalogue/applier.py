"""Who applies the journal: a thread of the server, or a command when no server runs."""

from __future__ import annotations

import gc
import logging
import secrets
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from catalogue.errors import N_, Busy, CatalogueError
from catalogue.layout import Layout, write_durably
from catalogue.locking import DataLock
from catalogue.projections import Projections, Tell
from catalogue.settings import Settings

log = logging.getLogger(__name__)

# A revision that another process wrote is seen within this time; one of our own at once, by `wake`.
_POLL_SECONDS = 0.02
# Trouble that stays is tried again ever more rarely.
_AFTER_TROUBLE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 300.0
_FAULT = CatalogueError(N_("servern har stött på ett internt fel. Läs dess logg och starta om den."))


class Applier:
    """The thread of a server that shows what comes into the journal. As a context manager it runs inside."""

    def __init__(self, projections: Projections) -> None:
        self._projections = projections
        # The generation whose names the collector of garbage passes by.
        self._settled = ""
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._pause = _AFTER_TROUBLE_SECONDS
        self._thread = threading.Thread(target=self._run, name="applier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look into the journal now rather than at the next turn."""
        self._waking.set()

    def stop(self) -> None:
        """End after the piece of work in hand; returns when the thread has ended."""
        self._stopping.set()
        self._waking.set()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether revisions are still being applied; for the readiness probe."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._waking.clear()
                if self._settled != self._projections.generation:
                    self._settle()
                if not self._step():
                    self._waking.wait(_POLL_SECONDS)
        finally:
            if not self._stopping.is_set():
                # A fault of ours ends the thread and is logged; nobody shall wait for it in vain.
                self._projections.announce_trouble(_FAULT)

    def _settle(self) -> None:
        """Have the collector of garbage pass by what is in memory now, which is there to stay.

        At 100,000 initiatives these are 110,000 names of records, and looking through them stopped every page for
        95 ms. It looks once when one generation follows another, so that nothing is kept that can go.
        """
        if self._settled:
            gc.collect()
        gc.freeze()
        self._settled = self._projections.generation

    def _step(self) -> bool:
        try:
            busy = self._projections.step()
            if busy:
                self._pause = _AFTER_TROUBLE_SECONDS
            return busy
        except CatalogueError as error:
            # What is shown stays; the disk may have room again, or the journal be free, later.
            log.error("revisions cannot be shown: %s", error, exc_info=error.__cause__)
            self._projections.announce_trouble(error)
            self._stopping.wait(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
            return True


def wait_until_applied(settings: Settings, seq: int, tell: Tell | None = None) -> None:
    """Return when store and index show revision `seq`; `tell` hears how much of a build is done (0 to 1).

    The process that holds the data directory applies it; when there is none, or it dies, we do.
    Raises Busy when the holder cannot go on, with its reason; the revision is safe in the journal.
    """
    layout = Layout(settings.data)
    journal = layout.open_journal()

    def shown() -> bool:
        applied = layout.applied()
        if applied.trouble is not None:
            raise Busy(
                N_("Ändringen finns i journalen men kan inte visas än: %(reason)s"), reason=applied.trouble
            )
        # The stamp: a number announced before a backup was restored says nothing.
        return applied.progress.seq >= seq and journal.stamp(applied.progress.seq) == applied.progress.stamp

    try:
        _wait_or_take_over(settings, shown, tell)
    finally:
        journal.close()


def rebuild(settings: Settings, tell: Tell | None = None) -> None:
    """Build store and index anew from the journal; returns when the new ones are shown."""
    layout = Layout(settings.data)
    layout.make()
    request = layout.rebuild_request
    write_durably(request, secrets.token_hex(8))
    _wait_or_take_over(settings, lambda: not request.exists(), tell)


def _wait_or_take_over(settings: Settings, done: Callable[[], bool], tell: Tell | None) -> None:
    while True:
        lock = DataLock.take(settings.data)
        if lock is not None:
            with Projections.open(settings, lock=lock, tell=tell) as projections:
                projections.catch_up(tell)
            return
        if done():
            return
        time.sleep(_POLL_SECONDS / 2)
