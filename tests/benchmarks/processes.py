"""Commands and servers as processes of their own, with their time, processor time and memory."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

PIVI = [sys.executable, "-m", "app.cli"]


@dataclass(frozen=True)
class Run:
    """A finished command: wall time in seconds, peak memory of it and its children together in bytes."""

    seconds: float
    peak_memory: int
    output: str


def run(arguments: Sequence[str], **environment: str) -> Run:
    """Run `pivi` with these arguments. Raises RuntimeError with its output when it fails."""
    with tempfile.TemporaryFile("w+b") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*PIVI, *arguments], stdout=output, stderr=output, env={**os.environ, **environment}
        )
        peak = _peak_memory_until_end(process)
        seconds = time.perf_counter() - start
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"pivi {' '.join(arguments)} ended with {process.returncode}:\n{text}")
    return Run(seconds, peak, text)


def memory(pid: int) -> int:
    """Resident memory of a process and its children in bytes; pages they share are counted once each."""
    process = psutil.Process(pid)
    total: int = 0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += each.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _peak_memory_until_end(process: subprocess.Popen[bytes]) -> int:
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, memory(process.pid))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    process.wait()
    return peak


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, its process, and the seconds until its first answer."""

    port: int
    pid: int
    first_answer: float

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body of one GET on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def processor_seconds(self) -> float:
        """User and system time of the server so far."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)


def until_quiet(used: Callable[[], float]) -> None:
    """Wait until a process uses less than a tenth of a core by itself, for two seconds on end.

    A server that nobody asks uses about a sixteenth: it looks for new revisions and snapshots.

    `used` gives its processor seconds so far. After a bulk load RocksDB compacts in the background, up
    to minutes, which would be taken for the cost of whatever is measured meanwhile. Raises
    RuntimeError when it is not quiet within ten minutes.
    """
    end = time.monotonic() + 600
    quiet = 0
    while quiet < 4:
        if time.monotonic() > end:
            raise RuntimeError("the process is still busy by itself after ten minutes")
        before = used()
        time.sleep(0.5)
        quiet = quiet + 1 if used() - before < 0.5 / 10 else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], path: str = "/", **environment: str) -> Iterator[Server]:
    """A server process, ready when `path` answers 200; `{port}` in the command is its port."""
    port = free_port()
    with tempfile.TemporaryFile("w+b") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
        )
        try:
            while not _answers(port, path):
                if process.poll() is not None or time.perf_counter() - start > 300:
                    output.seek(0)
                    raise RuntimeError(output.read().decode(errors="replace"))
                time.sleep(0.02)
            yield Server(port, process.pid, time.perf_counter() - start)
        finally:
            process.terminate()
            threading.Timer(20, process.kill).start() if process.poll() is None else None
            process.wait()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def pivi_serving(data: Path) -> Iterator[Server]:
    """`pivi serve` over a data directory, without the dump and the self-test that it would make meanwhile."""
    command = [*PIVI, "serve", "--data", str(data), "--port", "{port}"]
    with serving(command, PIVI_DUMP_SECONDS="0", PIVI_SELF_TEST_SECONDS="0") as server:
        yield server
