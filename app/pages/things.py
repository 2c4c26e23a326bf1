"""Everything that has an IRI under /id/: the thing itself, its page, its data, its citation, its tombstone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request

from app.caching import uncached
from app.languages import unprefixed_root
from app.pages import actor, citing, gone, initiative, place, record, record_parts
from app.pages.data import triples, wanted_format
from app.pages.models import Page
from app.reading import Reading, reading
from app.rendering import render
from app.translating import LANGUAGES
from catalogue.namespaces import PIVI
from catalogue.records import Record

pages = Blueprint("things", __name__)

# Types with a page of their own; every other gets one made from its shape.
_PAGES: dict[str, Callable[[Reading, Record], Page]] = {
    PIVI.Initiative.value: initiative.page,
    PIVI.Organisation.value: actor.page,
    PIVI.Place.value: place.page,
    PIVI.Municipality.value: place.page,
}


@pages.get("/id/<word:word>/<ref:ref>")
@uncached
def thing(word: str, ref: str) -> Any:
    """The thing: 303 to its page or its data, by Accept (Cool URIs for the Semantic Web, section 4.3)."""
    iri = _published(reading(), word, ref) or reading().installation.addresses.candidates(word, ref)[0]
    path = reading().installation.addresses.path(iri) or "/"
    format = wanted_format()
    if format is not None:
        target = f"{unprefixed_root()}{path}.{format.extension}"
    else:
        target = _language_root() + path
    response = redirect(target, 303)
    response.vary.update(("Accept", "Accept-Language"))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@pages.get("/<word:word>/<ref:ref>")
def page(word: str, ref: str) -> Any:
    """The page about a record; 410, 308 or 300 once it is gone."""
    here = reading()
    candidates = here.installation.addresses.candidates(word, ref)
    found = next((each for iri in candidates if (each := here.record(iri))), None)
    if found is None:
        return gone.answer(here, candidates)
    return render(_PAGES.get(found.type, record.page)(here, found))


@pages.get("/<word:word>/<ref:ref>.<extension:extension>")
def data(word: str, ref: str, extension: str) -> Any:
    """What is public about a record, as RDF; or how to cite it, for `bib` and `ris`."""
    here = reading()
    iri = _published(here, word, ref)
    if iri is None:
        return gone.answer(here, here.installation.addresses.candidates(word, ref), suffix=f".{extension}")
    if extension in ("bib", "ris"):
        return _citation(here, iri, extension)
    return triples(here, iri, extension)


def _citation(here: Reading, iri: str, extension: str) -> Response:
    title = here.label(iri)
    versions = record_parts.history(here, iri)
    if extension == "bib":
        return Response(citing.bibtex(here, iri, title, versions), mimetype="application/x-bibtex")
    return Response(citing.ris(here, iri, title, versions), mimetype="application/x-research-info-systems")


def _published(here: Reading, word: str, ref: str) -> str | None:
    """The IRI of a published record at this address."""
    candidates = here.installation.addresses.candidates(word, ref)
    return next((iri for iri in candidates if here.store.holds(iri)), None)


def _language_root() -> str:
    """Swedish, unless the reader puts English before it."""
    if request.script_root != unprefixed_root():
        return str(request.script_root)
    best = request.accept_languages.best_match(LANGUAGES, default="sv")
    return unprefixed_root() + ("/en" if best == "en" else "")
