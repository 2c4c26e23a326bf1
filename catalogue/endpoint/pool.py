"""The pool of workers that queries run in: how many at once, who waits, who gets which, what replaces a dead one."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalogue.endpoint.execution import Order, Outcome, Report
from catalogue.endpoint.problems import TooBusy
from catalogue.endpoint.snapshots import Snapshot, Snapshots
from catalogue.errors import N_
from catalogue.workers import Cause, Limits, Worker, WorkerLost

log = logging.getLogger(__name__)

_MODULE = "catalogue.endpoint.execution"
# Address space beside what a query may use: the interpreter, Oxigraph's code, and files mapped into memory.
_MEMORY_BESIDE = 900 * 2**20
_OPEN_FILES = 2_000
# How often a new snapshot is looked for, and the least time between two of them, seconds.
_GLANCE_SECONDS = 0.05
_SNAPSHOT_SECONDS = 1.0
_OPENING_SECONDS = 60.0
# How often somebody in line is asked whether the answer is still wanted, seconds.
_UNWANTED_SECONDS = 0.2
# A worker that cannot be started (memory, processes) is tried again after this, seconds.
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Sizes:
    """How much of the machine queries may have.

    `workers` run at once and at most `line` wait; one client has at most `share`
    queries running or waiting. `memory` is in bytes for each worker; `spares` stand ready to replace one
    that is killed.
    """

    workers: int
    line: int
    share: int
    memory: int
    spares: int = 1


@dataclass(eq=False)
class _Member:
    """A worker and the snapshot that it has open."""

    worker: Worker
    snapshot: Snapshot


@dataclass(eq=False)
class _Ticket:
    """Somebody who waits for a worker."""

    client: str


@dataclass(frozen=True)
class Hold:
    """A worker that somebody has, and the snapshot that it left for theirs."""

    ticket: _Ticket
    member: _Member
    left: Snapshot


class Pool:
    """Workers that answer one query at a time each. Any thread may ask; one thread of its own starts workers.

    That thread lives as long as the pool: a worker is killed when the thread that started it ends.
    """

    def __init__(self, snapshots: Snapshots, sizes: Sizes) -> None:
        self._snapshots = snapshots
        self._sizes = sizes
        # A worker's share of what one client may use: somebody else always finds one soon.
        self._running_share = max(1, sizes.workers - 1)
        self._limits = Limits(
            memory=sizes.memory + _MEMORY_BESIDE, open_files=_OPEN_FILES, cpu_seconds=None, niceness=19
        )
        self._changed = threading.Condition()
        self._idle: list[_Member] = []
        self._busy: set[_Member] = set()
        self._waiting: list[_Ticket] = []
        self._running: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._closing = False
        self._keeper_wakes = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="sparql-keeper", daemon=True)
        self._keeper.start()

    @contextmanager
    def place(self, client: str) -> Iterator[_Ticket]:
        """A place in the line, for one query. Raises TooBusy at once when the line or the client's share is full."""
        ticket = _Ticket(client)
        with self._changed:
            if self._held[client] >= self._sizes.share:
                raise TooBusy(
                    N_(
                        "Du har redan %(share)s frågor på gång, som är gränsen för en användare. "
                        "Vänta tills någon är klar och fråga igen."
                    ),
                    share=self._sizes.share,
                )
            if self._held.total() >= self._sizes.workers + self._sizes.line:
                raise TooBusy(
                    N_(
                        "Många frågar samtidigt: %(line)s väntar redan, och fler får inte plats. Försök igen om en stund."
                    ),
                    line=self._sizes.line,
                )
            self._held[client] += 1
        try:
            yield ticket
        finally:
            with self._changed:
                _count_down(self._held, client)

    def run(
        self,
        ticket: _Ticket,
        order: Order,
        snapshot: Snapshot,
        *,
        seconds: float,
        unwanted: Callable[[], bool] | None = None,
    ) -> tuple[Report, bytes]:
        """Run a query on a snapshot that the caller holds; returns the report and what was not spooled.

        It waits at most `seconds` for its turn and then may take as many. Where the worker is killed by somebody
        else, perhaps before it saw the query, another one gets it, once. Raises TooBusy when no worker got
        free in time, WorkerLost when the worker had to be killed or died, or nobody wants the answer.
        """
        deadline = time.monotonic() + seconds
        try:
            return self._run_once(ticket, order, snapshot, seconds, unwanted)
        except WorkerLost as lost:
            if lost.cause is not Cause.KILLED or self._closing or time.monotonic() >= deadline:
                raise
        return self._run_once(ticket, order, snapshot, deadline - time.monotonic(), unwanted)

    def _run_once(
        self,
        ticket: _Ticket,
        order: Order,
        snapshot: Snapshot,
        seconds: float,
        unwanted: Callable[[], bool] | None,
    ) -> tuple[Report, bytes]:
        member, left = self._got(ticket, snapshot, seconds, unwanted)
        alive = False
        try:
            answer = b"".join(member.worker.ask(order.written(), seconds=seconds, unwanted=unwanted))
            alive = True
        finally:
            if not alive:
                Path(order.spool).unlink(missing_ok=True)
            self._done(ticket, member, left, alive)
        head, _, body = answer.partition(b"\n")
        return Report.read(head), body

    def taken_now(self, client: str, snapshot: Snapshot) -> Hold | None:
        """A worker at once, if one is idle, nobody waits, and the client has not its share; else None."""
        with self._changed:
            if (
                self._closing
                or self._waiting
                or self._held[client] >= self._sizes.share
                or self._held.total() >= self._sizes.workers + self._sizes.line
                or self._running[client] >= self._running_share
                or len(self._busy) >= self._sizes.workers
            ):
                return None
            self._bury()
            if not self._idle:
                return None
            self._held[client] += 1
            ticket = _Ticket(client)
            return Hold(ticket, *self._taken(ticket, snapshot))

    def let_go(self, hold: Hold, *, alive: bool) -> None:
        """Give back what `taken_now` gave; a worker that is not `alive` is replaced."""
        self._done(hold.ticket, hold.member, hold.left, alive)
        with self._changed:
            _count_down(self._held, hold.ticket.client)

    @property
    def pids(self) -> list[int]:
        """The process numbers of all workers."""
        with self._changed:
            return [member.worker.pid for member in (*self._idle, *self._busy)]

    @property
    def ready(self) -> int:
        """How many workers stand idle with a snapshot open."""
        with self._changed:
            return len(self._idle)

    def close(self) -> None:
        """Kill all workers; queries under way fail."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._keeper_wakes.set()
        self._keeper.join()

    def _got(
        self, ticket: _Ticket, snapshot: Snapshot, seconds: float, unwanted: Callable[[], bool] | None
    ) -> tuple[_Member, Snapshot]:
        """An idle worker, as soon as it is this ticket's turn, and the snapshot that it leaves."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._waiting.append(ticket)
            try:
                while not self._closing:
                    if self._next() is ticket:
                        return self._taken(ticket, snapshot)
                    left = deadline - time.monotonic()
                    if left <= 0:
                        break
                    if unwanted is not None and unwanted():
                        raise WorkerLost(Cause.STOPPED, "")
                    self._changed.wait(left if unwanted is None else min(left, _UNWANTED_SECONDS))
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        raise TooBusy(
            N_("Frågan väntade %(seconds)s sekunder utan att få plats. Försök igen om en stund."),
            seconds=f"{seconds:g}",
        )

    def _next(self) -> _Ticket | None:
        """Whose turn it is: the first in line whose client does not use its share of the workers already."""
        if len(self._busy) >= self._sizes.workers:
            return None
        turn = next(
            (each for each in self._waiting if self._running[each.client] < self._running_share), None
        )
        if turn is not None:
            self._bury()
        return turn if self._idle else None

    def _bury(self) -> None:
        """Let go of idle workers that somebody else has killed."""
        dead = [each for each in self._idle if not each.worker.alive]
        for each in dead:
            self._idle.remove(each)
            self._snapshots.give_back(each.snapshot)
            each.worker.close()
        if dead:
            self._keeper_wakes.set()

    def _taken(self, ticket: _Ticket, snapshot: Snapshot) -> tuple[_Member, Snapshot]:
        member = next((each for each in self._idle if each.snapshot is snapshot), self._idle[0])
        self._idle.remove(member)
        # It leaves the one and opens the other itself, when it sees the order.
        self._snapshots.keep(snapshot)
        left, member.snapshot = member.snapshot, snapshot
        self._busy.add(member)
        self._running[ticket.client] += 1
        return member, left

    def _done(self, ticket: _Ticket, member: _Member, left: Snapshot, alive: bool) -> None:
        if not alive:
            member.worker.close()
        self._snapshots.give_back(left)
        with self._changed:
            self._busy.remove(member)
            _count_down(self._running, ticket.client)
            if alive and not self._closing:
                self._idle.append(member)
            else:
                self._snapshots.give_back(member.snapshot)
            self._changed.notify_all()
        if not alive or self._closing:
            member.worker.close()
            self._keeper_wakes.set()

    def _keep(self) -> None:
        """Start workers, make snapshots, move idle workers over to them; until the pool is closed."""
        snapped = time.monotonic()
        while not self._closing:
            self._keeper_wakes.clear()
            try:
                if self._missing():
                    self._start_one()
                    continue
                if time.monotonic() - snapped >= _SNAPSHOT_SECONDS and self._snapshots.outdated:
                    snapped = time.monotonic()
                    self._snapshots.refresh()
                self._move_one()
                self._snapshots.tidy()
            except (OSError, WorkerLost) as error:
                # Without memory or processes for now; those that live answer on.
                log.error("no SPARQL worker could be started: %s", error)
                self._keeper_wakes.wait(_PAUSE_SECONDS)
                continue
            self._keeper_wakes.wait(_GLANCE_SECONDS)
        with self._changed:
            members, self._idle = self._idle, []
        for member in members:
            member.worker.close()

    def _missing(self) -> bool:
        with self._changed:
            self._bury()
            return len(self._idle) + len(self._busy) < self._sizes.workers + self._sizes.spares

    def _start_one(self) -> None:
        worker = Worker.start(_MODULE, self._limits)
        snapshot = self._snapshots.take()
        try:
            _open(worker, snapshot)
        except BaseException:
            self._snapshots.give_back(snapshot)
            worker.close()
            raise
        with self._changed:
            self._idle.append(_Member(worker, snapshot))
            self._changed.notify_all()

    def _move_one(self) -> None:
        """Let one idle worker that has an older snapshot open the newest."""
        with self._changed:
            now = self._snapshots.now
            member = next((each for each in self._idle if each.snapshot is not now), None)
            if member is None:
                return
            # Not to be taken while it opens the other; the others answer meanwhile.
            self._idle.remove(member)
        fresh = self._snapshots.take()
        kept = False
        try:
            _open(member.worker, fresh)
            kept = True
        finally:
            self._snapshots.give_back(member.snapshot)
            if not kept:
                self._snapshots.give_back(fresh)
                member.worker.close()
        member.snapshot = fresh
        with self._changed:
            self._idle.append(member)
            self._changed.notify_all()
        self._keeper_wakes.set()


def _open(worker: Worker, snapshot: Snapshot) -> None:
    order = Order(str(snapshot.directory), "", "", "", 0, 0, "", packed=False)
    answer = b"".join(worker.ask(order.written(), seconds=_OPENING_SECONDS))
    if Report.read(answer.partition(b"\n")[0]).outcome != Outcome.ANSWERED.value:
        raise OSError("a worker could not open its snapshot")


def _count_down(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
