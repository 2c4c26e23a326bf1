"""The kinds of words that addresses are made of."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, redirect, request
from werkzeug.routing import BaseConverter, RequestRedirect
from werkzeug.wrappers import Response

from catalogue.inspection import REFERENCE


class Word(BaseConverter):
    """The path word of a record type: insats, aktor."""

    regex = r"[a-z]{2,30}"


class Reference(BaseConverter):
    """A reference or slug: k7md, 1480, konsultativt-stod. Narrow, so that it is always part of a valid IRI."""

    regex = REFERENCE


class Extension(BaseConverter):
    """A file extension for data or a citation."""

    regex = r"ttl|nt|jsonld|rdf|bib|ris"


def install(app: Flask) -> None:
    """Teach the application these converters, and to redirect within itself."""
    app.url_map.converters |= {"word": Word, "ref": Reference, "extension": Extension}

    @app.before_request
    def stay_here() -> Response | None:
        # Routing would name the host that the request names, which may be anybody's, in an answer that caches keep.
        wanted = request.routing_exception
        if not isinstance(wanted, RequestRedirect):
            return None
        parts = urlsplit(wanted.new_url)
        path = "/" + parts.path.lstrip("/")
        return redirect(f"{path}?{parts.query}" if parts.query else path, wanted.code)
