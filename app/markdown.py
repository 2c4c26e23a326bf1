"""Markdown to safe HTML: paragraphs, lists, bold, emphasis and links; in our own texts code too."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.addresses import safe_link

# No entities: &#64; would show a sign that no rule about the text has seen.
_OPTIONS = {"html": False, "linkify": False, "typographer": False}
_RULES = ["list", "emphasis", "link", "autolink", "escape", "newline"]
_PARSER = MarkdownIt("zero", _OPTIONS).enable(_RULES)
_OWN_PARSER = MarkdownIt("zero", _OPTIONS).enable([*_RULES, "fence", "backticks"])

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
_CODE = {"pre", "code"}


@lru_cache(maxsize=4_096)
def markdown(source: str) -> Markup:
    """A record's `source` as HTML. Links go to http, https or mailto only; HTML in the source is shown as text."""
    return _html(_PARSER.render(source), safe_link, _TAGS)


@lru_cache(maxsize=64)
def own_markdown(source: str) -> Markup:
    """The same for texts that ship with the product, which may also link to other pages of the site and show code."""
    html = _html(_OWN_PARSER.render(source), lambda address: address, _TAGS | _CODE)
    # Code does not break, so it scrolls, and what scrolls is reached by keyboard too.
    return Markup(str(html).replace("<pre>", '<pre tabindex="0">'))


def _html(rendered: str, allowed: Callable[[str], str | None], tags: set[str]) -> Markup:
    def keep(tag: str, name: str, value: str) -> str | None:
        return allowed(value) if (tag, name) == ("a", "href") else value

    return Markup(
        nh3.clean(
            rendered,
            tags=tags,
            attributes={"a": {"href"}, "ol": {"start"}},
            attribute_filter=keep,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
    )
