"""Content negotiation: which of the formats that there are a client likes best (RFC 9110, section 12.5.1).

The one place that reads `Accept`, on werkzeug's reading of the header. Profiles, when there are several
of a format, are for `chosen` to tell apart: what is offered is then a format in a profile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

from flask import Flask, Response, g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from app.addresses import with_query
from app.languages import quoted_path, unprefixed_root
from catalogue.formats import RECORD_FORMATS, Format

_View = TypeVar("_View", bound=Callable[..., object])
_NEGOTIATED = "_pivi_negotiated"
# Longer headers are cut: no client has so many wishes, and reading them takes time.
LONGEST = 2_000
_BARE_POINT = re.compile(r"(?i)\bq\s*=\s*(?=\.)")


class Offer(Protocol):
    """A format that there is. `aliases` are other media types that clients ask for it by."""

    @property
    def media_type(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


_Offer = TypeVar("_Offer", bound=Offer)


@dataclass(frozen=True)
class Page:
    """The format of pages."""

    media_type: str = "text/html"
    aliases: tuple[str, ...] = ("application/xhtml+xml",)


PAGE = Page()
# What a thing has, the page first: who says nothing about formats is a reader.
REPRESENTATIONS: tuple[Page | Format, ...] = (PAGE, *RECORD_FORMATS)


def accepted(header: str) -> MIMEAccept:
    """The media ranges of an `Accept` header, the most precise first.

    A header that is empty, or in which nothing can be read, accepts everything.

    Parameters but `q` are left out: no format here comes in several versions that they would tell apart,
    and `text/turtle;charset=utf-8` wants Turtle.
    """
    return _accepted(header[:LONGEST])


@lru_cache(maxsize=512)
def _accepted(header: str) -> MIMEAccept:
    # Java says `*; q=.2, */*; q=.2`, which werkzeug would pass over.
    found = parse_accept_header(_BARE_POINT.sub(r"\g<0>0", header), MIMEAccept)
    kinds = ((kind.partition(";")[0].strip().lower(), q) for kind, q in found)
    return MIMEAccept([("*/*" if kind == "*" else kind, q) for kind, q in kinds] or [("*/*", 1)])


def quality(header: str, media_types: Sequence[str]) -> tuple[float, int]:
    """How much a client wants what goes by any of the media types, and how precisely it said so.

    The most precise range decides: 2 names a media type, 1 its main type, 0 is `*/*`, -1 is nothing said.
    The media types after the first are other names, which count only where they are said: `*/*` does not
    bring back what `q=0` has ruled out.
    """
    ranges = accepted(header)
    own, *others = (_quality(ranges, each) for each in media_types)
    precision, q = max([own, *(each for each in others if each[0] == 2)], key=lambda each: (each[1], each[0]))
    return q, precision


def _quality(ranges: MIMEAccept, media_type: str) -> tuple[int, float]:
    main = media_type.partition("/")[0]
    for kind, q in ranges:
        if kind == media_type:
            return 2, q
        if kind == f"{main}/*":
            return 1, q
        if kind == "*/*":
            return 0, q
    return -1, 0.0


def chosen(header: str, offered: tuple[_Offer, ...]) -> _Offer | None:
    """The format that the client likes best; the earlier of equals. None when it takes none of them."""
    return _chosen(header[:LONGEST], offered)  # type: ignore[return-value]


@lru_cache(maxsize=512)
def _chosen(header: str, offered: tuple[Offer, ...]) -> Offer | None:
    scores = [quality(header, (each.media_type, *each.aliases))[0] for each in offered]
    best = max(scores, default=0.0)
    return offered[scores.index(best)] if best > 0 else None


# --- in requests ---------------------------------------------------------------------------------------


def negotiated(view: _View) -> _View:
    """Mark a view that answers with a page or with data, as `asked_format` says."""
    setattr(view, _NEGOTIATED, REPRESENTATIONS)
    return view


def negotiated_among(*offered: Offer) -> Callable[[_View], _View]:
    """Mark a view that answers in one of the formats `offered`, as `asked` says; the first is its page."""

    def mark(view: _View) -> _View:
        setattr(view, _NEGOTIATED, offered)
        return view

    return mark


def is_negotiated(view: object) -> bool:
    """Whether a view is marked so."""
    return hasattr(view, _NEGOTIATED)


def install(app: Flask) -> None:
    """Decide the format for the views that are marked, before their ETag is compared."""

    @app.before_request
    def choose() -> None:
        offered = getattr(app.view_functions.get(request.endpoint or ""), _NEGOTIATED, None)
        if offered is not None:
            found = chosen(request.headers.get("Accept", ""), offered)
            g.pivi_format = None if found is PAGE else found
            g.pivi_record = offered is REPRESENTATIONS

    @app.after_request
    def tell(response: Response) -> Response:
        if "pivi_format" in g:
            response.vary.add("Accept")
        return response


def asked() -> Offer | None:
    """What this request gets from a view that is marked; None where it gets a page."""
    found: Offer | None = g.get("pivi_format")
    return found


def asked_format() -> Format | None:
    """The format of RDF that this request gets from a view that is marked; None where it gets a page or a table."""
    found = asked()
    return found if isinstance(found, Format) else None


def variant() -> str:
    """What tells the formats of one address apart in an ETag; empty for a page."""
    return str(getattr(asked(), "extension", ""))


def location() -> str:
    """The address of the chosen format alone, where a page's address has answered with data; else empty.

    RFC 9110, section 8.7. A record is the same in all languages and whatever the query says. The names in a list
    are in the language of its address, and its query says what is in it.
    """
    if not variant():
        return ""
    path = f"{quoted_path().rstrip('/')}.{variant()}"
    if g.pivi_record:
        return unprefixed_root() + path
    return with_query(str(request.script_root) + path, list(request.args.items(multi=True)))


def wanted_format() -> Format | None:
    """The format of data that `Accept` wants more than a page; None for a reader, and for who takes neither."""
    found = chosen(request.headers.get("Accept", ""), REPRESENTATIONS)
    return found if isinstance(found, Format) else None
