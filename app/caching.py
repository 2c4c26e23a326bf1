"""Caching: an ETag for each page from what it is made of, and 304 before anything is rendered.

RFC 9110, sections 8.8.3 and 13.1.2. A page is made of the data (dataset version), the code
(release), the language, the format, the encoding and the day, as pages say today's date.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from babel.dates import get_timezone
from flask import Flask, Response, g, request
from werkzeug.http import http_date

from app.compression import encoding
from app.installation import snapshot
from app.negotiating import location, variant
from app.release import fingerprint
from app.translating import language

_View = TypeVar("_View", bound=Callable[..., object])
_UNCACHED = "_pivi_uncached"
# Kept by a cache, but asked about each time: a withdrawal must show at once.
_REVALIDATE = "no-cache"


def uncached(view: _View) -> _View:
    """Mark a view whose answer does not follow from the dataset version: health, redirects."""
    setattr(view, _UNCACHED, True)
    return view


def today() -> dt.date:
    """The day in Sweden, the same for the whole request."""
    if "today" not in g:
        g.today = dt.datetime.now(get_timezone("Europe/Stockholm")).date()
    day: dt.date = g.today
    return day


def install(app: Flask) -> None:
    """Answer 304 where the client has the page already; else put the ETag on it."""

    @app.before_request
    def answer_unchanged() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or hasattr(view, _UNCACHED) or request.method not in ("GET", "HEAD"):
            return None
        # Read before the content: a page may be newer than its ETag says, never older, so no cache
        # can hold old content under a new version.
        g.etag = _etag(snapshot().version)
        known = request.if_none_match
        # * means any version of what is there (RFC 9110, section 13.1.2), and whether it is there is not known yet.
        if not known.star_tag and known.contains_weak(g.etag):
            return Response(status=304)
        return None

    @app.after_request
    def label(response: Response) -> Response:
        if "etag" in g and response.status_code in (200, 304):
            response.set_etag(g.etag)
            # A hint only: it cannot tell a new release or language, so it is never compared.
            response.headers["Last-Modified"] = _http_date(snapshot().changed)
            response.vary.add("Accept-Encoding")
            # On a 304 too, as on the 200 that it stands for (RFC 9110, section 15.4.5).
            if found := location():
                response.headers["Content-Location"] = found
        response.headers.setdefault("Cache-Control", _REVALIDATE)
        return response


_http_date = lru_cache(maxsize=8)(http_date)


def _etag(version: int) -> str:
    address = hashlib.sha256(request.full_path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    format = f"-{variant()}" if variant() else ""
    return f"{version}-{fingerprint()}-{language()}-{encoding(request)}-{today():%y%m%d}-{address}{format}"
