"""What the search page shows of hits and filters before any script has run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.app.reading_html import words

Page = Callable[[str], str]


def facet(html: str, name: str) -> str:
    """The group of a facet as HTML, without what is folded away in ”Visa … till”."""
    group = html.partition(f'id="filter-{name}"')[2].partition("</fieldset>")[0]
    return re.sub(r'<details class="facet-more".*?</details>', "", group, flags=re.DOTALL)


def values(html: str) -> list[str]:
    return re.findall(r'type="checkbox"[^>]* value="([^"]+)"', html)


@pytest.mark.parametrize(("address", "more"), [("/sok", r"och \d+ till"), ("/en/sok", r"and \d+ more")])
def test_no_comma_stands_before_how_many_names_are_left_out(text: Page, address: str, more: str) -> None:
    said = "".join(words(text(f"{address}?sida={page}")) for page in (1, 2, 3))
    left_out = re.findall(rf"(.{{2}}){more}", said)
    assert left_out
    assert not any("," in before for before in left_out)


@pytest.mark.parametrize("name", ["aktor", "kommun", "stadsdel", "ar"])
def test_a_chosen_value_of_a_long_facet_is_in_sight_at_once(text: Page, name: str) -> None:
    offered = values(text("/sok").partition(f'id="filter-{name}"')[2].partition("</fieldset>")[0])
    at_once = values(facet(text("/sok"), name))
    folded = [value for value in offered if value not in at_once]
    assert folded
    for value in (folded[0], folded[-1]):
        html = text(f"/sok?{name}={value}")
        assert re.search(rf'value="{value}"[^>]* checked', facet(html, name)), value
        # A folded group stands open when something in it is chosen.
        assert not re.search(rf'<details class="facet[^"]*" id="filter-{name}">', html)


def test_a_chosen_value_without_hits_stays_chosen_in_the_whole_list(text: Page) -> None:
    offered = values(facet(text("/sok"), "aktor"))
    shown = facet(text(f"/sok?q=xqzwvk&aktor={offered[0]}&visa=aktor"), "aktor")
    assert re.search(rf'value="{offered[0]}"[^>]* checked', shown)


def nothing(html: str) -> str:
    return html.partition('class="nothing"')[2].partition("</section>")[0]


def test_where_no_filter_alone_is_enough_all_of_them_may_be_taken_away(text: Page) -> None:
    said = nothing(text("/sok?omrade=beroende&malgrupp=aldre&status=planerad&kommun=1480"))
    total = re.search(r"<h2[^>]*>(\d+) insatser</h2>", text("/sok"))
    assert total is not None
    assert f"Utan alla filter: {total[1]} insatser" in words(said)
    assert 'href="/sok"' in said


def test_an_actor_that_no_initiative_mentions_by_name_is_shown_where_it_is(text: Page) -> None:
    for address, kind in (("/sok?q=Ria", "Aktör"), ("/en/sok?q=Ria", "Actor")):
        said = nothing(text(address))
        found = re.search(r'<a href="((?:/en)?/aktor/[^"]+)"[^>]*>Ria</a>', said)
        assert found is not None and kind in words(said)
        assert "Ria" in words(text(found[1]))
    assert "/aktor/" not in nothing(text("/sok?q=xqzwvk"))
