"""Cited queries: the button that makes a citation, and the page that tells whether the answer is the same still."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request

from app.addresses import with_query
from app.caching import today, uncached
from app.formatting import day_and_time, long_date, number
from app.installation import installation
from app.languages import unprefixed_root
from app.limits import LONGEST_ADDRESS
from app.pages import record_parts
from app.pages.citation_models import CitationPage, Compared, Verdict
from app.pages.models import ErrorPage, GonePage
from app.pages.parts import Citation as CitationText
from app.pages.parts import Format, NavLink, Text
from app.pages.sparql_links import query_url
from app.reading import Reading, reading
from app.rendering import render
from app.sparql import problems
from app.sparql.problems import PROBLEM_JSON
from app.sparql.protocol import NO_ROOM, client, too_busy
from app.translating import gettext as _
from app.translating import language, ngettext, translated
from catalogue.endpoint import results
from catalogue.endpoint.citation_table import Hidden
from catalogue.endpoint.citations import Citation, Citations, Comparison, normal
from catalogue.endpoint.fingerprint import Fingerprint
from catalogue.endpoint.problems import Problem
from catalogue.endpoint.screening import Form

pages = Blueprint("citations", __name__)
log = logging.getLogger(__name__)

_LONGEST_TITLE = 150
_OWN_PAGES = ("same-origin", "none")


@pages.post("/sparql/citera")
@uncached
def cite() -> Any:
    """Make the citation, or find it, and go to it."""
    citations = _citations()
    if not _from_here():
        return _refused(
            403,
            _("Det gick inte att citera"),
            _("Citeringen begärdes från en annan webbplats. Tryck på Citera på frågesidan här."),
        )
    text = normal(request.form.get("query", ""))
    try:
        if request.environ.get(NO_ROOM):
            raise too_busy()
        made = citations.cite(text, client=client(request.environ), unwanted=_gone())
    except Problem as error:
        status = problems.status_of(error)
        if status >= 500 and problems.retry_after(error) is None:
            log.error("a query could not be cited: %s", error.name, exc_info=error)
        refused = _refused(status, problems.title_of(error, language()), translated(error), text)
        if (seconds := problems.retry_after(error)) is not None:
            refused.headers["Retry-After"] = str(seconds)
        return refused
    return redirect(f"{request.script_root}/sparql/citat/{made.ref}", 303)


@pages.get("/sparql/citat/<ref:ref>")
@uncached
def citation(ref: str) -> Response:
    """The cited query, run on what is published now."""
    citations = _citations()
    here = reading()
    kept = citations.get(ref)
    if kept.hidden is not None:
        return render(_hidden(here, kept, kept.hidden), 410)
    try:
        if request.environ.get(NO_ROOM):
            raise too_busy()
        now: Comparison | Problem = citations.compare(kept, client=client(request.environ), unwanted=_gone())
    except Problem as error:
        now = error
    return render(_page(here, kept, now))


@pages.get("/sparql/citat/<ref:ref>.json")
@uncached
def citation_data(ref: str) -> Response:
    """What was kept, for programs; nothing is run."""
    kept = _citations().get(ref)
    here = installation()
    if kept.hidden is not None:
        response = jsonify(
            {"title": _("Frågan visas inte längre"), "status": 410, "detail": kept.hidden.reason}
        )
        response.status_code, response.mimetype = 410, PROBLEM_JSON.media_type
        return _open(response)
    response = jsonify(
        {
            "id": here.addresses.absolute(f"/sparql/citat/{kept.ref}"),
            "endpoint": here.addresses.absolute("/sparql"),
            "publisher": here.settings.publisher,
            "query": kept.query,
            "form": kept.form.value,
            "dataset-version": kept.version,
            "cited": kept.at.isoformat(timespec="seconds"),
            "count": kept.answer.count,
            "sha256": kept.answer.digest,
        }
    )
    return _open(response)


def _open(response: Response) -> Response:
    """For programs anywhere, not for search engines."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _citations() -> Citations:
    found = installation().citations
    if found is None:
        abort(404)
    return found


def _gone() -> Any:
    return request.environ.get("pivi.gone")


def _from_here() -> bool:
    """Whether one of our own pages, or no page at all, sent the form.

    There are no cookies that another site could make use of; but with its visitors it could fill the store.
    """
    site = request.headers.get("Sec-Fetch-Site")  # Fetch Metadata, section 2.4
    if site is not None:
        return site in _OWN_PAGES
    origin = request.headers.get("Origin")  # RFC 6454, section 7; "null" where a browser will not tell
    ours = (installation().settings.base, request.host_url)
    return origin is None or origin in {"{0.scheme}://{0.netloc}".format(urlsplit(each)) for each in ours}


