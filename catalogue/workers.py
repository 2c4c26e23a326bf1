"""Killable worker processes for what may hang, crash or eat memory: foreign files, public queries.

A worker is a fresh interpreter (no fork: nothing of the parent is inherited but one socket) that
confines itself before it sees any input: memory, processor time, file size, no network, no other
programs, lowest priority. It is killed at the deadline and dies with its parent. The module that it runs
defines `work(request: bytes) -> Iterable[bytes]`: the messages of the answer.
"""

from __future__ import annotations

import enum
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import catalogue
from catalogue import children
from catalogue.link import Link

_GLANCE_SECONDS = 0.2


@dataclass(frozen=True)
class Limits:
    """What a worker may use in its whole life. None: no limit of its own."""

    memory: int = 2 * 2**30
    """Bytes of address space; the interpreter and Oxigraph's code take about 0.2 GB of it."""
    cpu_seconds: int | None = None
    file_bytes: int | None = None
    """The largest file that it may write."""
    open_files: int = 64
    niceness: int = 19
    """What is added to the priority number (nice(2)): 19 yields to everything, 0 to nothing."""


class Cause(enum.Enum):
    """Why a worker was lost."""

    DEADLINE = "deadline"
    MEMORY = "memory"
    DEPTH = "depth"
    FILE_SIZE = "file size"
    CRASH = "crash"
    KILLED = "killed"
    """By somebody else: an operator, or the system when memory was short."""
    STOPPED = "stopped"
    """Whoever asked does not want the answer any longer."""


class WorkerLost(Exception):
    """The worker was killed or died before it had answered; `detail` is the end of its error output."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail


class Worker:
    """A worker process that answers one request at a time. Use as a context manager: leaving kills it."""

    def __init__(self, process: subprocess.Popen[bytes], link: Link, errors: IO[bytes]) -> None:
        self._process = process
        self._link = link
        self._errors = errors

    @classmethod
    def start(cls, module: str, limits: Limits) -> Self:
        """Start a worker that runs `work` of the module.

        It is killed when the *thread* that started it ends, which is how Linux tells a parent's death
        (prctl(2), PR_SET_PDEATHSIG): start long-lived workers from a thread that lives as long.
        """
        ours, theirs = socket.socketpair()
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        with theirs:
            process = children.start(
                [
                    # Without `site` (-S): all that it would find is in the path that is given.
                    *("-P", "-s", "-S", "-m", "catalogue.worker_side"),
                    *(module, str(theirs.fileno()), str(os.getpid())),
                    *(f"{name}={value}" for name, value in asdict(limits).items() if value is not None),
                ],
                output=errors,
                pass_fds=[theirs.fileno()],
                environment=_clean_environment(),
            )
        return cls(process, Link(ours), errors)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, request: bytes, *, seconds: float, unwanted: Callable[[], bool] | None = None
    ) -> Iterator[bytes]:
        """Send a request and yield the messages of its answer, until it is whole.

        Raises WorkerLost when the worker dies, or when `seconds` have passed: it is then killed.
        So it is when `unwanted`, asked a few times a second, says that nobody waits for the answer.
        """
        deadline = time.monotonic() + seconds
        try:
            self._link.send(request)
            while message := self._receive(deadline, unwanted):
                yield message
        except (EOFError, OSError) as error:
            raise self._lost() from error

    def fileno(self) -> int:
        """Readable when a piece of the answer has come, or the worker has died."""
        return self._link.fileno()

    def send(self, request: bytes) -> None:
        """Send a small request without waiting; the answer is taken with `come`. Raises WorkerLost."""
        try:
            self._link.send(request)
        except OSError as error:
            raise self._lost() from error

    def come(self) -> bytes | None:
        """The next message of the answer if it is whole, else None; an empty one ends it. Raises WorkerLost."""
        try:
            return self._link.come()
        except (EOFError, OSError) as error:
            raise self._lost() from error

    def give_up(self, cause: Cause) -> WorkerLost:
        """Kill the worker in the middle of its work; what to raise for `cause`."""
        self._kill()
        return WorkerLost(cause, children.last_words(self._errors) if cause is Cause.DEADLINE else "")

    def close(self) -> None:
        """Kill the worker, if it still lives, and wait for its end."""
        self._link.close()
        self._kill()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self, deadline: float, unwanted: Callable[[], bool] | None) -> bytes:
        while True:
            left = deadline - time.monotonic()
            try:
                return self._link.receive(left if unwanted is None else min(left, _GLANCE_SECONDS))
            except TimeoutError:
                if time.monotonic() >= deadline:
                    self._kill()
                    raise WorkerLost(Cause.DEADLINE, children.last_words(self._errors)) from None
                if unwanted is not None and unwanted():
                    self._kill()
                    raise WorkerLost(Cause.STOPPED, "") from None

    def _kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def _lost(self) -> WorkerLost:
        try:
            # The link closes a moment before the process is gone.
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._kill()
            status = self._process.returncode
        words = children.last_words(self._errors)
        return WorkerLost(_cause(status, words), words)


def _cause(status: int, words: str) -> Cause:
    if status == -signal.SIGXCPU:
        return Cause.DEADLINE
    if "memory allocation of" in words or "MemoryError" in words or "failed to allocate" in words:
        return Cause.MEMORY
    if "overflowed its stack" in words or "RecursionError" in words or status == -signal.SIGSEGV:
        return Cause.DEPTH
    if status == -signal.SIGKILL:
        return Cause.KILLED
    if status == -signal.SIGXFSZ or "File too large" in words:
        return Cause.FILE_SIZE
    return Cause.CRASH


def _clean_environment() -> dict[str, str]:
    """Only what the interpreter needs to find the same modules; no settings, proxies or secrets."""
    package = str(Path(catalogue.__path__[0]).parent)
    return {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(each for each in (*sys.path, package) if each)),
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "TMPDIR": tempfile.gettempdir(),
    }
