"""Killed with SIGKILL at random points: every acknowledged revision is shown afterwards, nothing half-done."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from catalogue.changes import everything
from catalogue.layout import Layout
from catalogue.projections import LARGE, Projections
from catalogue.settings import Settings
from tests.conformance.conftest import until

LIVES = 60
LARGE_LIVES = 6
SCRIPT = Path(__file__).with_name("life.py")


@dataclass
class Life:
    """What a killed process had said: the last durable and the last shown number."""

    acknowledged: int = 0
    shown: int = 0
    opened: bool = False


@contextmanager
def lives(data: Path, large: int = 0) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(data), str(large)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def one_life(
    process: subprocess.Popen[str], seed: int, seconds: float, *, counted_from: str = "life"
) -> Life:
    """Let a process live for `seconds`, then kill it; they are counted from the first time that it says a word."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{seed}\n")
    process.stdin.flush()
    life = Life()
    number = 0
    for line in process.stdout:
        word, *numbers = line.split()
        if word == "life":
            number = int(numbers[0])
        elif word == "open":
            life.opened = True
        elif word == "ack":
            life.acknowledged = int(numbers[1])
        elif word == "shown":
            life.shown = int(numbers[0])
        else:
            break
        if word == counted_from:
            Timer(seconds, os.kill, (number, signal.SIGKILL)).start()
            counted_from = ""
    return life


def check(settings: Settings, life: Life, large: int = 0) -> None:
    """Start again, and compare journal, store and index."""
    with Projections.open(settings) as projections:
        journal = projections.journal
        head = journal.head()
        assert head >= life.acknowledged >= life.shown
        assert [r.seq for r in journal.since(0)] == list(range(1, head + 1))
        assert projections.version == head
        records = {revision.iri for revision in journal.since(0)}
        loads = Counter(iri.rpartition("k")[0] for iri in records)
        assert {count for name, count in loads.items() if "/insats/l" in name} <= {25}
        assert {count for name, count in loads.items() if "/insats/g" in name} <= {large}
        expected = list(everything(journal, projections.shapes, upto=head))
        with projections.snapshot() as now:
            shown = {f"{triple} ." for triple in now.store.triples()}
            assert shown == {line for change in expected for line in change.after.decode().splitlines()}
            documents = {document[0] for document in now.index.documents() if "/id/insats/" in document[0]}
        assert documents == {change.iri for change in expected if "/id/insats/" in change.iri}
    assert Layout(settings.data).generations() == [Layout(settings.data).current()]


def children(data: Path) -> list[str]:
    """The command lines of builds for a data directory that are still running."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if "catalogue.building" in line and str(data) in line:
            found.append(line)
    return found


def test_killed_sixty_times_nothing_acknowledged_is_lost_and_nothing_is_half_done(
    tmp_path: Path, state: Callable[[Projections], object]
) -> None:
    settings = Settings(data=tmp_path / "data", base="http://x.example/")
    chance = random.Random(20261121)
    seen = []
    with lives(settings.data) as process:
        for number in range(LIVES):
            # Some come to publish also where starting and publishing take long.
            counted_from = ("life", "open", "ack")[number % 3]
            life = one_life(process, number, chance.uniform(0.0, 1.2), counted_from=counted_from)
            check(settings, life)
            seen.append(life)
    with Projections.open(settings) as projections:
        followed = state(projections)
    Layout(settings.data).rebuild_request.write_text("token")
    with Projections.open(settings) as projections:
        assert state(projections) == followed
    assert len([life for life in seen if life.acknowledged]) > LIVES / 4, (
        "most lives were too short to publish"
    )


def test_killed_while_a_large_load_is_built_it_is_shown_whole_or_not_at_all(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base="http://x.example/")
    chance = random.Random(1)
    with lives(settings.data, LARGE + 1) as process:
        for number in range(LARGE_LIVES):
            check(settings, one_life(process, number, chance.uniform(0.5, 4.0)), LARGE + 1)
    until(lambda: not children(settings.data))
