"""Pages about one thing: facts, copying, the tile pattern, the map with its list, A–Ö."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import GONE, SPLIT, Opened


def test_the_facts_stand_open_on_a_wide_screen_and_folded_on_a_narrow_one(opened: Opened) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto("/insats/7k3f")
        expect(page.get_by_text("Diarienummer")).to_be_visible()
        expect(page.get_by_role("heading", name="Fakta")).to_be_visible()
    with opened(360, java_script_enabled=False) as page:
        page.goto("/insats/7k3f")
        expect(page.get_by_text("Diarienummer")).to_be_hidden()
        page.locator("summary", has_text="Fakta").click()
        expect(page.get_by_text("Diarienummer")).to_be_visible()


def test_the_facts_come_before_the_text_for_who_reads_in_order(opened: Opened) -> None:
    with opened() as page:
        page.goto("/insats/7k3f")
        text = page.get_by_role("main").inner_text()
        assert (
            text.index("Diarienummer")
            < text.index("Varför lyfter vi detta?")
            < text.index("Det lärde vi oss")
        )


def test_the_link_is_copied_and_the_button_says_so(opened: Opened) -> None:
    with opened(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/insats/7k3f")
        page.get_by_role("button", name="Kopiera länk").click()
        expect(page.get_by_role("button", name="Länken är kopierad")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Länken är kopierad")
        assert page.evaluate("navigator.clipboard.readText()").endswith("/id/insats/7k3f")


def test_a_record_has_the_same_pattern_every_time_and_another_than_its_neighbour(opened: Opened) -> None:
    pattern = "[...document.querySelectorAll('.tile path')].map((each) => each.getAttribute('d')).join()"
    with opened() as page:
        page.goto("/insats/7k3f")
        first = page.evaluate(pattern)
        page.reload()
        assert page.evaluate(pattern) == first
        with page.expect_navigation():
            page.get_by_role("region", name="Liknande insatser").get_by_role("link").nth(1).click()
        assert page.evaluate(pattern) != first


def test_the_list_beside_the_map_says_all_that_the_map_says(opened: Opened) -> None:
    with opened() as page:
        page.goto("/")
        on_map = page.locator(".where .map-disc text").all_text_contents()
        in_list = page.locator(".where .disc").all_text_contents()
        assert on_map
        assert sorted(on_map) == sorted(in_list)
        assert page.locator(".map a:not([tabindex='-1'])").count() == 0


def test_the_areas_are_links_to_the_search_and_the_arcs_are_only_drawn(opened: Opened) -> None:
    with opened() as page:
        page.goto("/")
        assert page.locator("svg.arcs").get_attribute("aria-hidden") == "true"
        areas = page.get_by_role("navigation", name="Områden").get_by_role("link")
        assert areas.count() == 8
        page.get_by_role("link", name=re.compile("^Hälsa [0-9]+ insatser$")).click()
        expect(page.get_by_role("checkbox", name="Hälsa")).to_be_checked()


def test_a_to_o_is_in_swedish_order_and_can_be_filtered(opened: Opened) -> None:
    with opened() as page:
        page.goto("/begrepp/")
        letters = page.get_by_role("navigation", name="Bokstäver").get_by_role("listitem").all_inner_texts()
        assert "".join(letters) == "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"
        page.get_by_role("searchbox", name="Hitta begrepp").fill("missbruk")
        expect(page.get_by_role("status").filter(has_text="passar")).to_have_text(
            re.compile("begrepp passar")
        )
        for entry in page.locator(".entries li:visible").all_inner_texts():
            assert "missbruk" in entry.casefold()


def test_a_tab_through_a_concept_reaches_its_neighbours(opened: Opened) -> None:
    with opened() as page:
        page.goto("/begrepp/omrade/halsa")
        tree = page.get_by_role("navigation", name="Hierarki")
        assert tree.locator("[aria-current=page]").inner_text().startswith("Hälsa")
        tree.get_by_role("link", name=re.compile("^Fritid")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Fritid")


def test_a_page_that_went_says_what_it_was_when_and_why(opened: Opened) -> None:
    with opened() as page:
        answer = page.goto(f"/{GONE}")
        assert answer is not None
        assert answer.status == 410
        expect(page.get_by_role("main")).to_contain_text("Togs ur publicering")
        expect(page.get_by_role("main")).to_contain_text("Föreningen bad om det.")


def test_a_page_that_became_two_lets_the_reader_choose(opened: Opened) -> None:
    with opened() as page:
        answer = page.goto(f"/{SPLIT}")
        assert answer is not None
        assert answer.status == 300
        assert page.get_by_role("main").locator(".rows a").count() == 2


def test_a_wrong_address_offers_a_search_for_its_words(opened: Opened) -> None:
    with opened() as page:
        answer = page.goto("/insatser/kvallsoppet-nytorget")
        assert answer is not None
        assert answer.status == 404
        box = page.get_by_role("main").locator("input[type=search]")
        assert "nytorget" in box.input_value()
