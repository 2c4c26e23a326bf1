"""Titles that try to break out of where they are shown. They come by `load --trusted`: validation refuses most."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from catalogue.projections import Projections
from tests.attacks.conftest import Load, initiative
from tests.attacks.pages import dangers, data_blocks

TITLES = (
    "<script>alert(1)</script>",
    "</title></script><script>alert(1)</script>",
    r"\"><img src=x onerror=alert(1)>",
    "' onmouseover=alert(1) x='",
    "]]><script>alert(1)</script>",
    "<!--<script>",
    "\u2028alert(1)\u2029",
    "{{7*7}} {% raw %} ${7*7} %(title)s %s",
    "&lt;script&gt;alert(1)&#60;/script&#62;",
    r"Rad\nBcc: x@evil.example\nrad",
    r"X\r\nER  - \r\nTY  - EVIL",
    r"}},\n evil = {{x",
    "}}, evil = {{x",
)
TEXTS = (
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    r"[a](https://x.example/\"onmouseover=\"alert(1))",
    "<img src=x onerror=alert(1)>",
    r"[x]: javascript:alert(1)\n\n[x]",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "[" * 4_000,
    "*a **b " * 1_000,
    "> " * 3_000,
    "](" * 2_000,
)


@pytest.fixture
def loaded(shown: Projections, load_turtle: Load) -> list[str]:
    """The paths of initiatives with these titles, then of those with these texts."""
    turtle = [initiative(f"tt{n:02}", title=title) for n, title in enumerate(TITLES)]
    turtle += [initiative(f"tx{n:02}", title=f"Text {n}", what=text) for n, text in enumerate(TEXTS)]
    load_turtle("".join(turtle), trusted=True)
    shown.catch_up()
    return [f"/insats/tt{n:02}" for n in range(len(TITLES))] + [
        f"/insats/tx{n:02}" for n in range(len(TEXTS))
    ]


def test_no_page_holds_anything_that_runs(client: FlaskClient, loaded: list[str]) -> None:
    lists = [
        "/",
        "/sok",
        "/sok?q=alert",
        "/sok?q=script",
        "/aktor/v4xg",
        "/plats/1480",
        "/begrepp/omrade/fritid",
    ]
    for address in (*loaded, *lists):
        for prefix in ("", "/en"):
            answer = client.get(prefix + address)
            page = answer.get_data(as_text=True)
            assert answer.status_code == 200, address
            assert dangers(page) == [], address
            for block in data_blocks(page):
                json.loads(block)


def test_a_reference_for_a_library_keeps_its_form(client: FlaskClient, loaded: list[str]) -> None:
    for address in loaded:
        ris = client.get(address + ".ris").get_data(as_text=True)
        assert [line[:6] for line in ris.split("\r\n")[:-1]] == [
            f"{tag}  - " for tag in ("TY", "TI", "AU", "PB", "T2", "PY", "DA", "ET", "UR", "Y2", "ER")
        ]
        bibtex = client.get(address + ".bib").get_data(as_text=True).strip()
        assert len(bibtex.splitlines()) == 10
        # BibTeX counts every brace, also after a backslash: none may close the entry before its end.
        depths = [
            bibtex[: place + 1].count("{") - bibtex[: place + 1].count("}") for place in range(len(bibtex))
        ]
        assert depths[-1] == 0
        assert all(depths[found.start()] >= 2 for found in re.finditer("evil", bibtex))


def test_sharing_by_mail_adds_no_header(client: FlaskClient, loaded: list[str]) -> None:
    for address in loaded:
        [subject] = re.findall(r'href="mailto:\?subject=([^&"]*)', client.get(address).get_data(as_text=True))
        assert "%0A" not in subject and "%0D" not in subject


def test_suggestions_are_data_of_a_type_that_no_browser_renders(
    client: FlaskClient, loaded: list[str]
) -> None:
    answer = client.get("/forslag?q=script")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert any("<script>" in each["text"] for each in answer.get_json()["suggestions"])


def test_an_entity_in_a_text_is_shown_as_it_was_checked(
    client: FlaskClient, shown: Projections, load_turtle: Load
) -> None:
    text = "Skriv till erik&#64;example.se eller tag&commat;example.se om du vill komma hit."
    load_turtle(initiative("ttzz", what=text), trusted=True)
    shown.catch_up()
    page = client.get("/insats/ttzz").get_data(as_text=True)
    assert "erik@example.se" not in page and "erik&amp;#64;example.se" in page
