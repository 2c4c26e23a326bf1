"""The kinds of words that addresses are made of."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

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
    """Teach the application these converters."""
    app.url_map.converters |= {"word": Word, "ref": Reference, "extension": Extension}
