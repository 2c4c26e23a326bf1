"""Atom: valid by RFC 4287, newest first, with what is gone, in both languages, found from the pages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from app.factory import create_app
from catalogue.export.atom import Entry, Feed, Link, written
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.export.conftest import BASE, Get

ATOM = "{http://www.w3.org/2005/Atom}"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FEEDS = [
    "/nytt.atom",
    "/en/nytt.atom",
    "/sok.atom",
    "/en/sok.atom?q=fritid",
    "/sok.atom?q=finnsinte%20alls%20xyzzy",
]


def valid(body: bytes) -> etree._Element:
    """Hold a feed against what RFC 4287 demands of elements, dates and links (sections 4.1 and 4.2)."""
    root = etree.fromstring(body)
    assert root.tag == ATOM + "feed"
    one = ("id", "title", "updated")
    for element in (root, *root.findall(ATOM + "entry")):
        assert [len(element.findall(ATOM + name)) for name in one] == [1, 1, 1]
        links = [
            (each.get("type"), each.get("hreflang"))
            for each in element.findall(ATOM + "link[@rel='alternate']")
        ]
        assert len(links) == len(set(links)) and links
        assert all(urlsplit(each.get("href")).scheme for each in element.findall(ATOM + "link"))
        for each in element.iter(ATOM + "updated", ATOM + "published"):
            assert each.text and each.text.endswith("+00:00") and "T" in each.text
    assert len(root.findall(ATOM + "link[@rel='self']")) == 1
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [each.findtext(ATOM + "id") for each in root.findall(ATOM + "entry")]
    assert len(ids) == len(set(ids))
    parsed = feedparser.parse(body)
    assert not parsed.bozo and len(parsed.entries) == len(ids)
    return root


@pytest.mark.parametrize("address", FEEDS)
def test_the_feeds_are_valid_and_newest_first(address: str, get: Get) -> None:
    reply = get(address)
    assert (reply.status, reply.type) == (200, "application/atom+xml")
    assert reply.headers["access-control-allow-origin"] == "*"
    root = valid(reply.body)
    assert root.get(LANGUAGE) == ("en" if address.startswith("/en/") else "sv")
    times = [each.text or "" for each in root.findall(f"{ATOM}entry/{ATOM}updated")]
    assert times == sorted(times, reverse=True)
    assert root.find(ATOM + "link[@rel='self']").get("href") == BASE.rstrip("/") + address


def test_an_entry_leads_to_its_page_and_its_data(get: Get) -> None:
    root = valid(get("/nytt.atom").body)
    for entry in root.findall(ATOM + "entry")[:5]:
        for link in entry.findall(ATOM + "link"):
            reply = get(link.get("href"), accept=link.get("type"))
            assert (reply.status, reply.type) == (200, link.get("type"))
        assert entry.findtext(ATOM + "title") and entry.findtext(ATOM + "summary")


def test_an_unchanged_feed_is_304_and_head_has_no_body(get: Get) -> None:
    for address in ("/nytt.atom", "/sok.atom?q=fritid"):
        etag = get(address).headers["etag"]
        assert get(address, if_none_match=etag).status == 304
        head = get(address, method="HEAD")
        assert (head.status, head.body) == (200, b"")


def test_a_search_feed_holds_the_hits_of_the_search_and_leads_on(get: Get) -> None:
    seen: list[str] = []
    address = "/sok.atom"
    while address:
        root = valid(get(address).body)
        seen += [each.text or "" for each in root.findall(f"{ATOM}entry/{ATOM}id")]
        following = root.find(ATOM + "link[@rel='next']")
        address = "" if following is None else following.get("href")
    assert len(seen) == len(set(seen)) > 20
    narrow = valid(get("/sok.atom?q=fritid").body)
    assert 0 < len(narrow.findall(ATOM + "entry")) < len(seen)


def test_what_cannot_be_asked_is_said(get: Get) -> None:
    assert get("/sok.atom?omrade=finnsinte").status == 400
    assert get("/sok.atom?sida=noll").status == 400
    assert get("/sok.atom?sida=9999").status == 404


def test_pages_lead_feed_readers_to_the_feeds(get: Get) -> None:
    link = '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">'
    assert link.format("Nytt och ändrat", "/nytt.atom") in get("/om").text
    assert link.format("New and changed", "/en/nytt.atom") in get("/en/om").text
    assert 'type="application/atom+xml" href="/sok.atom?q=fritid"' in get("/sok?q=fritid&sida=1").text


def test_what_is_withdrawn_stands_as_a_tombstone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as projections:
        client = create_app(settings, projections).test_client()
        initiative = next(projections.journal.current_all(types=[PIVI.Initiative.value]))
        gone = NewRevision(
            initiative.iri,
            initiative.type,
            b"",
            by="test",
            origin="test",
            state="withdrawn",
            reason="Fel uppgift.",
        )
        before = client.get("/nytt.atom").headers["ETag"]
        projections.journal.append([gone])
        projections.catch_up()
        reply = client.get("/nytt.atom", headers={"If-None-Match": before})
        root = valid(reply.data)
        (stone,) = root.findall(GONE)
        assert stone.get("ref") == initiative.iri
        assert (stone.findtext("{http://purl.org/atompub/tombstones/1.0}comment")) == "Fel uppgift."
        assert root.findtext(ATOM + "updated") == stone.get("when")
        assert initiative.iri not in [each.text for each in root.findall(f"{ATOM}entry/{ATOM}id")]
        assert initiative.iri.encode() not in client.get("/sok.atom").data


def test_no_text_can_break_a_feed() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    entry = Entry(
        iri="http://x.example/1",
        title="a<b>&\x00\x0b]]>",
        summary="\ud800",
        links=(Link(relation="alternate", url="http://x.example/1"),),
        updated=now,
        published=now,
    )
    feed = Feed(
        iri="http://x.example/",
        title="\x01",
        subtitle="",
        language="sv",
        author="Å & Ö",
        rights="",
        updated=now,
        links=(),
        entries=(entry,),
    )
    assert etree.fromstring(written(feed)).findtext(f"{ATOM}entry/{ATOM}title") == "a<b>&]]>"