def _refused(status: int, title: str, sentence: str, query: str = "") -> Response:
    root = request.script_root
    page = ErrorPage(
        template="error.html",
        title=Text(title),
        status=status,
        sentence=sentence,
        advice="",
        search_text=None,
        links=(NavLink(_("Till frågan"), query_url(root, query) or root + "/sparql"),),
        robots="noindex",
    )
    response = render(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the page ----------------------------------------------------------------------------------------


def _page(here: Reading, kept: Citation, now: Comparison | Problem) -> CitationPage:
    title = _title(kept)
    verdict, heading, sentences = _verdict(kept, now)
    address = here.installation.addresses.absolute(f"/sparql/citat/{kept.ref}")
    return CitationPage(
        template="citation.html",
        title=Text(title),
        section="sparql",
        crumbs=(record_parts.start(here), NavLink(_("Data och SPARQL"), here.root + "/sparql")),
        robots="noindex, nofollow",
        iri=address,
        query=kept.query,
        cite=CitationText(_text(here, kept, title, address), "", ""),
        verdict=verdict,
        heading=heading,
        sentences=sentences,
        table=_table(kept, now),
        check=_check(kept.form),
        query_action=here.root + "/sparql",
        query_url=query_url(here.root, kept.query),
        answers=_answers(kept),
        json_url=f"{unprefixed_root()}/sparql/citat/{kept.ref}.json",
    )


def _hidden(here: Reading, kept: Citation, hidden: Hidden) -> GonePage:
    return GonePage(
        template="gone.html",
        title=Text(_("Frågan visas inte längre")),
        section="sparql",
        crumbs=(record_parts.start(here), NavLink(_("Data och SPARQL"), here.root + "/sparql")),
        robots="noindex, nofollow",
        iri=here.installation.addresses.absolute(f"/sparql/citat/{kept.ref}"),
        type_label=_("Citerad fråga"),
        date=hidden.at.date().isoformat(),
        reason=Text(hidden.reason, None if here.language == "sv" else "sv"),
        successors=(),
        history=(),
    )


def _title(kept: Citation) -> str:
    """What the query's first comment says, in the reader's language where it is said in two; else its reference."""
    comments = re.findall(r"^#+[ \t]*(\S.*)$", kept.query.partition("{")[0], re.MULTILINE)
    said = {code: text for each in comments for code, _colon, text in [each.partition(": ")]}
    found = said.get(language()) or said.get("sv") or next(iter(comments), "")
    found = " ".join(found.split())
    if len(found) > _LONGEST_TITLE:
        found = found[:_LONGEST_TITLE].rstrip() + "…"
    return found or _("SPARQL-fråga %(ref)s", ref=kept.ref)


def _text(here: Reading, kept: Citation, title: str, address: str) -> str:
    settings = here.installation.settings
    return _(
        "%(title)s%(stop)s SPARQL-fråga till %(site)s, katalog över socialt utvecklingsarbete. %(publisher)s. "
        "Version %(version)s, %(date)s. %(address)s",
        title=title,
        stop="" if title.endswith(("?", "!", ".", "…")) else ".",
        site=settings.name,
        publisher=settings.publisher,
        version=number(kept.version, here.language),
        date=_day(kept, here.language),
        address=address,
    )


def _day(kept: Citation, language: str) -> str:
    return long_date(day_and_time(kept.at.isoformat())[0], language)


def _verdict(kept: Citation, now: Comparison | Problem) -> tuple[Verdict, str, tuple[str, ...]]:
    if isinstance(now, Problem):
        return Verdict.UNANSWERED, _("Frågan fick inget svar nu"), (translated(now),)
    if now.same is None:
        return (
            Verdict.UNKNOWN,
            _("Svaren går inte att jämföra"),
            tuple(_(each.value) for each in now.reasons),
        )
    if now.same:
        return Verdict.SAME, _("Samma svar i dag"), (_("Frågan ger samma svar nu som när den citerades."),)
    sentences = [_difference(kept, now.answer)]
    if now.version == kept.version:
        sentences.append(
            _("Datamängden är densamma; det är programmet som räknar eller söker på ett annat sätt.")
        )
    return Verdict.CHANGED, _("Svaret har ändrats"), tuple(sentences)


def _difference(kept: Citation, now: Fingerprint) -> str:
    if kept.form is Form.ASK:
        return _("Svaret är ett annat än när frågan citerades.")
    more = now.count - kept.answer.count
    if more > 0:
        return _("Svaret har %(count)s fler nu än när frågan citerades.", count=_count(kept.form, more))
    if more < 0:
        return _("Svaret har %(count)s färre nu än när frågan citerades.", count=_count(kept.form, -more))
    if kept.form.makes_a_graph:
        return _("Svaret har lika många tripplar som när frågan citerades, men något i dem är annorlunda.")
    return _("Svaret har lika många rader som när frågan citerades, men något i dem är annorlunda.")


def _count(form: Form, count: int) -> str:
    shown = number(count, language())
    if form.makes_a_graph:
        return ngettext("%(count)s trippel", "%(count)s tripplar", count, count=shown)
    return ngettext("%(count)s rad", "%(count)s rader", count, count=shown)


def _table(kept: Citation, now: Comparison | Problem) -> tuple[Compared, ...]:
    answer = None if isinstance(now, Problem) else now

    def said(found: Fingerprint) -> str:
        if kept.form is Form.ASK:
            return _("Ja") if found.count else _("Nej")
        return _count(kept.form, found.count)

    return (
        Compared(_("Dag"), _day(kept, language()), long_date(today(), language())),
        Compared(
            _("Datamängdens version"),
            number(kept.version, language()),
            number(answer.version, language()) if answer else None,
        ),
        Compared(_("Svar"), said(kept.answer), said(answer.answer) if answer else None),
        Compared(_("Kontrollsumma"), kept.answer.digest, answer.answer.digest if answer else None, code=True),
    )


def _check(form: Form) -> str:
    """How anybody can make the checksum from an answer."""
    if form is Form.ASK:
        return _("Kontrollsumman är SHA-256 av ordet true eller false och en radbrytning.")
    if form.makes_a_graph:
        return _(
            "Kontrollsumman är SHA-256 av svaret som N-Triples i kanonisk form (RDFC-1.0), raderna sorterade."
        )
    return _(
        "Kontrollsumman är SHA-256 av svaret som TSV: rubrikraden först, sedan raderna sorterade byte för byte."
    )


def _answers(kept: Citation) -> tuple[Format, ...]:
    found = tuple(
        Format(
            each.label,
            with_query(unprefixed_root() + "/sparql", [("query", kept.query), ("format", each.name)]),
            each.media_type,
        )
        for each in results.offered(kept.form)
    )
    return found if all(len(each.url) <= LONGEST_ADDRESS for each in found) else ()
