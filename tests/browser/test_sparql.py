"""The query page as people use it: with and without script, by keyboard, until the answer is drawn."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect
from rdflib import SKOS

from tests.browser.conftest import Opened
from tests.browser.test_every_page import TAGS

AREAS = """PREFIX pivi: <https://w3id.org/pivi/ns#>
SELECT ?omrade (COUNT(?insats) AS ?antal) WHERE {
  ?insats a pivi:Initiative ; pivi:area ?omrade .
}
GROUP BY ?omrade
ORDER BY DESC(?antal)
"""
FAULTY = "SELECT ?x\nWHEER { ?x ?p ?o }\n"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def editor(page: Page) -> Locator:
    """The editor, once it has taken the place of the text area."""
    return page.get_by_role("textbox", name="Fråga i SPARQL")


def write(page: Page, query: str) -> None:
    editor(page).click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)


def column(page: Page, number: int) -> list[str]:
    """The texts of a column, from the top."""
    cells = page.locator(f".answer-table tbody td:nth-child({number})")
    return cells.locator(".cell-link, .cell-text").all_inner_texts()


def test_without_script_a_question_is_chosen_changed_run_and_shared(opened: Opened) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto("/sparql")
        page.get_by_role("link", name="Hur många pågående insatser finns det i varje område?").click()
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        page.get_by_label("Fråga", exact=True).fill(AREAS)
        page.get_by_role("button", name="Kör frågan").click()
        expect(page).to_have_url(re.compile(r"/sparql\?query=.*#svar$"))
        expect(page.get_by_role("link", name="Hälsa", exact=True).first).to_have_attribute(
            "href", "/begrepp/omrade/halsa"
        )
        expect(page.get_by_label("Fråga", exact=True)).to_have_value(AREAS)
        expect(page.get_by_role("heading", name="Som diagram")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="8 rows")).to_be_visible()
        expect(page.get_by_role("link", name="Health", exact=True).first).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()


def test_without_script_a_fault_is_shown_with_its_place_and_the_query_stays(opened: Opened) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto("/sparql")
        page.get_by_label("Fråga", exact=True).fill(FAULTY)
        page.get_by_role("button", name="Kör frågan").click()
        expect(page.get_by_role("heading", name="Frågan kan inte tolkas")).to_be_visible()
        expect(page.locator(".excerpt mark")).to_have_text("WHEER")
        expect(page.get_by_label("Fråga", exact=True)).to_have_value(FAULTY)
        page.get_by_role("link", name="Mer om felet").click()
        expect(page.locator(":target")).to_contain_text("malformed-query")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
@pytest.mark.parametrize(
    "path", ["/sparql", "/sparql?query=" + quote(AREAS), "/en/sparql?query=" + quote(FAULTY)]
)
def test_axe_finds_nothing_in_editor_answer_or_fault(
    opened: Opened, path: str, width: int, scheme: str
) -> None:
    with opened(width, color_scheme=scheme) as page:
        page.goto(path)
        expect(page.locator(".editor-host")).to_be_visible()
        for each in page.locator("details").all():
            each.evaluate("(details) => { details.open = true; }")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
        assert [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_page_fits_320_pixels_with_editor_and_answer(opened: Opened) -> None:
    with opened(320) as page:
        page.goto("/sparql?query=" + quote(AREAS))
        expect(page.locator(".editor-host")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_names_and_numbers_are_seen_together_on_a_telephone(opened: Opened) -> None:
    named = AREAS.replace("?omrade (", "?omrade ?namn (").replace("BY ?omrade", "BY ?omrade ?namn")
    named = named.replace("}", f'  ?omrade <{SKOS.prefLabel}> ?namn . FILTER (lang(?namn) = "sv")\n}}')
    with opened(360) as page:
        page.goto("/sparql?query=" + quote(named))
        box = page.locator(".answer-table td.is-number").first.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 350  # at the end is the padding


def test_a_table_that_goes_on_at_the_side_shows_it(opened: Opened) -> None:
    with opened(360) as page:
        page.goto("/sparql?query=" + quote("SELECT * { ?a a ?b ; ?c ?d . ?b ?e ?f } LIMIT 2"))
        table = page.locator(".table-scroll")
        assert table.evaluate("each => each.scrollWidth > each.clientWidth")
        assert table.evaluate("each => getComputedStyle(each).backgroundAttachment").count("local") == 2


def test_a_query_is_run_from_the_keyboard_and_the_answer_is_told(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="Svaret är här: 8 rader")).to_have_count(1)
        expect(editor(page)).to_be_focused()
        expect(page).to_have_url(re.compile(r"/sparql\?query=PREFIX"))


def test_tab_leads_out_of_the_editor(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        editor(page).focus()
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Kör frågan")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(editor(page)).to_be_focused()


def test_a_concept_is_found_by_its_swedish_label_and_brings_its_prefix(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, "# Fråga\nSELECT ?i WHERE { ?i ?p ")
        page.keyboard.type("hals")
        option = page.get_by_role("option", name=re.compile("Hälsa.*omrade:halsa"))
        expect(option).to_be_visible()
        option.click()
        expect(page.locator("#query")).to_have_value(
            "# Fråga\nPREFIX omrade: <https://w3id.org/pivi/begrepp/omrade/>\n"
            "SELECT ?i WHERE { ?i ?p omrade:halsa"
        )


def test_a_property_is_found_by_its_english_label_on_the_english_page(opened: Opened) -> None:
    with opened() as page:
        page.goto("/en/sparql")
        box = page.get_by_role("textbox", name="Query in SPARQL")
        box.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("PREFIX pivi: <https://w3id.org/pivi/ns#>\nSELECT ?i WHERE { ?i ")
        page.keyboard.type("target")
        expect(page.get_by_role("option", name=re.compile("pivi:targetGroup · property"))).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("option")).to_have_count(0)
        expect(box).to_be_focused()


def test_missing_prefixes_are_added_and_lines_are_tidied(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, "SELECT ?i WHERE {\n?i a pivi:Initiative ; dct:title 'skos:inte' .\n}")
        page.get_by_role("button", name="Infoga prefix").click()
        page.get_by_role("button", name="Ordna raderna").click()
        expect(page.locator("#query")).to_have_value(
            "PREFIX dct: <http://purl.org/dc/terms/>\nPREFIX pivi: <https://w3id.org/pivi/ns#>\n"
            "SELECT ?i WHERE {\n  ?i a pivi:Initiative ; dct:title 'skos:inte' .\n}"
        )


def test_a_fault_is_marked_where_it_is(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, FAULTY)
        page.get_by_role("button", name="Kör frågan").click()
        expect(page.get_by_role("heading", name="Frågan kan inte tolkas")).to_be_visible()
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page.locator(".cm-fault")).to_have_text("WHEER")
        expect(editor(page)).to_have_attribute("aria-invalid", "true")
        page.locator(".error-summary").get_by_role("link").first.click()
        expect(editor(page)).to_be_focused()
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".error-summary")).to_have_count(0)
        expect(editor(page)).not_to_have_attribute("aria-invalid", "true")


def test_a_running_query_can_be_cancelled(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, SLOW)
        page.get_by_role("button", name="Kör frågan").click()
        with page.expect_event("requestfailed"):
            page.get_by_role("button", name="Avbryt").click()
        expect(page.get_by_text("Frågan är avbruten.").first).to_be_visible()
        expect(page.get_by_role("button", name="Avbryt")).to_be_hidden()
        expect(page.get_by_role("button", name="Kör frågan")).to_be_focused()
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()


def test_when_the_catalogue_cannot_be_reached_the_page_says_so(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        expect(page.locator(".editor-host")).to_be_visible()

        def answer(route: Route) -> None:
            route.fulfill(status=200, body="<p>Något annat</p>", content_type="text/html")

        page.route(re.compile(r"\?query="), answer)
        page.get_by_role("button", name="Kör frågan").click()
        expect(page.get_by_text("Det gick inte att nå katalogen.").first).to_be_visible()


def test_rows_are_sorted_in_swedish_order_and_by_number(opened: Opened) -> None:
    with opened() as page:
        query = "SELECT * { VALUES (?ord ?tal) { ('ö' 9) ('ä' 10) ('z' 100) ('å' 2) ('a' 1) } }"
        page.goto("/sparql?query=" + quote(query))
        page.get_by_role("button", name="ord", exact=True).click()
        heading = page.get_by_role("columnheader", name="ord")
        expect(heading).to_have_attribute("aria-sort", "ascending")
        assert column(page, 1) == ["a", "z", "å", "ä", "ö"]
        page.get_by_role("button", name="ord", exact=True).click()
        expect(heading).to_have_attribute("aria-sort", "descending")
        assert column(page, 1) == ["ö", "ä", "å", "z", "a"]
        page.get_by_role("button", name="tal", exact=True).click()
        expect(page.get_by_role("columnheader", name="tal")).to_have_attribute("aria-sort", "ascending")
        assert column(page, 1) == ["a", "å", "ö", "ä", "z"]
        expect(heading).not_to_have_attribute("aria-sort", re.compile(".+"))


def test_a_long_answer_is_folded_and_can_be_unfolded(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql?query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT 60"))
        rows = page.locator(".answer-table tbody tr:visible")
        expect(rows).to_have_count(20)
        page.get_by_role("button", name="Visa alla 60 rader").click()
        expect(rows).to_have_count(60)


def test_the_answer_is_drawn_beside_its_figures(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Som diagram")).to_be_visible()
        bars = page.locator(".answer-bars .bar-value")
        expect(bars).to_have_count(8)
        widths = [bar.evaluate("(bar) => bar.getBoundingClientRect().width") for bar in bars.all()]
        assert widths == sorted(widths, reverse=True)
        assert widths[0] > widths[-1] > 0


def test_back_and_forward_bring_query_and_answer_again(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        write(page, "ASK { ?s ?p ?o }")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Svaret är ja")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        expect(page.locator("#query")).to_have_value(AREAS)
        page.go_forward()
        expect(page.get_by_role("heading", name="Svaret är ja")).to_be_visible()
        page.get_by_role("link", name="Ontologi", exact=True).click()
        expect(page).to_have_url(re.compile("/ns$"))
        page.go_back()
        expect(page.get_by_role("heading", name="Svaret är ja")).to_be_visible()
        expect(page.locator("#query")).to_have_value("ASK { ?s ?p ?o }")


def test_the_language_switch_keeps_the_answer_and_what_has_been_changed_since(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        write(page, AREAS)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        write(page, AREAS + "# mitt utkast")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="8 rows")).to_be_visible()
        expect(page.locator("#query")).to_have_value(AREAS + "# mitt utkast")


def test_a_query_too_long_for_an_address_survives_the_language_switch_and_the_back_button(
    opened: Opened,
) -> None:
    with opened() as page:
        page.goto("/sparql")
        long = AREAS + "# " + "x" * 9_000
        write(page, long)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        page.get_by_role("link", name="English", exact=True).first.click()
        expect(page.get_by_role("heading", name="8 rows")).to_be_visible()
        expect(page.locator("#query")).to_have_value(long)
        page.go_back()
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        expect(page.locator("#query")).to_have_value(long)


def test_an_example_is_shown_with_its_answer_without_a_new_page(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sparql")
        expect(page.locator(".editor-host")).to_be_visible()
        page.get_by_role("link", name="Hur många pågående insatser finns det i varje område?").click()
        expect(page.get_by_role("heading", name="8 rader")).to_be_visible()
        expect(editor(page)).to_contain_text("COUNT(?insats)")
        expect(page).to_have_url(re.compile("exempel=pagaende-per-omrade"))
        expect(page.locator(".questions [aria-current]")).to_have_count(1)
