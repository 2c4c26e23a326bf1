"""Things, pages and data: 303, formats, citations, and what becomes of the withdrawn and replaced."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph
import pytest
from flask.testing import FlaskClient

from catalogue.journal import NewRevision
from catalogue.namespaces import DCT, PIVI
from catalogue.projections import Projections
from catalogue.publishing import publish, replace, withdraw
from tests.app.conftest import BASE
from tests.app.reading_html import headings, links, words

INITIATIVE = BASE + "id/insats/7k3f"


@pytest.mark.parametrize(
    ("accept", "goes_to"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "/insats/7k3f"),
        ("*/*", "/insats/7k3f"),
        ("text/turtle", "/insats/7k3f.ttl"),
        ("application/ld+json", "/insats/7k3f.jsonld"),
        ("application/json", "/insats/7k3f.jsonld"),
        ("application/rdf+xml;q=0.9, text/html;q=0.5", "/insats/7k3f.rdf"),
        ("application/n-triples", "/insats/7k3f.nt"),
    ],
)
def test_a_thing_leads_to_its_page_or_its_data(client: FlaskClient, accept: str, goes_to: str) -> None:
    response = client.get("/id/insats/7k3f", headers={"Accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, goes_to)
    assert {"accept", "accept-language"} <= {each.lower() for each in response.vary}


def test_a_thing_leads_an_english_reader_to_the_english_page(client: FlaskClient) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en-GB,en;q=0.9,sv;q=0.5"}
    assert client.get("/id/insats/7k3f", headers=headers).headers["Location"] == "/en/insats/7k3f"


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld"])
def test_every_format_says_the_same_and_only_what_is_public(client: FlaskClient, extension: str) -> None:
    response = client.get(f"/insats/7k3f.{extension}")
    format = pyoxigraph.RdfFormat.from_extension(extension if extension != "jsonld" else "jsonld")
    assert format is not None and response.mimetype == format.media_type
    found = {str(quad.triple) for quad in pyoxigraph.parse(response.data, format=format, base_iri=BASE)}
    reference = client.get("/insats/7k3f.nt").data
    assert found == {
        str(quad.triple) for quad in pyoxigraph.parse(reference, format=pyoxigraph.RdfFormat.N_TRIPLES)
    }
    assert not [line for line in found if PIVI.internalNote.value in line]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_text_of_a_story_is_on_its_page_and_not_in_its_data(
    client: FlaskClient, example: Projections
) -> None:
    with example.snapshot() as now:
        story = next(now.store.query("records_of_type", type=PIVI.Story))["record"].value
        kept = next(
            quad.object.value
            for quad in pyoxigraph.parse(
                now.journal.current(story).content, format=pyoxigraph.RdfFormat.N_TRIPLES
            )
            if quad.predicate == PIVI.storyText
        )
    path = story.removeprefix(BASE + "id")
    first = " ".join(kept.split()[:6])
    assert first in words(client.get(path).get_data(as_text=True))
    for extension in ("ttl", "nt", "rdf", "jsonld"):
        assert first not in client.get(f"{path}.{extension}").get_data(as_text=True)


def test_a_scheme_is_handed_out_with_all_its_concepts(client: FlaskClient) -> None:
    data = client.get("/begrepp/malgrupp.ttl").get_data(as_text=True)
    assert '"Barn"@sv' in data and '"Befolkning"@sv' in data
    assert client.get("/begrepp/malgrupp/barn.jsonld").mimetype == "application/ld+json"


def test_the_ontology_is_handed_out(client: FlaskClient) -> None:
    assert "pivi:Initiative" in client.get("/ns.ttl").get_data(as_text=True)


def test_a_citation_names_iri_version_and_date(client: FlaskClient, text: Callable[[str], str]) -> None:
    page = words(text("/insats/7k3f"))
    bibtex = client.get("/insats/7k3f.bib").get_data(as_text=True)
    ris = client.get("/insats/7k3f.ris").get_data(as_text=True)
    assert INITIATIVE in page and "Version" in page
    assert bibtex.startswith("@misc{insats-7k3f,") and f"url = {{{INITIATIVE}}}" in bibtex
    assert (
        ris.startswith("TY  - DATA\r\n") and f"UR  - {INITIATIVE}\r\n" in ris and ris.endswith("ER  - \r\n")
    )


def test_the_page_carries_a_json_ld_block_that_cannot_end_early(text: Callable[[str], str]) -> None:
    html = text("/insats/7k3f")
    block = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["@id"] == INITIATIVE
    assert "<" not in block


# --- what is gone ------------------------------------------------------------------------------------


def test_a_withdrawn_record_says_what_it_was_and_what_came_after(
    own: Projections, own_client: FlaskClient
) -> None:
    title = headings(own_client.get("/insats/7k3f").get_data(as_text=True), 1)[0]
    other = BASE + "id/insats/bkk6"
    withdraw(
        own.journal, INITIATIVE, reason="Uppgifterna stämde inte.", by="test", successor=other, anyway=True
    )
    own.catch_up()
    for address in ("/insats/7k3f", "/en/insats/7k3f", "/insats/7k3f.ttl"):
        response = own_client.get(address)
        assert response.status_code == 410, address
        assert "Uppgifterna stämde inte." in words(response.get_data(as_text=True))
    html = own_client.get("/insats/7k3f").get_data(as_text=True)
    assert headings(html, 1) == [title]
    assert "/insats/bkk6" in links(html)
    assert own_client.get("/id/insats/7k3f").status_code == 410


def test_a_replaced_record_leads_to_the_one_that_came_after(
    own: Projections, own_client: FlaskClient
) -> None:
    replace(own.journal, INITIATIVE, [BASE + "id/insats/bkk6"], by="test")
    own.catch_up()
    for address, target in (
        ("/insats/7k3f", "/insats/bkk6"),
        ("/en/insats/7k3f", "/en/insats/bkk6"),
        ("/insats/7k3f.ttl", "/insats/bkk6.ttl"),
    ):
        response = own_client.get(address)
        assert (response.status_code, response.headers["Location"]) == (308, target)


def test_a_record_that_became_several_offers_the_choice(own: Projections, own_client: FlaskClient) -> None:
    after = [BASE + "id/insats/bkk6", BASE + "id/insats/f2d7"]
    replace(own.journal, INITIATIVE, after, by="test", anyway=True)
    own.catch_up()
    response = own_client.get("/insats/7k3f")
    assert response.status_code == 300
    assert {"/insats/bkk6", "/insats/f2d7"} <= set(links(response.get_data(as_text=True)))


def test_a_new_revision_is_on_the_page_and_in_its_history(own: Projections, own_client: FlaskClient) -> None:
    current = own.journal.current(INITIATIVE)
    assert current is not None
    changed = current.content.replace("Kvällsöppet".encode(), "Nattöppet".encode())
    assert changed != current.content and DCT.title.value.encode() in changed
    publish(own.journal, [NewRevision(INITIATIVE, current.type, changed, by="test", origin="load")])
    before = own_client.get("/insats/7k3f")
    own.catch_up()
    after = own_client.get("/insats/7k3f")
    assert "Nattöppet" in headings(after.get_data(as_text=True), 1)[0]
    assert before.headers["ETag"] != after.headers["ETag"]
    assert "Ändrad" in words(after.get_data(as_text=True))
