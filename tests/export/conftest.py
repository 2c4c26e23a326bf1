"""The example catalogue behind a real server, its description as graphs, and facts to describe by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib

import catalogue.export
from catalogue.export.facts import Facts, municipalities
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.test_server import Server, serving
from tests.conformance.conftest import LONGEST, Client, Reply, until

BASE = "http://127.0.0.1:8000/"
PROFILES = Path(catalogue.export.__file__).parent / "shapes"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
HERE = rdflib.Namespace(BASE + "data/catalog#")

Get = Callable[..., Reply]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        tmp_path_factory.mktemp("export") / "data",
        PIVI_PUBLISHER_NUMBER="2120001355",
        PIVI_SPARQL_SECONDS="300",
    ) as running:
        # The first dumps are made beside, and descriptions name them: with them the server has come to rest, and
        # two answers of it may be compared.
        until(lambda: running.get("/data/dump.nt.gz", LONGEST)[0] == 200)
        yield running


@pytest.fixture(scope="package")
def get(server: Server) -> Get:
    """Fetch an address of the installation: a path, or one that begins with its base. `get(address, accept="…")`"""
    client = Client(server)

    def fetch(address: str, *, method: str = "GET", **headers: str) -> Reply:
        path = "/" + address.removeprefix(BASE).lstrip("/")
        return client.send(
            method, path, None, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    return fetch


@pytest.fixture(scope="package")
def swedish(get: Get) -> rdflib.Graph:
    """What the national portal gets when it asks without any header."""
    return graph(get("/datasets/dcat"))


@pytest.fixture(scope="package")
def european(get: Get) -> rdflib.Graph:
    return graph(get("/datasets/dcat-ap"))


def graph(reply: Reply) -> rdflib.Graph:
    assert reply.status == 200, reply.text
    formats = {
        "text/turtle": "turtle",
        "application/n-triples": "nt",
        "application/ld+json": "json-ld",
        "application/rdf+xml": "xml",
    }
    return rdflib.Graph().parse(data=reply.text, format=formats[reply.type])


@pytest.fixture(scope="package")
def projections(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    settings = Settings(data=tmp_path_factory.mktemp("described") / "data", base=BASE)
    with Projections.open(settings, example=True) as opened:
        yield opened


@pytest.fixture(scope="package")
def facts(projections: Projections) -> Facts:
    """What is to be said of the example catalogue, without SPARQL."""
    with projections.snapshot() as shown:
        return Facts(
            settings=replace(Settings(), base=BASE),
            version=shown.version,
            changed=shown.changed,
            spans=shown.journal.spans(after=0, upto=shown.version),
            places=municipalities(shown.index, shown.store),
            schemes=tuple(scheme.iri for scheme in shown.vocabulary.schemes),
        )
