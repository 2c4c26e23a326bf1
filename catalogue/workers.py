"""Killable worker processes for what may hang, crash or eat memory: foreign files, public queries.

A worker is a fresh interpreter (no fork: nothing of the parent is inherited but one socket) that
confines itself before it sees any input: memory, processor time, file size, no network, no other
programs, lowest priority. It is killed at the deadline and dies with its parent.
"""

from __future__ import annotations

import enum
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import IO, Protocol, Self

from catalogue.confinement import confine

# The largest message a parent accepts from a worker, bytes.
MESSAGE_LIMIT = 64 * 2**20
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
    STOPPED = "stopped"
    """Whoever asked does not want the answer any longer."""


class WorkerLost(Exception):
    """The worker was killed or died before it had answered; `detail` is the end of its error output."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail


class Work(Protocol):
    """What the module that a worker runs must define, as `work`."""

    def __call__(self, request: bytes) -> Iterable[bytes]: ...


class Worker:
    """A worker process that answers one request at a time. Use as a context manager: leaving kills it."""

    def __init__(self, process: subprocess.Popen[bytes], link: Connection, errors: IO[bytes]) -> None:
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
            process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-s", "-m", "catalogue.workers"),
                    *(module, str(theirs.fileno()), str(os.getpid()), json.dumps(asdict(limits))),
                ],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                pass_fds=[theirs.fileno()],
                env=_clean_environment(),
                # An own group: the terminal's Ctrl-C is the parent's to answer.
                start_new_session=True,
            )
        return cls(process, Connection(ours.detach()), errors)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, request: bytes, *, seconds: float, unwanted: Callable[[], bool] | None = None
    ) -> Iterator[bytes]:
        """Send a request and yield the messages of its answer, until it is whole.

        Raises WorkerLost when the worker dies, or when `seconds` have passed: it is then killed.
        So it is when `unwanted`, asked a few times a second, says that nobody waits for the answer.
        """
        deadline = time.monotonic() + seconds
        try:
            self._link.send_bytes(request)
            while message := self._receive(deadline, unwanted):
                yield message
        except (EOFError, OSError) as error:
            raise self._lost() from error

    def close(self) -> None:
        """Kill the worker, if it still lives, and wait for its end."""
        if not self._link.closed:
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
        left = max(0.0, deadline - time.monotonic())
        while not self._link.poll(left if unwanted is None else min(left, _GLANCE_SECONDS)):
            left = deadline - time.monotonic()
            if left <= 0:
                self._kill()
                raise WorkerLost(Cause.DEADLINE, self._last_words())
            if unwanted is not None and unwanted():
                self._kill()
                raise WorkerLost(Cause.STOPPED, "")
        return self._link.recv_bytes(MESSAGE_LIMIT)

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
        words = self._last_words()
        return WorkerLost(_cause(status, words), words)

    def _last_words(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - 4000))
        return self._errors.read().decode("utf-8", "replace").strip()


def _cause(status: int, words: str) -> Cause:
    if status == -signal.SIGXCPU:
        return Cause.DEADLINE
    if "memory allocation of" in words or "MemoryError" in words or "failed to allocate" in words:
        return Cause.MEMORY
    if "overflowed its stack" in words or "RecursionError" in words or status == -signal.SIGSEGV:
        return Cause.DEPTH
    if status == -signal.SIGXFSZ or "File too large" in words:
        return Cause.FILE_SIZE
    return Cause.CRASH


def _clean_environment() -> dict[str, str]:
    """Only what the interpreter needs to find the same modules; no settings, proxies or secrets."""
    return {
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "TMPDIR": tempfile.gettempdir(),
    }


def main(arguments: list[str]) -> None:
    """The worker's side: confine, import, then answer requests until the parent hangs up."""
    module, descriptor, parent, limits = arguments
    confine(parent=int(parent), **json.loads(limits))
    work: Work = importlib.import_module(module).work
    with Connection(int(descriptor)) as link:
        while True:
            try:
                request = link.recv_bytes()
            except EOFError:
                return
            for message in work(request):
                link.send_bytes(message)
            # An empty message ends an answer.
            link.send_bytes(b"")


if __name__ == "__main__":
    main(sys.argv[1:])
