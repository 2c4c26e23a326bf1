"""A query that runs in a worker while nobody's thread waits: an event loop watches the worker's line."""

from __future__ import annotations

from collections.abc import Callable

from catalogue.endpoint.answer import Answer
from catalogue.endpoint.execution import Report
from catalogue.endpoint.problems import Problem
from catalogue.workers import Cause, Worker, WorkerLost


class Begun:
    """One query under way. `start` it, call `advance` whenever `fileno` is readable, then `answer` or `give_up`.

    Either of these, called once, gives the worker back; so does an error of `start` or `advance`.
    """

    def __init__(
        self,
        *,
        worker: Worker,
        request: bytes,
        seconds: float,
        finish: Callable[[Report, bytes], Answer],
        lost: Callable[[WorkerLost], Problem],
        over: Callable[[bool], None],
    ) -> None:
        """`over` is told whether the worker lives on; `seconds` is the longest that the query may take."""
        self.seconds = seconds
        # Whether somebody else killed the worker, which says nothing about the query.
        self.killed = False
        self._worker = worker
        self._request = request
        self._finish = finish
        self._lost = lost
        self._over = over
        self._parts: list[bytes] = []

    def fileno(self) -> int:
        """What becomes readable when there is something to `advance`."""
        return self._worker.fileno()

    def start(self) -> None:
        """Send the query. Raises a Problem when the worker has died."""
        try:
            self._worker.send(self._request)
        except WorkerLost as lost:
            raise self._failed(lost) from lost

    def advance(self) -> bool:
        """Take what has come; whether the answer is whole. Raises a Problem when the worker has died."""
        try:
            while (message := self._worker.come()) is not None:
                if not message:
                    return True
                self._parts.append(message)
        except WorkerLost as lost:
            raise self._failed(lost) from lost
        return False

    def _failed(self, lost: WorkerLost) -> Problem:
        self.killed = lost.cause is Cause.KILLED
        self._over(False)
        return self._lost(lost)

    def answer(self) -> Answer:
        """The whole answer. Raises a Problem when the query got none."""
        self._over(True)
        head, _, body = b"".join(self._parts).partition(b"\n")
        return self._finish(Report.read(head), body)

    def give_up(self, cause: Cause) -> Problem:
        """Kill the worker; what to tell the client."""
        lost = self._worker.give_up(cause)
        self._over(False)
        return self._lost(lost)
