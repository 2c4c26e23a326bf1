"""The page here of each harvested record: what it says of where it comes from, and that it is canonical there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import rdflib
from flask.testing import FlaskClient
from markupsafe import escape

from catalogue.journal import NewRevision
from catalogue.namespaces import DCT, PIVI, PROV
from catalogue.origins import of_source
from tests.harvest.mixed import BASE, LICENCE, SPACE, Mixed, harvested, initiative, mixed_catalogue, record

ORIGINAL = f"{SPACE}id/insats/ffff"
PAGE = "/extern/boras/insats/ffff"


@pytest.fixture
def mixed(tmp_path: Path) -> Iterator[Mixed]:
    with mixed_catalogue(tmp_path) as found:
        yield found


@pytest.fixture
def client(mixed: Mixed) -> FlaskClient:
    return mixed.client


def test_the_page_says_where_it_comes_from_its_licence_and_when(client: FlaskClient) -> None:
    page = client.get(PAGE)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    above = text.partition('class="origin"')[2].partition("</aside>")[0]
    assert "Från Borås" in above and "redigeras hos källan" in above
    assert f'href="{ORIGINAL}"' in above
    assert f'href="{LICENCE}" rel="license">CC BY-SA 4.0<' in above
    assert "20 november 2026" in above


def test_the_page_is_in_english_too(client: FlaskClient) -> None:
    text = client.get("/en" + PAGE).get_data(as_text=True)
    assert "From Borås" in text and "edited at the source" in text and "20 November 2026" in text


def test_the_original_is_canonical_and_nothing_here_claims_our_licence(client: FlaskClient) -> None:
    page = client.get(PAGE)
    text = page.get_data(as_text=True)
    assert f'<link rel="canonical" href="{ORIGINAL}">' in text
    assert f'<{ORIGINAL}>; rel="canonical"' in page.headers["Link"]
    assert "noindex" not in text, "a crawler that drops the page would not count the original either"
    assert "CC BY 4.0" not in text and "licenses/by/4.0" not in text
    assert "mailto:pivi@example.org?subject" not in text, "what is wrong is mended at the source"


def test_the_page_of_an_actor_and_of_a_document_have_the_same_block(client: FlaskClient) -> None:
    for path in ("/extern/boras/aktor/gggg", "/extern/boras/dokument/hhhh"):
        page = client.get(path)
        assert page.status_code == 200 and "redigeras hos källan" in page.get_data(as_text=True), path


def test_search_engines_are_told_the_original_and_the_licence(client: FlaskClient) -> None:
    text = client.get(PAGE).get_data(as_text=True)
    block = json.loads(re.findall(r'application/ld\+json">(.*?)</script>', text)[0])
    assert block["@id"] == block["url"] == ORIGINAL
    page = block["mainEntityOfPage"]
    assert (page["url"], page["isBasedOn"], page["license"]) == (f"{BASE}{PAGE[1:]}", ORIGINAL, LICENCE)


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_its_data_has_its_own_iri_and_says_where_it_was_read(
    client: FlaskClient, accept: str, format: str
) -> None:
    found = client.get(PAGE, headers={"Accept": accept})
    assert found.mimetype == accept
    beside = client.get(found.headers["Content-Location"])
    assert beside.get_data() == found.get_data()
    assert f'<{ORIGINAL}>; rel="canonical"' in found.headers["Link"]
    graph = rdflib.Graph().parse(data=found.get_data(), format=format)
    record = rdflib.URIRef(ORIGINAL)
    assert (record, rdflib.RDF.type, rdflib.URIRef(PIVI.Initiative.value)) in graph
    for predicate in (DCT.license, DCT.dateAccepted, PROV.hadPrimarySource):
        assert len(list(graph.objects(record, rdflib.URIRef(predicate.value)))) == 1, predicate


def test_a_page_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get(PAGE).headers["ETag"]
    assert client.get(PAGE, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/extern/boras/insats/zzzz", "/extern/ingen/insats/ffff", "/extern/boras/insats/ffff.pdf"]
)
def test_what_was_never_harvested_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_our_own_record_has_no_second_address(client: FlaskClient) -> None:
    assert client.get("/insats/bbbb").status_code == 200
    assert client.get("/extern/boras/insats/bbbb").status_code == 404


def test_what_the_source_took_away_is_gone_and_says_why(mixed: Mixed) -> None:
    mixed.publish(
        NewRevision(
            ORIGINAL,
            PIVI.Initiative.value,
            b"",
            "pivi",
            of_source("boras"),
            "withdrawn",
            "Finns inte längre.",
        )
    )
    page = mixed.client.get(PAGE)
    assert page.status_code == 410 and "Finns inte längre." in page.get_data(as_text=True)
    data = mixed.client.get(PAGE + ".ttl")
    assert data.status_code == 410 and "Tombstone" in data.get_data(as_text=True)


def test_what_was_replaced_leads_on(mixed: Mixed) -> None:
    other = f"{SPACE}id/insats/kkkk"
    mixed.publish(
        harvested(initiative(other, "Den nya")),
        NewRevision(
            ORIGINAL, PIVI.Initiative.value, b"", "pivi", of_source("boras"), "replaced", None, (other,)
        ),
    )
    found = mixed.client.get(PAGE)
    assert (found.status_code, found.headers["Location"]) == (308, "/extern/boras/insats/kkkk")
    assert mixed.client.get(PAGE + ".nt").headers["Location"] == "/extern/boras/insats/kkkk.nt"


@pytest.mark.parametrize(
    "path", ["/sok", "/sok?q=andras", "/aktor/", "/dokument/", "/aktor/cccc", "/insats/bbbb"]
)
def test_wherever_it_is_named_it_leads_to_its_page_and_says_whose_it_is(
    client: FlaskClient, path: str
) -> None:
    text = client.get(path).get_data(as_text=True)
    assert re.search(r'href="/extern/boras/[a-z]+/[a-z]{4}"', text), "a link to its page here"
    assert "Från Borås" in text or "(Borås)" in text
    assert not re.search(rf'href="{SPACE}id/', text), "no link past its page"


def test_hits_and_rows_have_the_licence_within_reach(client: FlaskClient) -> None:
    for path in ("/sok?q=andras", "/dokument/"):
        assert f'href="{LICENCE}" rel="license"' in client.get(path).get_data(as_text=True), path


def test_proposals_while_typing_say_whose_it_is(client: FlaskClient) -> None:
    found = client.get("/forslag?q=De+andr").get_json()["suggestions"]
    assert [(each["url"], each["kind"]) for each in found] == [(PAGE, "Insats, Från Borås")]


def test_a_source_that_left_the_file_leaves_its_records_with_links_to_the_originals(mixed: Mixed) -> None:
    mixed.sources.write_text("")
    text = mixed.client.get("/sok?q=andras").get_data(as_text=True)
    assert f'href="{ORIGINAL}"' in text and "Från boras.example" in text
    assert mixed.client.get(PAGE).status_code == 404


def test_a_broken_file_of_sources_stops_no_page(mixed: Mixed) -> None:
    assert mixed.client.get(PAGE).status_code == 200
    mixed.sources.write_text("this is no Turtle")
    assert mixed.client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "CC BY 4.0"),
        ("https://data.example/licens", "data.example/licens"),
    ],
)
def test_a_licence_is_called_what_people_call_it(licence: str, name: str) -> None:
    from app.origins import licence_name

    assert licence_name(licence) == name


@pytest.mark.parametrize(
    "end",
    [
        "data/åäö",
        "data/x?del=1&sida=2",
        "data/a%20b",
        "data//två//snedstreck",
        "data/x.ttl",
        "id/dokument/(1)",
    ],
)
def test_whatever_a_record_is_called_its_page_is_found_by_it(mixed: Mixed, end: str) -> None:
    iri = SPACE + end
    mixed.publish(harvested(record(iri, PIVI.Document, f'{DCT.title} "Ovanlig"@sv')))
    (path,) = set(
        re.findall(
            r'href="(/extern/boras/[^"]*)">Ovanlig<', mixed.client.get("/dokument/").get_data(as_text=True)
        )
    )
    path = unescape(path)
    page = mixed.client.get(path)
    assert page.status_code == 200 and f'<link rel="canonical" href="{escape(iri)}">' in page.get_data(
        as_text=True
    )
    data = mixed.client.get(path + ".nt")
    assert data.status_code == 200 and f"<{iri}>" in data.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "a%20b",
        "%3Cx%3E",
        "%22",
        "%00",
        "%FF",
        "x%0Ay",
        "..%2f..%2fsok",
        "{}",
        "%7B%7D%7C%5E",
        "a" * 3_000,
        "%F0%9F%92%A9",
    ],
)
@pytest.mark.parametrize("end", ["", ".ttl"])
def test_an_address_that_no_record_can_have_is_not_found(client: FlaskClient, path: str, end: str) -> None:
    assert client.get(f"/extern/boras/{path}{end}").status_code in (400, 404)


def test_what_a_page_reads_is_what_the_store_holds(mixed: Mixed) -> None:
    with mixed.projections.snapshot() as shown:
        for revision in shown.journal.current_all(upto=shown.version):
            found = shown.content(revision.iri)
            assert found == shown.store.content(revision.iri), revision.iri
            assert found or not revision.published
        assert PROV.hadPrimarySource.value.encode() in shown.content(ORIGINAL)
        assert shown.content(f"{SPACE}id/insats/never") == b""
