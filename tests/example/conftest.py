"""The example catalogue and the vocabularies, read as an installation reads them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from catalogue.knowledge import turtle_files
from catalogue.records import Record
from catalogue.turtle import load_packaged

BASE = "https://pivi.example.org/"


def packaged(folder: str) -> dict[str, Record]:
    """The records of a folder of Turtle that ships with the product, by IRI."""
    found: dict[str, Record] = {}
    for path in turtle_files(folder):
        for iri, content in load_packaged(path, BASE).items():
            assert iri not in found, f"{path.name} describes {iri}, which another file describes too"
            found[iri] = Record.from_ntriples(iri, content)
    return found


@pytest.fixture(scope="session")
def example() -> Mapping[str, Record]:
    return packaged("example")


@pytest.fixture(scope="session")
def vocabularies() -> Mapping[str, Record]:
    return packaged("vocab")


@pytest.fixture(scope="session")
def everything(example: Mapping[str, Record], vocabularies: Mapping[str, Record]) -> Mapping[str, Record]:
    """What an installation with the example catalogue knows from the start."""
    return {**vocabularies, **example}
