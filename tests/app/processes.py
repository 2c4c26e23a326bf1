"""Processes by the kernel's account, which may end while one looks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

_GONE = (FileNotFoundError, ProcessLookupError)


def children(pid: int) -> list[int]:
    """The children of a process, whichever of its threads started them, and the ended that it has not waited for."""
    found = []
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(*_GONE):
            found += [int(child) for child in each.read_text().split()]
    return found


def state(pid: int) -> str:
    """How Linux calls the state of a process; empty when there is none."""
    with suppress(*_GONE):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def runs(pid: int) -> bool:
    """Whether a process lives; one that only waits to be reaped has ended."""
    return state(pid) not in ("", "Z", "X")


def command(pid: int) -> bytes:
    """The command line; its parent's when it has just been forked, empty when it has ended."""
    with suppress(*_GONE):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def run_in_each_child(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every Python that is started from now on begin with a program, which is put into a folder."""
    # Python imports a module of this name at its start.
    (folder / "sitecustomize.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(folder))
