"""The self-test for harvesters: what the last one found, as a page, as JSON and in EARL."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Triple

from app.caching import uncached
from app.formatting import decimal, moment
from app.installation import Installation, installation, snapshot
from app.languages import unprefixed_root
from app.negotiating import asked_format, negotiated
from app.pages.models import Page
from app.pages.parts import Format, NavLink, Text
from app.rendering import render
from app.selftest.criteria import AREAS, CRITERIA, Criterion
from app.selftest.report import CANNOT_TELL, FAILED, INAPPLICABLE, PASSED, UNTESTED, Outcome, Report, read
from app.sharing import shared
from app.translating import LANGUAGES, gettext, language, phrase
from app.translating import gettext as _
from catalogue import formats
from catalogue.errors import N_, NotFound
from catalogue.formats import RECORD_FORMATS, by_extension
from catalogue.namespaces import DCAT, DCT, PREFIXES, RDF, XSD, Namespace
from catalogue.turtle import serialise

pages = Blueprint("selftest", __name__)

PATH = "/data/sjalvtest"
JSON = "application/json"
EARL = Namespace("http://www.w3.org/ns/earl#")
_WORDS = {
    PASSED: N_("Godkänt"),
    FAILED: N_("Underkänt"),
    CANNOT_TELL: N_("Går inte att säga"),
    INAPPLICABLE: N_("Inget att pröva"),
    UNTESTED: N_("Inte prövat"),
}
_SIGNS = {PASSED: "check", FAILED: "close"}
# A test that has not ended by then was broken off.
_LONGEST = timedelta(minutes=15)


@dataclass(frozen=True)
class Check:
    """A criterion with how it went. `requests` are commands for a shell."""

    name: str
    title: str
    text: str
    outcome: str
    word: str
    sign: str
    detail: str
    seconds: str
    requests: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Checks that belong together, under a heading."""

    anchor: str
    title: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class SelfTestPage(Page):
    """`/data/sjalvtest` – selftest.html"""

    lead: str
    state: str
    outcome: str
    groups: tuple[Group, ...]
    json_url: str
    seconds: int  # how long the catalogue rests before it is tested; 0 when it is not


@pages.get(PATH)
@uncached
@negotiated
def self_test() -> Response:
    """The page, or EARL for who would rather have data."""
    report = _report()
    format = asked_format()
    if format is not None:
        response = _earl(report, format)
        response.headers["Content-Location"] = f"{unprefixed_root()}{PATH}.{format.extension}"
        return response
    return render(_page(report))


@pages.get(PATH + ".<extension:extension>")
@uncached
@shared
def as_data(extension: str) -> Response:
    format = by_extension(extension)
    if format not in RECORD_FORMATS:
        raise NotFound(N_("Här finns inget i formatet %(extension)s."), extension=extension)
    assert format is not None
    return _earl(_report(), format)


@pages.get(PATH + ".json")
@uncached
@shared
def as_json() -> Response:
    """In short, for monitoring: how many checks went how, and what each of them says."""
    report = _report()
    said = {
        "state": _state(report),
        "version": report.version if report else None,
        "begun": report.begun.isoformat(timespec="seconds") if report else None,
        "ended": report.ended.isoformat(timespec="seconds") if report and report.ended else None,
        "current": bool(report) and report is not None and report.version == snapshot().version,
        "counts": {each: report.count(each) if report else 0 for each in _WORDS},
        "checks": [
            {
                "check": name,
                "title": gettext(criterion.title),
                "outcome": found.outcome if found else UNTESTED,
                "detail": found.said.in_language(language()) if found and found.said else "",
                "requests": list(found.requests) if found else [],
                "seconds": found.seconds if found else None,
            }
            for name, criterion in CRITERIA.items()
            for found in (report.of(name) if report else None,)
        ],
    }
    return _tagged(json.dumps(said, ensure_ascii=False, indent=1).encode(), JSON)


def _report() -> Report | None:
    return read(installation().settings.data)


def _state(report: Report | None) -> str:
    """`none` before the first test, `running`, `interrupted`, or `finished`."""
    if report is None:
        return "none"
    if report.ended is not None:
        return "finished"
    return "running" if datetime.now(UTC) - report.begun < _LONGEST else "interrupted"


def _tagged(body: bytes, media_type: str) -> Response:
    """An answer whose ETag is that of its content, or 304."""
    etag = hashlib.sha256(body).hexdigest()[:16]
    known = request.if_none_match
    unchanged = not known.star_tag and known.contains_weak(etag)
    response = Response(status=304) if unchanged else Response(body, mimetype=media_type)
    response.set_etag(etag, weak=True)
    return response


# --- the page ------------------------------------------------------------------------------------------


