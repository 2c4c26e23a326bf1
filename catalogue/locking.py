"""The lock of a data directory: exactly one process changes its projections."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from catalogue.errors import N_, Busy, Damaged

# The file that the process which changes the projections holds.
LOCK = "lock"
_PAUSE_SECONDS = 0.02


class DataLock:
    """Held until `close`, or until the process ends in whatever way: the system lets go of it then."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, directory: Path, name: str = LOCK) -> Self | None:
        """Take the lock of a data directory, or another one in it, or None when another process holds it.

        Raises Damaged when the directory cannot be made or written to.
        """
        make_directory(directory)
        try:
            # Not inherited by the programs that we start: only we hold it.
            descriptor = os.open(directory / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise unusable(directory, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    @classmethod
    def wait(cls, directory: Path, seconds: float) -> Self:
        """Take the lock, waiting at most `seconds`. Raises Busy that names the process that holds it."""
        deadline = time.monotonic() + seconds
        while (lock := cls.take(directory)) is None:
            if time.monotonic() > deadline:
                raise Busy(
                    N_(
                        "Katalogen %(directory)s används redan av en annan process (%(holder)s). "
                        "Stoppa den först, eller ange en annan katalog."
                    ),
                    directory=directory,
                    holder=holder(directory),
                )
            time.sleep(_PAUSE_SECONDS)
        return lock

    def close(self) -> None:
        """Let go of the lock."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def holder(directory: Path) -> str:
    """The process number of the last one that took the lock, for people to read."""
    return (directory / LOCK).read_text(encoding="ascii").strip() or "?"


def unusable(directory: Path, error: OSError) -> Damaged:
    """The error of a data directory that cannot be made or written to."""
    return Damaged(
        N_(
            "Katalogen %(directory)s går inte att använda (%(reason)s). Kontrollera sökvägen och "
            "rättigheterna, eller ange en annan katalog."
        ),
        directory=directory,
        reason=error.strerror,
    )


def make_directory(directory: Path) -> None:
    """Make the data directory if need be; for us alone, since the journal holds internal notes.

    Raises Damaged when it cannot be made.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(directory, error) from error
