"""SPARQL over our own records and harvested ones: a search among some sources as a query, and whose licence it is."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.namespace import DCTERMS, RDFS
from rdflib.term import URIRef

from app.factory import create_app
from app.translating import speak
from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.description import service_description
from catalogue.endpoint.results import CSV
from tests.harvest.mixed import BASE, SPACE, Mixed, mixed_catalogue

OURS, THEIRS = f"{BASE}id/insats/bbbb", f"{SPACE}id/insats/ffff"
DATASET = URIRef(f"{BASE}sparql#dataset")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mixed]:
    with mixed_catalogue(tmp_path_factory.mktemp("narrowed")) as opened:
        yield opened


@pytest.fixture(scope="module")
def endpoint(mixed: Mixed) -> Iterator[Endpoint]:
    with Endpoint(mixed.settings, mixed.projections) as opened:
        yield opened


@pytest.fixture
def asking(mixed: Mixed, endpoint: Endpoint) -> Iterator[FlaskClient]:
    yield create_app(mixed.settings, mixed.projections, endpoint=endpoint).test_client()
    speak("sv")


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ("", {OURS, THEIRS}),
        ("kalla=egna", {OURS}),
        ("kalla=boras", {THEIRS}),
        ("kalla=egna&kalla=boras", {OURS, THEIRS}),
        ("kalla=boras&q=andras", {THEIRS}),
        ("kalla=boras&omrade=fritid", set()),
        ("kalla=egna&omrade=fritid&sortera=titel", {OURS}),
    ],
)
def test_a_search_among_some_sources_is_a_query_with_the_same_rows(
    asking: FlaskClient, endpoint: Endpoint, chosen: str, found: set[str]
) -> None:
    text = asking.get(f"/sok?{chosen}").get_data(as_text=True)
    [link] = re.findall(r'<p class="sparql-link"><a href="([^"]+)" rel="nofollow">', text)
    [query] = parse_qs(urlsplit(html.unescape(link)).query)["query"]
    answer = endpoint.ask(Question(query, CSV), client="test").body.decode()
    assert {next(iter(row.values())) for row in csv.DictReader(io.StringIO(answer))} == found
    assert ("# Källa: " in query) == ("kalla" in chosen), query


def described(endpoint: Endpoint) -> Graph:
    return Graph().parse(data=service_description(endpoint, "text/turtle"), format="turtle")


def test_no_licence_is_claimed_for_what_others_have_written(endpoint: Endpoint) -> None:
    told = described(endpoint)
    assert told.value(DATASET, DCTERMS.license) is None
    assert told.value(DATASET, RDFS.seeAlso) == URIRef(f"{BASE}.well-known/void")


def test_the_licence_is_told_where_everything_is_ours(tmp_path: Path) -> None:
    with mixed_catalogue(tmp_path, harvested=False) as ours, Endpoint(ours.settings, ours.projections) as own:
        licence = URIRef("http://creativecommons.org/licenses/by/4.0/")
        assert described(own).value(DATASET, DCTERMS.license) == licence
