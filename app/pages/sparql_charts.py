"""An answer as a picture, where it fits: bars for one number a label, a map for one number a place."""

from __future__ import annotations

from collections.abc import Mapping

from app.pages.maps import map_of
from app.pages.parts import PlaceCount
from app.pages.sparql_models import AnswerMap, Bar, Bars, Cell, Table
from app.reading import Reading

_MOST_BARS = 40


def bars(table: Table) -> Bars | None:
    """The answer as bars; None unless all of its rows have one number each, not negative, and a label of their own."""
    numbers = [at for at, column in enumerate(table.columns) if column.numeric]
    if len(numbers) != 1 or not table.whole or not 2 <= len(table.rows) <= _MOST_BARS:
        return None
    at = numbers[0]
    label = _label_column(table, at)
    if label is None:
        return None
    values = [_value(row[at]) for row in table.rows]
    most = max(values)
    if min(values) < 0 or most <= 0:
        return None
    return Bars(
        table.columns[label].name,
        table.columns[at].name,
        tuple(
            Bar(row[label].text, row[at].text.text, round(100 * value / most), _own_page(table, row))
            for row, value in zip(table.rows, values, strict=True)
        ),
    )


def answer_map(here: Reading, table: Table) -> AnswerMap | None:
    """The answer as a map of districts or city areas; None unless its rows are about such places."""
    numbers = [at for at, column in enumerate(table.columns) if column.numeric]
    if len(numbers) != 1 or not table.whole or len(table.rows) < 2:
        return None
    for at in range(len(table.columns)):
        counts = _by_place(table, at, numbers[0])
        drawn = map_of(here, counts) if counts else None
        if drawn is not None:
            shown = [shape for shape in drawn.shapes if shape.number]
            places = tuple(
                PlaceCount(shape.number, shape.label, shape.url or "", shape.count)
                for shape in sorted(shown, key=lambda each: each.number)
            )
            return AnswerMap(drawn, places)
    return None


def _by_place(table: Table, at: int, number: int) -> Mapping[str, int] | None:
    """The number of each IRI in a column, if it is whole and each stands there once."""
    found: dict[str, int] = {}
    for row in table.rows:
        value = _value(row[number])
        if row[at].kind != "iri" or row[at].iri in found or value < 0 or value != int(value):
            return None
        found[row[at].iri] = int(value)
    return found


def _label_column(table: Table, number: int) -> int | None:
    """The column that tells the rows apart: texts before IRIs, as texts are what the query wanted to show."""
    for kind in ("literal", "iri"):
        for at in range(len(table.columns)):
            cells = [row[at] for row in table.rows]
            if at == number or {each.kind for each in cells} != {kind}:
                continue
            if len({each.text.text for each in cells}) == len(cells) and not any(each.cut for each in cells):
                return at
    return None


def _own_page(table: Table, row: tuple[Cell, ...]) -> str | None:
    pages = [each.url for each in row if each.kind == "iri" and each.url]
    return pages[0] if len(pages) == 1 else None


def _value(cell: Cell) -> float:
    # A row without its number has no bar, and so no diagram.
    return float(cell.value) if cell.value else -1.0
