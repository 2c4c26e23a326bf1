"""A load that is ended from outside, in whichever phase: nothing published, nothing left behind, nobody left running."""

from __future__ import annotations

import os
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
from tests.app.processes import children, runs
from tests.attacks.conftest import BASE
from tests.conformance.conftest import until

# Says on standard error which phase a load has come to, and stays in it: its children work on.
_LOAD = """
import sys, time
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
            if stage == STAYS:
                time.sleep(3_600)
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
            [
                sys.executable,
                "-c",
                _LOAD.replace("STAYS", repr(phase)),
                "load",
                "--data",
                str(settings.data),
                str(many),
            ],
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


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_a_load_that_is_ended_publishes_nothing_and_leaves_nothing(
    settings: Settings, begin: Begin, phase: str, sent: signal.Signals
) -> None:
    process = begin(phase)
    begun = children(process.pid)
    process.send_signal(sent)
    process.communicate()
    assert process.returncode != 0
    until(lambda: not any(map(runs, begun)))
    if sent != signal.SIGKILL:
        assert not list(settings.data.glob("load-*"))
    journal = Journal.open(Layout(settings.data).journal)
    assert "load" not in journal.origins()
    journal.close()
