"""Workers: what they may not do, how they end, and that the parent always learns why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.workers import Cause, Limits, Worker, WorkerLost
from tests.app.processes import runs
from tests.conformance.conftest import until

# Seconds that an answer may take on a busy machine.
PATIENCE = 300

WORK = """
import os, signal, socket, subprocess

def work(request):
    yield from globals()[request.decode()]()

def answer():
    yield b"one"
    yield b"two"

def network():
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family)
        except PermissionError:
            yield b"refused"

def program():
    try:
        subprocess.run(["/bin/true"])
    except PermissionError:
        yield b"refused"

def circumstances():
    yield repr((os.nice(0), sorted(os.environ), sorted(os.listdir("/proc/self/fd")))).encode()

def spin():
    yield b"started"
    while True:
        pass

def allocate():
    bytearray(3 << 30)
    yield b"allocated"

def recurse():
    def deeper():
        return deeper()
    yield deeper()

def crash():
    os.kill(os.getpid(), signal.SIGABRT)
    yield b""

def write():
    with open("BIG", "wb") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))
    yield b"written"
"""


@pytest.fixture
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_work.py").write_text(WORK.replace("BIG", str(tmp_path / "big")))
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.fixture
def worker(_module: None) -> Iterator[Worker]:
    with Worker.start("a_work", Limits(file_bytes=10 * 2**20)) as worker:
        yield worker


def test_a_worker_answers_one_request_after_the_other(worker: Worker) -> None:
    assert list(worker.ask(b"answer", seconds=PATIENCE)) == [b"one", b"two"]
    assert list(worker.ask(b"answer", seconds=PATIENCE)) == [b"one", b"two"]


def test_a_worker_has_no_network_and_starts_no_programs(worker: Worker) -> None:
    assert list(worker.ask(b"network", seconds=PATIENCE)) == [b"refused"] * 3
    assert list(worker.ask(b"program", seconds=PATIENCE)) == [b"refused"]


def test_a_worker_inherits_nothing_and_has_the_lowest_priority(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    [answer] = worker.ask(b"circumstances", seconds=PATIENCE)
    priority, environment, files = eval(answer.decode())
    assert priority == 19
    assert environment == ["LANG", "PYTHONPATH", "PYTHONUTF8", "TMPDIR"]
    # Standard streams, the link, and the listing itself.
    assert len(files) == 5


def test_a_worker_that_spins_is_killed_at_the_deadline(worker: Worker) -> None:
    with pytest.raises(WorkerLost) as lost:
        list(worker.ask(b"spin", seconds=1))
    assert lost.value.cause is Cause.DEADLINE
    assert not runs(worker.pid)


@pytest.mark.parametrize(
    ("request_", "cause"),
    [
        (b"allocate", Cause.MEMORY),
        (b"recurse", Cause.DEPTH),
        (b"crash", Cause.CRASH),
        (b"write", Cause.FILE_SIZE),
    ],
)
def test_the_parent_learns_why_a_worker_was_lost(worker: Worker, request_: bytes, cause: Cause) -> None:
    with pytest.raises(WorkerLost) as lost:
        list(worker.ask(request_, seconds=PATIENCE))
    assert lost.value.cause is cause


def test_closing_a_worker_kills_it_in_the_middle_of_its_work(worker: Worker) -> None:
    answer = worker.ask(b"spin", seconds=PATIENCE)
    assert next(answer) == b"started"
    worker.close()
    assert not runs(worker.pid)


def test_a_worker_dies_with_its_parent(tmp_path: Path, _module: None) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from catalogue.workers import Limits, Worker\n"
        "worker = Worker.start('a_work', Limits())\n"
        "answer = worker.ask(b'spin', seconds=600); next(answer)\n"
        "print(worker.pid, flush=True); next(answer)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until(lambda: not runs(pid))
