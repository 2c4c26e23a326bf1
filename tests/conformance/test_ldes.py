"""The change feed over HTTP: formats, how long a page holds, what has been retired, and a strict client of our own."""

from __future__ import annotations

import gzip

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph
from rdflib.compare import to_isomorphic

from tests.export.following import Document, Follower

from .conftest import BASE, Client, Reply

FORMATS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}
N_TRIPLES = "application/n-triples"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FOR_EVER = "public, max-age=31536000, immutable"


def get(client: Client, address: str, method: str = "GET", **headers: str) -> Reply:
    path = "/" + address.removeprefix(BASE).lstrip("/")
    return client.send(method, path, None, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def follower(client: Client) -> Follower:
    """The whole feed, followed over HTTP."""

    def fetch(address: str) -> Document:
        reply = get(client, address, accept=N_TRIPLES, accept_encoding="gzip")
        assert reply.status == 200 and reply.type == N_TRIPLES
        triples = parse(reply.text, format=RdfFormat.N_TRIPLES)
        return Document(tuple(quad.triple for quad in triples), reply.headers["cache-control"] == FOR_EVER)

    found = Follower(fetch, BASE + "data/feed")
    found.run()
    return found


def full_page(follower: Follower) -> str:
    return next(address for address, page in follower.pages.items() if page.immutable)


def open_page(follower: Follower) -> str:
    return next(address for address in follower.pages if address.rpartition("/")[2].isdigit())


def test_a_strict_client_finds_every_member_once(follower: Follower) -> None:
    on_pages = [
        triple.object
        for page in follower.pages.values()
        for triple in page.triples
        if triple.predicate.value.endswith("tree#member")
    ]
    assert len(on_pages) == len(follower.members) > 500
    assert len(follower.records) > 500


@pytest.mark.parametrize("which", ["root", "full", "open"])
def test_every_format_holds_the_same_graph(client: Client, follower: Follower, which: str) -> None:
    address = {
        "root": BASE + "data/feed",
        "full": full_page(follower),
        "open": open_page(follower),
    }[which]
    graphs = []
    for media_type, name in FORMATS.items():
        reply = get(client, address, accept=media_type)
        assert (reply.status, reply.type) == (200, media_type)
        assert {"Accept", "Accept-Encoding"} <= set(reply.headers["vary"].split(", "))
        graphs.append(Graph().parse(data=reply.body, format=name))
    assert all(set(each) == set(graphs[0]) for each in graphs)
    assert to_isomorphic(graphs[0]) == to_isomorphic(graphs[1])
    assert get(client, address).type == "text/turtle"


def test_a_full_page_holds_for_ever_and_the_open_one_for_a_second(client: Client, follower: Follower) -> None:
    for address, life in (
        (full_page(follower), FOR_EVER),
        (open_page(follower), "public, max-age=1"),
        (BASE + "data/feed", "public, max-age=1"),
    ):
        first = get(client, address)
        assert first.headers["cache-control"] == life
        unchanged = get(client, address, if_none_match=first.headers["etag"])
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers["cache-control"] == life
        assert unchanged.headers["etag"] == first.headers["etag"]
        head = get(client, address, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == first.headers["content-length"]
        packed = get(client, address, accept_encoding="gzip")
        assert gzip.decompress(packed.body) == first.body
        assert packed.headers["etag"] != first.headers["etag"]
        assert first.headers["access-control-allow-origin"] == "*"
        assert get(client, address, "OPTIONS").headers["access-control-allow-origin"] == "*"


def test_what_has_been_retired_is_gone_and_what_never_was_is_not_found(
    client: Client, follower: Follower
) -> None:
    full = full_page(follower)
    number, _, _ = full.rpartition("/")[2].partition("-")
    cases = {
        f"/data/feed/{number}-000000000000": 410,
        "/data/feed/g0-000000000000": 404,
        "/data/feed/99999": 404,
        "/data/feed/99999-000000000000": 404,
        "/data/feed/nonsense": 404,
        "/data/feed/0-" + "0" * 5_000: 404,
        "/data/feed/version/1-00000000": 404,
        "/data/feed/version/0": 404,
        "/data/feed/version/999999999-00000000": 404,
        "/data/feed/version/" + "9" * 5_000: 404,
    }
    for path, status in cases.items():
        reply = get(client, path, accept=N_TRIPLES)
        assert reply.status == status, path
        assert reply.headers["access-control-allow-origin"] == "*"
    # Who has heard of a page while it was open is led on when it has been filled.
    led = get(client, f"/data/feed/{number}")
    assert (led.status, BASE.rstrip("/") + led.headers["location"]) == (307, full)


def test_a_member_leads_to_its_page(client: Client, follower: Follower) -> None:
    for member, page in list(follower.members.items())[::97]:
        reply = get(client, member)
        assert (reply.status, BASE.rstrip("/") + reply.headers["location"]) == (303, page)


def test_a_browser_gets_the_page_about_the_data_and_who_takes_no_rdf_is_told(client: Client) -> None:
    reply = get(client, "/data/feed", accept=BROWSER)
    assert (reply.status, reply.headers["location"]) == (303, "/data#flode")
    reply = get(client, "/data/feed", accept="image/png")
    assert reply.status == 406
    assert all(each in reply.text for each in FORMATS)


def test_the_feed_says_what_is_kept_and_how_members_are_read(follower: Follower) -> None:
    said = {
        (each.predicate.value.rpartition("#")[2], str(each.object))
        for each in follower.pages[BASE + "data/feed"].triples
    }
    assert ("retentionPolicy", f"<{BASE}data/feed#bevarande>") in said
    assert ("versionOfPath", "<http://purl.org/dc/terms/isVersionOf>") in said
    assert ("timestampPath", "<http://www.w3.org/ns/prov#generatedAtTime>") in said
    assert ("versionDeleteObject", "<https://www.w3.org/ns/activitystreams#Tombstone>") in said
    assert ("shape", f"<{BASE}data/feed#medlem>") in said
