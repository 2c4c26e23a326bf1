"""The page of a cited query, and the form that makes one."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.bridge import Bridge, Front
from app.connections import CONNECTION
from app.factory import create_app
from app.installation import Installation
from app.sparql.protocol import NO_ROOM
from app.translating import speak
from catalogue.endpoint.asking import Endpoint
from catalogue.endpoint.citations import Citations
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.callers import Waiting
from tests.app.conftest import BASE
from tests.app.reading_html import words
from tests.conformance.conftest import until

KINDS = """# sv: Vilket slag har insatserna?
# en: Of what kind are the initiatives?
SELECT ?insats ?slag WHERE { ?insats <https://w3id.org/pivi/ns#kind> ?slag }"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Projections, Endpoint]]:
    settings = Settings(
        data=tmp_path_factory.mktemp("citations") / "data",
        base=BASE,
        # Time enough for a busy machine.
        sparql_seconds=300,
        sparql_citations_hour=40,
    )
    with Projections.open(settings, example=True) as projections, Endpoint(settings, projections) as endpoint:
        yield create_app(settings, projections, endpoint=endpoint), projections, endpoint


@pytest.fixture
def citing(opened: tuple[Flask, Projections, Endpoint]) -> Iterator[FlaskClient]:
    yield opened[0].test_client()
    speak("sv")


def cited(client: FlaskClient, query: str, **headers: str) -> TestResponse:
    return client.post("/sparql/citera", data={"query": query}, headers=headers)


def page(client: FlaskClient, query: str, prefix: str = "") -> str:
    made = cited(client, query)
    assert made.status_code == 303, made.get_data(as_text=True)
    shown = client.get(prefix + made.headers["Location"])
    assert shown.status_code == 200
    return shown.get_data(as_text=True)


def test_citing_leads_to_a_permanent_page_with_query_text_and_comparison(citing: FlaskClient) -> None:
    made = cited(citing, KINDS.replace("\n", "\r\n"))
    assert made.status_code == 303
    assert re.fullmatch(r"/sparql/citat/[2-9a-z]{8}", made.headers["Location"])
    assert cited(citing, KINDS).headers["Location"] == made.headers["Location"]
    html = citing.get(made.headers["Location"]).get_data(as_text=True)
    said = " ".join(words(html).split())
    assert "<h1" in html and "Vilket slag har insatserna?" in said
    assert "Frågan ger samma svar nu som när den citerades." in said
    assert f"{BASE.rstrip('/')}{made.headers['Location']}" in html
    assert re.search(r"Vilket slag har insatserna\? SPARQL-fråga till Pivi, .* Version .*, .* 20\d\d\.", said)
    assert '<meta name="robots" content="noindex, nofollow">' in html


def test_the_page_speaks_english(citing: FlaskClient) -> None:
    html = page(citing, KINDS, "/en")
    assert "Of what kind are the initiatives?" in html
    assert "The query gives the same answer now as when it was cited." in html


def test_the_query_can_be_opened_in_the_query_page_unrun_and_the_answer_taken_as_data(
    citing: FlaskClient,
) -> None:
    html = page(citing, KINDS)
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/sparql\?[^"]+)"', html)]
    asked = [parse_qs(urlsplit(link).query) for link in links]
    assert {"query": [KINDS], "kor": ["nej"]} in asked
    assert {each["format"][0] for each in asked if "format" in each} == {"json", "xml", "csv", "tsv"}
    got = citing.get(next(link for link in links if "format=csv" in link))
    assert got.mimetype == "text/csv"


def test_a_citation_is_to_be_had_as_json_without_running_it(citing: FlaskClient) -> None:
    address = cited(citing, KINDS).headers["Location"]
    answer = citing.get(address + ".json")
    said = json.loads(answer.data)
    assert said["query"] == KINDS
    assert said["id"] == BASE.rstrip("/") + address
    assert re.fullmatch("[0-9a-f]{64}", said["sha256"])
    assert {"dataset-version", "cited", "count", "form"} <= said.keys()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_changed_answer_says_by_how_many_rows(
    citing: FlaskClient, opened: tuple[Flask, Projections, Endpoint]
) -> None:
    _app, projections, endpoint = opened
    query = KINDS + " # före"
    address = cited(citing, query).headers["Location"]
    iri = f"{BASE}id/insats/tillkom2"
    content = (
        f'<{iri}> <http://purl.org/dc/terms/title> "En till"@sv .\n'
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{PIVI.Initiative.value}> .\n"
        f"<{iri}> <{PIVI.kind.value}> <https://w3id.org/pivi/begrepp/insatsslag/projekt> .\n"
    )
    revision = NewRevision(iri, PIVI.Initiative.value, content.encode(), by="test", origin="load")
    projections.journal.append([revision])
    projections.catch_up()
    until(lambda: endpoint.snapshots.now.version == projections.version)
    said = words(citing.get(address).get_data(as_text=True))
    assert "Svaret har 1 rad fler nu än när frågan citerades." in said


def test_what_cannot_be_compared_says_why(citing: FlaskClient) -> None:
    said = words(page(citing, "SELECT ?s { ?s ?p ?o } LIMIT 3"))
    assert "Svaren går inte att jämföra" in said
    assert "LIMIT eller OFFSET utan ORDER BY" in said


def test_a_query_that_gets_no_answer_now_is_shown_with_its_problem(
    citing: FlaskClient, opened: tuple[Flask, Projections, Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cited(citing, KINDS + " # sedan för stort").headers["Location"]
    endpoint = opened[2]
    monkeypatch.setattr(endpoint, "settings", replace(endpoint.settings, sparql_query_bytes=20))
    answer = citing.get(address)
    assert answer.status_code == 200
    said = words(answer.get_data(as_text=True))
    assert "Frågan fick inget svar nu" in said
    assert "gränsen är 20" in said


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("", 400, "Frågan är tom"),
        ("DROP ALL", 400, "ändrar data"),
        ("SELECT", 400, "Frågan kan inte tolkas"),
        ("ASK {} #" + "x" * 12_000, 413, "en fråga som ska citeras får ha 10000"),
    ],
)
def test_what_cannot_be_cited_says_why(citing: FlaskClient, query: str, status: int, says: str) -> None:
    answer = cited(citing, query)
    assert answer.status_code == status
    assert says in words(answer.get_data(as_text=True))


def test_what_takes_too_long_cannot_be_cited(
    citing: FlaskClient, opened: tuple[Flask, Projections, Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = opened[2]
    until(lambda: endpoint.pool.ready)
    monkeypatch.setattr(endpoint, "settings", replace(endpoint.settings, sparql_seconds=1))
    answer = cited(citing, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert answer.status_code == 503
    assert "hann inte bli klar" in words(answer.get_data(as_text=True))


def test_too_many_citations_within_the_hour_are_refused_in_a_sentence(
    citing: FlaskClient, opened: tuple[Flask, Projections, Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, projections, endpoint = opened
    monkeypatch.setattr(endpoint, "settings", replace(endpoint.settings, sparql_citations_hour=1))
    ours: Installation = app.extensions["pivi_installation"]
    monkeypatch.setattr(ours, "citations", Citations(endpoint, projections.journal.database))
    assert cited(citing, "ASK { ?s ?p 1 }").status_code == 303
    refused = cited(citing, "ASK { ?s ?p 2 }")
    assert refused.status_code == 429
    assert "den senaste timmen" in words(refused.get_data(as_text=True))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://else.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_cite_with_its_visitors(citing: FlaskClient, headers: dict[str, str]) -> None:
    assert cited(citing, KINDS, **headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": BASE.rstrip("/")}, {"Origin": "http://localhost"}],
)
def test_our_own_pages_and_programs_can_cite(citing: FlaskClient, headers: dict[str, str]) -> None:
    assert cited(citing, KINDS, **headers).status_code == 303


@pytest.mark.parametrize(
    "address", ["/sparql/citat/bcdfghjk", "/sparql/citat/bcdfghjk.json", "/sparql/citat/a'b"]
)
def test_an_unknown_reference_is_not_found(citing: FlaskClient, address: str) -> None:
    assert citing.get(address).status_code == 404


def test_without_an_endpoint_there_is_nothing_to_cite(client: FlaskClient) -> None:
    assert cited(client, KINDS).status_code == 404
    assert client.get("/sparql/citat/bcdfghjk").status_code == 404


def test_when_sparql_has_no_room_citing_waits_and_a_citation_says_so(citing: FlaskClient) -> None:
    full = {NO_ROOM: True}
    answer = citing.post("/sparql/citera", data={"query": KINDS}, environ_overrides=full)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    address = cited(citing, KINDS).headers["Location"]
    said = words(citing.get(address, environ_overrides=full).get_data(as_text=True))
    assert "Frågan fick inget svar nu" in said


def test_citing_and_comparing_take_threads_of_sparql_and_not_of_pages() -> None:
    async def answered_by(path: str) -> str:
        thread: list[str] = []

        def application(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
            thread.append(threading.current_thread().name)
            start_response("200 OK", [])
            return [b""]

        bridge = Bridge(Front(application), page_threads=1, sparql_threads=1)
        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "http_version": "1.1",
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [],
            CONNECTION: Waiting(),
        }

        async def receive() -> dict[str, object]:
            return await asyncio.Future()

        async def send(_message: dict[str, object]) -> None:
            pass

        await bridge(scope, receive, send)
        bridge.close()
        return thread[0].partition("_")[0]

    def who(path: str) -> str:
        with ThreadPoolExecutor(1) as apart:  # a test of browsers may have a loop in this thread
            return apart.submit(asyncio.run, answered_by(path)).result()

    for path in (
        "/sparql/citera",
        "/en/sparql/citera",
        "/sparql/citat/bcdfghjk",
        "/en/sparql/citat/bcdfghjk",
    ):
        assert who(path) == "sparql"
    for path in ("/sparql/citat/bcdfghjk.json", "/sparql/guide", "/sok"):
        assert who(path) == "page"


def test_what_a_query_says_is_shown_as_text(citing: FlaskClient) -> None:
    html = page(citing, '# <script>alert(1)</script> "\n' + 'ASK { ?s ?p "</pre><b>fet</b>" }')
    assert "<script>alert" not in html
    assert "<b>fet" not in html


def test_a_query_too_long_for_an_address_is_opened_by_a_form(citing: FlaskClient) -> None:
    html = page(citing, "ASK { ?s ?p 7 } #" + "ö" * 3_000)
    assert 'action="/sparql" method="post"' in html
    assert 'href="/sparql?query' not in html
