"""Child processes of ours: how each is started, and one whose end a thread of the server waits for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from catalogue.confinement import die_with

_NICENESS = 19
_GLANCE_SECONDS = 0.2
# So much of what a child said last is read, in bytes.
_LAST = 4_000


@dataclass(frozen=True)
class Ended:
    """How a child ended: its status as Popen tells it, and why, in a line."""

    status: int
    reason: str


def start(
    arguments: Sequence[str],
    *,
    output: IO[bytes],
    stdin: int = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a Python with these arguments; what it says, by either stream, goes to the file `output`.

    It has a process group of its own, since the terminal's Ctrl-C is the parent's to answer. It stays in the
    parent's session: Linux shares the processors between sessions first, and counts niceness only inside each
    (sched(7), "The autogroup feature").
    """
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=stdin,
        # A pipe would fill up, and stop the child, where nobody reads it before the end.
        stdout=output,
        stderr=output,
        pass_fds=pass_fds,
        env=environment,
        process_group=0,
    )


def run(
    module: str, *arguments: str, stopping: threading.Event, seconds: float | None = None
) -> Ended | None:
    """Have a child do the work of a module, whose `main` begins with `begin`, and wait for its end.

    It is killed after `seconds`, where told, and when `stopping` is set, for which the answer is None. It also
    dies with the thread that called. Raises OSError when it cannot be started.
    """
    with tempfile.TemporaryFile() as output:
        process = start(["-m", module, str(os.getpid()), *arguments], output=output)
        end = None if seconds is None else time.monotonic() + seconds
        with process:
            while process.poll() is None:
                if stopping.wait(_GLANCE_SECONDS):
                    process.kill()
                    return None
                if end is not None and time.monotonic() > end:
                    process.kill()
        return Ended(process.returncode, reason(output, process.returncode))


def begin(arguments: Sequence[str]) -> list[str]:
    """The child's side of `run`, before anything else: lowest priority, and to die with who waits. Returns the arguments of the work."""
    parent, *told = arguments
    os.nice(_NICENESS)
    die_with(int(parent))
    return told


def last_words(output: IO[bytes]) -> str:
    """The end of what a child said that has ended."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _LAST))
    return output.read().decode("utf-8", "replace").strip()


def reason(output: IO[bytes], status: int) -> str:
    """Why a child ended: the last line that it said, else its status."""
    lines = last_words(output).splitlines()
    return lines[-1] if lines else f"status {status}"
