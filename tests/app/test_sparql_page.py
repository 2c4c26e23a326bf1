"""The query page without script: questions, answers with labels, problems with their place, ways to take it along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.sparql.protocol import NO_ROOM
from app.translating import speak
from catalogue.endpoint import problems
from catalogue.endpoint.examples import examples
from tests.app.conftest import BASE
from tests.app.reading_html import elements, headings, links, words
from tests.conformance.conftest import until

PEOPLE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PREFIX = "PREFIX pivi: <https://w3id.org/pivi/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
AREAS = PREFIX + (
    "SELECT ?omrade (COUNT(?insats) AS ?antal) WHERE { ?insats a pivi:Initiative ; pivi:area ?omrade } "
    "GROUP BY ?omrade ORDER BY DESC(?antal)"
)


@pytest.fixture
def page(app_with_endpoint: Flask) -> Iterator[FlaskClient]:
    """A browser without script."""
    yield app_with_endpoint.test_client()
    speak("sv")


def asked(page: FlaskClient, query: str, prefix: str = "") -> str:
    response = page.get(f"{prefix}/sparql?query={quote(query)}", headers=PEOPLE)
    assert response.status_code == 200, words(response.text)
    return response.text


def cells(html: str) -> list[list[str]]:
    """The table of an answer, row by row, tags taken away."""
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    assert body
    return [
        [words(cell).strip() for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    ]


def test_somebody_new_meets_questions_a_query_to_begin_with_and_the_limits(page: FlaskClient) -> None:
    response = page.get("/sparql", headers=PEOPLE)
    text = words(response.text)
    assert response.status_code == 200
    assert headings(response.text, 1) == ["Fråga katalogen med SPARQL"]
    for each in examples():
        assert each.question["sv"] in text
    assert "Högst 300 sekunder" in text and "Svar på högst 50 MB" in text
    field = next(attributes for tag, attributes in elements(response.text) if tag == "textarea")
    assert any(
        tag == "label" and attributes["for"] == field["id"] for tag, attributes in elements(response.text)
    )
    assert examples()[0].text in unescape(response.text)


def test_a_question_in_plain_words_is_a_link_to_its_query_and_its_answer(page: FlaskClient) -> None:
    address = next(
        link for link in links(page.get("/sparql", headers=PEOPLE).text) if "pagaende-per-omrade" in link
    )
    html = page.get(address, headers=PEOPLE).text
    assert "Hur många pågående insatser finns det i varje område?" in words(html)
    assert [row[0].split()[0] for row in cells(html)[:2]] == ["Hälsa", "Fritid"]
    assert [row for row in elements(html) if row[0] == "a" and row[1].get("aria-current") == "true"]


@pytest.mark.parametrize("name", [each.name for each in examples()])
def test_every_example_is_answered_on_its_page_in_both_languages(page: FlaskClient, name: str) -> None:
    for prefix in ("", "/en"):
        response = page.get(f"{prefix}/sparql?exempel={name}", headers=PEOPLE)
        assert response.status_code == 200
        assert 'id="svar-rubrik"' in response.text


def test_iris_are_shown_by_their_labels_in_the_language_of_the_page_and_lead_to_its_pages(
    page: FlaskClient,
) -> None:
    assert "Skola och förskola begrepp/omrade/skola-forskola" in [row[0] for row in cells(asked(page, AREAS))]
    assert "/begrepp/omrade/skola-forskola" in links(asked(page, AREAS))
    english = asked(page, AREAS, "/en")
    assert "School and preschool begrepp/omrade/skola-forskola" in [row[0] for row in cells(english)]
    assert "/en/begrepp/omrade/skola-forskola" in links(english)


def test_an_address_that_a_browser_would_run_is_no_link(page: FlaskClient) -> None:
    html = asked(
        page, "SELECT * { VALUES ?x { <javascript:alert(1)> <data:text/html,x> <https://example.org/> } }"
    )
    assert not [link for link in links(html) if link.startswith(("javascript:", "data:"))]
    assert "https://example.org/" in links(html)


def test_texts_say_their_language_and_other_values_their_datatype(page: FlaskClient) -> None:
    html = asked(
        page,
        'SELECT * { VALUES ?x { "hej"@sv "hello"@en "<b>" 4711 10000 2.5 true '
        '"2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date> UNDEF } }',
    )
    assert [row[0] for row in cells(html)] == [
        "hej sv",
        "hello en",
        "<b>",
        "4711",
        "10 000",
        "2,5",
        "true xsd:boolean",
        "2026-01-02 xsd:date",
        "– tomt",
    ]
    assert '<span class="cell-text" lang="en">hello</span>' in html
    assert "<b>" not in html.partition("<tbody>")[2].partition("</tbody>")[0]


def test_an_answer_says_its_rows_its_time_its_version_and_its_date(page: FlaskClient) -> None:
    text = words(asked(page, AREAS))
    assert re.search(r"8 rader (under 0,01|\d+,\d\d) s · datamängdens version \d+ · \d+ \w+ \d{4}", text)


def test_yes_and_no_are_answered_in_words(page: FlaskClient) -> None:
    assert "Svaret är ja" in headings(asked(page, "ASK { ?s ?p ?o }"), 2)
    assert "Svaret är nej" in headings(asked(page, "ASK { ?s ?p 'finns inte' }"), 2)
    assert "The answer is no" in headings(asked(page, "ASK { ?s ?p 'finns inte' }", "/en"), 2)


def test_a_graph_is_a_table_of_triples_and_turtle(page: FlaskClient) -> None:
    html = asked(page, "DESCRIBE <https://w3id.org/pivi/begrepp/omrade/halsa>")
    assert {"subjekt", "predikat", "objekt"} <= set(words(html).split())
    assert "omrade:halsa a skos:Concept" in words(html)
    for format in ("ttl", "nt", "rdf", "jsonld"):
        assert any(f"format={format}" in link for link in links(html))


def test_a_long_answer_shows_its_beginning_and_says_how_long_it_is(page: FlaskClient) -> None:
    html = asked(page, "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1234")
    assert len(cells(html)) == 500
    assert "1 234 rader" in headings(html, 2)
    assert "De första 500 av 1 234 rader visas. Hämta resten nedan." in words(html)
    assert (
        len(page.get("/sparql?format=csv&query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT 1234")).text.split())
        == 1235
    )


def test_an_answer_of_many_wide_rows_keeps_the_page_small(page: FlaskClient) -> None:
    columns = " ".join(f"(?o AS ?c{number})" for number in range(200))
    html = asked(page, f"SELECT {columns} WHERE {{ ?s ?p ?o }} LIMIT 3000")
    assert len(cells(html)[0]) == 60
    assert "140 kolumner till finns när du hämtar svaret." in words(html)
    long = asked(page, 'SELECT (CONCAT("å", STR(?o), "%s") AS ?t) { ?s ?p ?o } LIMIT 900' % ("x" * 5_000))
    assert len(long) < 2_000_000
    assert "av 900 rader visas" in words(long)


def test_every_download_leads_to_the_same_rows_in_its_format(page: FlaskClient) -> None:
    html = asked(page, AREAS)
    found = {
        attributes["type"]: attributes["href"]
        for tag, attributes in elements(html)
        if tag == "a" and "format=" in attributes.get("href", "")
    }
    assert set(found) == {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    }
    for media_type, address in found.items():
        response = page.get(address, headers=PEOPLE)
        assert (response.status_code, response.mimetype) == (200, media_type)
    assert len(page.get(found["text/csv"], headers=PEOPLE).text.splitlines()) == 9


def test_a_sent_form_gets_an_address_that_keeps_the_query(page: FlaskClient) -> None:
    sent = page.post("/sparql", data={"query": AREAS.replace(" ", "\r\n", 1)}, headers=PEOPLE)
    assert sent.status_code == 303
    assert sent.location.startswith("/sparql?query=") and sent.location.endswith("#svar")
    assert "%0D" not in sent.location
    html = page.get(sent.location, headers=PEOPLE).text
    assert len(cells(html)) == 8
    other = next(link for link in links(html) if link.startswith("/en/sparql?"))
    assert len(cells(page.get(other, headers=PEOPLE).text)) == 8


def test_a_query_that_is_too_long_for_an_address_is_answered_and_fetched_by_form(page: FlaskClient) -> None:
    query = AREAS + "\n# " + "x" * 9_000
    response = page.post("/sparql", data={"query": query}, headers=PEOPLE)
    assert response.status_code == 200
    assert len(cells(response.text)) == 8
    buttons = [attributes for tag, attributes in elements(response.text) if "formaction" in attributes]
    csv = next(each["formaction"] for each in buttons if each["formaction"].endswith("format=csv"))
    fetched = page.post(csv, data={"query": query}, headers=PEOPLE)
    assert (fetched.status_code, fetched.mimetype) == (200, "text/csv")
    assert "/en/sparql" in {each["formaction"] for each in buttons}


def test_a_fault_keeps_the_query_and_shows_its_line_and_its_place(page: FlaskClient) -> None:
    response = page.get("/sparql?query=" + quote("SELECT ?x\nWHEER { ?x ?p ?o }"), headers=PEOPLE)
    assert response.status_code == 400
    assert "Frågan kan inte tolkas" in headings(response.text, 2)
    assert "på rad 2, tecken 1, vid ”WHEER”. Menade du WHERE?" in words(response.text)
    assert "<mark>WHEER</mark> { ?x" in response.text
    field = next(attributes for tag, attributes in elements(response.text) if tag == "textarea")
    assert field["aria-invalid"] == "true"
    assert "SELECT ?x\nWHEER { ?x ?p ?o }" in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "status", "words_of_it"),
    [
        ("", 400, "Frågan är tom"),
        ("DELETE WHERE { ?s ?p ?o }", 400, "DELETE ändrar data"),
        (
            "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
            400,
            "Grafen http://example.org/g finns inte här",
        ),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * { ?s skos:prefLabel ?o }", 400, "PREFIX skos:"),
        ("SELECT * {" + "{" * 5_000 + "}" * 5_001, 400, "djupt"),
    ],
)
def test_the_page_has_the_status_and_the_words_of_the_problem(
    page: FlaskClient, query: str, status: int, words_of_it: str
) -> None:
    response = page.post("/sparql", data={"query": query}, headers=PEOPLE, follow_redirects=True)
    assert response.status_code == status
    assert words_of_it in words(response.text)


def test_a_query_that_is_too_slow_is_stopped_and_told_of(page: FlaskClient, app_with_endpoint: Flask) -> None:
    # Its time does not go by while it waits for a worker.
    until(lambda: app_with_endpoint.extensions["pivi_installation"].endpoint.pool.ready)
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = page.get(f"/sparql?timeout=0.3&query={quote(query)}", headers=PEOPLE)
    assert response.status_code == 503
    assert "hann inte bli klar på 0,3 sekunder" in words(response.text)
    assert int(response.headers["Retry-After"]) > 0


def test_a_query_longer_than_the_limit_is_told_the_limit(page: FlaskClient) -> None:
    response = page.post("/sparql", data={"query": "#" * 200_000}, headers=PEOPLE)
    assert response.status_code == 413
    assert "Frågan är 200000 byte lång; gränsen är 100000." in words(response.text)
    assert "#" * 200_000 in response.text
    assert page.post("/sparql", data={"query": "å" * 160_000}, headers=PEOPLE).status_code == 413


def test_when_there_is_no_room_a_person_is_told_so_and_keeps_the_query(page: FlaskClient) -> None:
    response = page.get(f"/sparql?query={quote(AREAS)}", headers=PEOPLE, environ_overrides={NO_ROOM: True})
    assert response.status_code == 503
    assert "Upptaget just nu" in headings(response.text, 2)
    assert AREAS in unescape(response.text)
    assert page.get("/sparql", headers=PEOPLE, environ_overrides={NO_ROOM: True}).status_code == 200


def test_a_page_that_the_browser_has_is_not_made_again_and_one_that_varies_is_not_kept(
    page: FlaskClient,
) -> None:
    address = f"/sparql?query={quote(AREAS)}"
    first = page.get(address, headers=PEOPLE)
    again = page.get(address, headers={**PEOPLE, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    english = page.get("/en" + address, headers={**PEOPLE, "If-None-Match": first.headers["ETag"]})
    assert english.status_code == 200
    varying = page.get("/sparql?query=" + quote("SELECT (NOW() AS ?nu) {}"), headers=PEOPLE)
    assert "ETag" not in varying.headers
    assert varying.headers["Cache-Control"] == "no-store"


def test_one_number_for_each_label_is_drawn_as_bars(page: FlaskClient) -> None:
    html = asked(page, AREAS)
    assert "Som diagram" in headings(html, 3)
    bars = [attributes for tag, attributes in elements(html) if attributes.get("class") == "bar-value"]
    assert len(bars) == 8
    assert max(int(each["width"]) for each in bars) == 100
    assert "Som diagram" not in asked(page, "SELECT ?s { ?s ?p ?o } LIMIT 5")
    assert "Som diagram" not in asked(page, "SELECT ?x ?n { VALUES (?x ?n) { ('a' -1) ('b' 2) } }")


def test_one_number_for_each_district_is_drawn_as_a_map_with_its_list(page: FlaskClient) -> None:
    html = asked(
        page,
        PREFIX
        + "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?plats (COUNT(DISTINCT ?i) AS ?antal) WHERE { "
        "?plats pivi:placeKind <https://w3id.org/pivi/begrepp/platsslag/stadsdel> . "
        "OPTIONAL { ?i dct:spatial ?plats ; a pivi:Initiative } } GROUP BY ?plats ORDER BY DESC(?antal)",
    )
    assert "Som karta" in headings(html, 3)
    assert html.count('class="map-disc"') == len(cells(html))
    assert "Som karta" not in asked(page, AREAS)


def test_the_same_question_can_be_copied_into_programs(page: FlaskClient) -> None:
    html = asked(page, 'SELECT ?x { BIND("it\'s )-" AS ?x) }')
    codes = dict(re.findall(r'<code id="program-(\w+)">(.*?)</code>', html, re.DOTALL))
    assert set(codes) == {"curl", "python", "r"}
    assert f"curl {BASE}sparql" in unescape(codes["curl"])
    compile(unescape(codes["python"]), "python", "exec")


def test_every_problem_is_explained_at_the_anchor_that_programs_are_given(page: FlaskClient) -> None:
    anchors = {
        attributes.get("id") for _tag, attributes in elements(page.get("/sparql", headers=PEOPLE).text)
    }
    names = {
        each.name for each in vars(problems).values() if isinstance(each, type) and hasattr(each, "name")
    }
    assert names - {"problem"} <= anchors
    assert "not-acceptable" in anchors


def test_every_limit_is_told_with_its_number(page: FlaskClient) -> None:
    text = " ".join(words(page.get("/sparql", headers=PEOPLE).text).split())
    for said in (
        "högst 100 kB",
        "högst 50 MB",
        "1 000 MB minne",
        "10 000 träffar",
        "högst 300 sekunder",
        "högst 4 frågor",
        "körs 1 åt gången och 6 får vänta",
        "högst 20 nya frågor i timmen, på högst 10 kB var, och 100 000 sparas",
    ):
        assert said in text, said


def test_programs_still_get_data_at_the_same_address(page: FlaskClient) -> None:
    for accept in ("*/*", "application/sparql-results+json", "text/csv"):
        response = page.get(f"/sparql?query={quote(AREAS)}", headers={"Accept": accept})
        assert response.mimetype != "text/html"


def test_the_words_for_the_editor_are_the_classes_properties_and_concepts_in_both_languages(
    page: FlaskClient,
) -> None:
    found = page.get("/sparql/ord.json")
    said = {name: rest for name, *rest in found.json["words"]}
    assert said["pivi:Initiative"] == ["class", "Insats", "Initiative"]
    assert said["omrade:halsa"] == ["concept", "Hälsa", "Health"]
    assert said["pivi:targetGroup"][0] == "property"
    assert said["dct:title"][0] == "property"
    assert found.json["prefixes"]["omrade"] == "https://w3id.org/pivi/begrepp/omrade/"
    assert all(name.partition(":")[0] in found.json["prefixes"] for name in said)
    again = page.get("/sparql/ord.json", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304


def test_without_an_endpoint_there_is_no_page_and_nothing_links_to_it(client: FlaskClient) -> None:
    assert client.get("/sparql", headers=PEOPLE).status_code == 404
    assert client.get("/sparql/ord.json").status_code == 404
    assert not [link for link in links(client.get("/").text) if "sparql" in link]


def test_with_an_endpoint_every_page_leads_to_it(page: FlaskClient) -> None:
    assert links(page.get("/om").text).count("/sparql") == 2
    assert "/en/sparql" in links(page.get("/en/om").text)
