"""The packaged Turtle as graphs, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from catalogue.knowledge import turtle_files

BASE = "http://127.0.0.1:8000/"


def graph_of(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, publicID=BASE)
    return graph


def languages(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    """The language of each text, sorted; empty for a text without one."""
    texts = (each for each in graph.objects(subject, predicate) if isinstance(each, Literal))
    return sorted(each.language or "" for each in texts)


@pytest.fixture(scope="session")
def scheme_files() -> dict[str, Path]:
    """The files of vocab/ that hold a concept scheme, by slug."""
    return {
        path.stem: path
        for path in turtle_files("vocab")
        if (None, RDF.type, SKOS.ConceptScheme) in graph_of(path)
    }


@pytest.fixture(scope="session")
def skos(scheme_files: dict[str, Path]) -> Graph:
    """All concept schemes and concepts."""
    return graph_of(*scheme_files.values())


@pytest.fixture(scope="session")
def vocab() -> Graph:
    """All of vocab/: concepts, places and organisations."""
    return graph_of(*turtle_files("vocab"))


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return graph_of(*turtle_files("ontology"))


@pytest.fixture(scope="session")
def shapes() -> Graph:
    return graph_of(*turtle_files("shapes"))
