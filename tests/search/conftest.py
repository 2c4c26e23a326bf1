"""An index over the example catalogue, and small indexes over records that a test says in Turtle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from catalogue.indexing import build_index
from catalogue.knowledge import turtle_files
from catalogue.records import record_type
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change
from catalogue.turtle import canonical_ntriples, load_packaged, parse_ntriples, record_iri

BASE = "https://pivi.example.org/"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PREFIXES = """
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix pivi: <https://w3id.org/pivi/ns#> .
@prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix b: <https://w3id.org/pivi/begrepp/> .
@prefix plats: <https://w3id.org/pivi/id/plats/> .
"""


def change(iri: str, content: bytes, seq: int = 1, at: datetime = AT) -> Change:
    return Change(iri, record_type(iri, parse_ntriples(content)), seq, at, b"", content)


def said(turtle: str) -> list[Change]:
    """The records of a piece of Turtle, in its order, numbered from 1."""
    records: dict[str, list] = {}
    for quad in parse((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE, base_iri=BASE):
        records.setdefault(record_iri(quad.subject.value), []).append(quad.triple)
    contents = ((iri, canonical_ntriples(triples)) for iri, triples in records.items())
    return [change(iri, content, seq) for seq, (iri, content) in enumerate(contents, start=1)]


def packaged(*folders: str) -> list[Change]:
    found = (
        (iri, content)
        for folder in folders
        for path in turtle_files(folder)
        for iri, content in load_packaged(path, BASE).items()
    )
    return [change(iri, content, seq) for seq, (iri, content) in enumerate(found, start=1)]


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    return Shapes.load()


@pytest.fixture(scope="session")
def vocabulary() -> list[Change]:
    return packaged("vocab")


Indexing = Callable[[Iterable[Change]], SearchIndex]


@pytest.fixture
def indexed(tmp_path: Path, shapes: Shapes) -> Iterator[Indexing]:
    """Build and open an index of these changes."""
    opened: list[SearchIndex] = []

    def build(changes: Iterable[Change]) -> SearchIndex:
        directory = tmp_path / f"index-{len(opened)}"
        directory.mkdir()
        kept = list(changes)
        build_index(kept, kept, directory, shapes)
        opened.append(SearchIndex.open(directory, shapes))
        return opened[-1]

    yield build
    for index in opened:
        index.close()


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory, shapes: Shapes) -> Iterator[SearchIndex]:
    """The example catalogue with the vocabularies."""
    directory = tmp_path_factory.mktemp("example")
    everything = packaged("vocab", "example")
    build_index(everything, everything, directory, shapes)
    index = SearchIndex.open(directory, shapes)
    yield index
    index.close()


@dataclass(frozen=True)
class Initiative:
    """An initiative for a test, written as Turtle; what is not said is left out."""

    ref: str
    title: str
    more: str = ""

    def turtle(self) -> str:
        return f'<id/insats/{self.ref}> a pivi:Initiative ; dct:title "{self.title}"@sv {self.more} .\n'
