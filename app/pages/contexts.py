"""The JSON-LD context: the keys of our JSON-LD, for those who write it or read it with their own programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from app import linking
from app.caching import uncached
from app.languages import unprefixed_root
from app.pages.data import context
from app.reading import reading
from app.sharing import shared
from catalogue.errors import N_, NotFound
from catalogue.formats import JSON_LD
from catalogue.namespaces import SHARED

pages = Blueprint("contexts", __name__)

# Keys only ever come to it, so a day-old context is right about all that it knows.
_DAY = "public, max-age=86400, stale-while-revalidate=604800"
_FOREVER = "public, max-age=31536000, immutable"


@pages.get("/context.jsonld")
@uncached
@shared
def newest() -> Response:
    """The context as it is now, at an address that stays."""
    return _answer(_DAY)


@pages.get("/context-<string(length=12):fingerprint>.jsonld")
@uncached
@shared
def version(fingerprint: str) -> Any:
    """One version of it, which never changes; an earlier one is answered with the newest, which holds it."""
    if not fingerprint.isalnum():
        raise NotFound(N_("Här finns ingen version av kontexten."))
    if fingerprint != context(reading()).fingerprint:
        return redirect(f"{unprefixed_root()}/context.jsonld", 308)
    return _answer(_FOREVER)


def _answer(kept: str) -> Response:
    ours = context(reading())
    known = request.if_none_match.contains_weak(ours.fingerprint)
    response = Response(status=304) if known else Response(ours.document, mimetype=JSON_LD.media_type)
    # Weak: packed or not, it has the same.
    response.set_etag(ours.fingerprint, weak=True)
    response.headers["Cache-Control"] = kept
    response.headers["Content-Location"] = f"{unprefixed_root()}/context-{ours.fingerprint}.jsonld"
    # The terms are those of the ontology.
    return linking.add(response, linking.link(SHARED + "ns", "describedby"))
