"""Leafing through a long list: which part is shown, and the links to the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import request

from app.addresses import with_query
from app.pages.parts import PageLink, Pagination
from catalogue.errors import N_, InvalidInput

_Item = TypeVar("_Item")
# How many neighbours of the current page are linked, beside the first and the last.
_NEIGHBOURS = 2


def leaf(
    items: Sequence[_Item], size: int, path: str, parameters: list[tuple[str, str]]
) -> tuple[Sequence[_Item], Pagination | None]:
    """The part of `items` that `sida` asks for, and the pagination when there is more than one.

    Raises InvalidInput when there is no such page.
    """
    pages = max(1, -(-len(items) // size))
    page = _asked(pages)
    part = items[(page - 1) * size : page * size]
    return part, pagination(page, pages, path, parameters) if pages > 1 else None


def pagination(page: int, pages: int, path: str, parameters: list[tuple[str, str]]) -> Pagination:
    """Links to the first, the last and the nearest pages; gaps where some are left out."""

    def address(number: int) -> str:
        return with_query(path, parameters + ([("sida", str(number))] if number > 1 else []))

    shown = [n for n in range(1, pages + 1) if n in (1, pages) or abs(n - page) <= _NEIGHBOURS]
    links: list[PageLink] = []
    for number in shown:
        if links and number - links[-1].number > 1:
            links.append(PageLink(0, ""))
        links.append(PageLink(number, address(number), number == page))
    return Pagination(
        page=page,
        pages=pages,
        links=tuple(links),
        previous_url=address(page - 1) if page > 1 else None,
        next_url=address(page + 1) if page < pages else None,
    )


def _asked(pages: int) -> int:
    text = request.args.get("sida", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= pages):
        raise InvalidInput(
            N_("Sidan ”%(value)s” finns inte. Listan har %(pages)s sidor."), value=text[:20], pages=pages
        )
    return int(text)
