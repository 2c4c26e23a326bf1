"""That the example catalogue obeys the shapes, to the last warning."""

from __future__ import annotations

from collections.abc import Mapping

from catalogue.records import Record
from catalogue.turtle import canonical_ntriples
from catalogue.validation import validate


def test_the_example_is_valid_without_even_a_warning(everything: Mapping[str, Record]) -> None:
    report = validate(
        {iri: canonical_ntriples(record.triples) for iri, record in everything.items()}, processes=1
    )
    assert not report.results, report.text("sv", limit=20)
    assert report.checked == len(everything)
