"""The frame of every page: skip link, menu, language, light and dark, focus, print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened

OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return `${style.outlineStyle} ${style.outlineWidth}`;
}"""
GROUND = "() => getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(14, 27, 30)"


def test_the_first_tab_leads_past_the_menu(opened: Opened) -> None:
    with opened() as page:
        page.goto("/insats/7k3f")
        page.keyboard.press("Tab")
        link = page.get_by_role("link", name="Till innehållet")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()


def test_every_stop_of_the_tab_key_shows_its_focus(opened: Opened) -> None:
    with opened() as page:
        page.goto("/insats/7k3f")
        for _stop in range(25):
            page.keyboard.press("Tab")
            outline = page.evaluate(OUTLINE)
            assert outline == "solid 3px", page.evaluate("document.activeElement.outerHTML")


def test_the_menu_opens_in_place_with_script_and_leads_to_the_foot_without(opened: Opened) -> None:
    with opened(360) as page:
        page.goto("/")
        button = page.get_by_role("button", name="Meny")
        expect(button).to_have_attribute("aria-expanded", "false")
        button.click()
        menu = page.get_by_role("navigation", name="Huvudmeny")
        expect(menu.get_by_role("link", name="Begrepp")).to_be_visible()
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(button).to_be_focused()
    with opened(360, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="Meny").click()
        expect(page).to_have_url(re.compile("#meny$"))
        expect(page.get_by_role("contentinfo").get_by_role("link", name="Aktörer")).to_be_in_viewport()


def test_the_page_says_which_link_of_the_menu_it_belongs_to(opened: Opened) -> None:
    with opened() as page:
        page.goto("/begrepp/omrade/halsa")
        menu = page.get_by_role("navigation", name="Huvudmeny")
        assert menu.locator("[aria-current]").all_inner_texts() == ["Begrepp"]


def test_the_language_switch_keeps_page_and_filters(opened: Opened) -> None:
    with opened() as page:
        page.goto("/sok?q=skola&omrade=fritid")
        page.get_by_role("link", name="English").click()
        expect(page).to_have_url(re.compile(r"/en/sok\?q=skola&omrade=fritid$"))
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_role("link", name="Svenska").click()
        expect(page).to_have_url(re.compile(r"[0-9]/sok\?q=skola&omrade=fritid$"))


def test_swedish_text_on_an_english_page_says_that_it_is_swedish(opened: Opened) -> None:
    with opened() as page:
        page.goto("/en/sok?sida=2")
        with page.expect_navigation():
            page.locator(".hit-title a[lang=sv]").first.click()
        assert page.get_by_role("heading", level=1).get_attribute("lang") == "sv"
        assert {each.get_attribute("lang") for each in page.locator(".prose, .lead").all()} == {"sv"}
        expect(page.locator(".note", has_text="Swedish")).to_be_visible()


def test_the_page_follows_the_system_until_a_visitor_chooses(opened: Opened) -> None:
    with opened(color_scheme="dark") as page:
        page.goto("/")
        assert page.evaluate(GROUND) == DARK
        page.get_by_role("radio", name="Ljust").check(force=True)
        assert page.evaluate(GROUND) == LIGHT
        page.goto("/om")
        assert page.evaluate(GROUND) == LIGHT
        expect(page.get_by_role("radio", name="Ljust")).to_be_checked()
        page.get_by_role("radio", name="Auto").check(force=True)
        assert page.evaluate(GROUND) == DARK


def test_dark_needs_no_script(opened: Opened) -> None:
    with opened(color_scheme="dark", java_script_enabled=False) as page:
        page.goto("/")
        assert page.evaluate(GROUND) == DARK


def test_with_forced_colours_tags_keep_a_border(opened: Opened) -> None:
    with opened(forced_colors="active") as page:
        page.goto("/sok")
        border = "(each) => getComputedStyle(each).borderTopStyle"
        assert page.locator(".tag").first.evaluate(border) == "solid"
        assert page.locator(".mark").first.evaluate(border) == "solid"


def test_nothing_moves_for_who_wants_no_motion(opened: Opened) -> None:
    with opened(reduced_motion="reduce") as page:
        page.goto("/sok")
        moving = "[...document.querySelectorAll('*')].filter((each) => getComputedStyle(each).transitionDuration.split(', ').some((time) => time !== '0s')).length"
        assert page.evaluate(moving) == 0


@pytest.mark.parametrize("path", ["/", "/sok", "/insats/7k3f", "/begrepp/omrade/halsa"])
def test_on_paper_there_is_the_text_and_the_address(opened: Opened, path: str) -> None:
    with opened() as page:
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.get_by_role("banner")).to_be_hidden()
        expect(page.get_by_role("contentinfo")).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        last = page.locator(".print-only")
        expect(last).to_be_visible()
        expect(last).to_contain_text("http")
        expect(last).to_contain_text("Datamängdens version")


def test_zoomed_text_does_not_scroll_sideways(opened: Opened) -> None:
    """400 % of 1280 pixels leaves 320 (WCAG 2.1, 1.4.10); text spacing as in 1.4.12."""
    spacing = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    with opened(320, bypass_csp=True) as page:
        for path in ("/", "/sok", "/insats/7k3f"):
            page.goto(path)
            page.add_style_tag(content=spacing)
            assert _overflow(page) == 0, path


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
