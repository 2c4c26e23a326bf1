"""The example catalogue with an endpoint over it, and small catalogues that a test may change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from catalogue.endpoint.asking import Answer, Endpoint, Question
from catalogue.endpoint.results import JSON
from catalogue.journal import NewRevision
from catalogue.namespaces import CONCEPT, DCT, PIVI, RDF
from catalogue.projections import Projections
from catalogue.settings import Settings

BASE = "http://x.example/"
# Seconds that a query may take, and wait for its turn, on a busy machine.
PATIENT = 300

Ask = Callable[..., list[dict[str, str]]]
Publish = Callable[..., int]


@pytest.fixture(scope="package")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    """The example catalogue, for tests that only read."""
    settings = Settings(data=tmp_path_factory.mktemp("asked") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield projections


@pytest.fixture(scope="package")
def asked(example: Projections) -> Iterator[Endpoint]:
    """An endpoint with the usual limits, but time enough, over the example catalogue."""
    settings = Settings(data=example._layout.data, base=BASE, sparql_seconds=PATIENT)
    with Endpoint(settings, example) as endpoint:
        yield endpoint


@pytest.fixture
def rows(asked: Endpoint) -> Ask:
    """The rows that a query on the example catalogue gives, each as variable -> value."""
    return lambda text: values(asked.ask(Question(text, JSON), client="rows"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    """A catalogue of one initiative, Nattpatrullen, that a test may change."""
    with Projections.open(Settings(data=tmp_path / "data", base=BASE)) as projections:
        publish(projections, "bcdf", "Nattpatrullen")
        yield projections


@pytest.fixture
def opened(own: Projections) -> Iterator[Callable[..., Endpoint]]:
    """Opens an endpoint over the changeable catalogue, with other settings than the usual ones."""
    with ExitStack() as stack:

        def open_(**settings: Any) -> Endpoint:
            changed = Settings(data=own._layout.data, base=BASE, **{"sparql_seconds": PATIENT} | settings)
            return stack.enter_context(Endpoint(changed, own))

        yield open_


def publish(projections: Projections, ref: str, title: str) -> int:
    """Publish an initiative and show it; returns the dataset version."""
    iri = f"{BASE}id/insats/{ref}"
    lines = [
        f"<{iri}> {RDF.type} {PIVI.Initiative} .\n",
        f'<{iri}> {DCT.title} "{title}"@sv .\n',
        f"<{iri}> {PIVI.area} <{CONCEPT.iri}omrade/halsa> .\n",
    ]
    content = "".join(sorted(lines)).encode()
    revision = NewRevision(iri, PIVI.Initiative.value, content, by="test", origin="load")
    projections.journal.append([revision])
    projections.catch_up()
    return projections.version


def values(answer: Answer) -> list[dict[str, str]]:
    """The rows of an answer in JSON."""
    body = answer.body
    if answer.file is not None:
        with answer.file as file:
            body = file.read()
    found = json.loads(body)
    return [{name: term["value"] for name, term in row.items()} for row in found["results"]["bindings"]]
