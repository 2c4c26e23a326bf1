"""Descriptions as RDF, in the formats that are served: of a record, with the names of what it points at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Response, redirect, request
from pyoxigraph import NamedNode, Triple

from app import linking, negotiating
from app.languages import quoted_path, unprefixed_root
from app.pages.models import ErrorPage
from app.pages.parts import NavLink, Text
from app.reading import Reading
from app.rendering import render
from app.translating import DEFAULT, LANGUAGES
from app.translating import gettext as _
from catalogue import labels
from catalogue.errors import N_, NotFound
from catalogue.formats import JSON_LD, Format, by_extension
from catalogue.jsonld import Context
from catalogue.namespaces import PREFIXES, RDF
from catalogue.turtle import record_iri, serialise

# Enough for what records keep pointing at; beyond that memory matters more.
_KEPT = 20_000


def wanted_format() -> Format | None:
    """The RDF format that Accept asks for before HTML; None for a reader."""
    return negotiating.wanted_format()


def see_other(here: Reading, iri: str) -> Response:
    """The answer about a thing: 303 to its page or its data (Cool URIs for the Semantic Web, section 4.3).

    406, with what there is, for a client that takes none of it.
    """
    path = here.path(iri) or "/"
    accept = request.headers.get("Accept", "")
    found = negotiating.chosen(accept, negotiating.REPRESENTATIONS)
    if found is None:
        response = _not_acceptable(path)
    elif isinstance(found, Format):
        response = _redirect(f"{unprefixed_root()}{path}.{found.extension}")
    else:
        response = _redirect(language_root() + path)
    response.vary.update(("Accept", "Accept-Language"))
    return linking.add(response, linking.of_thing(iri, path, _types(here, iri)))


def description(here: Reading, iri: str, page: Callable[[], Response], also: Sequence[str] = ()) -> Response:
    """The page about an IRI, or its data where the client asks for that at the page's own address."""
    format = negotiating.asked_format()
    path = here.path(iri) or "/"
    if format is None:
        response = page()
        root = str(request.script_root)[len(unprefixed_root()) :]
        return linking.add(
            response,
            linking.of_description(
                iri,
                path,
                _types(here, iri),
                here.installation.addresses,
                root + quoted_path(),
                harvested=here.origin(iri) is not None,
            ),
        )
    return triples(here, iri, format.extension, also)


def triples(here: Reading, iri: str, extension: str, also: Sequence[str] = ()) -> Response:
    """A published record, and others with it, in the format with this file extension.

    Raises NotFound for an extension that means no format of RDF.
    """
    format = by_extension(extension)
    if format is None:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    own = [triple for each in (iri, *also) for triple in here.described(each)]
    response = written(here, (iri, *also), [*own, *_names(here, own)], format)
    addresses = here.installation.addresses
    path = here.path(iri) or "/"
    shown = f"{path}.{format.extension}"
    links = linking.of_description(
        iri, path, _types(here, iri), addresses, shown, harvested=here.origin(iri) is not None
    )
    return linking.add(response, links)


def described(here: Reading, iris: Sequence[str], format: Format) -> Response:
    """Several records in one document, with the names of what they point at."""
    own = [triple for each in iris for triple in here.described(each)]
    return written(here, iris, [*own, *_names(here, own)], format)


def written(
    here: Reading,
    records: Sequence[str],
    found: Sequence[Triple],
    format: Format,
    prefixes: dict[str, str] = PREFIXES,
) -> Response:
    """Triples in a format; `records` are the subjects that JSON-LD begins with."""
    body = (
        context(here).written(records, sorted(set(found), key=str))
        if format is JSON_LD
        else serialise(found, format, prefixes)
    )
    return Response(body, mimetype=format.media_type)


def context(here: Reading) -> Context:
    """The keys of our JSON-LD."""
    return here.installation.once(here.version, "context", lambda: Context.of(here.snapshot.shapes))


def language_root() -> str:
    """Where the pages in the reader's language begin: Swedish, unless the reader puts English before it."""
    if request.script_root != unprefixed_root():
        return str(request.script_root)
    best = request.accept_languages.best_match(LANGUAGES, default=DEFAULT)
    return unprefixed_root() + ("/en" if best == "en" else "")


def _names(here: Reading, own: Iterable[Triple]) -> list[Triple]:
    """What the things are called that a description points at, so that it can be read by itself."""
    known: dict[str, tuple[Triple, ...]] = here.installation.once(here.version, "names as triples", dict)
    described = {record_iri(each.subject.value) for each in own if isinstance(each.subject, NamedNode)}
    found: list[Triple] = []
    for iri in {
        each.object.value for each in own if isinstance(each.object, NamedNode) and each.predicate != RDF.type
    }:
        if record_iri(iri) in described:
            continue
        names = known.get(iri)
        if names is None:
            if len(known) >= _KEPT:
                known.clear()
            names = known[iri] = labels.names(here.store, iri)
        found.extend(names)
    return found


def _types(here: Reading, iri: str) -> list[str]:
    return sorted(here.iris(iri, RDF.type))


def _redirect(target: str) -> Response:
    response = redirect(target, 303)
    assert isinstance(response, Response)
    return response


def _not_acceptable(path: str) -> Response:
    """What there is instead (RFC 9110, section 15.5.7)."""
    page = ErrorPage(
        template="error.html",
        title=Text(_("Formatet finns inte")),
        status=406,
        sentence=_("Det här finns som sida och som data, men inte i något av de format som efterfrågas."),
        advice=_("Be om något av dem i Accept, eller hämta det här:"),
        search_text=None,
        links=tuple(
            NavLink(f"{each.media_type} {each.language}".strip(), each.url)
            for each in linking.representations(path)
        ),
        robots="noindex",
    )
    return render(page, 406)
