"""Small readers of HTML for the tests: links, texts, elements."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every start tag with its attributes."""
    collector = _Collector()
    collector.feed(html)
    return collector.elements


def words(html: str) -> str:
    """What is read, without tags; white space made even."""
    collector = _Collector()
    collector.feed(html)
    return re.sub(r"\s+", " ", " ".join(collector.words))


def links(html: str) -> list[str]:
    """The addresses of the links on a page."""
    return [attributes["href"] for tag, attributes in elements(html) if tag == "a" and "href" in attributes]


def headings(html: str, level: int) -> list[str]:
    """The texts of the headings of a level."""
    found = re.findall(rf"<h{level}\b[^>]*>(.*?)</h{level}>", html, re.DOTALL)
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", each))).strip() for each in found]
