"""”Visa som SPARQL”: the query behind each link gives the rows that the page lists beside it."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.addresses import Addresses
from app.factory import create_app
from app.translating import speak
from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.results import CSV
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.conftest import BASE

LISTS = ["aktor", "plats", "dokument", "handelse", "film", "grupp", "mote", "iop", "berattelse", "stodmodell"]
_ADDRESSES = Addresses(BASE)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Endpoint, Projections]]:
    settings = Settings(data=tmp_path_factory.mktemp("links") / "data", base=BASE, sparql_seconds=300)
    with Projections.open(settings, example=True) as projections, Endpoint(settings, projections) as opened:
        yield create_app(settings, projections, endpoint=opened), opened, projections


@pytest.fixture
def asking(endpoint: tuple[Flask, Endpoint, Projections]) -> Iterator[FlaskClient]:
    yield endpoint[0].test_client()
    speak("sv")


Rows = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def rows(endpoint: tuple[Flask, Endpoint, Projections]) -> Rows:
    def ask(query: str) -> list[dict[str, str]]:
        body = endpoint[1].ask(Question(query, CSV), client="test").body.decode()
        return list(csv.DictReader(io.StringIO(body)))

    return ask


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def queries(text: str) -> list[str]:
    """The queries that a page links to, in its order."""
    links = re.findall(r'<p class="sparql-link"><a href="([^"]+)" rel="nofollow">', text)
    asked = [parse_qs(urlsplit(html.unescape(link)).query) for link in links]
    assert all(each["kor"] == ["nej"] for each in asked)
    return [each["query"][0] for each in asked]


def paths(found: list[dict[str, str]]) -> set[str]:
    """The pages of what stands in the first column."""
    return {_ADDRESSES.path(next(iter(row.values()))) or "" for row in found}


def listed(text: str, word: str = "[a-z]+") -> set[str]:
    """The records that the lists of a page link to."""
    return set(re.findall(rf'<a class="row-title" href="(?:/en)?(/{word}/[^"]+)"', text))


def section(text: str, anchor: str) -> str:
    """The part of a page with a heading."""
    return text.partition(f'<section aria-labelledby="{anchor}">')[2].partition("</section>")[0]


@pytest.mark.parametrize("word", LISTS)
def test_every_list(asking: FlaskClient, rows: Rows, word: str) -> None:
    (query,) = queries(page(asking, f"/{word}/"))
    pages = [page(asking, f"/{word}/")]
    while more := re.search(r'<a href="([^"]+)" rel="next"', pages[-1]):
        pages.append(page(asking, html.unescape(more[1])))
    found = rows(query)
    assert paths(found) == {path for each in pages for path in listed(each)}
    assert len(paths(found)) == len(found)
    assert all(row["namn"] for row in found)
    assert f"{BASE}{word}/" in query


def test_actors_of_each_kind(asking: FlaskClient, rows: Rows) -> None:
    kinds = re.findall(r'href="/aktor/\?slag=([a-z-]+)"', page(asking, "/aktor/"))
    assert len(kinds) > 3
    for kind in kinds:
        text = page(asking, f"/aktor/?slag={kind}")
        assert paths(rows(queries(text)[0])) == listed(text)


@pytest.mark.parametrize(
    "address", ["/sok", "/sok?q=läxhjälp&omrade=fritid", "/en/sok?q=laxhjelp", "/sok?ar=2019&sortera=titel"]
)
def test_a_search(asking: FlaskClient, rows: Rows, address: str) -> None:
    text = page(asking, address)
    (query,) = queries(text)
    found = paths(rows(query))
    shown = set(re.findall(r'<h3 class="hit-title"><a href="(?:/en)?([^"]+)"', text))
    total = re.search(r'id="resultat-rubrik">(\d+)', text)
    assert total is not None
    assert len(found) == int(total[1])
    assert shown <= found


def test_a_search_without_hits_links_to_the_query_that_finds_nothing(asking: FlaskClient, rows: Rows) -> None:
    assert rows(queries(page(asking, "/sok?q=xqzwvk"))[0]) == []


def test_the_lists_of_every_actor(asking: FlaskClient, rows: Rows) -> None:
    compared = 0
    for actor in sorted(listed(page(asking, "/aktor/"))):
        text = page(asking, actor)
        for anchor in re.findall(r'<section aria-labelledby="([a-z-]+)">\s*<div class="section-head">', text):
            (query,) = queries(section(text, anchor))
            shown = listed(section(text, anchor))
            found = paths(rows(query))
            assert shown == found or (len(shown) == 25 and shown < found), (actor, anchor, query)
            compared += 1
    assert compared > 100


def test_those_that_an_actor_cooperates_with(asking: FlaskClient, rows: Rows) -> None:
    compared = 0
    for actor in sorted(listed(page(asking, "/aktor/"))):
        text = page(asking, actor)
        card = text.partition('aria-labelledby="samarbetar"')[2].partition("</section>")[0]
        if not card:
            continue
        found = rows(queries(card)[0])
        said = re.findall(r'<li><a href="([^"]+)".*?<span class="number">(\d+)', card)
        assert [(_ADDRESSES.path(row["aktor"]), row["antal"]) for row in found] == said
        compared += 1
    assert compared > 10


@pytest.mark.parametrize("word", ["plats"])
def test_the_lists_of_every_place(asking: FlaskClient, rows: Rows, word: str) -> None:
    compared = 0
    for place in sorted(listed(page(asking, f"/{word}/")))[::3]:
        text = page(asking, place)
        for anchor in ("insatser", "aktorer"):
            part = section(text, anchor)
            if part:
                shown, found = listed(part), paths(rows(queries(part)[0]))
                assert shown == found or (len(shown) >= 20 and shown < found), (place, anchor)
                compared += 1
        card = text.partition('aria-labelledby="innehaller"')[2].partition("</section>")[0]
        if card:
            inner = set(re.findall(r'<li><a href="([^"]+)"', card))
            assert paths(rows(queries(card)[0])) == inner
            compared += 1
    assert compared > 20


def test_the_concepts(asking: FlaskClient, rows: Rows) -> None:
    schemes = page(asking, "/begrepp/")
    found = rows(queries(schemes)[0])
    shown = re.findall(r'<li><a href="(/begrepp/[^"/]+)".*?<span class="muted number">(\d+)', schemes)
    assert sorted((_ADDRESSES.path(row["lista"]), row["antal"]) for row in found) == sorted(shown)
    for scheme, _count in shown:
        text = page(asking, scheme)
        tree = text.partition('aria-labelledby="begreppen"')[2].partition("</nav>")[0]
        concepts = set(re.findall(rf'<a href="({scheme}/[^"]+)"', tree))
        assert paths(rows(queries(text)[0])) == concepts


def test_the_initiatives_with_a_concept(asking: FlaskClient, rows: Rows) -> None:
    text = page(asking, "/begrepp/omrade/fritid")
    found = paths(rows(queries(text)[0]))
    count = re.search(r'id="insatser">(\d+)', text)
    assert count is not None
    assert len(found) == int(count[1])
    assert listed(text) <= found


def test_a_link_shows_the_query_without_running_it(asking: FlaskClient) -> None:
    text = page(asking, "/sok?q=läxhjälp")
    link = html.unescape(re.findall(r'class="sparql-link"><a href="([^"]+)"', text)[0])
    assert len(link) <= 8_000
    shown = asking.get(link, headers={"Accept": "text/html"})
    assert shown.status_code == 200
    assert "pivi:matches &#34;läxhjälp&#34;" in shown.get_data(as_text=True)
    assert 'id="svar-rubrik"' not in shown.get_data(as_text=True)
    ran = asking.get(link.replace("&kor=nej", ""), headers={"Accept": "text/html"})
    assert 'id="svar-rubrik"' in ran.get_data(as_text=True)


def test_what_was_typed_stays_a_string(asking: FlaskClient, rows: Rows) -> None:
    for typed in ('"} UNION { ?insats ?p ?o } #', "\\", 'a"\nDROP ALL', "läxhjälp\r\n} #"):
        query = queries(asking.get("/sok", query_string={"q": typed}).get_data(as_text=True))[0]
        total = asking.get("/sok", query_string={"q": typed}).get_data(as_text=True)
        assert len(rows(query)) == int(re.findall(r'id="resultat-rubrik">(\d+)', total)[0])


def test_without_an_endpoint_nothing_links_to_it(client: FlaskClient) -> None:
    for address in (
        "/sok",
        "/aktor/",
        "/plats/1480",
        "/begrepp/",
        "/begrepp/omrade",
        "/begrepp/omrade/fritid",
    ):
        assert "SPARQL" not in client.get(address).get_data(as_text=True), address
