"""The tokens of a query: every kind, their places in characters, and reading in one pass whatever the text."""

from __future__ import annotations

import random
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.endpoint.lexer import Kind, Place, Token, lex, offset, place, unescaped, unquoted


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.text) for token in lex(text).tokens]


def only(text: str) -> str:
    """The kind of a text that is one token."""
    [(kind, whole)] = kinds(text)
    assert whole == text
    return kind


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("iri", ["<>", "<a>", "<http://x/å#y?z=1>", "<\\u00e5>", "<\\U0001F600>", "<it's>", "<a(b)>"]),
        ("string", ['""', "''", '"a"', "'a\"'", '"\\""', '"\\u00e5\\U0001F600"', '""""""', "''''''"]),
        ("string", ['"""a"b""c\\"""d"""', "'''a\nb'''", '"<x> # SERVICE"', '"""\n#\n"""']),
        ("variable", ["?x", "$x", "?1", "?_", "?åäö", "?x\u0301", "?SERVICE"]),
        (
            "name",
            ["a:b", ":", ":b", "a:", "å:ä", "a.b:c", "a:b.c", "a:b:c", "a:%41", "a:\\'b", "a:0", "a-b:c-d"],
        ),
        ("blank", ["_:a", "_:0", "_:å.b", "_:a-b"]),
        ("language", ["@sv", "@sv-SE-x"]),
        ("number", ["1", "1.5", ".5", "1e6", "1.5E-3", "1.e3"]),
        ("word", ["SELECT", "a", "true", "group_concat"]),
        ("mark", ["{", "}", "(", ")", "*", "^", "|", "&", "=", "!", ";", ",", "<", ">", "å", "😀", "\\"]),
    ],
)
def test_each_kind_of_token(kind: str, texts: list[str]) -> None:
    assert {text: only(text) for text in texts} == dict.fromkeys(texts, kind)


def test_space_and_comments_are_no_tokens() -> None:
    assert kinds(" \t\r\n# <a> 'b \" SERVICE\n#\r a # last") == [("word", "a")]


def test_a_comment_ends_at_either_line_break() -> None:
    assert kinds("#x\ra") == [("word", "a")]
    assert kinds("#x\u2028a\u0085b") == []


def test_an_iri_holds_no_space_and_no_brackets() -> None:
    assert kinds("<a b>")[0] == ("mark", "<")
    for character in '{}"|^`\\\x00 ':
        assert kinds(f"<a{character}b>")[0] == ("mark", "<"), character


def test_a_hash_in_an_iri_or_a_string_begins_no_comment() -> None:
    assert kinds("<a#b> '#' x") == [("iri", "<a#b>"), ("string", "'#'"), ("word", "x")]


@pytest.mark.parametrize(
    "escape", ["\\q", "\\u12", "\\uD800", "\\udfff", "\\U0000D800", "\\U00110000", "\\\n", "\\"]
)
def test_a_string_with_what_is_no_escape_is_no_string(escape: str) -> None:
    # The engine falls back to shorter strings, and reads what follows them.
    assert kinds(f'"""a" x {escape}"""')[:3] == [("string", '""'), ("string", '"a"'), ("word", "x")]
    assert ("string", f'"{escape}"') not in kinds(f'"{escape}"')


def test_a_short_string_does_not_pass_the_end_of_the_line() -> None:
    assert kinds("'a\nb c") == [("mark", "'a"), ("word", "b"), ("word", "c")]


def test_a_name_ends_before_a_point_and_before_its_second_group_of_points() -> None:
    assert kinds("a:b.") == [("name", "a:b"), ("mark", ".")]
    assert kinds("a:b..c") == [("name", "a:b..c")]
    assert kinds("a:b.c.SERVICE") == [("name", "a:b.c"), ("mark", "."), ("word", "SERVICE")]


def test_a_name_may_begin_with_a_keyword() -> None:
    assert kinds("service:x SELECT:y") == [("name", "service:x"), ("name", "SELECT:y")]


