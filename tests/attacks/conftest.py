"""What the attacks share: the example catalogue in a directory of its own, and its web site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.translating import speak
from catalogue.intake import Outcome, load
from catalogue.projections import Projections
from catalogue.settings import Settings

BASE = "http://127.0.0.1:8000/"
Load = Callable[..., Outcome]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", base=BASE)


@pytest.fixture
def shown(settings: Settings) -> Iterator[Projections]:
    with Projections.open(settings, example=True) as projections:
        yield projections


@pytest.fixture
def client(shown: Projections, settings: Settings) -> Iterator[FlaskClient]:
    yield create_app(settings, shown).test_client()
    speak("sv")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The web site of the example catalogue, for attacks that only ask."""
    settings = Settings(data=tmp_path_factory.mktemp("example") / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        yield create_app(settings, projections).test_client()
    speak("sv")


@pytest.fixture
def load_turtle(settings: Settings, tmp_path: Path) -> Load:
    """Load a piece of Turtle, whose relative IRIs mean this installation."""

    def load_turtle(turtle: str, *, trusted: bool = False) -> Outcome:
        file = tmp_path / "file.ttl"
        file.write_text(PREFIXES + turtle, encoding="utf-8")
        return load([str(file)], settings, base=BASE, trusted=trusted)

    return load_turtle


PREFIXES = """
@prefix cv: <http://data.europa.eu/m8g/> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix pivi: <https://w3id.org/pivi/ns#> .
@prefix schema: <http://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def initiative(ref: str, *, title: str = "Fåglar", what: str = "", also: str = "") -> str:
    """A valid initiative in Turtle; texts are given as they stand between the quotes."""
    told = what or "Varje torsdag sjunger vi tillsammans i huset vid torget."
    return f"""
<id/insats/{ref}> a pivi:Initiative ;
    dct:title "{title}"@sv ; dct:abstract "Vi sjunger."@sv ; pivi:whyLifted "För sången."@sv ;
    pivi:what "{told}"@sv ; {also}
    pivi:kind <https://w3id.org/pivi/begrepp/insatsslag/projekt> ;
    pivi:status <https://w3id.org/pivi/begrepp/status/pagaende> ;
    pivi:area <https://w3id.org/pivi/begrepp/omrade/fritid> ;
    pivi:targetGroup <https://w3id.org/pivi/begrepp/malgrupp/unga> ;
    pivi:workType <https://w3id.org/pivi/begrepp/typ/metodutveckling> ;
    dct:spatial <https://w3id.org/pivi/id/plats/1480> ;
    cv:hasParticipation <id/insats/{ref}#staden> .
<id/insats/{ref}#staden> a cv:Participation ;
    pivi:participant <id/aktor/v4xg> ;
    cv:role <https://w3id.org/pivi/begrepp/roll/drivande> .
"""
