"""An operator hides a cited query beside the running server, and shows it again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.app.reading_html import words
from tests.app.test_server import PIVI, Server, serving
from tests.conformance.conftest import LONGEST, until

OFFENSIVE = "# sv: Något elakt om en person\nSELECT ?s WHERE { ?s a <http://e/x> } ORDER BY ?s"
REASON = "Kommentaren hänger ut en person."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("hidden") / "data", PIVI_SPARQL_SECONDS="300") as running:
        yield running


def asked(server: Server, method: str, address: str, body: str | None = None) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=LONGEST)
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        connection.request(method, address, body, kind)
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def cited(server: Server, query: str) -> str:
    """The address of a new citation, or of the one there is."""
    answer, _ = asked(server, "POST", "/sparql/citera", urlencode({"query": query}))
    assert answer.status == 303
    return answer.headers["Location"]


def version(server: Server) -> str | None:
    """The dataset version that queries are answered from."""
    return asked(server, "GET", "/sparql?query=ASK%7B%7D")[0].headers["Pivi-Dataset-Version"]


def pivi(server: Server, *words: str, language: str = "sv") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PIVI_DATA": str(data(server)), "PIVI_LANGUAGE": language}
    return subprocess.run([PIVI, *words], env=environment, capture_output=True, text=True, check=False)


def data(server: Server) -> Path:
    return server.log.with_name("data")


def test_a_hidden_citation_is_a_410_that_says_when_and_why_until_it_is_shown_again(server: Server) -> None:
    address = cited(server, OFFENSIVE)
    key = address.rpartition("/")[2]
    assert "Något elakt" in asked(server, "GET", address)[1]

    done = pivi(server, "citation", "hide", f"http://127.0.0.1:8000{address}", "--reason", REASON)
    assert (done.returncode, done.stdout) == (
        0,
        f"{key} är dold. Visa den igen med pivi citation show {key}.\n",
    )
    for prefix, says in (("", "Frågan visas inte längre"), ("/en", "The query is no longer shown")):
        answer, html = asked(server, "GET", prefix + address)
        assert answer.status == 410
        assert says in html and REASON in html and "elakt" not in html
        assert 'content="noindex, nofollow"' in html
        assert answer.headers["Cache-Control"] in ("no-store", "no-cache")
    assert "Citerad fråga" in " ".join(words(asked(server, "GET", address)[1]).split())
    answer, problem = asked(server, "GET", address + ".json")
    assert (answer.status, answer.headers["Content-Type"]) == (410, "application/problem+json")
    assert REASON in problem and "elakt" not in problem

    assert pivi(server, "citation", "show", key).stdout == f"{key} visas igen.\n"
    answer, html = asked(server, "GET", address)
    assert answer.status == 200 and "Något elakt" in html


def test_a_hidden_query_cannot_be_cited_anew_on_another_version(server: Server) -> None:
    query = OFFENSIVE.replace("person", "grupp")
    address = cited(server, query)
    before = version(server)
    pivi(server, "citation", "hide", address, "--reason", REASON)
    withdrawn = pivi(server, "withdraw", "http://127.0.0.1:8000/id/film/jc5k", "--reason", "Prov", "--anyway")
    assert withdrawn.returncode == 0, withdrawn.stderr
    until(lambda: version(server) != before)
    assert cited(server, query) == address
    assert asked(server, "GET", address)[0].status == 410


@pytest.mark.parametrize(
    ("command", "swedish", "english"),
    [
        (
            ("hide", "bcdfghjk", "--reason", "x"),
            "Det finns ingen citerad fråga bcdfghjk.",
            "There is no cited",
        ),
        (
            ("show", "bcdfghjk"),
            "Det finns ingen citerad fråga bcdfghjk.",
            "There is no cited query bcdfghjk.",
        ),
        (("hide", "bcdfghjk"), "Ange varför frågan döljs", "Say why the query is hidden"),
        (
            ("hide", "bcdfghjk", "--reason", "den nämner anna@example.org"),
            "Skälet innehåller en e-postadress.",
            "The reason holds an e-mail address.",
        ),
    ],
)
def test_what_cannot_be_hidden_is_said_in_the_operators_language(
    server: Server, command: tuple[str, ...], swedish: str, english: str
) -> None:
    for language, says in (("sv", swedish), ("en", english)):
        outcome = pivi(server, "citation", *command, language=language)
        assert outcome.returncode == 1 and says in outcome.stderr


def test_hiding_and_showing_twice_is_told(server: Server) -> None:
    key = cited(server, "ASK { ?s a <http://e/dubbel> }").rpartition("/")[2]
    assert "är inte dold" in pivi(server, "citation", "show", key).stderr
    pivi(server, "citation", "hide", key, "--reason", REASON)
    assert "är redan dold" in pivi(server, "citation", "hide", key, "--reason", REASON).stderr
