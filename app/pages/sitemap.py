"""For search engines: the sitemap and robots.txt; and security.txt, for whoever finds a flaw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, Response

from app.caching import today, uncached
from app.installation import installation
from app.reading import Reading, reading
from app.sharing import shared
from app.translating import DEFAULT, LANGUAGES
from catalogue.errors import N_, NotFound
from catalogue.export.sitemap import MEDIA_TYPE, Page, file, index, parts
from catalogue.namespaces import OWL, PIVI, SHARED, SKOS

pages = Blueprint("sitemap", __name__)

# Pages that are no record's, and so have no time of their own.
_STANDING = (
    "/",
    "/sok",
    "/aktor/",
    "/plats/",
    "/begrepp/",
    "/om",
    "/data",
    "/tillganglighet",
    "/personuppgifter",
)
_VOCABULARY = {SKOS.Concept.value, SKOS.ConceptScheme.value, OWL.Ontology.value}
# Every combination of filters is an address, and so is every query: the records themselves are in the sitemap.
# Data that other systems fetch is left open, as honest harvesters read this file too.
_CLOSED = ("/forslag", "/sparql")
_COMBINATIONS = ("/sok?", "/sok.", "/*?slag=")
# Other installations of ours take no combinations but those that their operator has chosen.
_HARVESTER = "Pivi"
_OPEN = ("/sparql/guide", "/sparql/exempel$")
_VALID_DAYS = 180


@pages.get("/sitemap.xml")
@shared
def sitemap() -> Response:
    """Which files the sitemap has."""
    here = reading()
    absolute = here.installation.addresses.absolute
    files = ((absolute(f"/sitemap-{number}.xml"), part) for number, part in enumerate(_parts(here), 1))
    return Response(index(files), mimetype=MEDIA_TYPE)


@pages.get("/sitemap-<int:number>.xml")
@shared
def sitemap_file(number: int) -> Response:
    here = reading()
    found = _parts(here)
    if not 1 <= number <= len(found):
        raise NotFound(N_("Sajtkartan har ingen del %(number)s. Börja i /sitemap.xml."), number=number)
    return Response(file(found[number - 1]), mimetype=MEDIA_TYPE)


@pages.get("/robots.txt")
@uncached
def robots() -> Response:
    base = installation().settings.base
    roots = ["" if code == DEFAULT else f"/{code}" for code in LANGUAGES]
    lines = [
        "User-agent: *",
        *(f"Disallow: {root}{path}" for root in roots for path in (*_CLOSED, *_COMBINATIONS)),
        *(f"Allow: {root}{path}" for root in roots for path in _OPEN),
        "",
        f"User-agent: {_HARVESTER}",
        *(f"Disallow: {root}{path}" for root in roots for path in _CLOSED),
        "",
        f"Sitemap: {base}sitemap.xml",
    ]
    return _plain(lines)


@pages.get("/.well-known/security.txt")
@uncached
def security() -> Response:
    """Where a flaw is reported (RFC 9116). Its time of expiry moves on by itself, as long as the server runs."""
    settings = installation().settings
    expires = today() + dt.timedelta(days=_VALID_DAYS)
    lines = [
        f"Contact: mailto:{settings.security_contact or settings.contact}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        "Preferred-Languages: sv, en",
        f"Canonical: {settings.base}.well-known/security.txt",
    ]
    return _plain(lines)


def _parts(here: Reading) -> list[Sequence[Page]]:
    return here.installation.once(here.version, "sitemap", lambda: parts(_pages(here)))


def _pages(here: Reading) -> list[Page]:
    """The standing pages, the lists, and the page of every published record."""
    types = here.snapshot.shapes.record_types()
    lists = [f"/{each.path_word}/" for each in types if each.iri != PIVI.Initiative.value]
    shown = {each.iri for each in types} | _VOCABULARY
    found = [_page(here, path, None) for path in dict.fromkeys((*_STANDING, *lists))]
    for iri, type, at in here.snapshot.journal.published(upto=here.version):
        # What was harvested from other installations is canonical there.
        ours = type in shown and iri.startswith((here.installation.settings.base, SHARED))
        path = here.installation.addresses.path(iri) if ours else None
        if path is not None:
            found.append(_page(here, path, at))
    return found


def _page(here: Reading, path: str, changed: dt.datetime | None) -> Page:
    absolute = here.installation.addresses.absolute
    address = quote(path)
    return Page(
        tuple((code, absolute(("" if code == DEFAULT else f"/{code}") + address)) for code in LANGUAGES),
        changed,
    )


def _plain(lines: Sequence[str]) -> Response:
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
