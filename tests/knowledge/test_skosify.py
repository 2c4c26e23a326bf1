"""Skosify, which repairs vocabularies, finds nothing to repair in ours: it only adds what follows."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from rdflib import SKOS
from skosify import skosify

from catalogue.knowledge import folder
from tests.knowledge.conftest import graph_of

SCHEMES = sorted(
    path for path in folder("vocab").glob("*.ttl") if "skos:ConceptScheme" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_skosify_only_adds_and_warns_of_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ours = graph_of(path)
    with caplog.at_level(logging.WARNING):
        enriched = skosify(graph_of(path), enrich_mappings=False, keep_related=True, transitive=True)
    assert not caplog.messages
    assert set(ours) <= set(enriched)


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_skosify_has_no_relation_to_add_but_the_transitive_ones(path: Path) -> None:
    enriched = skosify(graph_of(path), enrich_mappings=False, keep_related=True, transitive=True)
    added = {predicate for _, predicate, _ in set(enriched) - set(graph_of(path))}
    assert added <= {SKOS.broaderTransitive, SKOS.narrowerTransitive}


def test_every_scheme_of_the_design_is_there() -> None:
    assert [path.stem for path in SCHEMES] == [
        "aktorsslag", "dokumentslag", "evidens", "fragestatus", "insatsslag", "iopskede", "malgrupp",
        "omrade", "platsslag", "roll", "sektor", "status", "typ",
    ]  # fmt: skip
