"""From a search to its query, its answer and a citation, as people go; and the citation's page by every rule."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opened
from tests.browser.test_every_page import TAGS, TARGETS


def cite(page: Page) -> None:
    """Go from a search to the citation of what it found."""
    page.goto("/sok?q=l%C3%A4xhj%C3%A4lp&omrade=fritid")
    page.get_by_role("link", name="Visa som SPARQL").click()
    expect(page.get_by_role("heading", name="Fråga katalogen med SPARQL")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ rad"))).to_have_count(0)
    page.get_by_role("button", name="Kör frågan").click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ rad"))).to_be_visible()
    page.get_by_role("button", name="Citera").click()
    expect(page).to_have_url(re.compile(r"/sparql/citat/[2-9a-z]{8}$"))
    # The address is there before the page is.
    page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False])
def test_a_search_is_shown_as_a_query_run_and_cited(opened: Opened, script: bool) -> None:
    with opened(java_script_enabled=script) as page:
        cite(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Insatser om ”läxhjälp”")
        expect(page.get_by_role("heading", name="Samma svar i dag")).to_be_visible()
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="The same answer today")).to_be_visible()
        page.get_by_role("link", name="Edit and run").click()
        expect(page).to_have_url(re.compile(r"/en/sparql\?query="))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_a_citation_holds_what_every_page_holds(opened: Opened, width: int, scheme: str) -> None:
    with opened(width, color_scheme=scheme) as page:
        cite(page)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
        assert not found.response["violations"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.evaluate(TARGETS) == []
