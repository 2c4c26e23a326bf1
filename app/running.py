"""The queries that run in workers, as the event loop sees them: no thread waits for any of them."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable

from catalogue.endpoint.answer import Answer
from catalogue.endpoint.begun import Begun
from catalogue.endpoint.problems import Failed, Problem
from catalogue.errors import N_
from catalogue.workers import Cause, Worker, WorkerLost

log = logging.getLogger(__name__)


class _Line:
    """A line to a worker, as the loop watches it: by a descriptor of its own, which nobody else closes."""

    def __init__(self, line: int) -> None:
        self.descriptor = os.dup(line)
        self.come: Callable[[], None] | None = None


class Lines:
    """The lines to workers that an event loop watches, and whose query each of them carries now.

    A line stays watched when its query has ended, since the next one is soon to come. It is let go of when
    something comes on it that nobody here waits for: a thread uses the worker, or it has died.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.thread = threading.get_ident()
        self._lines: dict[Worker, _Line] = {}

    def watch(self, worker: Worker, come: Callable[[], None]) -> None:
        """Call `come` whenever something has come from the worker, until `leave`."""
        line = self._lines.get(worker)
        if line is None:
            line = self._lines[worker] = _Line(worker.fileno())
            self.loop.add_reader(line.descriptor, self._come, worker)
        line.come = come

    def leave(self, worker: Worker, come: Callable[[], None]) -> None:
        """Call `come` no longer; another query may have the worker already."""
        line = self._lines.get(worker)
        if line is not None and line.come == come:
            line.come = None

    def close(self) -> None:
        """Let go of all lines; the loop has ended."""
        for line in self._lines.values():
            os.close(line.descriptor)
        self._lines.clear()

    def _come(self, worker: Worker) -> None:
        line = self._lines[worker]
        if line.come is not None:
            line.come()
            return
        del self._lines[worker]
        self.loop.remove_reader(line.descriptor)
        os.close(line.descriptor)


class Underway:
    """One query, from its place in the line to its answer. `told` belongs to its ticket."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._begun: Begun | None = None
        self._worker: Worker | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = False
        self._end: asyncio.Future[Answer | Problem] = lines.loop.create_future()

    def told(self) -> None:
        """It may be our turn; from any thread."""
        if threading.get_ident() == self._lines.thread:
            self._turn()
        else:
            self._lines.loop.call_soon_threadsafe(self._turn)

    async def answer(self, begun: Begun) -> Answer | Problem:
        """Run it to its end; it is given up at its deadline, and when the task is cancelled."""
        self._begun = begun
        self._turn()
        if not begun.running and not self._end.done():
            self._begin_to_count()
        try:
            return await self._end
        except asyncio.CancelledError:
            if not self._stopping:
                self._leave()
                begun.give_up(Cause.STOPPED)
            raise

    def gone(self) -> None:
        """Nobody waits for the answer any more."""
        self._stop(Cause.STOPPED)

    def _begin_to_count(self) -> None:
        assert self._begun is not None
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._lines.loop.call_later(self._begun.seconds, self._stop, Cause.DEADLINE)

    def _turn(self) -> None:
        begun = self._begun
        # Who is told before this has begun looks when it begins; after its end there is nothing to do.
        if begun is None or begun.running or self._stopping or self._end.done():
            return
        try:
            if begun.start():
                self._worker = begun.worker
                self._lines.watch(self._worker, self._come)
                self._begin_to_count()
        except WorkerLost as lost:
            self._finish(begun.failed(lost))

    def _come(self) -> None:
        begun = self._begun
        assert begun is not None
        try:
            if not begun.advance():
                return
            # The worker may have the next query before this returns.
            end: Answer | Problem = begun.answer()
        except WorkerLost as lost:
            self._leave()
            end = begun.failed(lost)
        except Problem as problem:
            end = problem
        except Exception:  # a fault of ours: whoever waits is told
            log.exception("an answer could not be taken")
            end = Failed(N_("Något gick fel hos oss. Felet är antecknat."))
        self._leave()
        self._finish(end)

    def _stop(self, cause: Cause) -> None:
        begun = self._begun
        if begun is None or self._stopping or self._end.done():
            return
        self._stopping = True
        if not begun.running:
            self._finish(begun.give_up(cause))
            return
        self._leave()
        # A process of a gigabyte takes a while to die.
        killed = self._lines.loop.run_in_executor(None, begun.give_up, cause)
        killed.add_done_callback(lambda _: self._finish(killed.result()))

    def _leave(self) -> None:
        if self._worker is not None:
            self._lines.leave(self._worker, self._come)
            self._worker = None

    def _finish(self, end: Answer | Problem) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._end.done():
            self._end.set_result(end)
