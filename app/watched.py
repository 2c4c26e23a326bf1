"""Files that another process writes while the server runs: read again when they change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from catalogue.errors import InvalidInput

_Read = TypeVar("_Read")
log = structlog.get_logger()


class Watched(Generic[_Read]):
    """What a file says now. Safe between threads. While it cannot be used it says what it said before."""

    def __init__(self, path: Path | None, read: Callable[[], _Read], nothing: _Read) -> None:
        """`read` may raise InvalidInput; `nothing` is what is said until it has been read, or without a file."""
        self._path = path
        self._read = read
        self._lock = threading.Lock()
        self._known: tuple[object, _Read] = (None, nothing)

    def now(self) -> _Read:
        """What the file says; costs a look at when it was changed."""
        if self._path is None:
            return self._known[1]
        state = _state(self._path)
        with self._lock:
            before, known = self._known
            if state == before:
                return known
            try:
                known = self._read()
            except InvalidInput as error:
                log.error("a file cannot be used", file=str(self._path), reason=str(error))
            self._known = (state, known)
            return known


def _state(path: Path) -> object:
    """What tells that a file has changed."""
    try:
        found = path.stat()
    except OSError as error:
        return error.errno
    return found.st_mtime_ns, found.st_size, found.st_ino
