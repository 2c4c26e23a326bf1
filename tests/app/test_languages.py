"""Swedish at /, English at /en/: the switch, the words, and what is written in Swedish only."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.translating import phrase, sentence
from catalogue.errors import InvalidInput
from catalogue.namespaces import DCT, PIVI
from catalogue.projections import Projections
from tests.app.conftest import BASE
from tests.app.reading_html import elements, links, words

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("/", "/en/"),
        ("/sok?q=unga&omrade=fritid&sida=1", "/en/sok?q=unga&omrade=fritid&sida=1"),
        ("/en/sok?q=unga", "/sok?q=unga"),
        ("/en/insats/7k3f", "/insats/7k3f"),
        ("/begrepp/omrade/halsa", "/en/begrepp/omrade/halsa"),
        ("/en/", "/"),
    ],
)
def test_the_switch_keeps_page_and_filters(text: Callable[[str], str], address: str, other: str) -> None:
    found = [a["href"] for tag, a in elements(text(address)) if tag == "a" and "hreflang" in a]
    assert other in found


def test_links_on_an_english_page_stay_in_english(text: Callable[[str], str]) -> None:
    inside = [link for link in links(text("/en/insats/7k3f")) if link.startswith("/")]
    switched = [link for link in inside if not link.startswith(("/en/", "/static/"))]
    # The switch to Swedish, and data, which is in no language.
    assert all(
        link == "/insats/7k3f" or re.search(r"\.(ttl|nt|jsonld|rdf|bib|ris)$", link) for link in switched
    )


def test_the_prefix_alone_leads_to_the_start_page(client: FlaskClient) -> None:
    response = client.get("/en?q=1")
    assert (response.status_code, response.headers["Location"]) == (308, "/en/?q=1")


def test_what_only_begins_like_a_language_is_none(client: FlaskClient) -> None:
    assert client.get("/energi", follow_redirects=True).status_code == 404


def test_swedish_texts_on_english_pages_say_so(text: Callable[[str], str], example: Projections) -> None:
    with example.snapshot() as now:
        found = (each["record"].value for each in now.store.query("records_of_type", type=PIVI.Initiative))
        only_swedish = next(
            iri
            for iri in sorted(found)
            if {getattr(title, "language", "") for title in now.store.objects(iri, DCT.title)} == {"sv"}
        )
    path = only_swedish.removeprefix(BASE + "id")
    html = text("/en" + path)
    marked = [tag for tag, attributes in elements(html) if attributes.get("lang") == "sv"]
    assert {"h1", "p", "div"} <= set(marked)
    assert "only in Swedish" in words(html)
    assert "only in Swedish" not in words(text(path))


def test_concepts_are_in_english_on_english_pages(text: Callable[[str], str]) -> None:
    assert "Health" in words(text("/en/begrepp/omrade/halsa"))


def test_an_error_of_the_catalogue_is_told_in_the_readers_language(client: FlaskClient) -> None:
    swedish = words(client.get("/aktor/?slag=x").get_data(as_text=True))
    english = words(client.get("/en/aktor/?slag=x").get_data(as_text=True))
    assert "Det finns inget slag av aktör" in swedish
    assert "There is no kind of actor" in english


def test_a_sentence_is_filled_in_after_it_is_translated() -> None:
    error = InvalidInput("Det finns inget slag av aktör som heter ”%(value)s”.", value="x")
    assert sentence(error, "en") == "There is no kind of actor called “x”."
    assert phrase("Sök", "sv") == "Sök"


def test_the_translations_are_current_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    spec = importlib.util.spec_from_file_location("translate", ROOT / "tools/translate.py")
    assert spec is not None and spec.loader is not None
    translate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(translate)
    assert translate.main(["--check"]) == 0, capsys.readouterr().out


def test_each_translation_fills_the_same_places() -> None:
    from babel.messages.pofile import read_po

    with (ROOT / "app/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalog = read_po(file, locale="en")

    def places(message: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", message))

    for message in catalog:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        allowed = set().union(*(places(each) for each in ids))
        assert all(places(each) <= allowed for each in said), message.id
        assert places(said[-1]) == places(ids[-1]), message.id
