"""What the tests of validation share: records written in Turtle, judged beside the packaged vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from catalogue.descriptions import Description
from catalogue.knowledge import turtle_files
from catalogue.outline import Outline
from catalogue.reports import Report
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from catalogue.validation import validate
from tests.validation.samples import BASE, STORED, records

Judge = Callable[[str | Mapping[str, bytes]], Report]
Stored = Callable[[set[str]], Mapping[str, Description]]


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes.load()


@pytest.fixture(scope="session")
def stored(shapes: Shapes) -> Stored:
    """A lookup over the vocabularies and some actors."""
    outline = Outline(shapes)
    for path in turtle_files("vocab"):
        for record in load_packaged(path, BASE).values():
            outline.add(record)
    for record in records(STORED).values():
        outline.add(record)

    def lookup(iris: set[str]) -> Mapping[str, Description]:
        return {iri: outline.described[iri] for iri in iris if iri in outline.described}

    return lookup


@pytest.fixture(scope="session")
def judge(shapes: Shapes, stored: Stored) -> Judge:
    """Judge records, or those of a piece of Turtle, with pyshacl."""

    def judge(given: str | Mapping[str, bytes]) -> Report:
        found = records(given) if isinstance(given, str) else given
        return validate(found, lookup=stored, shapes=shapes)

    return judge


def told(report: Report) -> str:
    """Every sentence of a report in Swedish, a line for each."""
    return "\n".join(result.message.sv for result in report.results)
