"""What a killed process left half-written in the index hinders nobody."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.journal import NewRevision
from catalogue.layout import Layout
from catalogue.projections import Projections
from catalogue.publishing import publish
from catalogue.settings import Settings

Make = Callable[..., NewRevision]
State = tuple[frozenset[str], tuple[tuple[str, ...], ...]]


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not-listed"])
def test_files_of_a_commit_that_never_came_are_no_hindrance(
    settings: Settings, initiative: Make, state: Callable[[Projections], State], tmp_path: Path, listed: bool
) -> None:
    """`listed`: tantivy had noted the files before it wrote them; else the index has to be built anew."""
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative(ref) for ref in ("bcdf", "ghjk", "mnpq")])
        projections.catch_up()
    directory = Layout(settings.data).current()
    assert directory is not None
    before = tmp_path / "before"
    shutil.copytree(directory, before)
    with Projections.open(settings) as projections:
        # One of the documents of a segment is written anew, so the segment gets a file of deletions.
        publish(projections.journal, [initiative("bcdf", "Efter")])
        assert projections.step()
        left = [
            each for each in (directory / "index").iterdir() if not (before / "index" / each.name).exists()
        ]
        assert any(each.suffix == ".del" for each in left)
        for each in left:
            shutil.copy2(each, before / "index")
        if listed:
            shutil.copy2(directory / "index" / ".managed.json", before / "index")
    with Projections.open(settings) as projections:
        shown = state(projections)
    # As after a kill in the middle of the commit: its files are there, what makes them count is not.
    shutil.rmtree(directory)
    shutil.move(before, directory)
    with Projections.open(settings) as projections:
        assert state(projections) == shown
        assert (Layout(settings.data).current() == directory) == listed
