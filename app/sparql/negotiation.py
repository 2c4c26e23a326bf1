"""What a request to SPARQL says about who asks: a person at a page or a program, and in which language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from werkzeug.http import parse_accept_header

from app.negotiating import LONGEST, PAGE, quality
from catalogue.endpoint.results import Format


def prefers_page(accept: str, offered: tuple[Format, ...]) -> bool:
    """Whether this is a browser: it names HTML, and no format of data that it likes as well by name."""
    return _prefers_page(accept[:LONGEST], offered)


@lru_cache(maxsize=512)
def _prefers_page(accept: str, offered: tuple[Format, ...]) -> bool:
    page, named = quality(accept, (PAGE.media_type, *PAGE.aliases))
    if named < 2 or page <= 0:
        return False
    data = (quality(accept, (each.media_type, *each.aliases)) for each in offered)
    return all(q < page or precision < 2 for q, precision in data)


def prefers_english(accept_language: str) -> bool:
    """Whether a client likes English better than Swedish (RFC 9110, section 12.5.4)."""
    return _prefers_english(accept_language[:LONGEST])


@lru_cache(maxsize=512)
def _prefers_english(accept_language: str) -> bool:
    best = {"sv": 0.0, "en": 0.0}
    for tag, q in parse_accept_header(accept_language):
        code = tag.partition("-")[0].lower()
        if code in best:
            best[code] = max(best[code], q)
    return best["en"] > best["sv"]


def media_types(offered: Sequence[Format]) -> str:
    """The media types of formats, for a sentence."""
    return ", ".join(each.media_type for each in offered)
