"""That the example catalogue reads well: plain Swedish, English beside it, figures as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal

from catalogue.namespaces import DCT, PIVI
from catalogue.records import Record

Records = Mapping[str, Record]


def lix(text: str) -> float:
    """Words per sentence, and the share of words longer than six letters in percent."""
    plain = re.sub(r"[*#>]|^\s*(?:\d+\.|-)\s", " ", text, flags=re.MULTILINE)
    words = re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", plain)
    sentences = max(1, len(re.findall(r"[.!?:…](?=\s|$|”)", plain)))
    return len(words) / sentences + 100 * len([word for word in words if len(word) > 6]) / len(words)


def swedish(record: Record) -> str:
    texts = [
        str(text)
        for predicate in record.predicates
        for text in record.texts(predicate)
        if text.language == "sv"
    ]
    return "\n".join(text if text.endswith((".", "!", "?", "”")) else text + "." for text in texts)


def test_lix_grows_with_long_words_and_long_sentences() -> None:
    assert lix("Katten sov. Det var natt.") == 2.5
    assert lix("Socialförvaltningen inkommer med yttrande.") == 4 + 75


def test_every_initiative_is_easier_than_fifty_and_most_are_below_forty(example: Records) -> None:
    values = {r.iri: lix(swedish(r)) for r in example.values() if r.type == PIVI.Initiative.value}
    assert max(values.values()) <= 50, max(values, key=lambda iri: values[iri])
    assert sorted(values.values())[len(values) * 9 // 10] <= 40


def test_other_long_texts_are_easier_than_fifty(example: Records) -> None:
    for record in example.values():
        text = swedish(record)
        if len(text.split()) >= 60:
            assert lix(text) <= 50, record.iri


def test_some_initiatives_are_wholly_in_english_some_in_part_and_some_not_at_all(example: Records) -> None:
    languages: dict[str, int] = {"whole": 0, "part": 0, "none": 0}
    for record in example.values():
        if record.type == PIVI.Initiative.value:
            in_english = {
                predicate
                for predicate in (DCT.title, DCT.abstract, PIVI.what, PIVI.how)
                if any(text.language == "en" for text in record.texts(predicate))
            }
            languages["none" if not in_english else "whole" if len(in_english) == 4 else "part"] += 1
    assert languages["whole"] >= 2 and languages["part"] >= 15 and languages["none"] >= 15


def test_what_is_titled_in_english_has_an_english_ingress_too(example: Records) -> None:
    titled = {r.iri for r in example.values() if any(text.language == "en" for text in r.texts(DCT.title))}
    told = {r.iri for r in example.values() if any(text.language == "en" for text in r.texts(DCT.abstract))}
    assert told == titled and len(told) >= 40


def test_lessons_are_lists_and_tell_also_what_did_not_work(example: Records) -> None:
    lessons = [str(record.text(PIVI.lessons)) for record in example.values() if record.texts(PIVI.lessons)]
    assert len(lessons) >= 40
    assert all(re.match(r"1\. |- ", text) for text in lessons)
    failed = [
        text
        for text in lessons
        if re.search(r"fungerade inte|gick inte|inte lyckats|slutade vi|för svårt", text)
    ]
    assert len(failed) >= 15


def test_figures_are_written_as_they_should_be_in_swedish(example: Records) -> None:
    for record in example.values():
        for triple in record.triples:
            if isinstance(triple.object, Literal) and triple.object.language == "sv":
                text = triple.object.value
                assert not re.search(r"\d %|\d{1,3} \d{3}\b", text), f"a plain space in {text!r}"
                assert '"' not in text, f"straight quotes in {text!r}"
                assert not re.search(r"\d\.\d{3}\b|\d%", text), text
                assert "  " not in text and not re.search(r" [,.;:!?](\s|$)", text), text
