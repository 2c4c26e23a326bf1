"""Searching as visitors do it: with and without script, by keyboard, on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opened


def test_a_search_without_script_finds_filters_and_sorts(opened: Opened) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("searchbox", name="Sök insats eller aktör").fill("läxhjälp")
        page.get_by_role("button", name="Sök", exact=True).click()
        heading = page.get_by_role("heading", name=re.compile("insatser om ”läxhjälp”"))
        all_hits = heading.inner_text()
        page.get_by_role("checkbox", name="Fritid").check()
        page.get_by_label("Sortera").select_option(label="Titel, A–Ö")
        page.get_by_role("button", name="Visa insatser").click()
        expect(page).to_have_url(re.compile(r"q=l%C3%A4xhj%C3%A4lp.*omrade=fritid"))
        expect(page.get_by_role("checkbox", name="Fritid")).to_be_checked()
        expect(heading).not_to_have_text(all_hits)
        page.get_by_role("link", name="Ta bort Fritid").click()
        expect(heading).to_have_text(all_hits)


def test_a_choice_shows_its_hits_at_once_and_keeps_the_focus(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok?q=läxhjälp")
        box = page.get_by_role("checkbox", name="Fritid")
        box.focus()
        page.keyboard.press("Space")
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_be_visible()
        expect(page).to_have_url(re.compile("omrade=fritid"))
        expect(page.get_by_role("checkbox", name="Fritid")).to_be_focused()
        expect(page.get_by_role("status").filter(has_text="Träffarna är uppdaterade: ")).to_have_count(1)
        page.go_back()
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_have_count(0)
        expect(page.get_by_role("checkbox", name="Fritid")).not_to_be_checked()


def test_the_language_switch_keeps_a_choice_made_without_a_new_page(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok?q=läxhjälp")
        page.get_by_role("checkbox", name="Fritid").check()
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page).to_have_url(re.compile(r"/en/sok\?.*omrade=fritid"))
        expect(page.get_by_role("checkbox", name="Leisure")).to_be_checked()


def test_suggestions_are_walked_through_with_the_arrow_keys(opened: Opened) -> None:
    with opened() as page:
        page.goto("/")
        box = page.get_by_role("combobox", name="Sök insats eller aktör")
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("läxh")
        options = page.get_by_role("option")
        expect(options.first).to_be_visible()
        expect(box).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("status").filter(has_text="förslag. Välj med piltangenterna")).to_have_count(
            1
        )
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
        expect(box).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(box).not_to_have_attribute("aria-activedescendant", re.compile(".+"))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(re.compile(r"/$"))


def test_escape_closes_the_suggestions_and_enter_searches_for_what_is_typed(opened: Opened) -> None:
    with opened() as page:
        page.goto("/")
        box = page.get_by_role("combobox")
        box.press_sequentially("läxh")
        expect(page.get_by_role("listbox")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        expect(box).to_have_value("läxh")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/sok\?q=l%C3%A4xh"))


def test_suggestions_that_come_late_do_not_take_the_marked_one_away(opened: Opened) -> None:
    with opened() as page:
        page.goto("/")
        box = page.get_by_role("combobox")
        box.press_sequentially("lä")
        options = page.get_by_role("option")
        expect(options.first).to_be_visible()
        held: list[Route] = []
        page.route(re.compile(r"/forslag\?q=l%C3%A4x"), lambda route: held.append(route))
        # Who walks through what there is waits for no more: that is given up.
        with page.expect_event("requestfailed"):
            with page.expect_request(re.compile(r"/forslag\?q=l%C3%A4x")):
                box.press_sequentially("x")
            page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")


def test_on_a_phone_the_filters_are_a_page_of_their_own_without_script(opened: Opened) -> None:
    with opened(360, java_script_enabled=False) as page:
        _filters_are_a_page(page)
        page.get_by_role("button", name="Visa insatser").click()
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_be_visible()


def test_on_a_phone_the_filters_are_a_page_of_their_own_with_script(opened: Opened) -> None:
    with opened(360) as page:
        _filters_are_a_page(page)
        page.get_by_role("button", name="Visa insatser").click()
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_be_visible()
        expect(page.get_by_role("heading", name=re.compile("insats"), level=2)).to_be_visible()


def test_who_leaves_the_filters_before_the_hits_have_come_keeps_the_choice(opened: Opened) -> None:
    with opened(360) as page:
        page.goto("/sok?q=läxhjälp#filter")
        held: list[Route] = []
        page.route(re.compile("omrade=fritid"), lambda route: held.append(route))
        with page.expect_request(re.compile("omrade=fritid")):
            page.get_by_role("checkbox", name="Fritid").check()
        page.get_by_role("button", name="Visa insatser").click()
        expect(page).to_have_url(re.compile("#resultat$"))
        for route in held:
            route.continue_()
        expect(page.get_by_role("link", name="Ta bort Fritid")).to_be_visible()


def _filters_are_a_page(page: Page) -> None:
    page.goto("/sok?q=läxhjälp")
    box = page.get_by_role("checkbox", name="Fritid")
    expect(box).to_be_hidden()
    page.get_by_role("link", name="Filtrera").click()
    expect(box).to_be_visible()
    expect(page.locator("#resultat")).to_be_hidden()
    box.check()


def test_a_long_facet_has_a_box_of_its_own(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok")
        page.locator("summary", has_text="Aktör").click()
        # A box that hid all but the most common would hide what is sought; so it stands where all of them are.
        expect(page.get_by_role("searchbox", name="Filtrera aktör")).to_have_count(0)
        page.get_by_role("group", name="Aktör").get_by_role("link", name="Visa alla").click()
        box = page.get_by_role("searchbox", name="Filtrera aktör")
        expect(box).to_be_visible()
        rows = page.get_by_role("group", name="Aktör").get_by_role("checkbox")
        many = rows.count()
        box.fill("kultur")
        expect(rows).not_to_have_count(many)
        expect(rows.first).to_be_visible()
        for name in (
            page.get_by_role("group", name="Aktör").locator("label:visible .facet-name").all_inner_texts()
        ):
            assert "kultur" in name.casefold()


def test_the_words_are_marked_and_nothing_of_them_is_markup(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok?q=läxhjälp")
        assert {text.casefold()[:8] for text in page.locator("mark").all_inner_texts()} == {"läxhjälp"}
        page.goto("/sok?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
        assert page.locator("main img").count() == 0


def test_an_empty_answer_says_which_filter_to_remove(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok?q=läxhjälp&status=planerad")
        page.get_by_role("link", name=re.compile("Utan .*: [0-9]+ insats")).first.click()
        expect(page.get_by_role("heading", name=re.compile("[1-9][0-9]* insats"), level=2)).to_be_visible()


def test_a_search_page_weighs_at_most_150_kilobytes(opened: Opened) -> None:
    with opened() as page:
        sizes: dict[str, int] = {}
        page.on(
            "requestfinished",
            lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}),
        )
        page.goto("/sok?q=skola", wait_until="networkidle")
        assert len(sizes) > 5
        assert sum(sizes.values()) <= 150_000, sizes
