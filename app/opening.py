"""Opening the data directory beside the server, so that a long build does not keep it from answering."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from catalogue.locking import DataLock
from catalogue.projections import Projections
from catalogue.settings import Settings


class _Stopped(Exception):
    """The server ends before the data directory is open."""


class Opening:
    """Opens projections in a thread of its own. As a context manager it gives up at the end, and waits for the thread."""

    def __init__(self, settings: Settings, lock: DataLock, *, example: bool) -> None:
        # Set when the directory is open, cannot be opened, or is being built anew.
        self._known = threading.Event()
        self._stopping = threading.Event()
        self._taken = False
        self._thread = ThreadPoolExecutor(1, "opening")
        self._opened = self._thread.submit(
            Projections.open, settings, example=example, lock=lock, tell=self._building
        )
        self._opened.add_done_callback(lambda _: self._known.set())

    def ready(self) -> bool:
        """Wait until it is open, or until a long build has begun; returns which of the two.

        Raises what keeps the directory from being opened.
        """
        self._known.wait()
        if not self._opened.done():
            return False
        self._opened.result()
        return True

    def then(self, show: Callable[[Projections], None]) -> Future[None]:
        """Call `show` with what was opened, in the thread; closing it is then the affair of `show`."""
        self._taken = True
        return self._thread.submit(lambda: show(self._opened.result()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.shutdown(wait=True)
        if not self._taken and self._opened.exception() is None:
            self._opened.result().close()

    def _building(self, _part: float) -> None:
        self._known.set()
        if self._stopping.is_set():
            raise _Stopped


def end_if_failed(shown: Future[None]) -> None:
    """A callback of what `then` gives: ends the work of the main thread as SIGTERM does."""
    if shown.exception() is not None and not isinstance(shown.exception(), _Stopped):
        main = threading.main_thread().ident
        assert main is not None, "the main thread runs as long as others do"
        signal.pthread_kill(main, signal.SIGTERM)
