"""What holds on every page: no fault that axe can find, no sideways scroll, one heading, big enough targets."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.addresses import PAGES
from tests.browser.conftest import Opened

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# Elements that can be pressed, but not links inside sentences, which may be as high as their line.
TARGETS = """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), summary, nav a, .chip, .ds-button')]
  .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.closest('.crumbs, .hidden-text'))
  .map((each) => ({ element: each, box: (each.closest('label') ?? each).getBoundingClientRect() }))
  .filter(({ box }) => box.width > 1 && (box.height < 43.5 || box.width < 24))
  .map(({ element }) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing(opened: Opened, path: str, width: int, scheme: str) -> None:
    with opened(width, color_scheme=scheme) as page:
        page.goto(path)
        assert _violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_narrow_screen_with_room_for_fingers(opened: Opened, path: str) -> None:
    with opened(320) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(TARGETS) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_without_script(opened: Opened, path: str) -> None:
    with opened(java_script_enabled=False) as page:
        page.goto(path)
        assert page.get_by_role("heading", level=1).count() == 1
        assert page.get_by_role("main").is_visible()
        assert page.locator(".needs-script:visible").count() == 0


@pytest.mark.parametrize("path", PAGES)
def test_no_style_stands_in_the_html_and_every_reference_leads_somewhere(opened: Opened, path: str) -> None:
    with opened() as page:
        page.goto(path)
        inline = "[style], style, script:not([src]):not([type='application/ld+json'])"
        # Not inside shadow roots, whose styles come from scripts: the editor of the query page.
        assert page.evaluate("(selector) => document.querySelectorAll(selector).length", inline) == 0
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
        assert sorted(ids) == sorted(set(ids))
        anchors = page.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map((each) => each.getAttribute('href').slice(1))"
        )
        assert set(anchors) <= set(ids)


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]
