"""The pool of workers that queries run in: how many at once, who waits, who gets which, what replaces a dead one."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from catalogue.endpoint.execution import Order, Report
from catalogue.endpoint.keeper import Keeper, Member, open_snapshot
from catalogue.endpoint.problems import TooBusy
from catalogue.endpoint.snapshots import Snapshot, Snapshots
from catalogue.errors import N_
from catalogue.workers import Cause, WorkerLost

log = logging.getLogger(__name__)

# How often somebody in line is asked whether the answer is still wanted, seconds.
_UNWANTED_SECONDS = 0.2


class _DeadBefore(Exception):
    """The worker was dead before it was given the query."""


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
class Ticket:
    """Somebody who waits for a worker: in a thread, or to be `told`, from any thread, when the turn may have come."""

    client: str
    told: Callable[[], None] | None = None


@dataclass(frozen=True)
class Hold:
    """A worker that somebody has, and the snapshot that it left for theirs."""

    ticket: Ticket
    member: Member
    left: Snapshot


class Pool:
    """Workers that answer one query at a time each. Any thread may ask; a keeper of its own starts workers."""

    def __init__(self, snapshots: Snapshots, sizes: Sizes) -> None:
        self._snapshots = snapshots
        self._sizes = sizes
        # A worker's share of what one client may use: somebody else always finds one soon.
        self._running_share = max(1, sizes.workers - 1)
        self._changed = threading.Condition()
        self._idle: list[Member] = []
        self._busy: set[Member] = set()
        self._waiting: list[Ticket] = []
        self._running: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._closing = False
        self._keeper = Keeper(self, snapshots, sizes.memory)
        self._keeper.start()

    @contextmanager
    def place(self, client: str) -> Iterator[Ticket]:
        """A place in the line, for one query. Raises TooBusy at once when the line or the client's share is full."""
        with self._changed:
            self._check_room(client)
            self._held[client] += 1
        try:
            yield Ticket(client)
        finally:
            with self._changed:
                _count_down(self._held, client)

    def _check_room(self, client: str) -> None:
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
                    "Många frågar samtidigt: %(line)s väntar redan, som är gränsen. "
                    "Vänta några sekunder och fråga igen."
                ),
                line=self._sizes.line,
            )

    def run(
        self,
        ticket: Ticket,
        order: Order,
        snapshot: Snapshot,
        *,
        seconds: float,
        unwanted: Callable[[], bool] | None = None,
    ) -> tuple[Report, bytes]:
        """Run a query on a snapshot that the caller holds; returns the report and what was not spooled.

        It waits at most `seconds` for its turn and then may take as many. Where the worker is killed by somebody
        else, perhaps before it saw the query, another one that has shown that it lives gets it, once.
        Raises TooBusy when no worker got free in time, WorkerLost when the worker had to be killed or
        died, or nobody wants the answer.
        """
        deadline = time.monotonic() + seconds
        try:
            return self._run_once(ticket, order, snapshot, seconds, unwanted)
        except WorkerLost as lost:
            if lost.cause is not Cause.KILLED or self._closing:
                raise
        while True:
            with suppress(_DeadBefore):
                return self._run_once(
                    ticket, order, snapshot, deadline - time.monotonic(), unwanted, prove=True
                )

    def _run_once(
        self,
        ticket: Ticket,
        order: Order,
        snapshot: Snapshot,
        seconds: float,
        unwanted: Callable[[], bool] | None,
        *,
        prove: bool = False,
    ) -> tuple[Report, bytes]:
        member, left = self._got(ticket, snapshot, seconds, unwanted)
        alive = False
        try:
            if prove:
                _prove(member)
            answer = b"".join(member.worker.ask(order.written(), seconds=seconds, unwanted=unwanted))
            alive = True
        finally:
            if not alive:
                Path(order.spool).unlink(missing_ok=True)
            self._done(ticket, member, left, alive)
        return Report.read(answer)

    def stand(self, client: str, told: Callable[[], None]) -> Ticket:
        """Stand in line without a thread; ask for the `turn` now and whenever told. Raises TooBusy as `place`."""
        ticket = Ticket(client, told)
        with self._changed:
            self._check_room(client)
            self._held[client] += 1
            self._waiting.append(ticket)
        return ticket

    def turn(self, ticket: Ticket, snapshot: Snapshot) -> Hold | None:
        """A worker for a ticket that stands in line, if it is its turn."""
        with self._changed:
            if self._closing or self._next() is not ticket:
                return None
            self._waiting.remove(ticket)
            hold = Hold(ticket, *self._taken(ticket, snapshot))
            told = self._told()
        if told is not None:
            told()
        return hold

    def leave(self, ticket: Ticket) -> None:
        """Leave the line without having had a turn."""
        with self._changed:
            self._waiting.remove(ticket)
            _count_down(self._held, ticket.client)
            told = self._told()
        if told is not None:
            told()

    def let_go(self, hold: Hold, *, alive: bool) -> None:
        """Give back what `turn` gave; a worker that is not `alive` is replaced."""
        with self._changed:
            _count_down(self._held, hold.ticket.client)
        self._done(hold.ticket, hold.member, hold.left, alive)

    def waited(self, seconds: float) -> TooBusy:
        """The problem of a query that has waited this long for its turn."""
        return TooBusy(
            N_(
                "Frågan väntade %(seconds)s sekunder på sin tur, som är gränsen. Vänta några sekunder och "
                "fråga igen."
            ),
            seconds=seconds,
        )

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
        self._keeper.end()

    def _got(
        self, ticket: Ticket, snapshot: Snapshot, seconds: float, unwanted: Callable[[], bool] | None
    ) -> tuple[Member, Snapshot]:
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
                told = self._told()
                if told is not None:
                    told()
        raise self.waited(seconds)

    def _told(self) -> Callable[[], None] | None:
        """Whom to tell, once the lock is free, that it is their turn; those with a thread look themselves."""
        if not self._waiting:
            return None
        turn = self._next()
        if turn is None:
            return None
        if turn.told is None:
            self._changed.notify_all()
        return turn.told

    def _next(self) -> Ticket | None:
        """Whose turn it is: the first in line whose client does not use its share of the workers already."""
        if len(self._busy) >= self._sizes.workers:
            return None
        turn = next(
            (each for each in self._waiting if self._running[each.client] < self._running_share), None
        )
        return turn if self._idle else None

    def _bury(self) -> None:
        """Let go of idle workers that somebody else has killed."""
        dead = [each for each in self._idle if not each.worker.alive]
        for each in dead:
            self._idle.remove(each)
            self._snapshots.give_back(each.snapshot)
            each.worker.close()
        if dead:
            self._keeper.wake()

    def _taken(self, ticket: Ticket, snapshot: Snapshot) -> tuple[Member, Snapshot]:
        # The one that ran last: its memory is in the processor's caches.
        member = next((each for each in reversed(self._idle) if each.snapshot is snapshot), self._idle[-1])
        self._idle.remove(member)
        # It leaves the one and opens the other itself, when it sees the order.
        self._snapshots.keep(snapshot)
        left, member.snapshot = member.snapshot, snapshot
        self._busy.add(member)
        self._running[ticket.client] += 1
        return member, left

    def _done(self, ticket: Ticket, member: Member, left: Snapshot, alive: bool) -> None:
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
                # Whoever killed this one may have killed others, which nobody has asked since.
                self._bury()
            told = self._told()
        if told is not None:
            told()
        if not alive or self._closing:
            member.worker.close()
            self._keeper.wake()

    def missing(self) -> bool:
        """Whether a worker is to be started."""
        with self._changed:
            self._bury()
            return len(self._idle) + len(self._busy) < self._sizes.workers + self._sizes.spares

    def add(self, member: Member) -> None:
        """One more that is idle."""
        with self._changed:
            self._idle.append(member)
            told = self._told()
        if told is not None:
            told()

    def aside(self, now: Snapshot) -> Member | None:
        """Take out one idle worker that has another snapshot open than this; it is not to be had meanwhile."""
        with self._changed:
            member = next((each for each in self._idle if each.snapshot is not now), None)
            if member is not None:
                self._idle.remove(member)
            return member

    def idle_lines(self) -> Sequence[int]:
        """The descriptors of the lines to the idle workers."""
        with self._changed:
            return [each.worker.fileno() for each in self._idle]

    def disband(self) -> None:
        """Kill the idle workers."""
        with self._changed:
            members, self._idle = self._idle, []
        for member in members:
            member.worker.close()


def _prove(member: Member) -> None:
    try:
        open_snapshot(member.worker, member.snapshot)
    except (WorkerLost, OSError) as error:
        raise _DeadBefore from error


def _count_down(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
