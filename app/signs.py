"""Small signs that a page shows dozens of: icons and area marks, as ready HTML."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from app.assets import address

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
_ICON = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>')
_MARK = Markup('<span class="mark mark--{}" data-area="{}">{}</span>')


def icon(name: str, style: str = "") -> Markup:
    """An icon of the sprite. It is hidden from assistive technology: a word stands beside it."""
    return _icon(address("icons.svg"), name, style)


def mark(slug: str, size: int = 28) -> Markup:
    """The mark of an area: its glyph in a rounded square of 28, 36 or 64 px."""
    return _mark(address("icons.svg"), slug, size)


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, style: str) -> Markup:
    return _ICON.format(f" {style}" if style else "", sprite, name)


@lru_cache(maxsize=512)
def _mark(sprite: str, slug: str, size: int) -> Markup:
    return _MARK.format(size, slug, _icon(sprite, slug if slug in AREAS else "concept", ""))