def _page(report: Report | None) -> SelfTestPage:
    state = _state(report)
    return SelfTestPage(
        template="selftest.html",
        title=Text(_("Självtest för skördare")),
        section="sparql",
        description=_("Installationen läser sig själv som en skördare gör, och visar vad som stämmer."),
        crumbs=(
            NavLink(_("Start"), f"{request.script_root}/"),
            NavLink(_("Öppna data"), f"{request.script_root}/data"),
        ),
        formats=tuple(
            Format(each.name, f"{unprefixed_root()}{PATH}.{each.extension}", each.media_type)
            for each in RECORD_FORMATS
        ),
        lead=_("Installationen läser sig själv som en skördare gör, och visar vad som stämmer."),
        state=_summary(report, state),
        outcome=_whole(report, state),
        groups=tuple(
            Group(
                area.name,
                gettext(area.title),
                tuple(
                    _check(criterion, report.of(criterion.name) if report else None, state)
                    for criterion in area.criteria
                ),
            )
            for area in AREAS
        ),
        json_url=f"{request.script_root}{PATH}.json",
        seconds=installation().settings.self_test_seconds,
    )


def _whole(report: Report | None, state: str) -> str:
    if report is not None and report.count(FAILED):
        return FAILED
    finished = report is not None and state == "finished" and not report.count(UNTESTED)
    return PASSED if finished else UNTESTED


def _summary(report: Report | None, state: str) -> str:
    if report is None:
        if installation().settings.self_test_seconds == 0:
            return _("Inget test har gjorts än.")
        return _("Inget test har gjorts än. Det första görs när katalogen har kommit till ro.")
    code = language()
    counts = {
        "passed": report.count(PASSED),
        "failed": report.count(FAILED),
        "made": len(report.outcomes),
        "all": len(CRITERIA),
        "version": report.version,
        "when": moment(report.begun.isoformat(), code),
    }
    if state == "running":
        return _("Testet av version %(version)s pågår: %(made)s av %(all)s prov är gjorda.", **counts)
    if state == "interrupted":
        return _("Testet av version %(version)s avbröts efter %(made)s av %(all)s prov, %(when)s.", **counts)
    return _(
        "%(passed)s av %(all)s prov godkända, %(failed)s underkända. Version %(version)s, %(when)s.", **counts
    )


def _check(criterion: Criterion, found: Outcome | None, state: str) -> Check:
    outcome = found.outcome if found else UNTESTED
    code = language()
    return Check(
        name=criterion.name,
        title=gettext(criterion.title),
        text=gettext(criterion.text),
        outcome=outcome,
        word=_("Väntar") if found is None and state == "running" else gettext(_WORDS[outcome]),
        sign=_SIGNS.get(outcome, ""),
        detail=found.said.in_language(code) if found and found.said else "",
        seconds=_("%(seconds)s s", seconds=decimal(f"{found.seconds:.2f}", code)) if found else "",
        requests=found.requests if found else (),
    )


# --- EARL ----------------------------------------------------------------------------------------------


def _earl(report: Report | None, format: formats.Format) -> Response:
    triples = list(_assertions(report, installation()))
    body = serialise(triples, format, PREFIXES | {"earl": EARL.iri})
    return _tagged(body, format.media_type)


def _assertions(report: Report | None, ours: Installation) -> list[Triple]:
    """Evaluation and Report Language 1.0: an assertion for each check that has been made. No blank nodes."""
    base = ours.settings.base
    document = base + PATH.lstrip("/")
    subject, tester = NamedNode(base), NamedNode(document + "#pivi")
    said: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (subject, RDF.type, EARL.TestSubject),
        (subject, DCT.title, Literal(ours.settings.name, language="sv")),
        (tester, RDF.type, EARL.Software),
        (tester, DCT.title, Literal("Pivi")),
    ]
    for name, criterion in CRITERIA.items():
        test = NamedNode(f"{document}#{name}")
        said.append((test, RDF.type, EARL.TestCriterion))
        for code in LANGUAGES:
            said.append((test, DCT.title, Literal(phrase(criterion.title, code), language=code)))
            said.append((test, DCT.description, Literal(phrase(criterion.text, code), language=code)))
    if report is not None:
        at = Literal(report.begun.isoformat(timespec="seconds"), datatype=XSD.dateTime)
        said.append((subject, DCAT.version, Literal(str(report.version))))
        for each in report.outcomes:
            assertion = NamedNode(f"{document}#{each.check}-utfall")
            result = NamedNode(f"{document}#{each.check}-resultat")
            said += [
                (assertion, RDF.type, EARL.Assertion),
                (assertion, EARL.assertedBy, tester),
                (assertion, EARL.subject, subject),
                (assertion, EARL.test, NamedNode(f"{document}#{each.check}")),
                (assertion, EARL.mode, EARL.automatic),
                (assertion, EARL.result, result),
                (result, RDF.type, EARL.TestResult),
                (result, EARL.outcome, EARL[each.outcome]),
                (result, DCT.date, at),
            ]
            if each.said is not None:
                for code in LANGUAGES:
                    text = Literal(each.said.in_language(code), language=code)
                    said.append((result, DCT.description, text))
            for command in each.requests:
                said.append((result, EARL.info, Literal(command)))
    return [Triple(*each) for each in said]
