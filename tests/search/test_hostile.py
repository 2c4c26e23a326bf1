"""Whatever somebody types is answered: never an exception, never markup of theirs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.answers import Query
from catalogue.highlight import html
from catalogue.search import SearchIndex

HOSTILE = {
    "100 kB": "läxhjälp " * 12_000,
    "one endless word": "å" * 100_000,
    "NULs": "läx\x00hjälp\x00",
    "only NULs": "\x00\x00",
    "only stop words": "och att med the of",
    "only punctuation": "?!., -- ”” «» ()[]{}*~^\\/",
    "only an exclusion": "-skola",
    "only unknown exclusions": "-xyzzyq -plugh",
    "unclosed quotation": '"vuxna vänner',
    "empty quotation": '"" - "-"',
    "decomposed": unicodedata.normalize("NFD", "läxhjälp på Öckerö"),
    "right to left": "שלום עליכם مرحبا",
    "direction marks": "\u202eppljhxäl\u202c",
    "emoji": "🏠👩‍👩‍👧‍👦 läxhjälp 🏳️‍🌈",
    "lone surrogate": "läx\udce4hjälp",
    "query syntax": "title:läxhjälp AND (NOT *:*) OR id:[* TO *]^99 ~2 +must",
    "markup": '<script>alert(1)</script> "onmouseover="x" &amp;',
    "sql and sparql": "'; DROP TABLE revision; -- } SELECT * { ?s ?p ?o }",
    "thousands of words": " ".join(f"ord{number}" for number in range(5_000)),
    "thousands of phrases": '"a b" ' * 3_000,
    "one letter": "a",
    "digits": "2024 16-åringar 031-365 00 00",
    "separators of the index": "a|b skol|skola |",
    "line breaks": "läxhjälp\r\n\u2028\u0085bibliotek",
    "other scripts": "школа 学校 ﬁlm Ǆ İstanbul",
    "format characters": "%s %(page)s {0} ${x}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_question_has_an_answer(example: SearchIndex, text: str) -> None:
    query = example.read({"q": [text]})
    for each in (query, Query(text)):
        answer = example.search(each)
        assert answer.total >= len(answer.hits)
    example.suggest(text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60), language=st.sampled_from(["sv", "en"]))
def test_any_text_is_answered(example: SearchIndex, text: str, language: str) -> None:
    example.search(example.read({"q": [text]}, language))
    example.suggest(text, language)


def test_a_question_that_asks_for_nothing_finds_everything(example: SearchIndex) -> None:
    everything = example.search(Query()).total
    assert example.search(Query("?!")).total == everything
    assert example.search(Query("-xyzzyq")).total == everything


def test_nothing_that_was_typed_becomes_markup(example: SearchIndex) -> None:
    for text in ("<b>läxhjälp</b>", '"><script>läxhjälp'):
        for hit in example.search(Query(text)).hits:
            for segments in (hit.title, hit.snippet):
                assert "<" not in html(segments).replace("<mark>", "").replace("</mark>", "")
