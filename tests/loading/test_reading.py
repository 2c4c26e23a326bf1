"""The reading process: it never outlives the worker that it reads for, and is never lost in silence."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Seconds that a busy machine is given.
PATIENCE = 300

PROGRAM = """
import sys
from catalogue.reading import InputFile, Reading
with Reading.start([InputFile(sys.argv[1], "ett rör", "nt", None)], 1000) as reading:
    print("started", flush=True)
    list(reading.batches())
"""


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that waits for its reading process, and that one's number: it waits for a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = [sys.executable, "-c", PROGRAM, str(pipe)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        # Opens when the reader has opened its end, so it has come to its work.
        writing = os.open(pipe, os.O_WRONLY)
        [reader] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        try:
            yield process, int(reader)
        finally:
            os.close(writing)
            process.kill()


def test_the_reading_process_dies_with_its_worker(waiting: tuple[subprocess.Popen[bytes], int]) -> None:
    process, reader = waiting
    handle = os.pidfd_open(reader)
    process.kill()
    process.wait(PATIENCE)
    # Readable when the process has ended.
    assert _ends(handle)


def test_a_worker_whose_reader_was_killed_ends_in_the_same_way(
    waiting: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, reader = waiting
    os.kill(reader, signal.SIGSEGV)
    assert process.wait(PATIENCE) == -signal.SIGSEGV


def _ends(handle: int) -> bool:
    try:
        return bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)
