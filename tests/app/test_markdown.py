"""Markdown of records: what gets through, and what is shown as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.addresses import safe_link
from app.markdown import markdown, own_markdown
from tests.app.reading_html import elements

ALLOWED = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}


def test_paragraphs_lists_bold_and_links() -> None:
    html = markdown("**Först** [här](https://exempel.se/).\n\n1. ett\n2. två\n\n- a\n- b")
    assert "<strong>Först</strong>" in html
    assert '<a href="https://exempel.se/"' in html
    assert html.count("<li>") == 4


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,hej)",
        "![bild](https://exempel.se/b.png)",
        "<img src=x onerror=alert(1)>",
        "# Rubrik",
        "[x](//annan.se/)",
        "`kod`",
    ],
)
def test_everything_else_is_text(source: str) -> None:
    found = elements(markdown(source))
    assert {tag for tag, _attributes in found} <= ALLOWED
    for tag, attributes in found:
        if tag == "a" and "href" in attributes:
            assert attributes["href"].startswith(("http://", "https://", "mailto:"))


@given(st.text(max_size=200))
def test_no_text_becomes_other_elements(source: str) -> None:
    assert {tag for tag, _attributes in elements(markdown(source))} <= ALLOWED


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:,x", "file:///etc/passwd", "JaVaScRiPt:x", ""]
)
def test_only_known_schemes_become_links(address: str) -> None:
    assert safe_link(address) is None


@given(st.text("aÅ1 .,:;()'’”–/%?!+=§…-\n*&_", max_size=60))
def test_plain_paragraphs_are_the_same_with_and_without_parsing(source: str) -> None:
    # Texts of our own are always parsed; without code and links there is no other difference.
    assert markdown(source) == own_markdown(source)
