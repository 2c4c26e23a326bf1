"""The example catalogue in a data directory, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.translating import speak
from catalogue.endpoint.asking import Endpoint
from catalogue.projections import Projections
from catalogue.settings import Settings

BASE = "http://127.0.0.1:8000/"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projections]:
    """The projections of the example catalogue, for tests that only read."""
    settings = Settings(data=tmp_path_factory.mktemp("example") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield projections


@pytest.fixture(scope="session")
def app(example: Projections) -> Flask:
    return create_app(Settings(base=BASE), example)


@pytest.fixture(scope="session")
def app_with_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over the example catalogue, with an endpoint that has a real worker."""
    settings = Settings(
        data=tmp_path_factory.mktemp("endpoint") / "data",
        base=BASE,
        sparql_workers=1,
        # Time enough for a busy machine.
        sparql_seconds=300,
    )
    with Projections.open(settings, example=True) as projections, Endpoint(settings, projections) as endpoint:
        yield create_app(settings, projections, endpoint=endpoint)


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()
    speak("sv")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    """The example catalogue in a directory of its own, for tests that change it."""
    with Projections.open(Settings(data=tmp_path / "data", base=BASE), example=True) as projections:
        yield projections


@pytest.fixture
def own_client(own: Projections) -> Iterator[FlaskClient]:
    yield create_app(Settings(base=BASE), own).test_client()
    speak("sv")


@pytest.fixture
def text(client: FlaskClient) -> Callable[[str], str]:
    """The page at an address, as HTML text; fails unless it is there."""

    def get(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200, address
        return response.get_data(as_text=True)

    return get
