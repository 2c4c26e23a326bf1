"""Small signs that a page shows dozens of, as ready HTML: icons, area marks, tags, the rows of a facet."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from app.assets import address
from app.formatting import number, said
from app.pages.entry_models import FacetValue
from app.pages.parts import Tag, Text
from app.translating import language

# Areas with a glyph and a colour of their own; others get the sign for any concept.
AREAS = (
    "arbete-forsorjning",
    "boende-miljo",
    "skola-forskola",
    "fritid",
    "halsa",
    "funktionshinder",
    "beroende",
    "brott-vald",
)
_STATUSES = ("pagaende", "avslutad", "planerad", "obekraftad")
_ICON = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>')
_MARK = Markup('<span class="mark mark--{}" data-area="{}">{}</span>')
_AREA = Markup('<span class="area">{}{}</span>')
_KIND = Markup('<span class="tag tag--kind">{}</span>')
_STATUS = Markup('<span class="tag tag--status" data-status="{}">{}{}</span>')
# Up to the number, which is all that differs from search to search.
_ROW = Markup(
    '<li class="facet-row facet-row--{}{}"><label><input class="ds-input" type="checkbox" id="f-{name}-{value}" '
    'name="{name}" value="{value}" form="sokform"{}>{}<span class="facet-name">{}</span><span class="number">'
)
_ROW_END = "</span></label></li>"


def icon(name: str, style: str = "") -> Markup:
    """An icon of the sprite. It is hidden from assistive technology: a word stands beside it."""
    return _icon(address("icons.svg"), name, style)


def mark(slug: str, size: int = 28) -> Markup:
    """The mark of an area: its glyph in a rounded square of 28, 36 or 64 px."""
    return _mark(address("icons.svg"), slug, size)


def area(tag: Tag) -> Markup:
    """An area with its mark."""
    return _area(address("icons.svg"), tag.slug, tag.label)


def kind(tag: Tag) -> Markup:
    """The kind of an initiative."""
    return _kind(tag.label)


def status(tag: Tag) -> Markup:
    """The status of an initiative, with its sign."""
    return _status(address("icons.svg"), tag.slug, tag.label)


def facet_row(row: FacetValue) -> Markup:
    """A row of a facet: a box to tick, its name, and how many initiatives that gives."""
    head = _row_head(
        address("icons.svg"), row.name, row.value, row.label, row.mark, row.level, row.chosen, row.count == 0
    )
    return Markup(head + number(row.count, language()) + _ROW_END)


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, style: str) -> Markup:
    return _ICON.format(f" {style}" if style else "", sprite, name)


@lru_cache(maxsize=512)
def _mark(sprite: str, slug: str, size: int) -> Markup:
    return _MARK.format(size, slug, _icon(sprite, slug if slug in AREAS else "concept", ""))


@lru_cache(maxsize=512)
def _area(sprite: str, slug: str, label: Text) -> Markup:
    return _AREA.format(_mark(sprite, slug, 28), said(label))


@lru_cache(maxsize=512)
def _kind(label: Text) -> Markup:
    return _KIND.format(said(label))


@lru_cache(maxsize=512)
def _status(sprite: str, slug: str, label: Text) -> Markup:
    return _STATUS.format(slug, _icon(sprite, slug, "") if slug in _STATUSES else "", said(label))


@lru_cache(maxsize=4_096)
def _row_head(
    sprite: str, name: str, value: str, label: Text, area: str | None, level: int, chosen: bool, empty: bool
) -> str:
    return str(
        _ROW.format(
            level,
            " is-empty" if empty else "",
            Markup(" checked") if chosen else "",
            _mark(sprite, area, 28) if area else "",
            said(label),
            name=name,
            value=value,
        )
    )
