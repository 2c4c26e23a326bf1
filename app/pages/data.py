"""Records as RDF, in the formats that are served."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request

from app.reading import Reading
from catalogue.errors import N_, NotFound
from catalogue.formats import RECORD_FORMATS, Format, by_extension
from catalogue.turtle import serialise

_HTML = "text/html"


def wanted_format() -> Format | None:
    """The RDF format that Accept asks for before HTML; None for a reader (RFC 9110, section 12.5.1)."""
    offered = [_HTML, *(each.media_type for each in RECORD_FORMATS), "application/json"]
    best = request.accept_mimetypes.best_match(offered, default=_HTML)
    if best == _HTML:
        return None
    return next((each for each in RECORD_FORMATS if each.media_type == best), by_extension("jsonld"))


def triples(here: Reading, iri: str, extension: str, also: Sequence[str] = ()) -> Response:
    """A published record, and others with it, in the format with this file extension.

    Raises NotFound for an extension that means no format of RDF.
    """
    format = by_extension(extension)
    if format is None:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    found = [triple for each in (iri, *also) for triple in here.store.describe(each)]
    response = Response(serialise(found, format), mimetype=format.media_type)
    # Data is for everybody's programs, in browsers too (Fetch, section 3.2).
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    return response
