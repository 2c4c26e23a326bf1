"""For machines and operators: health and readiness."""

from __future__ import annotations

from flask import Blueprint, Response

from app.caching import uncached
from app.installation import installation

pages = Blueprint("operations", __name__)


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


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, mimetype="text/plain")
