"""The tokens of a SPARQL query, with their places (SPARQL 1.1 Query Language, section 19.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import NamedTuple

# The character classes PN_CHARS_BASE, PN_CHARS_U and PN_CHARS of the grammar.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + r"_\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# Prefixes and labels that are longer than anybody's are cut: looking for their ends again and again takes time.
_PREFIX = rf"[{_BASE}](?:[{_CHARS}.]{{0,100}}[{_CHARS}])?"
# With points in one place only: the engine ends a name before the second, and there a keyword may begin.
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_ESCAPE})(?:[{_CHARS}:]|{_ESCAPE})*(?:\.+(?:[{_CHARS}:]|{_ESCAPE})+)?"
# Other escapes are no escapes, and the engine then reads no string: it would find keywords in what we passed over.
_POINT = r"u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|U(?:0000(?![dD][89a-fA-F])|000[1-9A-Fa-f]|0010)[0-9A-Fa-f]{4}"
_CODE = rf"""\\(?:[tbnrf"'\\]|{_POINT})"""
_IRI = r'<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'


class Kind(Enum):
    """What a token is."""

    SPACE = "space"
    IRI = "iri"
    STRING = "string"
    VARIABLE = "variable"
    NAME = "name"  # a prefixed name, or the namespace alone: `pivi:search`, `pivi:`
    BLANK = "blank"
    LANGUAGE = "language"
    NUMBER = "number"
    WORD = "word"  # a keyword, a function, `a`, `true`
    MARK = "mark"  # any other character


@cache
def _token() -> re.Pattern[str]:
    # Compiled when a query is first read: it takes 30 ms, a third of the time in which a worker is replaced.
    return re.compile(
        "|".join(
            f"(?P<{kind.value}>{pattern})"
            for kind, pattern in (
                (Kind.SPACE, r"(?:[\x00-\x20]|#[^\n\r]*)+"),
                (Kind.IRI, _IRI),
                (
                    Kind.STRING,
                    rf'"""(?:"{{0,2}}(?:[^"\\]|{_CODE}))*"""|'
                    rf"'''(?:'{{0,2}}(?:[^'\\]|{_CODE}))*'''|"
                    rf'"(?:[^"\\\n\r]|{_CODE})*"|'
                    rf"'(?:[^'\\\n\r]|{_CODE})*'",
                ),
                (Kind.VARIABLE, rf"[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*"),
                (Kind.BLANK, rf"_:[{_BASE}_0-9](?:[{_CHARS}.]{{0,100}}[{_CHARS}])?"),
                (Kind.NAME, rf"(?:{_PREFIX})?:(?:{_LOCAL})?"),
                (Kind.LANGUAGE, r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
                (Kind.NUMBER, r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"),
                (Kind.WORD, r"[A-Za-z_][A-Za-z0-9_]*"),
                # A quotation mark without its end: no query with one is valid, so the rest is passed over.
                (Kind.MARK, r"""\"{3}.*|'{3}.*|["'][^\n\r]*|."""),
            )
        ),
        re.DOTALL,
    )


# After one of these, inside parentheses, `<` may also be the operator.
_OPERANDS = {Kind.IRI, Kind.STRING, Kind.VARIABLE, Kind.NAME, Kind.LANGUAGE, Kind.NUMBER}


class Token(NamedTuple):
    """One token: its kind, its text, and where it begins, in characters from the start of the query."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, given in capitals; case does not matter in SPARQL."""
        return self.kind is Kind.WORD and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class Lexed:
    """The tokens of a query without space and comments.

    `doubtful`: the IRIs among them whose `<` may as well be an operator, or half of the `<<` of a triple
    term, which only the whole grammar can tell.
    """

    tokens: tuple[Token, ...]
    doubtful: tuple[Token, ...]

    @property
    def ambiguous(self) -> bool:
        return bool(self.doubtful)


def lex(text: str, *, operators: bool = False, head: bool = False) -> Lexed:
    """The tokens of a text; never fails, whatever the text.

    With `operators` each doubtful `<` is read as an operator, else as the beginning of an IRI. With `head`
    reading ends with the first keyword after the prologue.
    """
    found: list[Token] = []
    doubtful: list[Token] = []
    brackets: list[str] = []
    at, end = 0, len(text)
    match = _token().match
    while at < end:
        hit = match(text, at)
        assert hit is not None and hit.lastgroup is not None  # the last alternative takes anything
        kind = _KINDS[hit.lastgroup]
        if kind is Kind.SPACE:
            at = hit.end()
            continue
        token = Token(kind, hit.group(), at)
        if kind is Kind.MARK:
            if token.text in "({[":
                brackets.append(token.text)
            elif token.text in ")}]" and brackets:
                brackets.pop()
        elif kind is Kind.IRI and found and _is_doubtful(found[-1], token, brackets):
            doubtful.append(token)
            if operators:
                token = Token(Kind.MARK, "<", at)
        found.append(token)
        if head and kind is Kind.WORD and token.text.upper() not in ("BASE", "PREFIX", "VERSION"):
            break
        at = token.end
    return Lexed(tuple(found), tuple(doubtful))


_KINDS = {kind.value: kind for kind in Kind}


def _is_doubtful(before: Token, iri: Token, brackets: Sequence[str]) -> bool:
    if before.text == "<":
        return before.end == iri.start
    if not brackets or brackets[-1] != "(":  # operators stand nowhere else
        return False
    return before.kind in _OPERANDS or before.text == ")" or before.is_word("TRUE", "FALSE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text: line and column, both from 1, in characters."""

    line: int
    column: int


def place(text: str, offset: int) -> Place:
    """The line and column of a character, as editors count them."""
    before = text[:offset]
    return Place(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


def offset(text: str, place: Place) -> int:
    """The character at a line and column; the end of the text when there is no such place."""
    for number, line in enumerate(_lines(text), 1):
        start, length = line
        if number == place.line:
            return min(start + place.column - 1, start + length)
    return len(text)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, len(line)
        start += len(line) + 1


_STRING_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "\\": "\\", '"': '"', "'": "'"}
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)


def unquoted(literal: str) -> str:
    """The value of a string token, its escapes resolved (section 19.7)."""
    width = 3 if literal[:3] in ('"""', "'''") and len(literal) >= 6 else 1
    return unescaped(literal[width:-width])


def unescaped(text: str) -> str:
    """A text with its escapes of code points and characters resolved."""

    def resolved(found: re.Match[str]) -> str:
        short, long, single = found.groups()
        if single is not None:
            return _STRING_ESCAPES.get(single, single)
        number = int(short or long, 16)
        return chr(number) if number < 0x110000 else "\ufffd"

    return _ESCAPED.sub(resolved, text) if "\\" in text else text
