"""A load that is ended from outside, in whichever phase: nothing published, nothing left behind, nobody left running."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.generator import generate
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.settings import Settings
from tests.attacks.conftest import BASE

# Says on standard error which phase a load has come to.
_LOAD = """
import sys
from app.commands import following
from app.cli import main
from contextlib import contextmanager

@contextmanager
def stages(settings, *, quiet):
    said = set()
    def advance(stage, done, total):
        if stage not in said:
            said.add(stage)
            print(stage, file=sys.stderr, flush=True)
    yield advance

following.stages = stages
main()
"""
PHASES = ("Läser filerna", "Granskar posterna", "Skriver till journalen")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes some seconds to load."""
    file = tmp_path_factory.mktemp("many") / "many.nt"
    file.write_bytes(b"".join(generate(1_500, 1, BASE)))
    return file


Begin = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def begin(settings: Settings, many: Path) -> Begin:
    """Begin a load, and return when it has come to a phase."""

    def begin(phase: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _LOAD, "load", "--data", str(settings.data), str(many)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PIVI_BASE": BASE},
        )
        assert process.stderr is not None
        for line in process.stderr:
            if line.strip() == phase:
                return process
        raise AssertionError(f"the load never came to {phase}")

    return begin


def _children(process: subprocess.Popen[str]) -> list[int]:
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in told.split()]


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _wait_for_end(pids: list[int]) -> None:
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended, _, _ = select.select([descriptor], [], [], 10)
        os.close(descriptor)
        assert ended or not _runs(pid), f"process {pid} lives on"


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_a_load_that_is_ended_publishes_nothing_and_leaves_nothing(
    settings: Settings, begin: Begin, phase: str, sent: signal.Signals
) -> None:
    process = begin(phase)
    children = _children(process)
    process.send_signal(sent)
    process.communicate()
    assert process.returncode != 0
    _wait_for_end(children)
    if sent != signal.SIGKILL:
        assert not list(settings.data.glob("load-*"))
    journal = Journal.open(Layout(settings.data).journal)
    assert "load" not in journal.origins()
    journal.close()
