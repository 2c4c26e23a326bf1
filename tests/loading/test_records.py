"""A record, as the pages read it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pyoxigraph import RdfFormat, parse

from catalogue.namespaces import CV, DCT, PIVI, RDF, SCHEMA
from catalogue.records import Record

IRI = "http://example.org/id/insats/b2c3"
TURTLE = """
@prefix pivi: <https://w3id.org/pivi/ns#> . @prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix schema: <http://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://example.org/id/insats/b2c3> a pivi:Initiative, cv:PublicOrganisation ;
  dct:title "Läxhjälp"@sv, "Homework help"@en ; dct:abstract "Bara svenska"@sv ;
  schema:startDate "2019-02-01"^^xsd:date ; schema:endDate "snart"^^xsd:date ; pivi:researchLinked true ;
  pivi:area <http://example.org/b>, <http://example.org/a> ;
  pivi:keyFigure <http://example.org/id/insats/b2c3#siffra-2>, <http://example.org/id/insats/b2c3#siffra-10>,
     <http://example.org/id/insats/b2c3#forst> .
<http://example.org/id/insats/b2c3#siffra-2> pivi:figure "38 %"@sv .
<http://example.org/id/insats/b2c3#siffra-10> pivi:figure "4"@sv .
<http://example.org/id/insats/b2c3#forst> pivi:position 0 ; pivi:figure "9"@sv .
"""


@pytest.fixture
def record() -> Record:
    return Record.from_triples(IRI, (quad.triple for quad in parse(TURTLE, format=RdfFormat.TURTLE)))


def test_a_text_comes_in_the_wanted_language_and_tells_which_it_became(record: Record) -> None:
    assert record.text(DCT.title, "en") == "Homework help"
    swedish = record.text(DCT.abstract, "en")
    assert swedish == "Bara svenska" and swedish.language == "sv"
    assert record.text(PIVI.what) is None
    assert record.all_texts(DCT.title, "sv") == ("Läxhjälp",)


def test_values_of_another_kind_are_left_out(record: Record) -> None:
    assert record.date(SCHEMA.startDate) == dt.date(2019, 2, 1)
    assert record.date(SCHEMA.endDate) is None
    assert record.iris(DCT.title) == () and record.texts(PIVI.area) == ()
    assert set(record.iris(PIVI.area)) == {"http://example.org/a", "http://example.org/b"}


def test_a_truth_is_three_valued(record: Record) -> None:
    assert record.truth(PIVI.researchLinked) is True
    assert record.truth(PIVI.wantsCollaboration) is None


def test_fragments_come_by_position_and_then_in_counting_order(record: Record) -> None:
    figures = [node.text(PIVI.figure) for node in record.fragments(PIVI.keyFigure)]
    assert figures == ["9", "38 %", "4"]
    assert record.fragments(PIVI.keyFigure)[0].number(PIVI.position) == Decimal(0)


def test_the_type_is_the_one_class_of_the_catalogue(record: Record) -> None:
    assert record.type == PIVI.Initiative.value
    assert CV.PublicOrganisation.value in record.types
    assert (record.path_word, record.reference) == ("insats", "b2c3")


def test_a_record_without_a_class_of_the_catalogue_is_no_record(record: Record) -> None:
    untyped = [triple for triple in record.triples if triple.predicate != RDF.type]
    with pytest.raises(ValueError, match="0 record types"):
        Record.from_triples(IRI, untyped)
