"""Who starts the workers of the pool, replaces the dead, makes snapshots, and moves idle workers over to them."""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from catalogue.endpoint.execution import Order, Outcome, Report
from catalogue.endpoint.snapshots import Snapshot, Snapshots
from catalogue.workers import Limits, Worker, WorkerLost

log = logging.getLogger(__name__)

_MODULE = "catalogue.endpoint.execution"
# Address space beside what a query may use: the interpreter, Oxigraph's code, and files mapped into memory.
_MEMORY_BESIDE = 900 * 2**20
_OPEN_FILES = 2_000
# How often a new snapshot is looked for, and the least time between two of them, seconds.
_GLANCE_SECONDS = 0.05
_SNAPSHOT_SECONDS = 1.0
_OPENING_SECONDS = 60.0
# A worker that cannot be started (memory, processes) is tried again after this, seconds.
_PAUSE_SECONDS = 1.0


@dataclass(eq=False)
class Member:
    """A worker and the snapshot that it has open."""

    worker: Worker
    snapshot: Snapshot


class Company(Protocol):
    """The pool, as its keeper needs it."""

    def missing(self) -> bool:
        """Whether a worker is to be started; the dead among the idle are let go of first."""

    def add(self, member: Member) -> None:
        """One more that is idle."""

    def aside(self, now: Snapshot) -> Member | None:
        """Take out one idle worker that has another snapshot open than this."""

    def idle_lines(self) -> Sequence[int]:
        """The descriptors of the lines to those that are idle."""

    def disband(self) -> None:
        """Kill those that are idle."""


class Keeper:
    """A thread that lives as long as the pool: a worker is killed when the thread that started it ends."""

    def __init__(self, company: Company, snapshots: Snapshots, memory: int) -> None:
        """`memory` is what a query may use, bytes."""
        self._company = company
        self._snapshots = snapshots
        self._limits = Limits(
            memory=memory + _MEMORY_BESIDE, open_files=_OPEN_FILES, cpu_seconds=None, niceness=19
        )
        self._ending = False
        self._ended = False
        self._ringing = threading.Lock()
        self._woken, self._bell = os.pipe()
        os.set_blocking(self._bell, False)
        self._thread = threading.Thread(target=self._keep, name="sparql-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        with self._ringing, suppress(BlockingIOError):  # rung enough already
            if not self._ended:
                os.write(self._bell, b"!")

    def end(self) -> None:
        """Kill the idle workers and end the thread."""
        self._ending = True
        self.wake()
        self._thread.join()
        with self._ringing:
            if not self._ended:
                os.close(self._woken)
                os.close(self._bell)
            self._ended = True

    def _keep(self) -> None:
        snapped = time.monotonic()
        while not self._ending:
            try:
                if self._company.missing():
                    self._start_one()
                    continue
                if time.monotonic() - snapped >= _SNAPSHOT_SECONDS and self._snapshots.outdated:
                    snapped = time.monotonic()
                    self._snapshots.refresh()
                moved = self._move_one()
                self._snapshots.tidy()
            except (OSError, WorkerLost) as error:
                # Without memory or processes for now; those that live answer on.
                log.error("no SPARQL worker could be started: %s", error)
                self._wait(_PAUSE_SECONDS, ())
                continue
            if not moved:
                self._wait(_GLANCE_SECONDS, self._company.idle_lines())
        self._company.disband()

    def _wait(self, seconds: float, lines: Sequence[int]) -> None:
        """Until somebody wakes us, an idle worker dies, or the time is up."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        for line in lines:
            poll.register(line, 0)  # only its end is told
        if any(line == self._woken for line, _ in poll.poll(seconds * 1000)):
            os.read(self._woken, 4096)

    def _start_one(self) -> None:
        worker = Worker.start(_MODULE, self._limits)
        snapshot = self._snapshots.take()
        try:
            open_snapshot(worker, snapshot)
        except BaseException:
            self._snapshots.give_back(snapshot)
            worker.close()
            raise
        self._company.add(Member(worker, snapshot))

    def _move_one(self) -> bool:
        """Let one idle worker that has an older snapshot open the newest; the others answer meanwhile."""
        member = self._company.aside(self._snapshots.now)
        if member is None:
            return False
        fresh = self._snapshots.take()
        kept = False
        try:
            open_snapshot(member.worker, fresh)
            kept = True
        finally:
            self._snapshots.give_back(member.snapshot)
            if not kept:
                self._snapshots.give_back(fresh)
                member.worker.close()
        member.snapshot = fresh
        self._company.add(member)
        return True


def open_snapshot(worker: Worker, snapshot: Snapshot) -> None:
    """Let a worker open a snapshot, which also shows that it lives. Raises WorkerLost or OSError."""
    order = Order(snapshot.path, "", "", "", 0, 0, "", packed=False)
    answer = b"".join(worker.ask(order.written(), seconds=_OPENING_SECONDS))
    if Report.read(answer)[0].outcome is not Outcome.ANSWERED:
        raise OSError("a worker could not open its snapshot")
