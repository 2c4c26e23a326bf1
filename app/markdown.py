"""Markdown to safe HTML: paragraphs, lists, bold, emphasis and links; in our own texts code too."""

from __future__ import annotations

import re
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

# Paragraphs that begin with a letter and hold nothing that Markdown or HTML gives a meaning. Most texts are
# like that, and to parse and clean them costs more than anything else that is done with them.
_PARAGRAPH = r"[^\W\d_](?:[^\W_]|[ .,:;()'’”–/%?!+=§…-])*(?<! )"
_PLAIN = re.compile(rf"{_PARAGRAPH}(?:\n\n{_PARAGRAPH})*")

_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
_CODE = {"pre", "code"}


@lru_cache(maxsize=4_096)
def markdown(source: str) -> Markup:
    """A record's `source` as HTML. Links go to http, https or mailto only; HTML in the source is shown as text."""
    if _PLAIN.fullmatch(source):
        return Markup("".join(f"<p>{paragraph}</p>\n" for paragraph in source.split("\n\n")))
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
