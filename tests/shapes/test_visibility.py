"""What may leave the journal: never what is internal, page-only or unknown, in a record or in its parts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.knowledge import turtle_files
from catalogue.namespaces import PIVI
from catalogue.records import Record
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from tests.shapes.conftest import Change
from tests.validation.samples import BASE, INITIATIVE, RECORDS, STORY, records

_INITIATIVE, _STORY = PIVI.Initiative.value, PIVI.Story.value
_NOTE = '<id/insats/bcdf> pivi:internalNote "Ring tillbaka." .'
_TYPES = {
    "insats": PIVI.Initiative,
    "aktor": PIVI.Organisation,
    "plats": PIVI.Place,
    "kommun": PIVI.Municipality,
    "grupp": PIVI.Group,
    "mote": PIVI.Meeting,
    "iop": PIVI.Partnership,
    "berattelse": PIVI.Story,
    "film": PIVI.Film,
    "handelse": PIVI.Event,
    "stodmodell": PIVI.SupportModel,
    "dokument": PIVI.Document,
}


def content(turtle: str) -> bytes:
    (found,) = records(turtle).values()
    return found


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_with_nothing_private_is_public_as_it_is(shapes: Shapes, name: str) -> None:
    if name == "berattelse":
        return
    record = content(RECORDS[name])
    assert shapes.public(record, _TYPES[name].value) is record
    assert shapes.page_only(record, _TYPES[name].value) == b""


def test_an_internal_note_is_neither_public_nor_on_the_page(shapes: Shapes) -> None:
    record = content(INITIATIVE + _NOTE)
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)
    assert shapes.page_only(record, _INITIATIVE) == b""
    assert shapes.private_predicates(_INITIATIVE) == {PIVI.internalNote.value}


def test_a_story_s_text_is_on_its_page_only_and_its_consent_nowhere(shapes: Shapes) -> None:
    record = content(STORY)
    public, page = shapes.public(record, _STORY), shapes.page_only(record, _STORY)
    assert b"storyText" not in public
    assert b"consentReference" not in public + page
    assert b"Jag stod utanf" in page
    assert page.count(b"\n") == 1
    assert public.count(b"\n") == record.count(b"\n") - 2


def test_a_property_that_no_shape_names_is_kept_back(shapes: Shapes) -> None:
    """A record may have been loaded unchecked, or a property retired."""
    record = content(INITIATIVE + '<id/insats/bcdf> pivi:secretNote "x" .')
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


def test_a_private_property_of_another_class_is_not_public_either(shapes: Shapes) -> None:
    record = content(INITIATIVE + '<id/insats/bcdf> pivi:storyText "x"@sv .')
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


def test_a_part_is_judged_by_its_own_class(shapes: Shapes) -> None:
    record = content(INITIATIVE + '<id/insats/bcdf#staden> dct:title "x"@sv ; pivi:internalNote "y" .')
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


@pytest.mark.parametrize("type", ["", "a foaf:Agent ;"])
def test_a_part_of_no_known_class_is_kept_back(shapes: Shapes, type: str) -> None:
    record = content(INITIATIVE + f'<id/insats/bcdf#x> {type} dct:title "x"@sv .')
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


def test_nothing_of_an_unknown_class_is_public(shapes: Shapes) -> None:
    assert shapes.public(content(INITIATIVE), "http://xmlns.com/foaf/0.1/Project") == b""


def test_a_part_behind_a_private_property_is_private_as_a_whole(changed: Change) -> None:
    shapes = changed(
        lambda text: text.replace(
            "sh:class vcard:Organization ; sh:maxCount 2 ]",
            "sh:class vcard:Organization ; sh:maxCount 2 ; pivi:visibility pivi:Internal ]",
        )
    )
    contact = """<id/insats/bcdf> dcat:contactPoint <id/insats/bcdf#kontakt> .
        <id/insats/bcdf#kontakt> a vcard:Organization ; vcard:fn "Hemlig"@sv ; schema:telephone "031-365 00 00" ."""
    record = content(INITIATIVE + contact)
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)
    assert shapes.page_only(record, _INITIATIVE) == b""


def test_a_part_behind_a_page_only_property_is_on_the_page(changed: Change) -> None:
    shapes = changed(
        lambda text: text.replace(
            "sh:class pivi:KeyFigure ; sh:maxCount 5 ]",
            "sh:class pivi:KeyFigure ; sh:maxCount 5 ; pivi:visibility pivi:PageOnly ]",
        )
    )
    figure = """<id/insats/bcdf> pivi:keyFigure <id/insats/bcdf#antal> .
        <id/insats/bcdf#antal> a pivi:KeyFigure ; pivi:figure "3"@sv ; dct:description "grupper"@sv ."""
    record = content(INITIATIVE + figure)
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)
    assert shapes.page_only(record, _INITIATIVE).count(b"\n") == 4


def test_all_that_ships_is_public_but_for_what_is_marked(shapes: Shapes) -> None:
    kept_back = set()
    for folder in ("ontology", "vocab", "example"):
        for path in turtle_files(folder):
            for iri, record in load_packaged(path, BASE).items():
                public = shapes.public(record, Record.from_ntriples(iri, record).type)
                kept_back |= {
                    line.split(b" ")[1].decode()
                    for line in set(record.splitlines()) - set(public.splitlines())
                }
    assert kept_back == {
        f"<{each.value}>" for each in (PIVI.storyText, PIVI.consentReference, PIVI.internalNote)
    }


def test_a_misspelt_visibility_is_the_strictest(changed: Change) -> None:
    shapes = changed(
        lambda text: text.replace("pivi:visibility pivi:Internal", "pivi:visibility pivi:Intern")
    )
    record = content(INITIATIVE + _NOTE)
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


_TEXTS = st.text(min_size=1, max_size=30).filter(lambda text: "\x00" not in text)


@settings(max_examples=60, deadline=None)
@given(note=_TEXTS, text=_TEXTS, consent=_TEXTS)
def test_private_text_is_never_in_what_is_public_whatever_it_says(note: str, text: str, consent: str) -> None:
    def escaped(words: str) -> str:
        return words.encode("unicode_escape").decode().replace('"', '\\"').replace("\\x", "\\u00")

    shapes = _LOADED
    story = STORY.replace("Jag stod utanför porten i tjugo minuter innan jag gick in.", "§" + escaped(text))
    story = story.replace("S-2015-7", "§" + escaped(consent))
    assert "§" not in shapes.public(content(story), _STORY).decode()
    record = content(INITIATIVE + f'<id/insats/bcdf> pivi:internalNote "§{escaped(note)}" .')
    assert shapes.public(record, _INITIATIVE) == content(INITIATIVE)


_LOADED = Shapes.load()


def test_a_million_lines_take_about_a_second(shapes: Shapes) -> None:
    record = content(INITIATIVE)
    rounds = 100_000 // record.count(b"\n")
    began = time.process_time()
    for _ in range(rounds):
        shapes.public(record, _INITIATIVE)
    # A tenth of a million; generous, as other tests run beside.
    assert time.process_time() - began < 0.5
