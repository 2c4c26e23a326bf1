"""What IRIs are called."""

from __future__ import annotations

from catalogue.knowledge import turtle_files
from catalogue.labels import Label, label, labels
from catalogue.store import Store
from catalogue.turtle import load_packaged

BASE = "http://127.0.0.1:8000/"
EXTRA = b"""<http://e/x> <http://xmlns.com/foaf/0.1/name> "Bara svenska"@sv .
<http://e/y> <http://www.w3.org/2000/01/rdf-schema#label> "Deutsch"@de .
<http://e/z> <http://purl.org/dc/terms/title> "utan" .
"""


def knowledge() -> Store:
    files = [*turtle_files("vocab"), *turtle_files("ontology")]
    return Store.in_memory([*(each for path in files for each in load_packaged(path, BASE).values()), EXTRA])


def test_names_come_in_the_readers_language_and_tell_which_it_was() -> None:
    place, concept = "https://w3id.org/pivi/id/plats/1480", "https://w3id.org/pivi/begrepp/omrade/halsa"
    assert labels(knowledge(), [place, concept, "http://e/x"], "en") == {
        place: Label("Gothenburg", "en"),
        concept: Label("Health", "en"),
        "http://e/x": Label("Bara svenska", "sv"),
    }


def test_any_language_is_better_than_an_address() -> None:
    assert label(knowledge(), "http://e/y", "en") == Label("Deutsch", "de")
    assert label(knowledge(), "http://e/z", "en") == Label("utan", "")


def test_an_iri_without_a_name_is_left_out() -> None:
    assert labels(knowledge(), ["http://e/nothing"]) == {}


def test_a_term_of_others_is_called_what_the_ontology_calls_it() -> None:
    found = labels(knowledge(), ["http://purl.org/dc/terms/title", "http://metadata.un.org/sdg/3"], "sv")
    assert [each.text for each in found.values()] == ["Titel", "FN:s mål 3: God hälsa och välbefinnande"]
