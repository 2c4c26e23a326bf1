"""Atom over HTTP: what is new and changed, and the same for any search."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from app.addresses import with_query
from app.pages.record import plural
from app.reading import Reading, reading
from app.sharing import shared
from app.translating import DEFAULT, LANGUAGES
from app.translating import gettext as _
from catalogue.answers import OWN, SOURCE
from catalogue.errors import N_, NotFound
from catalogue.export.atom import MEDIA_TYPE, Entry, Feed, Gone, Link, news, written
from catalogue.namespaces import DCT, PIVI
from catalogue.origins import is_own
from catalogue.publishing import tombstone
from catalogue.revisions import Revision

pages = Blueprint("atom", __name__)

NEWS = "/nytt.atom"
SEARCH = "/sok.atom"
# So many entries: a month of a busy installation, or a long evening's reading.
_MOST = 50
# Shared by all installations: a new municipality is no news.
_NO_NEWS = {PIVI.Municipality.value, PIVI.Place.value}


@pages.get(NEWS)
@shared
def latest() -> Response:
    """What was published, changed or withdrawn last."""
    here = reading()
    body = here.installation.once(here.version, f"atom {here.root} {here.language}", lambda: _news(here))
    return Response(body, mimetype=MEDIA_TYPE)


@pages.get(SEARCH)
@shared
def search() -> Response:
    """The initiatives of a search, the latest first; takes what the search takes."""
    here = reading()
    index = here.snapshot.index
    # A feed is passed on under our licence: it holds our own records, whatever the page of the search shows.
    asked = here.query({**request.args.to_dict(flat=False), SOURCE: [OWN]})
    query = replace(asked, sort="senast", size=_MOST)
    answer = index.search(query)
    if query.page > max(1, answer.pages):
        raise NotFound(
            N_("Sidan ”%(value)s” finns inte. Listan har %(pages)s sidor."),
            value=query.page,
            pages=answer.pages,
        )
    parameters = replace(asked.without(SOURCE), sort="").parameters(page=1)

    def address(page: int) -> str:
        return with_query(SEARCH, parameters + ([("sida", str(page))] if page > 1 else []))

    # Feed Paging and Archiving, RFC 5005, section 3.
    steps = [("first", 1), ("last", max(1, answer.pages))]
    steps += [("previous", query.page - 1)] if query.page > 1 else []
    steps += [("next", query.page + 1)] if query.page < answer.pages else []
    hits = [hit for hit in answer.hits if is_own(hit.iri, here.installation.settings.base)]
    entries = [_entry(here, hit.iri, datetime.fromisoformat(hit.at)) for hit in hits]
    feed = Feed(
        iri=_absolute(here, address(1)),
        title=_title(here, _("Sök insatser")),
        subtitle=_("Träffarna för en sökning, de senast ändrade först."),
        language=here.language,
        author=here.installation.settings.publisher,
        rights=_rights(),
        updated=max((each.updated for each in entries), default=here.snapshot.changed),
        links=(
            Link(relation="self", url=_absolute(here, address(query.page)), media_type=MEDIA_TYPE),
            Link(
                relation="alternate",
                url=_absolute(here, with_query("/sok", replace(asked, sort="").parameters(page=1))),
                media_type="text/html",
            ),
            *(Link(relation=relation, url=_absolute(here, address(page))) for relation, page in steps),
        ),
        entries=tuple(entries),
    )
    return Response(written(feed), mimetype=MEDIA_TYPE)


def _news(here: Reading) -> bytes:
    types = {each.iri for each in here.snapshot.shapes.record_types()} - _NO_NEWS
    base = here.installation.settings.base
    found = news(here.snapshot.journal, base=base, upto=here.version, types=types, most=_MOST)
    return written(
        Feed(
            iri=_absolute(here, NEWS),
            title=_title(here, _("Nytt och ändrat")),
            subtitle=_("Det som senast har publicerats, ändrats eller tagits bort."),
            language=here.language,
            author=here.installation.settings.publisher,
            rights=_rights(),
            updated=max((each.at for each in found), default=here.snapshot.changed),
            links=(
                Link(relation="self", url=_absolute(here, NEWS), media_type=MEDIA_TYPE),
                Link(relation="alternate", url=_absolute(here, "/"), media_type="text/html"),
                *(
                    Link(
                        relation="alternate",
                        url=_in(here, code, NEWS),
                        media_type=MEDIA_TYPE,
                        language=code,
                    )
                    for code in LANGUAGES
                    if code != here.language
                ),
            ),
            entries=tuple(_entry(here, each.iri, each.at) for each in found if each.published),
            gone=tuple(_gone(here, each) for each in found if not each.published),
        )
    )


def _entry(here: Reading, iri: str, at: datetime) -> Entry:
    label = here.label(iri)
    summary = here.one(iri, DCT.abstract) or here.one(iri, DCT.description)
    path = here.installation.addresses.path(iri) or "/"
    type = here.type_of(iri)
    dates = here.snapshot.journal.dates(iri)
    return Entry(
        iri=iri,
        title=label.text,
        title_language=label.lang or "",
        updated=at.astimezone(UTC),
        published=dates[0].at.astimezone(UTC) if dates else at.astimezone(UTC),
        summary=summary.text if summary else (plural(here, type) if type else ""),
        summary_language=(summary.lang or "") if summary else "",
        links=(
            Link(
                relation="alternate",
                url=_absolute(here, path),
                media_type="text/html",
                language=here.language,
            ),
            Link(
                relation="alternate",
                url=here.installation.addresses.absolute(path + ".ttl"),
                media_type="text/turtle",
            ),
        ),
        categories=tuple((each, here.label(each).text) for each in sorted(here.iris(iri, PIVI.area))),
    )


def _gone(here: Reading, revision: Revision) -> Gone:
    stone = tombstone(here.snapshot.journal, revision.iri)
    return Gone(
        iri=revision.iri,
        at=revision.at.astimezone(UTC),
        reason=(stone.reason if stone else None) or _("Det här är borttaget."),
        successors=revision.successors,
    )


def _title(here: Reading, words: str) -> str:
    return f"{here.installation.settings.name}: {words}"


def _rights() -> str:
    return _("Metadata CC0 1.0 · Texter CC BY 4.0 · Bilder och filmer enligt egen licens")


def _absolute(here: Reading, path: str) -> str:
    return _in(here, here.language, path)


def _in(here: Reading, code: str, path: str) -> str:
    return here.installation.addresses.absolute(("" if code == DEFAULT else f"/{code}") + path)
