"""Sharing: data may be read by programs on the pages of other sites (Fetch, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, request

from app.negotiating import asked, is_negotiated

_View = TypeVar("_View", bound=Callable[..., object])
_SHARED = "_pivi_shared"
_EXPOSED = "Content-Length, Content-Location, Content-Profile, ETag, Last-Modified, Link, Location, Pivi-Dataset-Version, Pivi-Total, Repr-Digest, Retry-After"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Accept-Profile, Cache-Control, If-None-Match, User-Agent",
    "Access-Control-Max-Age": "86400",
}


def shared(view: _View) -> _View:
    """Mark a view whose answers are data, errors and 304 among them."""
    setattr(view, _SHARED, True)
    return view


def install(app: Flask) -> None:
    """Put the headers on what is shared. Comes after `security`, which reads them."""

    @app.after_request
    def share(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        asks = request.method == "OPTIONS"
        data = hasattr(view, _SHARED) or (is_negotiated(view) and (asks or asked() is not None))
        if data:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            if asks:
                response.headers.extend(_PREFLIGHT)
        return response
