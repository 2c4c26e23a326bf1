"""Odd data ends in a report, never in a traceback, and never takes long."""

from __future__ import annotations

import time
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.namespaces import DCT, FOAF, PIVI, RDF, SCHEMA, XSD
from catalogue.shapes import Shapes
from catalogue.turtle import canonical_ntriples, parse_ntriples
from catalogue.validation import validate
from tests.validation.conftest import Judge, Stored, told
from tests.validation.samples import INITIATIVE, records

((IRI, CONTENT),) = records(INITIATIVE).items()
LINE = f"<{IRI}> <http://purl.org/dc/terms/title> %s .\n"


@pytest.mark.parametrize(
    "term",
    [
        '"\\u0000"@sv',
        '"a"@sv-x-private',
        '"a"@sv--ltr',
        '"a"@abcdefgh',
        '"<!DOCTYPE a [<!ENTITY b \\"c\\">]><a>&b;</a>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral>',
        '"<p>x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>',
        f'"{"9" * 5000}"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1e999999"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"P9999999999Y"^^<http://www.w3.org/2001/XMLSchema#duration>',
        '"99999-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"-0001-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"x"^^<urn:x-datatype:http://www.w3.org/2001/XMLSchema#date>',
        '"x"^^<http://example.org/a b>',
        "<urn:a>",
        "<http://example.org/%zz?ö=å#\U0001f600>",
        "_:b0",
        "<<( <urn:a> <urn:b> <urn:c> )>>",
        '<<( <urn:a> <urn:b> "c"@sv )>>',
    ],
)
def test_an_odd_value_is_refused(judge: Judge, term: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = judge({IRI: CONTENT + (LINE % term).encode()})
    assert not report.conforms
    assert report.text("sv") and report.text("en") and report.graph()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"<<<<",
        b"<a> <b> <c> .\n",
        b"<http://127.0.0.1:8000/id/insats/bcdf> .\n",
        '<http://127.0.0.1:8000/id/insats/bcdf> <urn:p> "\ud800" .\n'.encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_record_is_refused(judge: Judge, content: bytes) -> None:
    report = judge({IRI: content})
    assert not report.conforms
    assert report.results[0].record == IRI


def test_a_huge_literal_is_refused_in_short_words_and_time(judge: Judge) -> None:
    began = time.process_time()
    for text in ("å" * 1_000_000, "@" * 1_000_000, "]" * 1_000_000, "0" * 1_000_000, "[(" * 500_000):
        report = judge({IRI: CONTENT + (LINE % f'"{text}"@en').encode()})
        assert "1000000 tecken men får ha högst 120" in told(report)
        assert len(told(report)) < 2_000
    assert time.process_time() - began < 30


def test_a_record_with_ten_thousand_values_takes_no_long_time(judge: Judge) -> None:
    began = time.process_time()
    many = b"".join((LINE % f'"Titel {number}"@sv').encode() for number in range(10_000))
    report = judge({IRI: CONTENT + many})
    assert "Titel är fler än 500" in told(report)
    assert time.process_time() - began < 20


_PREDICATES = st.sampled_from(
    [DCT.title, DCT.abstract, PIVI.what, PIVI.area, SCHEMA.startDate, SCHEMA.endDate, FOAF.page, RDF.type]
    + [DCT.spatial, PIVI.researchLinked, PIVI.caseNumber, NamedNode("urn:p")]
)
_DATATYPES = st.sampled_from([XSD.string, XSD.date, XSD.dateTime, XSD.integer, XSD.boolean, RDF.langString])
_LITERALS = st.one_of(
    st.builds(Literal, st.text(max_size=40)),
    st.builds(lambda text: Literal(text, language="sv"), st.text(max_size=400)),
    st.builds(
        lambda text, datatype: Literal(text, datatype=datatype if datatype != RDF.langString else XSD.string),
        st.one_of(st.text(max_size=20), st.dates().map(str), st.integers().map(str)),
        _DATATYPES,
    ),
)
_TERMS = st.one_of(
    _LITERALS,
    st.sampled_from(
        [
            NamedNode(IRI),
            NamedNode(IRI + "#staden"),
            NamedNode("https://w3id.org/pivi/begrepp/omrade/halsa"),
            NamedNode("https://w3id.org/pivi/ns#Film"),
            NamedNode("urn:odd"),
        ]
    ),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=st.lists(st.tuples(st.sampled_from(["", "#staden", "#ny"]), _PREDICATES, _TERMS), max_size=6))
def test_no_statement_ends_in_a_traceback(
    shapes: Shapes, stored: Stored, said: list[tuple[str, NamedNode, NamedNode | Literal]]
) -> None:
    triples = parse_ntriples(CONTENT) + [
        Triple(NamedNode(IRI + part), predicate, value) for part, predicate, value in said
    ]
    report = validate({IRI: canonical_ntriples(triples)}, lookup=stored, shapes=shapes)
    assert report.checked == 1
    assert len(report.text("en").splitlines()) >= len(report.results)


def test_two_dates_that_are_none_cannot_be_compared_and_are_refused(judge: Judge) -> None:
    boolean = "<http://www.w3.org/2001/XMLSchema#boolean>"
    dates = "".join(
        f'<{IRI}> <http://schema.org/{name}> "{value}"^^{boolean} .\n'
        for name, value in (("startDate", "00"), ("endDate", ""))
    )
    report = judge({IRI: CONTENT + dates.encode()})
    assert not report.conforms
    assert {each.value for each in report.results if isinstance(each.value, Literal)} >= {
        Literal("00", datatype=XSD.boolean),
        Literal("", datatype=XSD.boolean),
    }
