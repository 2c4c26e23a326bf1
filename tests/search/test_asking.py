"""Reading a question: parameters with named errors, and any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.answers import Query
from catalogue.asking import LONGEST_TEXT, MOST_CLAUSES, Clause, clauses, telling, written
from catalogue.errors import InvalidInput
from catalogue.search import SearchIndex


def test_an_address_says_the_whole_question(example: SearchIndex) -> None:
    query = example.read(
        {
            "q": ["läxhjälp"],
            "omrade": ["fritid", "halsa"],
            "ar": ["2024"],
            "sortera": ["titel"],
            "sida": ["2"],
        }
    )
    assert query.text == "läxhjälp"
    assert query.filters == {"omrade": ("fritid", "halsa"), "ar": ("2024",)}
    assert (query.order, query.page) == ("titel", 2)
    assert query.parameters() == [
        ("q", "läxhjälp"),
        ("omrade", "fritid"),
        ("omrade", "halsa"),
        ("ar", "2024"),
        ("sortera", "titel"),
        ("sida", "2"),
    ]


def test_a_question_without_words_comes_with_the_latest_first() -> None:
    assert Query().order == "senast"
    assert Query(text="läxhjälp").order == "traff"
    assert Query(sort="traff").order == "senast"


def test_taking_a_value_away_begins_again_on_the_first_page() -> None:
    query = Query("x", {"omrade": ("fritid", "halsa"), "typ": ("metodutveckling",)}, page=3)
    assert query.without("omrade", "fritid").filters == {"omrade": ("halsa",), "typ": ("metodutveckling",)}
    assert query.without("omrade").filters == {"typ": ("metodutveckling",)}
    assert query.without("typ", "metodutveckling").filters == {"omrade": ("fritid", "halsa")}
    assert query.without("q").text == ""
    assert query.having("typ", "stadsutveckling").filters["typ"] == ("metodutveckling", "stadsutveckling")
    assert query.without("q").page == query.without("omrade").page == query.having("ar", "2020").page == 1


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"sida": ["-1"]}, "sida är ”-1”"),
        ({"sida": ["0"]}, "sida är ”0”"),
        ({"sida": ["två"]}, "sida är ”två”"),
        ({"sida": ["1" * 13]}, "sida är ”1111111111111”"),
        ({"sida": ["٣"]}, "sida är ”٣”"),
        ({"sida": ["1", "2"]}, "sida får anges en gång"),
        ({"q": ["a", "b"]}, "q får anges en gång"),
        ({"sortera": ["popularast"]}, "sortera är ”popularast”"),
        ({"omrade": ["rymden"]}, "omrade har inget värde som heter ”rymden”"),
        ({"omrade": ["fritid", "x" * 500]}, "omrade har inget värde"),
        ({"aktor": ["finnsinte"]}, "aktor har inget värde"),
        ({"kommun": ["0000"]}, "kommun har inget värde"),
        ({"ar": ["tjugo"]}, "ar har inget värde som heter ”tjugo”"),
        ({"ar": ["99999"]}, "ar har inget värde"),
        ({"forskning": ["kanske"]}, "forskning har inget värde"),
        ({"omrade": [f"x{number}" for number in range(60)]}, "omrade har 60 värden"),
    ],
)
def test_what_cannot_be_meant_is_named(
    example: SearchIndex, parameters: dict[str, list[str]], named: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        example.read(parameters)
    assert named in str(refused.value)
    assert len(str(refused.value)) < 300


def test_unknown_parameters_and_empty_choices_are_passed_over(example: SearchIndex) -> None:
    assert (
        example.read({"utm_source": ["x"], "omrade": [""], "q": [" "], "sortera": [""], "sida": [""]})
        == Query()
    )


def test_the_same_value_twice_counts_once(example: SearchIndex) -> None:
    assert example.read({"q": ["a", "a"], "omrade": ["fritid", "fritid"]}).filters == {"omrade": ("fritid",)}


def test_a_very_long_question_is_cut_and_says_so(example: SearchIndex) -> None:
    query = example.read({"q": ["läxhjälp " * 12_000]})
    assert len(query.text) <= LONGEST_TEXT
    (notice,) = query.notices
    assert "för lång" in notice.sentence % notice.params
    assert example.search(query).notices == query.notices


def test_words_phrases_and_exclusions_are_told_apart() -> None:
    assert clauses('bibliotek ”vuxna vänner” -skola –"öppet hus" majorna-linné lek/spel') == (
        Clause(("bibliotek",)),
        Clause(("vuxna", "vänner"), quoted=True),
        Clause(("skola",), excluded=True),
        Clause(("öppet", "hus"), quoted=True, excluded=True),
        Clause(("majorna", "linné")),
        Clause(("lek",)),
        Clause(("spel",), prefix=True),
    )


def test_an_unclosed_quotation_ends_with_the_text() -> None:
    assert clauses('skola "vuxna vänner') == (Clause(("skola",)), Clause(("vuxna", "vänner"), quoted=True))


def test_stop_words_are_left_out_unless_nothing_else_is_asked() -> None:
    assert telling(clauses("hjälp med läxor")) == (Clause(("hjälp",)), Clause(("läxor",), prefix=True))
    assert telling(clauses("och i")) == clauses("och i")


@given(st.text(max_size=400))
def test_any_text_gives_a_bounded_number_of_clauses(text: str) -> None:
    found = clauses(text)
    assert len(found) <= MOST_CLAUSES
    assert all(clause.words and all(clause.words) for clause in found)


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            ["läxhjälp", '"unga vuxna"', "-skola", "e-tjänst", "barn*", "a-b*", '-"i dag"', "och/eller"]
        )
    ).map(" ".join)
)
def test_clauses_are_written_so_that_they_are_read_the_same(text: str) -> None:
    found = clauses(text)
    assert clauses(written(found)) == found
    assert len(written(found).split()) <= MOST_CLAUSES or any(each.quoted for each in found)


def test_an_answer_says_what_was_searched_for_in_the_end(example: SearchIndex) -> None:
    assert example.search(Query("Läxhjälp barn")).words == "Läxhjälp barn"
    assert example.search(Query("laxhjelp")).words == "läxhjälp"
    assert example.search(Query("läxhjälp utomjordingar")).relaxed
    assert example.search(Query("läxhjälp utomjordingar")).words == "läxhjälp utomjordingar"
    assert example.search(Query("!?")).words == example.search(Query()).words == ""


def test_a_text_of_words_to_leave_out_is_a_search_within_sparql_too(example: SearchIndex) -> None:
    found = {iri for iri, _score in example.view.matching("-läxhjälp", limit=1000)}
    assert len(found) == example.search(Query("-läxhjälp")).total > 0
    with pytest.raises(InvalidInput):
        example.view.matching("!?", limit=10)
