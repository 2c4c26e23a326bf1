"""What a reader finds on each page of the example catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from catalogue.namespaces import DCT, PIVI, SCHEMA
from catalogue.projections import Projections
from tests.app.conftest import BASE
from tests.app.reading_html import elements, headings, links, words

Page = Callable[[str], str]


def test_the_start_page_has_search_areas_picks_and_the_latest(text: Page) -> None:
    html = text("/")
    said = words(html)
    forms = [attributes for tag, attributes in elements(html) if tag == "form"]
    assert forms[0]["action"] == "/sok"
    areas = {link for link in links(html) if link.startswith("/sok?omrade=")}
    assert len(areas) == 8
    assert len({link for link in links(html) if link.startswith("/sok?malgrupp=")}) == 5
    assert len({link for link in links(html) if link.startswith("/sok?typ=")}) == 4
    assert len({link for link in links(html) if link.startswith("/sok?slag=")}) == 4
    assert said.count("Varför lyfter vi detta?") == 3
    assert "inte heltäckande" in said
    assert "Senast publicerat" in said


def test_the_start_page_never_says_the_same_thing_twice(text: Page) -> None:
    told = [link for link in links(text("/")) if link.startswith("/insats/")]
    assert len(told) == len(set(told)) >= 7


def test_the_counts_of_the_start_page_are_those_of_the_search(text: Page) -> None:
    html = text("/")
    entrance = re.search(r'href="(/sok\?omrade=fritid)".*?(\d+)\s*insats', html, re.DOTALL)
    assert entrance is not None
    assert f"{entrance.group(2)} insatser" in " ".join(headings(text(entrance.group(1)), 2))


def test_the_map_and_the_list_beside_it_have_the_same_districts(text: Page) -> None:
    html = text("/")
    drawn = re.findall(r'<path class="map-area', html)
    assert len(drawn) == 10
    assert "Majorna-Linné" in words(html) and "Helsingborg" in words(html)


def test_an_initiative_is_told_as_what_why_how(text: Page) -> None:
    html = text("/insats/7k3f")
    said = words(html)
    assert headings(html, 1) == ["Kvällsöppet på Nytorget"]
    second = headings(html, 2)
    wanted = ["Vad", "Varför", "Hur", "Resultat", "Det lärde vi oss", "Aktörer och roller"]
    assert [each for each in second if each in wanted] == wanted
    assert "Varför lyfter vi detta?" in said
    for name in ("Period", "Målgrupp", "Plats", "Kommunens roll", "Diarienummer"):
        assert name in said
    assert "Liknande insatser" in said and "Citera" in said and "Dela" in said
    assert "Publicerade versioner" in said


def test_the_facts_of_an_initiative_lead_to_the_search(text: Page) -> None:
    found = links(text("/insats/7k3f"))
    assert "/sok?malgrupp=unga" in found
    assert any(link.startswith("/plats/") for link in found)
    assert any(link.startswith("/aktor/") for link in found)
    assert any(link.startswith("mailto:?subject=") for link in found)


def test_an_initiative_shows_no_internal_note(client: FlaskClient, example: Projections) -> None:
    notes = [
        line.split(b'"')[1].decode()
        for revision in example.journal.current_all()
        for line in revision.content.splitlines()
        if line.split(b" ")[1] == str(PIVI.internalNote).encode()
    ]
    assert notes
    for path in ("/insats/7k3f", "/sok"):
        said = client.get(path).get_data(as_text=True)
        assert not [note for note in notes if note in said]


def test_what_points_at_an_initiative_is_on_its_page(text: Page, example: Projections) -> None:
    with example.snapshot() as now:
        story = next(now.store.query("records_of_type", type=PIVI.Story))["record"].value
        about = next(
            each.value
            for each in now.store.objects(story, SCHEMA.about)
            if "/id/insats/" in getattr(each, "value", "")
        )
    assert story.removeprefix(BASE + "id") in links(text(about.removeprefix(BASE + "id")))


def test_an_actor_shows_what_it_leads_and_what_came_after(text: Page) -> None:
    html = text("/aktor/wvk9")  # Stadsdelsförvaltningen Östra Göteborg
    said = words(html)
    assert "2011–2020" in said
    assert "Ersattes av" in said and "Socialnämnd Nordost" in said
    assert any(each.startswith(("Driver", "Samverkar i")) for each in headings(html, 2))


def test_a_place_shows_its_map_its_initiatives_and_what_it_lies_in(text: Page) -> None:
    html = text("/plats/2hgm")  # Östra Göteborg
    said = words(html)
    assert '<svg viewBox="0 0 500' in html
    assert "Nordost" in said and "Göteborg" in said
    assert any(each.startswith("Insatser här") for each in headings(html, 2))
    assert "/plats/1480" in links(html)


def test_a_concept_shows_its_definition_neighbours_and_use(text: Page) -> None:
    html = text("/begrepp/omrade/funktionshinder")
    said = words(html)
    assert "funktionsnedsättning" in said
    assert "På engelska" in said
    assert "/sok?omrade=funktionshinder" in links(html)
    assert "https://w3id.org/pivi/begrepp/omrade/funktionshinder" in said


def test_the_alphabet_ends_with_swedish_letters(text: Page) -> None:
    letters = [each for each in headings(text("/begrepp/"), 3) if len(each) == 1]
    assert letters == sorted(letters, key="ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ".index)
    assert "Ä" in letters


def test_actors_are_listed_from_a_to_o_and_by_kind(text: Page) -> None:
    everybody, associations = text("/aktor/"), text("/aktor/?slag=forening")
    assert 0 < len(links(associations)) < len(links(everybody))
    assert "Bryggan" in words(associations)


def test_the_ontology_documents_every_term(text: Page, example: Projections) -> None:
    html = text("/ns")
    ids = {attributes["id"] for _tag, attributes in elements(html) if "id" in attributes}
    with example.snapshot() as now:
        terms = {
            triple.subject.value.partition("#")[2]
            for triple in now.store.describe("https://w3id.org/pivi/ns")
            if getattr(triple.subject, "value", "").startswith(PIVI.iri)
        }
    assert len(terms) > 50
    assert terms <= ids


def test_a_type_without_its_own_page_gets_one_from_its_shape(text: Page, example: Projections) -> None:
    with example.snapshot() as now:
        meeting = next(now.store.query("records_of_type", type=PIVI.Meeting))["record"].value
        title = next(
            each.value
            for each in now.store.objects(meeting, DCT.title)
            if getattr(each, "language", "") == "sv"
        )
        group = next(each.value for each in now.store.objects(meeting, PIVI.group))
    html = text(meeting.removeprefix(BASE + "id"))
    assert headings(html, 1) == [title]
    assert group.removeprefix(BASE + "id") in links(html)
    assert "Bryggan" in words(html)


def test_a_group_shows_its_meetings(text: Page, example: Projections) -> None:
    with example.snapshot() as now:
        meeting = next(now.store.query("records_of_type", type=PIVI.Meeting))["record"].value
        group = next(each.value for each in now.store.objects(meeting, PIVI.group))
    assert meeting.removeprefix(BASE + "id") in links(text(group.removeprefix(BASE + "id")))


def test_the_accessibility_statement_tells_what_the_law_asks(text: Page) -> None:
    html = text("/tillganglighet")
    said = words(html)
    assert "delvis förenlig" in said
    assert "https://www.digg.se/tdosanmalan" in links(html)
    assert any(link.startswith("mailto:") for link in links(html))
    for part in ("Kända brister", "Rapportera brister", "Tillsyn", "Senast bedömd"):
        assert part in said


@pytest.mark.parametrize("address", ["/", "/sok", "/insats/7k3f", "/begrepp/", "/finns/inte"])
def test_every_page_says_that_the_data_is_an_example(client: FlaskClient, address: str) -> None:
    assert "Exempel" in words(client.get(address).get_data(as_text=True))


def test_the_navigation_shows_where_one_is(text: Page) -> None:
    current = [
        attributes["href"]
        for tag, attributes in elements(text("/aktor/"))
        if tag == "a" and "aria-current" in attributes and attributes["href"] == "/aktor/"
    ]
    assert current


def test_suggestions_name_titles_concepts_and_actors(client: FlaskClient) -> None:
    found = client.get("/forslag?q=kväll").get_json()["suggestions"]
    assert any(each["text"].startswith("Kvällsöppet") and each["kind"] == "Insats" for each in found)
    kinds = {
        each["kind"]
        for q in ("häls", "brygg")
        for each in client.get(f"/forslag?q={q}").get_json()["suggestions"]
    }
    assert {"Begrepp", "Aktör"} <= kinds
    assert client.get("/en/forslag?q=heal").get_json()["suggestions"][0]["url"].startswith("/en/")


def test_the_parties_of_a_partnership_lead_to_their_pages(text: Page) -> None:
    html = text("/iop/7k8w")
    links = re.findall(r'<h2 class="heading-minor"[^>]*><a href="(/aktor/[^"]+)">([^<]+)</a></h2>', html)
    assert [name for _, name in links] == ["Cykelföreningen Kedjan", "Socialnämnd Nordost"]
    for address, name in links:
        assert f"<h1>{name}</h1>" in text(address)


@pytest.mark.parametrize("address", ["/insats/7k3f", "/aktor/5wc2", "/plats/1480", "/iop/7k8w"])
def test_the_page_of_a_record_says_when_it_was_last_reviewed(text: Page, address: str) -> None:
    assert re.search(r"Senast granskad \d+ \w+ \d{4}", words(text(address)))
