"""What the tests of the shapes share: the shapes that ship, and a copy of them that a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.knowledge import folder
from catalogue.shapes import Shapes

Change = Callable[[Callable[[str], str]], Shapes]


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes.load()


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """Load the shapes with `initiative.ttl` rewritten."""

    def load(rewrite: Callable[[str], str]) -> Shapes:
        copy = tmp_path / "shapes"
        shutil.copytree(folder("shapes"), copy)
        path = copy / "initiative.ttl"
        before = path.read_text(encoding="utf-8")
        after = rewrite(before)
        assert after != before
        path.write_text(after, encoding="utf-8")
        return Shapes.load(copy)

    return load
