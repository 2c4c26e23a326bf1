"""The queries that run in workers, as the event loop sees them: no thread waits for any of them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

from catalogue.endpoint.answer import Answer
from catalogue.endpoint.begun import Begun
from catalogue.endpoint.problems import Failed, Problem
from catalogue.errors import N_
from catalogue.workers import Cause, WorkerLost

log = logging.getLogger(__name__)


class Lines:
    """The lines to workers that an event loop watches, and whose query each of them carries now."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.thread = threading.get_ident()
        self._carries: dict[int, Callable[[], None]] = {}

    def watch(self, line: int, come: Callable[[], None]) -> None:
        """Call `come` whenever the line is readable."""
        if line not in self._carries:
            self.loop.add_reader(line, self._come, line)
        self._carries[line] = come

    def leave(self, line: int, come: Callable[[], None]) -> None:
        """Watch it no longer, unless it carries another query already."""
        if self._carries.get(line) == come:
            del self._carries[line]
            self.loop.remove_reader(line)

    def _come(self, line: int) -> None:
        self._carries[line]()


class Underway:
    """One query, from its place in the line to its answer. `told` belongs to its ticket."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._begun: Begun | None = None
        self._line = -1
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
        self._begin_to_count()
        self._turn()
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
                self._line = begun.fileno()
                self._lines.watch(self._line, self._come)
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
        if self._line >= 0:
            self._lines.leave(self._line, self._come)
            self._line = -1

    def _finish(self, end: Answer | Problem) -> None:
        assert self._timer is not None
        self._timer.cancel()
        if not self._end.done():
            self._end.set_result(end)
