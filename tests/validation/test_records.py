"""Each record type: its smallest record is valid, and every part of that is needed."""

from __future__ import annotations

import pytest

from catalogue.records import Record
from catalogue.shapes import Shapes
from tests.validation.conftest import Judge, told
from tests.validation.samples import RECORDS, records


@pytest.mark.parametrize("name", RECORDS)
def test_the_smallest_record_of_a_type_is_valid(judge: Judge, name: str) -> None:
    report = judge(RECORDS[name])
    assert not report.results, report.text()


@pytest.mark.parametrize("name", RECORDS)
def test_every_statement_of_the_smallest_record_is_needed(judge: Judge, name: str) -> None:
    ((iri, content),) = records(RECORDS[name]).items()
    for line in content.splitlines(keepends=True):
        if b"AdminUnit" in line:
            continue  # that a municipality is an administrative unit is said for others
        assert not judge({iri: content.replace(line, b"")}).conforms, line.decode()


@pytest.mark.parametrize("name", RECORDS)
def test_a_field_that_no_shape_names_is_refused(judge: Judge, name: str) -> None:
    iri = next(iter(records(RECORDS[name])))
    report = judge(RECORDS[name] + f'<{iri}> dct:titel "Fel stavat"@sv .')
    assert "dct:titel finns inte som fält för" in told(report)
    assert "Fel stavat" in told(report)
    assert not report.conforms


@pytest.mark.parametrize("name", RECORDS)
def test_a_second_type_is_refused(judge: Judge, name: str) -> None:
    iri = next(iter(records(RECORDS[name])))
    other = "pivi:Story" if name == "film" else "pivi:Film"
    assert not judge(RECORDS[name] + f"<{iri}> a {other} .").conforms


def test_the_samples_cover_every_type_of_record(shapes: Shapes) -> None:
    types = {each.iri for each in shapes.record_types() if "skos/core#" not in each.iri}
    assert types == {
        Record.from_ntriples(iri, content).type
        for turtle in RECORDS.values()
        for iri, content in records(turtle).items()
    }
