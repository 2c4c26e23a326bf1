"""Markdown to safe HTML: paragraphs, lists, bold, emphasis and links; nothing else gets through."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.addresses import safe_link

# No entities: &#64; would show a sign that no rule about the text has seen.
_PARSER = MarkdownIt(
    "zero",
    {"html": False, "linkify": False, "typographer": False},
).enable(["list", "emphasis", "link", "autolink", "escape", "newline"])

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


@lru_cache(maxsize=4_096)
def markdown(source: str) -> Markup:
    """A record's `source` as HTML. Links go to http, https or mailto only; HTML in the source is shown as text."""
    return _html(source, safe_link)


@lru_cache(maxsize=64)
def own_markdown(source: str) -> Markup:
    """The same for texts that ship with the product, which may also link to other pages of the site."""
    return _html(source, lambda address: address)


def _html(source: str, allowed: Callable[[str], str | None]) -> Markup:
    def keep(tag: str, name: str, value: str) -> str | None:
        return allowed(value) if (tag, name) == ("a", "href") else value

    return Markup(
        nh3.clean(
            _PARSER.render(source),
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=keep,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
    )
