"""For machines and operators: health, readiness, robots.txt."""

from __future__ import annotations

from flask import Blueprint, Response

from app.caching import uncached
from app.installation import installation

pages = Blueprint("operations", __name__)

_ROBOTS = """User-agent: *
Disallow: /forslag
Disallow: /en/forslag
"""


@pages.get("/healthz")
@uncached
def healthz() -> Response:
    """Whether the process answers at all."""
    return _plain("ok\n")


@pages.get("/readyz")
@uncached
def readyz() -> Response:
    """Whether it shows the data and keeps up with the journal; 503 when not."""
    ready = installation().ready()
    return _plain("ok\n" if ready else "not ready\n", 200 if ready else 503)


@pages.get("/robots.txt")
@uncached
def robots() -> Response:
    return _plain(_ROBOTS)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, mimetype="text/plain")
