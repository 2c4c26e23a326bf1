"""Every page: it answers, in both languages, and each of its links leads somewhere."""

from __future__ import annotations

from collections import deque
from html import unescape

import pytest
from flask.testing import FlaskClient

from catalogue.knowledge import turtle_files
from catalogue.turtle import load_packaged
from tests.app.conftest import BASE
from tests.app.reading_html import elements, headings, links

PAGES = [
    "/",
    "/sok",
    "/aktor/",
    "/plats/",
    "/grupp/",
    "/mote/",
    "/iop/",
    "/berattelse/",
    "/film/",
    "/handelse/",
    "/stodmodell/",
    "/dokument/",
    "/begrepp/",
    "/begrepp/omrade",
    "/begrepp/omrade/halsa",
    "/ns",
    "/data",
    "/data/sjalvtest",
    "/om",
    "/tillganglighet",
    "/personuppgifter",
]
RECORDS = sorted(
    iri.removeprefix(BASE + "id")
    for path in turtle_files("example")
    for iri in load_packaged(path, BASE)
    if iri.startswith(BASE)
)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_a_language_and_a_title(
    client: FlaskClient, prefix: str, address: str
) -> None:
    response = client.get(prefix + address)
    html = response.get_data(as_text=True)
    assert response.status_code == 200
    assert len(headings(html, 1)) == 1
    root = next(attributes for tag, attributes in elements(html) if tag == "html")
    assert root["lang"] == ("en" if prefix else "sv")
    assert response.headers["Content-Language"] == root["lang"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_record_of_the_example_has_a_page(client: FlaskClient, prefix: str) -> None:
    missing = [path for path in RECORDS if client.get(prefix + path).status_code != 200]
    assert len(RECORDS) > 60
    assert not missing


def test_no_link_on_the_site_leads_nowhere(client: FlaskClient) -> None:
    waiting = deque([*PAGES, *(f"/en{each}" for each in PAGES), *RECORDS])
    seen: set[str] = set()
    broken = []
    while waiting and len(seen) < 1_500:
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        if response.status_code >= 400:
            broken.append((address, response.status_code))
        elif response.mimetype == "text/html":
            found = (unescape(link).partition("#")[0] for link in links(response.get_data(as_text=True)))
            waiting.extend(link for link in found if link.startswith("/") and link not in seen)
    assert not broken


@pytest.mark.parametrize("address", [*PAGES, "/insats/7k3f", "/finns/inte"])
def test_no_page_asks_another_host_for_anything(client: FlaskClient, address: str) -> None:
    loaded = [
        attributes.get("src") or attributes.get("href", "")
        for tag, attributes in elements(client.get(address).get_data(as_text=True))
        if tag in ("script", "img", "iframe", "source", "video", "use")
        or (tag == "link" and attributes.get("rel") not in ("canonical", "alternate"))
    ]
    assert loaded
    assert not [each for each in loaded if each and not each.startswith("/")]


@pytest.mark.parametrize("address", [*PAGES, "/insats/7k3f", "/finns/inte"])
def test_no_page_has_script_or_style_inside_it(client: FlaskClient, address: str) -> None:
    html = client.get(address).get_data(as_text=True)
    for tag, attributes in elements(html):
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert attributes.get("src") or attributes.get("type") == "application/ld+json"


def test_the_ids_of_a_page_are_unique(client: FlaskClient) -> None:
    for address in (*PAGES, "/insats/7k3f", "/aktor/v4xg", "/plats/1480"):
        ids = [a["id"] for _tag, a in elements(client.get(address).get_data(as_text=True)) if "id" in a]
        assert len(ids) == len(set(ids)), (address, sorted({each for each in ids if ids.count(each) > 1}))
