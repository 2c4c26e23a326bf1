"""What could run or lead astray in a page of HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SAFE_LINK = re.compile(r"https?://|mailto:|/(?!/)|#|\?")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[tuple[str, str, str]] = []
        self.blocks: list[str] = []
        self._in_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            linked = name in ("href", "src", "action", "formaction", "xlink:href")
            if (
                name.startswith("on")
                or name in ("style", "srcdoc")
                or (linked and not _SAFE_LINK.match(value))
            ):
                self.dangers.append((tag, name, value))
        self._in_block = tag == "script" and given.get("type") == "application/ld+json"
        if self._in_block:
            self.blocks.append("")
        elif tag in ("img", "iframe", "object", "embed", "base") or (
            tag == "script" and not given.get("src", "").startswith("/static/")
        ):
            self.dangers.append((tag, "", str(given)))

    def handle_data(self, data: str) -> None:
        if self._in_block:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_block = False


def _read(page: str) -> _Page:
    reader = _Page()
    reader.feed(page)
    return reader


def dangers(page: str) -> list[tuple[str, str, str]]:
    """Elements and attributes that run or load something, or lead where no link of ours does."""
    return _read(page).dangers


def data_blocks(page: str) -> list[str]:
    """The JSON-LD blocks as a browser reads them."""
    return _read(page).blocks
