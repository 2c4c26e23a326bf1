"""A data directory of its own for each test, and initiatives small enough to read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.journal import NewRevision
from catalogue.namespaces import CONCEPT, DCT, PIVI, RDF
from catalogue.projections import Projections
from catalogue.settings import Settings
from catalogue.turtle import canonical_lines

BASE = "http://x.example/"

Make = Callable[..., NewRevision]
State = tuple[frozenset[str], tuple[tuple[str, ...], ...]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", base=BASE)


@pytest.fixture
def initiative() -> Make:
    """Makes `initiative("bcdf", "Nattpatrullen", area="halsa")`, with an internal note."""

    def make(ref: str, title: str = "Nattpatrullen", area: str = "halsa") -> NewRevision:
        iri = f"{BASE}id/insats/{ref}"
        lines = [
            f"<{iri}> {RDF.type} {PIVI.Initiative} .\n",
            f'<{iri}> {DCT.title} "{title}"@sv .\n',
            f"<{iri}> {PIVI.area} <{CONCEPT.iri}omrade/{area}> .\n",
            f"<{iri}> {PIVI.keyFigure} <{iri}#tal> .\n",
            f"<{iri}#tal> {RDF.type} {PIVI.KeyFigure} .\n",
            f'<{iri}#tal> {PIVI.figure} "38 %"@sv .\n',
            f'<{iri}> {PIVI.internalNote} "hemlig anteckning" .\n',
        ]
        content = canonical_lines("".join(lines).encode())
        return NewRevision(iri, PIVI.Initiative.value, content, by="pivi load", origin="load")

    return make


@pytest.fixture
def state() -> Callable[[Projections], State]:
    """All that the projections show: the triples, and the documents of the index."""

    def read(projections: Projections) -> State:
        with projections.snapshot() as now:
            return frozenset(map(str, now.store.triples())), tuple(sorted(now.index.documents()))

    return read
