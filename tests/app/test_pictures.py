"""Pictures from data: always the same for the same record, and never outside their frame."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from app.pictures import CELL, arc_path, tile_pattern

REFERENCE = st.text("bcdfghjkmnpqrstvwxz2-9", min_size=4, max_size=6)


@given(REFERENCE)
def test_a_reference_has_one_pattern(reference: str) -> None:
    first = tile_pattern(reference, 6, 4)
    tile_pattern.cache_clear()
    assert tile_pattern(reference, 6, 4) == first


def test_two_references_have_two_patterns() -> None:
    assert tile_pattern("7k3f", 6, 4) != tile_pattern("7k3g", 6, 4)


@given(REFERENCE)
def test_every_piece_begins_inside_the_picture(reference: str) -> None:
    pattern = tile_pattern(reference, 6, 4)
    assert (pattern.width, pattern.height) == (6 * CELL, 4 * CELL)
    for piece in pattern.pieces:
        start = re.match(r"M(\d+) (\d+)", piece.path)
        assert start is not None
        assert int(start[1]) <= pattern.width
        assert int(start[2]) <= pattern.height
        assert piece.colour in {"first", "second", "quiet", "tint"}


def test_an_arc_is_the_same_in_both_directions_and_higher_the_further_it_goes() -> None:
    assert arc_path(1, 3) == arc_path(3, 1)
    tops = [int(arc_path(0, end).split("C")[1].split()[1]) for end in (1, 2, 3, 4, 7)]
    assert tops == sorted(tops, reverse=True)
