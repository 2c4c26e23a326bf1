"""Triples as bytes: the canonical form that hashes rest on, and the formats that are served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple, parse

from catalogue.errors import Damaged
from catalogue.formats import JSON_LD, N_TRIPLES, RDF_XML, RECORD_FORMATS, TURTLE
from catalogue.namespaces import CONCEPT, DCT, PIVI, RDF
from catalogue.turtle import canonical_ntriples, load_packaged, parse_ntriples, record_iri, serialise

RECORD = NamedNode("http://example.org/id/insats/b2c3")
FIGURE = NamedNode("http://example.org/id/insats/b2c3#siffra-1")
TRIPLES = [
    Triple(RECORD, DCT.title, Literal('Läxhjälp på "bibblan"\n\t\\ å \x07\x7f', language="sv")),
    Triple(FIGURE, PIVI.position, Literal(1)),
    Triple(RECORD, PIVI.keyFigure, FIGURE),
    Triple(RECORD, RDF.type, PIVI.Initiative),
]


def test_the_canonical_form_does_not_depend_on_order_or_repetition() -> None:
    assert canonical_ntriples(TRIPLES) == canonical_ntriples(TRIPLES[::-1] + TRIPLES)


def test_the_canonical_form_is_the_one_of_rdfc_1_0() -> None:
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in TRIPLES)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert canonical_ntriples(quad.triple for quad in dataset) == canonical_ntriples(TRIPLES)
    assert canonical_ntriples(TRIPLES).splitlines() == sorted(canonical_ntriples(TRIPLES).splitlines())


def test_canonical_ntriples_are_read_back_unchanged() -> None:
    assert set(parse_ntriples(canonical_ntriples(TRIPLES))) == set(TRIPLES)
    assert canonical_ntriples([]) == b"" and parse_ntriples(b"") == []


def test_a_fragment_belongs_to_its_record() -> None:
    assert record_iri(FIGURE.value) == RECORD.value == record_iri(RECORD.value)


@pytest.mark.parametrize("format", RECORD_FORMATS, ids=lambda format: format.name)
def test_every_served_format_says_the_same(format) -> None:  # type: ignore[no-untyped-def]
    # RDF/XML cannot say control characters (XML 1.0, section 2.2).
    triples = TRIPLES[1:] if format is RDF_XML else TRIPLES
    served = serialise(triples, format)
    assert {quad.triple for quad in parse(served, format=format.rdf)} == set(triples)
    assert served == serialise(triples[::-1], format)


def test_turtle_uses_prefixes_and_puts_the_record_before_its_fragments() -> None:
    text = serialise(TRIPLES, TURTLE).decode()
    assert "a pivi:Initiative" in text
    assert text.index("pivi:Initiative") < text.index("#siffra-1> ")


def test_packaged_turtle_is_resolved_against_the_installations_own_address(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        '<id/aktor/k7md> dct:title "Bryggan"@sv .\n<id/aktor/k7md#a> dct:title "A"@sv .\n'
    )
    records = load_packaged(path, "https://pivi.example.se/")
    assert list(records) == ["https://pivi.example.se/id/aktor/k7md"]
    assert records["https://pivi.example.se/id/aktor/k7md"].count(b"\n") == 2


def test_turtle_declares_the_prefixes_that_it_uses_and_no_others() -> None:
    concept = Triple(RECORD, PIVI.area, CONCEPT["omrade/arbete-forsorjning"])
    text = serialise([*TRIPLES, concept], TURTLE).decode()
    assert "pivi:area omrade:arbete-forsorjning" in text
    assert sorted(re.findall("@prefix ([a-z]+):", text)) == ["dct", "omrade", "pivi", "rdf", "xsd"]


@pytest.mark.parametrize("content", ["<a> <b> [] .", "[] <b> <c> .", "<a> <b> "])
def test_packaged_turtle_that_breaks_the_rules_is_called_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trasig.ttl"
    path.write_text(content)
    with pytest.raises(Damaged, match=r"trasig\.ttl"):
        load_packaged(path, "https://pivi.example.se/")


def test_formats_are_found_by_media_type_and_extension() -> None:
    from catalogue import formats

    assert formats.by_media_type("text/turtle; charset=utf-8") is TURTLE
    assert formats.by_extension("json") is JSON_LD
    assert formats.of_file("dump.nt.gz") is N_TRIPLES
    assert formats.by_media_type("text/html") is None
