"""JSON-LD that is written is the graph that it was written from, whatever the graph."""

from __future__ import annotations

import json

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from catalogue.jsonld import Context, Term
from catalogue.namespaces import DCT, PIVI, RDF, SCHEMA, SKOS, XSD
from catalogue.shapes import Shapes

CONTEXT = Context.of(Shapes.load())
RECORD = "https://data.example.se/id/insats/7k3f"
THINGS = [
    *(NamedNode(RECORD + part) for part in ("", "#a", "#b")),
    NamedNode("https://w3id.org/pivi/begrepp/omrade/fritid"),
    NamedNode("mailto:pivi@example.org"),
    NamedNode("urn:x:y"),
]
PREDICATES = [
    *(DCT.title, DCT.modified, DCT.spatial, SCHEMA.startDate, SCHEMA.publisher, DCT.publisher, PIVI.position),
    *(PIVI.wantsCollaboration, PIVI.caseNumber, PIVI.area, SKOS.altLabel, RDF.value, NamedNode("urn:p:q")),
    *(NamedNode("https://example.org/a/b"), NamedNode("https://example.org/"), DCT["åäö"]),
]
DATATYPES = [XSD.string, XSD.integer, XSD.boolean, XSD.date, XSD.decimal, XSD.double, NamedNode("urn:d")]
WRITTEN = ["1", "01", "-0", "-7", "1.0", "1e3", "true", "1", "2026-11-22", "", 'å\n"\\<😀', "9" * 30, "１"]

literals = st.one_of(
    st.builds(
        lambda text, language: Literal(text, language=language),
        st.sampled_from(WRITTEN),
        st.sampled_from(["sv", "en", "en-gb", "no-bok"]),
    ),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype),
        st.sampled_from(WRITTEN),
        st.sampled_from(DATATYPES),
    ),
)
triples = st.one_of(
    st.builds(Triple, st.sampled_from(THINGS), st.sampled_from(PREDICATES), st.sampled_from(THINGS)),
    st.builds(Triple, st.sampled_from(THINGS), st.sampled_from(PREDICATES), literals),
    st.builds(
        Triple,
        st.sampled_from(THINGS),
        st.just(RDF.type),
        st.sampled_from([PIVI.Initiative, SKOS.Concept, NamedNode("https://example.org/Class")]),
    ),
)


def read(document: bytes) -> set[Triple]:
    return {quad.triple for quad in pyoxigraph.parse(document, format=RdfFormat.JSON_LD)}


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(triples, max_size=25))
def test_what_is_written_reads_as_the_same_graph(graph: list[Triple]) -> None:
    assert read(CONTEXT.written([RECORD], graph)) == set(graph)


def test_records_stand_side_by_side_and_parts_in_their_records() -> None:
    other = "https://data.example.se/id/insats/bkk6"
    part = NamedNode(RECORD + "#tal1")
    graph = [
        Triple(NamedNode(RECORD), PIVI.keyFigure, part),
        Triple(NamedNode(RECORD), PIVI.inspiredBy, NamedNode(other)),
        Triple(part, PIVI.position, Literal("1", datatype=XSD.integer)),
        Triple(NamedNode(other), DCT.title, Literal("Annan", language="sv")),
    ]
    said = json.loads(CONTEXT.written([RECORD, other], graph))
    assert [node["@id"] for node in said["@graph"]] == [RECORD, other]
    assert said["@graph"][0]["keyFigure"] == {"@id": part.value, "position": 1}
    assert said["@graph"][0]["inspiredBy"] == other


def test_nothing_is_a_document_too() -> None:
    assert read(CONTEXT.written([RECORD], [])) == set()


@pytest.mark.parametrize(
    ("iri", "key", "values"),
    [
        (PIVI.Initiative.value, "Initiative", ""),
        (DCT.title.value, "title", "@language"),
        (PIVI.area.value, "area", "@id"),
        (DCT.modified.value, "modified", XSD.date.value),
        (PIVI.position.value, "position", ""),
        # Of two with the same last part, the later one in the order of the prefixes says whose it is.
        (DCT.publisher.value, "publisher", "@id"),
        (SCHEMA.publisher.value, "schema:publisher", "@id"),
        ("https://example.org/x", "https://example.org/x", ""),
    ],
)
def test_each_property_has_its_key(iri: str, key: str, values: str) -> None:
    assert CONTEXT.term(iri) == Term(key, iri, values)


def test_what_no_one_else_may_see_has_no_key() -> None:
    for private in (PIVI.internalNote, PIVI.storyText, PIVI.consentReference):
        assert private.value.rpartition("#")[2].encode() not in CONTEXT.document
