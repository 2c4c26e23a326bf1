"""docs/sparql.md: each feature of the table names a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line
    for line in (ROOT / "docs/sparql.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "| Test |" not in line
]


def test_the_table_has_rows() -> None:
    assert len(ROWS) > 30


@pytest.mark.parametrize("row", ROWS)
def test_each_feature_names_a_test_that_exists(row: str) -> None:
    found = re.search(r"`(tests/[a-z_/]+\.py)::(test_\w+)` \|$", row)
    assert found is not None
    assert f"\ndef {found[2]}(" in (ROOT / found[1]).read_text("utf-8")
