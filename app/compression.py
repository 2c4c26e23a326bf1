"""Compression of answers with gzip, where the client takes it (RFC 9110, section 12.5.3)."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Request, Response, request
from isal import isal_zlib
from werkzeug.http import parse_accept_header

_TYPES = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/ld+json",
    "application/rdf+xml",
    "application/atom+xml",
    "application/xml",
    "application/n-triples",
    "application/n-quads",
    "application/trig",
    "application/x-bibtex",
    "application/x-research-info-systems",
)
# Below this the header costs more than the saving.
_SMALLEST = 600
# Of ISA-L, from 0 to 3. A page is a tenth larger than with level 5 of zlib, a search page a seventh, for a quarter and
# an eighth of the time; level 3 saves 3 to 5 % of that and takes two to three times as long.
_LEVEL = 2
# Of a header that is longer the rest is not read.
_LONGEST = 1_000


def takes_gzip(header: str) -> bool:
    """Whether a client with this `Accept-Encoding` takes gzip; who says nothing gets none.

    `x-gzip` is another name for it (RFC 9110, section 8.4.1.3).
    """
    return _takes_gzip(header[:_LONGEST])


@lru_cache(maxsize=512)
def _takes_gzip(header: str) -> bool:
    said = {name.lower(): q for name, q in parse_accept_header(header)}
    return next((said[name] for name in ("gzip", "x-gzip", "*") if name in said), 0) > 0


def encoding(of: Request) -> str:
    """`gzip` or `identity`: what this client gets. Part of the ETag, so decided before rendering."""
    return "gzip" if takes_gzip(of.headers.get("Accept-Encoding", "")) else "identity"


def install(app: Flask) -> None:
    """Compress every whole answer of a textual type."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not (response.mimetype or "").startswith(_TYPES):
            return response
        response.vary.add("Accept-Encoding")
        if (
            response.direct_passthrough
            or response.headers.get("Content-Encoding")
            or response.status_code in (204, 206, 304)
            or encoding(request) != "gzip"
        ):
            return response
        body = response.get_data()
        if len(body) >= _SMALLEST:
            response.set_data(_gzip(body))
            response.headers["Content-Encoding"] = "gzip"
        return response


def _gzip(body: bytes) -> bytes:
    # 31: a gzip wrapper with an empty header, so that equal pages have equal bytes (no timestamp).
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()
