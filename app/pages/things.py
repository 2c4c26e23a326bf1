"""Everything that has an IRI under /id/: the thing itself, its page, its data, its citation, its tombstone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from app.caching import uncached
from app.negotiating import negotiated
from app.pages import citing, gone, record_parts
from app.pages.data import description, see_other, triples
from app.pages.of_records import page_of
from app.reading import Reading, reading
from app.rendering import render
from app.sharing import shared
from catalogue.namespaces import SHARED

pages = Blueprint("things", __name__)


@pages.get("/id/<word:word>/<ref:ref>")
@uncached
@shared
def thing(word: str, ref: str) -> Any:
    """The thing: 303 to its page or its data, by Accept; 410, 308 or 300 once it is gone."""
    here = reading()
    return _looked_up(here, here.installation.addresses.candidates(word, ref))


@pages.get("/id/begrepp/<ref:scheme>/<ref:concept>")
@uncached
@shared
def concept(scheme: str, concept: str) -> Any:
    """A concept: one that all share, or the installation's own."""
    here = reading()
    return _looked_up(here, here.installation.addresses.candidates("begrepp", f"{scheme}/{concept}"))


@pages.get("/id/ns")
@uncached
@shared
def ontology() -> Any:
    """The ontology, for those who come by its shared IRI."""
    return _looked_up(reading(), (SHARED + "ns",))


@pages.get("/<word:word>/<ref:ref>")
@negotiated
def page(word: str, ref: str) -> Any:
    """The page about a record; 410, 308 or 300 once it is gone."""
    here = reading()
    candidates = here.installation.addresses.candidates(word, ref)
    iri = _published(here, candidates)
    if iri is None:
        return gone.answer(here, candidates)

    def rendered() -> Response:
        found = here.record(iri)
        assert found is not None
        return render(page_of(here, found))

    return description(here, iri, rendered)


@pages.get("/<word:word>/<ref:ref>.<extension:extension>")
@shared
def data(word: str, ref: str, extension: str) -> Any:
    """What is public about a record, as RDF; or how to cite it, for `bib` and `ris`."""
    here = reading()
    candidates = here.installation.addresses.candidates(word, ref)
    iri = _published(here, candidates)
    if iri is None:
        return gone.answer(here, candidates, extension)
    if extension in ("bib", "ris"):
        return _citation(here, iri, extension)
    return triples(here, iri, extension)


def _citation(here: Reading, iri: str, extension: str) -> Response:
    title = here.label(iri)
    versions = record_parts.history(here, iri)
    if extension == "bib":
        return Response(citing.bibtex(here, iri, title, versions), mimetype="application/x-bibtex")
    return Response(citing.ris(here, iri, title, versions), mimetype="application/x-research-info-systems")


def _looked_up(here: Reading, candidates: tuple[str, ...]) -> Response:
    iri = _published(here, candidates)
    return see_other(here, iri) if iri else gone.thing(here, candidates)


def _published(here: Reading, candidates: tuple[str, ...]) -> str | None:
    """The IRI of the published record among those that an address can mean."""
    return next((iri for iri in candidates if here.described(iri)), None)
