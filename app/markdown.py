"""Markdown to safe HTML: paragraphs, lists, bold, emphasis and links; nothing else gets through."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER = MarkdownIt(
    "zero",
    {"html": False, "linkify": False, "typographer": False},
).enable(["list", "emphasis", "link", "autolink", "escape", "newline"])

# No entities: &#64; would show a sign that no rule about the text has seen.
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


@lru_cache(maxsize=4_096)
def markdown(source: str) -> Markup:
    """`source` as HTML. Links go to http, https or mailto only; HTML in the source is shown as text."""
    html = _PARSER.render(source)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
    )
