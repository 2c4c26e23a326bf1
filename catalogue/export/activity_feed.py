"""The stream of the description: the activities as a Linked Data Event Stream, by the profile DCAT-AP Feeds.

Semiceu.github.io/LDES-DCAT-AP-feeds. What an activity brings lies in a named graph with its IRI. Formats
without named graphs have it beside the activity; as only the last one about each thing is kept, nothing runs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from catalogue.export.activities import DELETE, Activity
from catalogue.export.description import packaged_triples
from catalogue.formats import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format
from catalogue.namespaces import AS, PREFIXES, RDF, XSD, Namespace

PATH = "/datasets/feed"
LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
# Named graphs first, and of these TriG: the profile demands it or JSON-LD.
FORMATS = (TRIG, JSON_LD, N_QUADS, TURTLE, N_TRIPLES, RDF_XML)
_WITH_GRAPHS = {TRIG, JSON_LD, N_QUADS}
_SHAPE = NamedNode("https://semiceu.github.io/LDES-DCAT-AP-Feeds/shape.ttl#ActivityShape")
_PREFIXES = PREFIXES | {
    "as": AS.iri,
    "ldes": LDES.iri,
    "tree": TREE.iri,
    "spdx": "http://spdx.org/rdf/terms#",
}
_Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


def document(activities: Iterable[Activity], base: str, format: Format) -> bytes:
    """The stream with all its members, oldest first. The same activities give the same bytes."""
    quads = _quads(activities, base)
    if format in _WITH_GRAPHS:
        return serialize(quads, format=format.rdf, prefixes=_PREFIXES) or b""
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    return serialize(triples, format=format.rdf, prefixes=_PREFIXES) or b""


def _quads(activities: Iterable[Activity], base: str) -> Iterator[Quad]:
    activities = list(activities)
    page = NamedNode(base + PATH.lstrip("/"))
    stream = NamedNode(page.value + "#flode")
    names = [NamedNode(f"{page.value}#{each.reference}") for each in activities]
    about: list[_Said] = [
        (stream, RDF.type, LDES.EventStream),
        (stream, TREE.shape, _SHAPE),
        (stream, LDES.timestampPath, AS.published),
        (stream, LDES.versionOfPath, AS.object),
        (stream, TREE.view, page),
        (page, RDF.type, TREE.Node),
    ]
    for said in about:
        yield Quad(*said, DefaultGraph())
    for triple in packaged_triples("activities", base):
        yield _in(DefaultGraph(), triple)
    for name in names:
        yield Quad(stream, TREE.member, name, DefaultGraph())
    for name, activity in zip(names, activities, strict=True):
        at = activity.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield Quad(name, RDF.type, AS[activity.kind], DefaultGraph())
        yield Quad(name, AS.object, NamedNode(activity.thing), DefaultGraph())
        yield Quad(name, AS.published, Literal(at, datatype=XSD.dateTime), DefaultGraph())
    for name, activity in zip(names, activities, strict=True):
        if activity.kind != DELETE:
            for quad in parse(activity.content, format=RdfFormat.N_TRIPLES, lenient=True):
                yield _in(name, quad.triple)


def _in(graph: NamedNode | DefaultGraph, triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)
