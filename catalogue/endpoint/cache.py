"""Answers kept for those who ask the same again, as long as the dataset version is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

_Kept = TypeVar("_Kept")


class Cache(Generic[_Kept]):
    """The most recently used answers, up to a number of bytes. Safe between threads."""

    def __init__(self, room: int) -> None:
        """`room` is in bytes; one answer may take at most a sixteenth of it. 0 keeps nothing."""
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[Hashable, tuple[_Kept, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> _Kept | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, answer: _Kept, size: int) -> None:
        """Keep an answer of `size` bytes, key included, if it is not too large."""
        if size > self._room // 16:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = (answer, size)
            self._taken += size
            while self._taken > self._room:
                _, (_, freed) = self._kept.popitem(last=False)
                self._taken -= freed
