"""Checks of identifiers and formats: what is answered to which Accept (docs/negotiation.md)."""

from __future__ import annotations

import contextlib
import csv
import io

from app.selftest.client import Fault, Harvester, Nothing, Reply, lines, unexpected
from app.selftest.report import Said, Value
from catalogue.errors import N_
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, PROFILES
from catalogue.formats import RECORD_FORMATS

_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_NONE = "image/png"
# Accept, status, and what the address in Location ends with.
_OF_THINGS: tuple[tuple[str, int, str], ...] = (
    ("", 303, ""),
    ("*/*", 303, ""),
    ("text/html", 303, ""),
    (_BROWSER, 303, ""),
    ("text/turtle", 303, ".ttl"),
    ("application/n-triples", 303, ".nt"),
    ("application/ld+json", 303, ".jsonld"),
    ("application/json", 303, ".jsonld"),
    ("application/rdf+xml", 303, ".rdf"),
    ("text/turtle;q=0.5, application/rdf+xml;q=0.7", 303, ".rdf"),
    ("text/turtle, text/html;q=0.9", 303, ".ttl"),
    (_NONE, 406, ""),
)


def example(harvester: Harvester) -> str:
    """The path of an initiative, such as `/insats/7k3f`. Raises Nothing where there is none of our own."""
    reply = harvester.found("/sok.csv?kolumner=iri&sortera=senast")
    things = harvester.base + "id/"
    for row in csv.DictReader(io.StringIO(reply.text)):
        if row.get("iri", "").startswith(things):
            return "/" + row["iri"].removeprefix(things)
    raise Nothing(N_("Det finns ingen publicerad insats att prova med."))


def initiative(harvester: Harvester) -> Said:
    return _thing(harvester, example(harvester))


def concept(harvester: Harvester) -> Said:
    return _thing(harvester, "/begrepp/malgrupp")


def _thing(harvester: Harvester, path: str) -> Said:
    for accept, status, ending in _OF_THINGS:
        address = "/id" + path
        reply = harvester.get(address, accept)
        head = harvester.get(address, accept, method="HEAD")
        if reply.status != status:
            raise unexpected(reply, status)
        if status == 303:
            _expect_location(reply, path + ending)
        if head.status != reply.status or _kept(head) != _kept(reply):
            raise Fault(N_("HEAD på %(address)s svarar inte som GET."), address=reply.address)
        _expect_header(reply, "vary", "accept")
        _expect_header(reply, "access-control-allow-origin", "*")
        _expect_header(reply, "link", 'rel="describedby"')
    page = harvester.found(path, "text/turtle")
    if page.type != "text/turtle":
        raise _wrong_type(page, "text/turtle")
    return _counted(harvester, "/id" + path)


def ontology(harvester: Harvester) -> Said:
    offered = (*((each.media_type, each.media_type) for each in RECORD_FORMATS), ("text/html", "text/html"))
    for accept, wanted in offered:
        reply = harvester.found("/ns", accept)
        if reply.type != wanted:
            raise _wrong_type(reply, wanted)
    led = harvester.get("/id/ns", "text/turtle")
    if led.status != 303:
        raise unexpected(led, 303)
    _expect_location(led, "/ns.ttl")
    return _counted(harvester, "/ns")


def catalogue(harvester: Harvester) -> Said:
    for profile in PROFILES:
        for accept in ("", "*/*", _BROWSER, _NONE):
            reply = harvester.found(profile.path, accept)
            if reply.type != "application/rdf+xml":
                raise _wrong_type(reply, "application/rdf+xml")
        for each in RECORD_FORMATS:
            for reply in (
                harvester.found("/data/catalog", each.media_type, profile=profile.iri),
                harvester.found(
                    f"/data/catalog?_profile={profile.token}&_mediatype={each.media_type.replace('+', '%2B')}"
                ),
            ):
                if reply.type != each.media_type:
                    raise _wrong_type(reply, each.media_type)
                _expect_header(reply, "link", f'<{profile.iri}>; rel="profile"')
    refused = harvester.get("/data/catalog?_profile=finns-inte")
    if refused.status != 400:
        raise unexpected(refused, 400)
    return _counted(harvester, DCAT_AP_SE.path)


def same_graph(harvester: Harvester) -> Said:
    paths = ["/begrepp/malgrupp", "/ns", DCAT_AP_SE.path, DCAT_AP.path, "/.well-known/void", "/data/feed"]
    with contextlib.suppress(Nothing):
        paths.insert(0, example(harvester))
    for path in paths:
        found = {
            each.media_type: lines(harvester.found(path, each.media_type).triples) for each in RECORD_FORMATS
        }
        first = found[RECORD_FORMATS[0].media_type]
        for media_type, graph in found.items():
            if graph != first:
                raise Fault(
                    N_("%(address)s har inte samma innehåll som %(one)s och %(other)s."),
                    address=harvester.address(path),
                    one=RECORD_FORMATS[0].media_type,
                    other=media_type,
                )
    return Said(
        N_("%(count)s beskrivningar i %(formats)s format."),
        {"count": len(paths), "formats": len(RECORD_FORMATS)},
    )


def _kept(reply: Reply) -> dict[str, str]:
    """The headers that HEAD and GET have in common; an answer without content may leave its length out."""
    changing = {"date", "content-length", "transfer-encoding", "connection"}
    return {name: value for name, value in reply.headers.items() if name not in changing}


def _expect_location(reply: Reply, path: str) -> None:
    location = reply.headers.get("location", "")
    if not location.endswith(path):
        raise Fault(
            N_("%(address)s leder till %(location)s i stället för %(wanted)s."),
            address=reply.address,
            location=location,
            wanted=path,
        )


def _expect_header(reply: Reply, name: str, part: str) -> None:
    if part.lower() not in reply.headers.get(name, "").lower():
        raise Fault(
            N_("%(address)s saknar %(wanted)s i huvudet %(name)s."),
            address=reply.address,
            wanted=part,
            name=name.title(),
        )


def _wrong_type(reply: Reply, wanted: str) -> Fault:
    return Fault(
        N_("%(address)s svarade med %(type)s i stället för %(wanted)s."),
        address=reply.address,
        type=reply.type,
        wanted=wanted,
    )


def _counted(harvester: Harvester, path: str) -> Said:
    values: dict[str, Value] = {"count": harvester.count, "address": harvester.address(path)}
    return Said(N_("%(count)s förfrågningar, de flesta till %(address)s."), values)
