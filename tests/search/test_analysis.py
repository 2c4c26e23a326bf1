"""Words as the search knows them: endings, irregular forms, dots and accents, Swedish and English."""

from __future__ import annotations

import unicodedata

import pytest

from catalogue.analysis import LONGEST_WORD, fold, normal, placed_words, stemmer, words

FAMILIES = """
skola skolan skolor skolorna skolas skolans
arbete arbetet arbeten arbetena arbetets
barn barnet barnen barns barnens
förälder föräldrar föräldrarna föräldern
projekt projektet projekten projektens
kvinna kvinnan kvinnor kvinnorna
hem hemmet hemmen
vän vänner vännen
hälsa hälsan hälsas
samverkan samverka samverkar
våld våldet
möte möten mötet mötena
stad staden städer städerna
storstad storstaden storstäder storstädernas
man män mannen männen
demens demensen demensens
närhet närheten närhetens
manlig manliga manligt
sommar sommaren somrar
idé idéer idén
museum museet museer
boende boendet boenden
funktionshinder funktionshindret funktionshindrade
handlingsplan handlingsplanen handlingsplaner
universitet universitetet universitetens
aktivitet aktiviteter aktiviteten
program programmet programmen
vuxen vuxna
jobb jobbet jobben
"""


@pytest.mark.parametrize(
    "family", [line.split() for line in FAMILIES.split("\n") if line], ids=lambda f: f[0]
)
def test_the_forms_of_a_swedish_word_have_one_stem(family: list[str]) -> None:
    assert len({stemmer("sv")(form) for form in family}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("plan", "plåga"),
        ("organ", "orgel"),
        ("man", "mat"),
        ("skol", "skal"),
        ("matta", "mat"),
        ("hus", "hals"),
    ],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stemmer("sv")(one) != stemmer("sv")(other)


@pytest.mark.parametrize(
    ("word", "empty"),
    [("demens", "dem"), ("demensen", "dem"), ("närheten", "när"), ("manliga", "man"), ("varor", "var"),
     ("motorer", "mot"), ("sommaren", "som"), ("interna", "inte"), ("förare", "för")],
)  # fmt: skip
def test_no_word_has_the_stem_of_one_without_meaning(word: str, empty: str) -> None:
    assert stemmer("sv")(word) != stemmer("sv")(empty)


def test_english_words_are_stemmed_as_english() -> None:
    assert stemmer("en")("children's") == stemmer("en")("children")
    assert stemmer("en")("workshops") == stemmer("en")("workshop")
    assert stemmer("en-GB") is stemmer("sv"), "only plain language tags reach the index"


def test_irregular_forms_are_known_without_their_dots_too() -> None:
    assert stemmer("sv")("foraldrar") == fold(stemmer("sv")("föräldrar"))
    assert stemmer("sv")("stader") == "stad"


def test_decomposed_letters_are_the_same_words() -> None:
    text = "Läxhjälp på Hisingen"
    assert words(normal(unicodedata.normalize("NFD", text))) == words(text) == ["läxhjälp", "på", "hisingen"]


def test_endings_after_a_colon_or_an_apostrophe_are_left_out() -> None:
    assert words("LSS:s regler, children’s rights och IFO–FH") == [
        "lss", "regler", "children", "rights", "och", "ifo", "fh",
    ]  # fmt: skip


def test_words_keep_their_places_in_the_text() -> None:
    text = "Unga (13–19 år) i Malmö:s skolor"
    assert [text[word.start : word.end] for word in placed_words(text)] == [
        "Unga", "13", "19", "år", "i", "Malmö:s", "skolor",
    ]  # fmt: skip
    assert [word.text for word in placed_words(text)] == words(text)


def test_folding_takes_dots_and_accents_away() -> None:
    assert fold("älvsborg") == "alvsborg"
    assert fold("café") == "cafe"
    assert fold("ærø") == "aro"
    assert fold("skola") == "skola"


def test_invisible_characters_do_not_split_words_and_controls_do() -> None:
    assert words(normal("läx\u00adhjälp")) == ["läxhjälp"]
    assert words(normal("läx\u200bhjälp")) == ["läxhjälp"]
    assert words(normal("läx\x00hjälp")) == ["läx", "hjälp"]


def test_endless_words_are_cut() -> None:
    assert words("a" * 10_000) == ["a" * LONGEST_WORD]
