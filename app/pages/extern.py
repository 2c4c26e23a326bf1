"""The pages of harvested records: each as its own type of page, with where it comes from above, canonical there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from app.negotiating import negotiated
from app.origins import PREFIX
from app.pages import gone
from app.pages.data import description, triples
from app.pages.of_records import page_of
from app.reading import Reading, reading
from app.rendering import render
from app.sharing import shared

pages = Blueprint("extern", __name__)

# A record's address may hold two slashes in a row; to merge them would make it another.
_AS_IT_IS = {"merge_slashes": False}


@pages.get(f"{PREFIX}/<source>/<path:ref>", **_AS_IT_IS)
@negotiated
def page(source: str, ref: str) -> Any:
    """The page about a harvested record, or its data by Accept; 410, 308 or 300 once it is gone."""
    here = reading()
    candidates = here.sources.spaces.candidates(source, ref)
    iri = _published(here, candidates)
    return gone.answer(here, candidates) if iri is None else description(here, iri, lambda: _page(here, iri))


@pages.get(f"{PREFIX}/<source>/<path:ref>.<any(ttl, nt, jsonld, rdf):extension>", **_AS_IT_IS)
@shared
def data(source: str, ref: str, extension: str) -> Any:
    """A harvested record as RDF under its own IRI, with where it was read, when, and its licence."""
    here = reading()
    spaces = here.sources.spaces
    # The source may call a record what looks like a file; then this is its page.
    whole = _published(here, spaces.candidates(source, f"{ref}.{extension}"))
    if whole is not None:
        return description(here, whole, lambda: _page(here, whole))
    candidates = spaces.candidates(source, ref)
    iri = _published(here, candidates)
    return gone.answer(here, candidates, extension) if iri is None else triples(here, iri, extension)


def _page(here: Reading, iri: str) -> Response:
    found, origin = here.record(iri), here.origin(iri)
    assert found is not None and origin is not None
    here.source = origin.name
    # Our editors have not reviewed it.
    return render(replace(page_of(here, found), origin=origin, reviewed=None))


def _published(here: Reading, candidates: tuple[str, ...]) -> str | None:
    return next((iri for iri in candidates if here.origin(iri)), None)
