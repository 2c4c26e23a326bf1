"""The list of example queries and the guide: pages for people, data for query editors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, SH, Graph

from app.factory import create_app
from app.translating import speak
from catalogue.endpoint.asking import Endpoint
from catalogue.endpoint.description import service_description
from catalogue.endpoint.examples import examples, groups
from catalogue.formats import RECORD_FORMATS, Format
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.conftest import BASE
from tests.app.reading_html import headings, links, words

LIST = "/sparql/exempel"
PEOPLE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app_with_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = Settings(
        data=tmp_path_factory.mktemp("examples") / "data", base=BASE, sparql_workers=1, sparql_seconds=300
    )
    with Projections.open(settings, example=True) as projections, Endpoint(settings, projections) as endpoint:
        yield create_app(settings, projections, endpoint=endpoint)


@pytest.fixture
def page(app_with_endpoint: Flask) -> Iterator[FlaskClient]:
    yield app_with_endpoint.test_client()
    speak("sv")


@pytest.mark.parametrize(("prefix", "language"), [("", "sv"), ("/en", "en")])
def test_the_list_has_every_question_with_its_query_and_runs_it(
    page: FlaskClient, prefix: str, language: str
) -> None:
    html = page.get(prefix + LIST, headers=PEOPLE).text
    said = words(html)
    run = {
        parse_qs(urlsplit(link).query)["exempel"][0]
        for link in links(html)
        if urlsplit(link).path == f"{prefix}/sparql" and "exempel=" in link
    }
    assert run == {each.name for each in examples()}
    for each in examples():
        assert each.question[language] in said
        assert f'id="{each.name}"' in html
    assert len(headings(html, 2)) >= len(groups())


@pytest.mark.parametrize("format", RECORD_FORMATS, ids=lambda format: format.extension)
def test_who_asks_for_data_is_led_to_the_examples_as_data(page: FlaskClient, format: Format) -> None:
    led = page.get(LIST, headers={"Accept": format.media_type})
    assert (led.status_code, led.location) == (303, f"{LIST}.{format.extension}")
    assert "Accept" in led.vary
    data = page.get(led.location)
    assert data.mimetype == format.media_type
    assert data.headers["Access-Control-Allow-Origin"] == "*"
    graph = Graph().parse(data.data, format=format.media_type, publicID=BASE)
    assert len(set(graph.subjects(RDF.type, SH.SPARQLExecutable))) == len(examples())


def test_a_browser_gets_the_list_and_not_the_data_that_a_program_had_before(page: FlaskClient) -> None:
    known = page.get(f"{LIST}.ttl").headers["ETag"]
    assert page.get(LIST, headers={**PEOPLE, "If-None-Match": known}).status_code == 200
    assert page.get(f"{LIST}.ttl", headers={"If-None-Match": known}).status_code == 304


def test_examples_come_in_no_other_format(page: FlaskClient) -> None:
    assert page.get(f"{LIST}.csv").status_code == 404
    assert page.get(f"{LIST}.trig").status_code == 404


def test_the_service_description_leads_to_the_examples(app_with_endpoint: Flask, page: FlaskClient) -> None:
    endpoint = app_with_endpoint.extensions["pivi_installation"].endpoint
    said = json.loads(service_description(endpoint, "application/ld+json"))
    assert f"{BASE}sparql/exempel.ttl" in json.dumps(said)
    assert page.get("/sparql/exempel.ttl").status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_links_of_the_guide_and_the_list_lead_somewhere(page: FlaskClient, prefix: str) -> None:
    for address in ("/sparql/guide", LIST):
        html = page.get(prefix + address, headers=PEOPLE).text
        inside = {link for link in links(html) if "://" not in link and not link.startswith(("#", "mailto:"))}
        for link in inside:
            if "query=" in link or "exempel=" in link:  # run by tests of their own
                continue
            found = page.get(urljoin(prefix + address, link), headers=PEOPLE)
            assert found.status_code in (200, 302, 303, 308), link


def test_without_an_endpoint_there_is_no_guide_and_no_list(client: FlaskClient) -> None:
    for address in ("/sparql/guide", LIST, f"{LIST}.ttl"):
        assert client.get(address, headers=PEOPLE).status_code == 404
