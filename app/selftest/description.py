"""Checks of the catalogue's description: the rules of both profiles, and that what it promises is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import quote

import pyshacl
import rdflib
from pyoxigraph import NamedNode
from rdflib.namespace import SH

import catalogue.export
from app.selftest.client import Fault, Harvester, by_subject, lines
from app.selftest.report import Said
from catalogue.errors import N_
from catalogue.export import activity_feed
from catalogue.export.dcat import DCAT_AP, DCAT_AP_SE, Profile
from catalogue.export.description import MEDIA_TYPES, packaged_triples
from catalogue.formats import N_QUADS, N_TRIPLES
from catalogue.namespaces import AS, DCAT, DCT

_SHAPES = Path(catalogue.export.__file__).parent / "shapes"
_SWEDISH, _EUROPEAN = "dcat-ap-se-3.0.1.ttl", "dcat-ap-3.0.0-SHACL.jsonld"


def swedish(harvester: Harvester) -> Said:
    return _valid(harvester, DCAT_AP_SE, _SWEDISH, "none")


def european(harvester: Harvester) -> Said:
    # That everything is an rdfs:Resource, which these shapes ask for, follows from RDF Schema.
    return _valid(harvester, DCAT_AP, _EUROPEAN, "rdfs")


def _valid(harvester: Harvester, profile: Profile, shapes: str, inference: str) -> Said:
    triples = harvester.found(profile.path).triples
    data = rdflib.Graph().parse(data="\n".join(lines(triples)), format="nt")
    conforms, report, _text = pyshacl.validate(data, shacl_graph=_graph(shapes), inference=inference)
    if not conforms:
        assert isinstance(report, rdflib.Graph)
        results = sorted(report.subjects(rdflib.RDF.type, SH.ValidationResult), key=str)
        first = results[0]
        raise Fault(
            N_("%(count)s regler bryts. Den första: %(node)s %(path)s – %(message)s"),
            count=len(results),
            node=str(report.value(first, SH.focusNode)),
            path=str(report.value(first, SH.resultPath)),
            message=str(report.value(first, SH.resultMessage)),
        )
    return Said(
        N_("%(triples)s tripplar på %(address)s."),
        {"triples": len(triples), "address": harvester.address(profile.path)},
    )


@cache
def _graph(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(_SHAPES / name, format="turtle" if name.endswith(".ttl") else "json-ld")


def stream(harvester: Harvester) -> Said:
    """The last activities about the things of the description bring what the description says."""
    brought: dict[str, set[str]] = {}
    gone: set[str] = set()
    things: dict[str, str] = {}
    for quad in harvester.found(activity_feed.PATH, N_QUADS.media_type).quads:
        if isinstance(quad.graph_name, NamedNode):
            brought.setdefault(quad.graph_name.value, set()).add(f"{quad.triple} .")
        elif quad.predicate == AS.object and isinstance(quad.object, NamedNode):
            things[quad.subject.value] = quad.object.value  # type: ignore[union-attr]
        elif quad.object == AS.Delete:
            gone.add(quad.subject.value)  # type: ignore[union-attr]
    if set(brought) != set(things) - gone:
        other = min(set(brought) ^ (set(things) - gone))
        raise Fault(
            N_("%(name)s har ingen graf i katalogflödet, eller en graf men ingen händelse."), name=other
        )
    followed = set().union(*brought.values())
    named = set(lines(packaged_triples("authorities", harvester.base)))
    described = set(lines(harvester.found(DCAT_AP.path, N_TRIPLES.media_type).triples)) - named
    if followed != described:
        raise Fault(
            N_("Katalogflödet och %(address)s skiljer sig åt: %(triple)s"),
            address=harvester.address(DCAT_AP.path),
            triple=min(followed ^ described),
        )
    return Said(N_("%(count)s händelser."), {"count": len(things)})


def promised(harvester: Harvester) -> Said:
    """Every file and service of the description answers as it says."""
    european = by_subject(harvester.found(DCAT_AP.path, N_TRIPLES.media_type).triples)
    swedish = by_subject(harvester.found(DCAT_AP_SE.path, N_TRIPLES.media_type).triples)
    walked = 0
    for said in european.values():
        media = said.get(DCAT.compressFormat.value) or said.get(DCAT.mediaType.value) or [""]
        for address in said.get(DCAT.downloadURL.value, []):
            walked += _answers(harvester, address, "", media[0].removeprefix(MEDIA_TYPES.iri), "HEAD")
    for said in swedish.values():
        for address in said.get(DCAT.endpointURL.value, []):
            asked = address + (f"?query={quote('ASK {}')}" if address.endswith("/sparql") else "")
            wanted = said.get(DCT["format"].value, [""])[0]
            walked += _answers(harvester, asked, wanted, wanted, "GET")
    return Said(N_("%(count)s adresser."), {"count": walked})


def _answers(harvester: Harvester, address: str, accept: str, wanted: str, method: str) -> int:
    reply = harvester.get(address, accept, method=method)
    if reply.status != 200 or (wanted and reply.type != wanted):
        raise Fault(
            N_("%(address)s svarade %(status)s med %(type)s; beskrivningen lovar %(wanted)s."),
            address=reply.address,
            status=reply.status,
            type=reply.type,
            wanted=wanted,
        )
    return 1
