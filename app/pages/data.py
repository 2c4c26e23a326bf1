"""Records as RDF, in the formats that are served."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from app.reading import Reading
from catalogue.errors import N_, NotFound
from catalogue.formats import by_extension
from catalogue.turtle import serialise


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
