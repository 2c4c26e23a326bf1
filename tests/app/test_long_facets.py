"""A facet with very many values: the most common are shown, the chosen too, and the rest is a link away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from app.cli import main
from app.factory import create_app
from catalogue.projections import Projections
from catalogue.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("many")
    generated, data = folder / "many.nt", folder / "data"
    for command in (
        ["generate", "1500", "--seed", "7", "--output", str(generated)],
        ["load", "--trusted", "--quiet", "--data", str(data), str(generated)],
    ):
        outcome = CliRunner().invoke(main, command)
        assert outcome.exit_code == 0, outcome.output
    settings = Settings(data=data)
    with Projections.open(settings) as projections:
        yield Client(create_app(settings, projections).wsgi_app)


def municipalities(client: Client, address: str) -> dict[str, int]:
    """The municipalities that the page offers, with their counts, in its order."""
    html = client.get(address).get_data(as_text=True)
    group = html[html.index('id="filter-kommun"') : html.index('id="filter-stadsdel"')]
    rows = re.findall(r'value="(\d{4})".*?<span class="number">([^<]+)</span>', group)
    return {code: int(re.sub(r"\D", "", count)) for code, count in rows}


def test_the_twenty_most_common_municipalities_are_shown_and_all_are_a_link_away(client: Client) -> None:
    shown, every = municipalities(client, "/sok"), municipalities(client, "/sok?visa=kommun")
    assert len(shown) == 20 < len(every)
    assert min(shown.values()) >= max(count for code, count in every.items() if code not in shown)
    assert {code: every[code] for code in shown} == shown
    assert "visa=kommun" in client.get("/sok").get_data(as_text=True)


def test_a_chosen_municipality_is_shown_however_few_initiatives_it_has(client: Client) -> None:
    every = municipalities(client, "/sok?visa=kommun")
    rare = min(every, key=lambda code: every[code])
    assert rare not in municipalities(client, "/sok")
    assert municipalities(client, f"/sok?kommun={rare}")[rare] == every[rare]
