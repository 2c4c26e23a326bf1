"""The Swedish alphabet."""

from __future__ import annotations

import unicodedata

import pytest

from catalogue.swedish import initial, sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["Ale", "Zinkgruvan", "Åmål", "Älvsbyn", "Öckerö"],
        ["Vallentuna", "Vänersborg", "Wallenberg", "Xenon", "Yngsjö"],
        ["arbete", "Arboga", "ARBRÅ"],
        ["elev", "élite", "elva"],
        ["Åre", "Ånge"][::-1],
        ["Ås", "Åsa", "Åsele"],
        ["ny", "ny ordning", "nyanlända"],
        ["muller", "Müller", "mylla"][::2] + ["Müllers"],
        ["Ærø", "Ö"],
        ["2019", "Abc"],
        ["alfa", "”Alfa” igen", "alfabet"],
    ],
)
def test_names_come_in_swedish_order(ordered: list[str]) -> None:
    names = ordered[::-1]
    names.sort(key=sort_key)
    assert names == ordered


def test_v_and_w_are_two_letters() -> None:
    assert sort_key("vz") < sort_key("wa")


def test_case_and_composition_do_not_count() -> None:
    decomposed = unicodedata.normalize("NFD", "Älvängen")
    assert sort_key("ÄLVÄNGEN") == sort_key(decomposed) == sort_key("älvängen")


def test_equal_names_are_ordered_by_what_comes_then() -> None:
    keys = [sort_key("Centrum", iri) for iri in ("http://b/", "http://a/")]
    assert sorted(keys) == keys[::-1]
    assert all(key < sort_key("Centrum norr") for key in keys)


@pytest.mark.parametrize(
    ("name", "letter"),
    [("åldring", "Å"), ("Ängel", "Ä"), ("övrigt", "Ö"), ("Éva", "E"), ("”Kvällsöppet”", "K"), ("Ølby", "Ö")],
)
def test_a_name_stands_under_its_letter(name: str, letter: str) -> None:
    assert initial(name) == letter


@pytest.mark.parametrize("name", ["65+", "", "…", "Ж", "{", "\0"])
def test_what_begins_with_no_swedish_letter_stands_apart(name: str) -> None:
    assert initial(name) == "#"
