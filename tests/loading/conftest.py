"""What the tests of loading share: files written by the test, parsed as a load parses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalogue.loading import LoadLimits, parsed
from catalogue.shapes import RecordType, Shapes
from catalogue.spool import Note, SpooledRecord

BASE = "http://127.0.0.1:8000/"
PREFIXES = """
@prefix pivi: <https://w3id.org/pivi/ns#> . @prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@base <http://127.0.0.1:8000/> .
"""


@dataclass(frozen=True)
class Read:
    """What a load would find in some files."""

    records: dict[str, SpooledRecord]
    triples: int
    notes: tuple[Note, ...]

    def lines(self, path: str) -> list[str]:
        """The triples of a record, its address given without the base."""
        return self.records[BASE + path].content.decode().splitlines()


Reader = Callable[..., Read]


@pytest.fixture(scope="session")
def types() -> tuple[RecordType, ...]:
    return Shapes.load().record_types()


@pytest.fixture
def read(tmp_path: Path, types: tuple[RecordType, ...]) -> Reader:
    """Parse files; options as for `parsed`, and those of LoadLimits."""

    def read(
        *files: object, max_bytes: int = 10**8, seconds: int = 600, memory: int = 10**9, **options: object
    ) -> Read:
        limits = LoadLimits(max_bytes=max_bytes, seconds=seconds, memory=memory)
        with parsed(
            [str(file) for file in files],
            installation=BASE,
            types=types,
            directory=tmp_path / "spool",
            limits=limits,
            **options,  # type: ignore[arg-type]
        ) as spool:
            found = Read({record.iri: record for record in spool.records()}, spool.triples, spool.notes)
            assert {iri: spool[iri] for iri in spool} == {
                iri: each.content for iri, each in found.records.items()
            }
        assert not list((tmp_path / "spool").iterdir()), "the spool was left behind"
        return found

    return read


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file; Turtle gets the usual prefixes."""

    def write(name: str, content: str | bytes, *, prefixes: bool = True) -> Path:
        path = tmp_path / name
        if isinstance(content, str):
            content = (PREFIXES + content if prefixes and name.endswith(".ttl") else content).encode()
        path.write_bytes(content)
        return path

    return write