def test_keywords_are_known_in_any_case() -> None:
    [token] = lex("sErViCe").tokens
    assert token.is_word("SERVICE") and not token.is_word("SELECT")
    [name] = lex("SERVICE:").tokens
    assert not name.is_word("SERVICE")


def test_reading_the_head_ends_with_the_first_keyword() -> None:
    head = lex('BASE <a> PREFIX select: <b> VERSION "1.2" SELECT * { ?s ?p ?o }', head=True)
    assert [token.text for token in head.tokens][-1] == "SELECT"


def test_tokens_know_their_places_among_letters_of_any_width() -> None:
    text = 'SELECT ?å {\n "😀ö" ?ä # 😀\n\t<å😀> }'
    for token in lex(text).tokens:
        assert text[token.start : token.end] == token.text
    [iri] = [token for token in lex(text).tokens if token.kind is Kind.IRI]
    assert place(text, iri.start) == Place(3, 2)
    [variable] = [token for token in lex(text).tokens if token.text == "?ä"]
    assert place(text, variable.start) == Place(2, 7)


@given(st.text(alphabet="aå😀\n\r\t ", max_size=30), st.integers(0, 30))
def test_a_place_leads_back_to_its_character(text: str, at: int) -> None:
    at = min(at, len(text))
    assert offset(text, place(text, at)) == at


def test_a_place_beyond_the_text_is_its_end() -> None:
    assert offset("ab\ncd", Place(9, 9)) == 5
    assert offset("ab\ncd", Place(1, 9)) == 2


def test_the_value_of_a_string() -> None:
    assert unquoted('"a\\tb\\n\\"\\\\"') == 'a\tb\n"\\'
    assert unquoted("'''a'b\\u00e5\\U0001F600'''") == "a'bå😀"
    assert unquoted('""') == unquoted("''''''") == ""
    assert unescaped("\\\\u0041") == "\\u0041"


@given(st.text(alphabet="aA:_-.0 <>'\"\\#\n?@%{}()åu8", max_size=60))
def test_no_text_stops_the_reading_and_nothing_is_lost_but_space(text: str) -> None:
    tokens = lex(text).tokens
    assert all(one.end <= next_one.start for one, next_one in pairwise(tokens))
    between = [
        text[one.end : next_one.start] for one, next_one in pairwise((Token(Kind.MARK, "", 0), *tokens))
    ]
    assert all(gap.strip("\x00\t\n\r ")[:1] in ("", "#") for gap in between)


PIECES = [
    *(
        "<",
        "<a",
        "<<",
        "'",
        '"',
        "'''",
        '"""',
        '"""\\',
        "\\",
        "\\u",
        '"\\',
        "#",
        "\n",
        "_:",
        "a:",
        ":.",
        "a:b.",
    ),
    *(
        "a.",
        "aaaaaaaa",
        "å",
        "å.",
        "åäö:",
        "_:a.",
        "1",
        "1.",
        "1e",
        ".",
        "@a-",
        "?",
        "?å",
        "%4",
        "(",
        "(<a",
        "({[",
    ),
    *("😀", "<a>(", "(?a<", '""', "''\\'", "a\\'", ":%41", "\\.", "'a\\q", "\x00"),
]


def seconds(text: str) -> float:
    began = process_time()
    lex(text)
    return process_time() - began


def grows_in_proportion(piece: str) -> bool:
    """Whether four times the text takes about four times as long, in one of some readings; 16 were quadratic."""
    short, long = (piece * (size // len(piece)) for size in (8_000, 32_000))
    return any(seconds(long) < 10 * seconds(short) + 0.005 for _ in range(5))


@pytest.mark.parametrize("piece", PIECES)
def test_a_longer_text_takes_longer_only_in_proportion(piece: str) -> None:
    assert grows_in_proportion(piece)


def test_so_does_any_mixture_of_pieces() -> None:
    chance = random.Random(11)
    for _ in range(25):
        some = "".join(chance.choices(PIECES, k=4))
        assert grows_in_proportion(some), some
