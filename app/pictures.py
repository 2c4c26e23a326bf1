"""Pictures drawn from data: the tile pattern of a record, the arcs between areas."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from markupsafe import Markup

from app.pages.parts import Tag

CELL = 100  # the side of a tile, in the picture's own coordinates
AREA_WIDTH = 150  # the width of an area in the row on the start page
BASELINE = 182  # where the arcs stand
_RISE = (0, 74, 112, 146, 168)  # how high an arc reaches, by how many areas it crosses

_DOME = f"a{CELL // 2} {CELL // 2} 0 0 1 {CELL} 0z"
_QUARTERS = (
    f"h{CELL}a{CELL} {CELL} 0 0 1-{CELL} {CELL}z",
    f"v{CELL}h{CELL}a{CELL} {CELL} 0 0 0-{CELL}-{CELL}z",
    f"h{CELL}v{CELL}a{CELL} {CELL} 0 0 1-{CELL}-{CELL}z",
    f"m{CELL} 0v{CELL}h-{CELL}a{CELL} {CELL} 0 0 1 {CELL}-{CELL}z",
)
# What a cell may hold besides the quarters, which have the numbers before.
_DOMED, _DOT, _NONE = 4, 5, 6

_AREA = Markup(' data-area="{}"')
_TILE = Markup(
    '<svg class="tile" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" aria-hidden="true" '
    'focusable="false"{}>\n<rect class="tile-ground" width="{width}" height="{height}"/>\n<g{}>{}</g>\n</svg>'
)


@dataclass(frozen=True)
class Piece:
    """A form in a tile pattern: an SVG path and the name of its colour."""

    path: str
    colour: str  # first, second, quiet, tint

    @cached_property
    def svg(self) -> str:
        """Paths and colours are our own words, so nothing in them needs escaping."""
        return f'<path class="tile-{self.colour}" d="{self.path}"/>'


@dataclass(frozen=True)
class Pattern:
    """A tile pattern, `width` by `height` in its own coordinates."""

    width: int
    height: int
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=512)
def tile_pattern(reference: str, columns: int, rows: int) -> Pattern:
    """The pattern that always belongs to `reference`: quarter circles, half circles and dots."""
    numbers = _numbers(reference)
    pieces = [
        piece
        for row in range(rows)
        for column in range(columns)
        if (piece := _piece(column, row, _form(next(numbers)), _colour(next(numbers))))
    ]
    return Pattern(columns * CELL, rows * CELL, tuple(pieces))


def tile(reference: str, areas: Sequence[Tag], columns: int, rows: int) -> Markup:
    """The tile pattern of a record as a picture, in the colours of its first two areas."""
    return _tile(reference, tuple(each.slug for each in areas[:2]), columns, rows)


@lru_cache(maxsize=512)
def _tile(reference: str, slugs: tuple[str, ...], columns: int, rows: int) -> Markup:
    pattern = tile_pattern(reference, columns, rows)
    first, second = ([_AREA.format(slug) for slug in slugs] + [Markup("")] * 2)[:2]
    pieces = "".join([each.svg for each in pattern.pieces])
    return _TILE.format(first, second, Markup(pieces), width=pattern.width, height=pattern.height)


def arc_path(first: int, second: int) -> str:
    """The arc from the area at position `first` to the one at `second`, as an SVG path."""
    start, end = sorted((first, second))
    rise = _RISE[min(end - start, len(_RISE) - 1)]
    left, right = (AREA_WIDTH * position + AREA_WIDTH // 2 for position in (start, end))
    control = BASELINE - round(rise * 4 / 3)  # a cubic curve reaches three quarters of its controls
    return f"M{left} {BASELINE}C{left} {control} {right} {control} {right} {BASELINE}"


def _numbers(reference: str) -> Iterator[int]:
    """Bytes without end that depend on nothing but the reference."""
    block = hashlib.sha256(reference.encode()).digest()
    while True:
        yield from block
        block = hashlib.sha256(block).digest()


def _form(number: int) -> int:
    """Which form a byte stands for: none, a dome, one of the quarters or a dot."""
    if number < 46:
        return _NONE
    if number < 110:
        return _DOMED
    return number % 4 if number < 206 else _DOT


@cache
def _piece(column: int, row: int, form: int, colour: str) -> Piece | None:
    x, y = column * CELL, row * CELL
    if form == _NONE:
        return None
    if form == _DOMED:
        path = f"M{x} {y + CELL}{_DOME}"
    elif form == _DOT:
        radius = CELL // 5
        path = f"M{x + CELL // 2 - radius} {y + CELL // 2}a{radius} {radius} 0 1 1 {2 * radius} 0a{radius} {radius} 0 1 1-{2 * radius} 0z"
    else:
        path = f"M{x} {y}{_QUARTERS[form]}"
    return Piece(path, colour)


def _colour(number: int) -> str:
    if number < 84:
        return "first"
    if number < 132:
        return "second"
    return "quiet" if number < 204 else "tint"
