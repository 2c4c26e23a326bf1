"""Somebody who sends a request, for tests that hand it to the bridge themselves."""

from __future__ import annotations

from collections.abc import Callable


class Waiting:
    """A client that waits until `hang_up`."""

    def __init__(self) -> None:
        self._gone: Callable[[], None] | None = None
        self._lost = False

    def hang_up(self) -> None:
        self._lost = True
        if self._gone is not None:
            self._gone()

    def watch(self, gone: Callable[[], None] | None) -> None:
        self._gone = gone

    def lost(self) -> bool:
        return self._lost

    def hold(self) -> None:
        """What is sent is kept by the test anyway."""

    def release(self) -> None:
        """As `hold`."""
