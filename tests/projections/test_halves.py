"""The index of much is made in two halves: the same as one made whole, and nothing of a half that was left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from catalogue.building import Build, build_here
from catalogue.errors import Damaged
from catalogue.generations import Generation
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout
from catalogue.projections import LARGE, Projections
from catalogue.publishing import publish, withdraw
from catalogue.settings import Settings
from catalogue.shapes import Shapes

Make = Callable[..., NewRevision]
State = tuple[frozenset[str], tuple[tuple[str, ...], ...]]


@pytest.fixture
def much(settings: Settings, initiative: Make) -> Settings:
    """A data directory that shows little, with a journal that has much more."""
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Ett"), initiative("ghjk", "Två")])
    journal = Journal.open(Layout(settings.data).journal)
    words = ("Nattpatrullen", "Läxhjälpen", "Kvinnojouren")
    publish(journal, (initiative(f"bcdf{n}", f"{words[n % 3]} nummer {n}") for n in range(LARGE)))
    publish(journal, [initiative("bcdf7", "Ändrad", area="fritid")])
    withdraw(journal, "http://x.example/id/insats/bcdf8", reason="Fel", by="x")
    journal.close()
    return settings


def segments(generation: Path) -> int:
    return len(json.loads((generation / "index" / "meta.json").read_text())["segments"])


def built(settings: Settings, directory: Path) -> Path:
    """A generation that processes have built beside each other."""
    directory.mkdir()
    layout = Layout(settings.data)
    journal = layout.open_journal()
    build = Build.start(layout.journal, directory, journal.head(), beside_pages=False)
    try:
        while not build.finished():
            build.wait(10)
    finally:
        build.cancel()
        journal.close()
    return directory


def test_much_is_indexed_in_two_halves_and_little_in_one_piece(much: Settings, tmp_path: Path) -> None:
    current = Layout(much.data).current()
    assert current is not None and segments(current) == 1
    halved = built(much, tmp_path / "halved")
    assert segments(halved) == 2
    assert [path.name for path in sorted(halved.glob("index*/"))] == ["index"]


def test_an_index_made_in_halves_is_the_one_made_whole(much: Settings, tmp_path: Path) -> None:
    shapes = Shapes.load()
    journal = Layout(much.data).open_journal()
    (tmp_path / "whole").mkdir()
    build_here(journal, shapes, tmp_path / "whole", journal.head())
    one = Generation.open(tmp_path / "whole", shapes)
    two = Generation.open(built(much, tmp_path / "halved"), shapes)
    assert list(two.index.documents()) == list(one.index.documents())
    assert two.came_from(journal) and two.behind(journal.head()) == 0
    for each in (one, two):
        each.close()
    journal.close()


def half_moved(index: Path, rest: Path) -> None:
    """As killed while files were being moved: some are in their new place, and no list names them."""
    for file in sorted(rest.glob("*.store")):
        file.rename(index / file.name)


def list_half_written(index: Path, rest: Path) -> None:
    """As killed while the new list was being written."""
    half_moved(index, rest)
    (index / "meta.json").write_text((index / "meta.json").read_text()[:100])


def not_joined(index: Path, rest: Path) -> None:
    """As killed before the halves were joined."""


@pytest.mark.parametrize("killed", [not_joined, half_moved, list_half_written])
def test_halves_that_a_killed_build_left_are_removed_and_never_shown(
    much: Settings,
    tmp_path: Path,
    state: Callable[[Projections], State],
    killed: Callable[[Path, Path], None],
) -> None:
    layout = Layout(much.data)
    left = layout.next_generation()
    halved = built(much, tmp_path / "halved")
    shutil.copytree(halved / "index", left / "index")
    shutil.copytree(halved / "index", left / "index-rest")
    killed(left / "index", left / "index-rest")
    assert layout.current() != left
    with Projections.open(much) as projections:
        assert projections.version == projections.journal.head()
        assert len([d for d in state(projections)[1] if "/id/insats/" in d[0]]) == LARGE + 1
    assert not left.exists()
    assert layout.generations() == [layout.current()]


@pytest.mark.parametrize("part", ["store", "index", "index-rest"])
def test_when_one_of_the_processes_is_killed_the_others_end_and_the_build_fails(
    much: Settings, tmp_path: Path, part: str
) -> None:
    build, process = begun(much, tmp_path, part)
    try:
        os.kill(process, signal.SIGKILL)
        with pytest.raises(Damaged, match="kunde inte byggas"):
            while not build.finished():
                build.wait(10)
        assert not builders(build.directory)
    finally:
        build.cancel()


def begun(settings: Settings, directory: Path, part: str) -> tuple[Build, int]:
    """A build that is under way, and its process for a part, which stands still before its end."""
    layout = Layout(settings.data)
    with closing(layout.open_journal()) as journal:
        head = journal.head()
    for number in range(20):
        place = directory / f"build-{number}"
        place.mkdir()
        build = Build.start(layout.journal, place, head, beside_pages=False)
        while not build.finished():
            # A process that has just begun does not tell yet what it runs.
            for process in (process for process, name in builders(place).items() if name == part):
                os.kill(process, signal.SIGSTOP)
                if process in builders(place):
                    return build, process
            os.sched_yield()
        build.cancel()
    raise AssertionError("every build was done before it was looked at")


def builders(directory: Path) -> dict[int, str]:
    """The processes that build in a directory, and what each builds."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"catalogue.building" in words and bytes(directory) in words:
            found[int(entry.parent.name)] = words[words.index(b"catalogue.building") + 1].decode()
    return found
