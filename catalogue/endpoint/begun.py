"""A query that waits for a worker and runs in it while nobody's thread waits: an event loop watches its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.endpoint.answer import Answer
from catalogue.endpoint.execution import Order, Report
from catalogue.endpoint.pool import Hold, Pool, Ticket
from catalogue.endpoint.problems import Problem
from catalogue.endpoint.snapshots import Snapshot, Snapshots
from catalogue.workers import Cause, Worker, WorkerLost

if TYPE_CHECKING:
    Finish = Callable[[Report, bytes], Answer]
    Lost = Callable[[WorkerLost], Problem]


class Begun:
    """One query under way.

    `start` it until that is true, call `advance` whenever something has come from the worker until that is true, then
    take the `answer`. At an error call `failed`, to end it early `give_up`. Each of these three, called once,
    gives back what it has taken.
    """

    def __init__(
        self,
        pool: Pool,
        snapshots: Snapshots,
        ticket: Ticket,
        snapshot: Snapshot,
        order: Order,
        seconds: float,
        finish: Finish,
        lost: Lost,
    ) -> None:
        """The ticket stands in line, and the snapshot is kept; `seconds` is the longest that the query may take."""
        self.seconds = seconds
        # Whether somebody else killed the worker, which says nothing about the query.
        self.killed = False
        self._pool = pool
        self._snapshots = snapshots
        self._ticket = ticket
        self._snapshot = snapshot
        self._order = order
        self._finish = finish
        self._lost = lost
        self._hold: Hold | None = None
        self._parts: list[bytes] = []

    @property
    def running(self) -> bool:
        """Whether a worker has it; else it waits for its turn."""
        return self._hold is not None

    def start(self) -> bool:
        """Send the query if it is its turn; else the ticket is told when it may be. Raises WorkerLost."""
        self._hold = self._pool.turn(self._ticket, self._snapshot)
        if self._hold is None:
            return False
        self._hold.member.worker.send(self._order.written())
        return True

    @property
    def worker(self) -> Worker:
        """Who runs it, once it has started."""
        assert self._hold is not None
        return self._hold.member.worker

    def advance(self) -> bool:
        """Take what has come; whether the answer is whole. Raises WorkerLost when the worker has died."""
        assert self._hold is not None
        worker = self._hold.member.worker
        while (message := worker.come()) is not None:
            if not message:
                return True
            self._parts.append(message)
        return False

    def answer(self) -> Answer:
        """The whole answer. Raises a Problem when the query got none."""
        self._over(alive=True)
        return self._finish(*Report.read(self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)))

    def failed(self, lost: WorkerLost) -> Problem:
        """The worker has died; what to tell the client."""
        self.killed = lost.cause is Cause.KILLED
        self._over(alive=False)
        return self._lost(lost)

    def give_up(self, cause: Cause) -> Problem:
        """Kill the worker, or leave the line; what to tell the client."""
        if self._hold is None:
            self._pool.leave(self._ticket)
            self._snapshots.give_back(self._snapshot)
            return (
                self._pool.waited(self.seconds)
                if cause is Cause.DEADLINE
                else self._lost(WorkerLost(cause, ""))
            )
        lost = self._hold.member.worker.give_up(cause)
        self._over(alive=False)
        return self._lost(lost)

    def _over(self, *, alive: bool) -> None:
        assert self._hold is not None
        if not alive:
            Path(self._order.spool).unlink(missing_ok=True)
        self._snapshots.give_back(self._snapshot)
        self._pool.let_go(self._hold, alive=alive)
