"""A thread of a server that works beside it for as long as it runs."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Background(ABC):
    """As a context manager it runs inside: leaving tells it to stop, and waits for that. One that is not `wanted` never runs.

    `_run` is the thread's work; it ends soon after `_stopping` is set.
    """

    def __init__(self, name: str, *, wanted: bool) -> None:
        self._wanted = wanted
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        if self._wanted:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """The thread's work."""
