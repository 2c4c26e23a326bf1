"""Where a query breaks the grammar: the token at fault, which the engine itself tells only roughly.

The engine tells the farthest character that it has looked at, and to try a keyword it looks as many
characters ahead as the keyword has. So the query is read once more with its tokens far apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from catalogue.endpoint.lexer import Kind, Place, Token, lex, offset, place

_TOLD = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# Longer than the longest keyword.
_GAP = "\n" + " " * 24
# Pairs of characters that mean something else when they are apart.
_PAIRS = {"^^", "||", "&&", "!=", "<=", ">=", "<<", ">>", "<(", ")>", "{|", "|}", "--"}
# The keywords among what the engine would rather have seen; the rest are marks and ranges of characters.
_KEYWORD = re.compile(r"\b[A-Z]{2,}\b")
_LONGEST_WORD = 60


def told(message: str) -> tuple[Place, str] | None:
    """The place and the rest of what the engine says; None when it says no place."""
    found = _TOLD.fullmatch(message)
    return (Place(int(found[1]), int(found[2])), found[3]) if found else None


def exactly(text: str, message: str, parse: Callable[[str], object]) -> str:
    """What the engine says of a query, with the place of the token at fault.

    `parse` reads a query and raises SyntaxError; it is called once more.
    """
    apart, tokens = _apart(text)
    try:
        parse(apart)
    except SyntaxError as error:
        again = told(str(error))
        if again is None:
            return message
        at = offset(apart, again[0])
        fault = next((start for start, there in reversed(tokens) if there <= at), 0)
        if at >= len(apart) and text[fault : fault + 1] not in ("'", '"'):
            fault = len(text.rstrip())
        where = place(text, fault)
        return f"error at {where.line}:{where.column}: {again[1]}"
    except (OSError, RuntimeError, ValueError):  # apart it reads as another query
        return message
    return message


def word_at(text: str, where: Place) -> str:
    """The token at a place, or its beginning; "" at the end of the text."""
    at = offset(text, where)
    found = next((token for token in lex(text).tokens if token.start <= at < token.end), None)
    return found.text[:_LONGEST_WORD] if found else ""


def meant(word: str, detail: str) -> str:
    """The keyword that a word is a slip for, out of those that the engine says it expected; "" for none."""
    keywords = [each for each in dict.fromkeys(_KEYWORD.findall(detail)) if each != word.upper()]
    return next(iter(get_close_matches(word.upper(), keywords, 1)), "")


def _apart(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with its tokens apart, and for each token its start in the text and there."""
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length, before = 0, None
    for token in lex(text).tokens:
        if before is not None and not _belong(before, token):
            parts.append(_GAP)
            length += len(_GAP)
        starts.append((token.start, length))
        parts.append(token.text)
        length += len(token.text)
        before = token
    return "".join(parts) + _GAP, starts


def _belong(one: Token, other: Token) -> bool:
    if one.end != other.start:
        return False
    literal = other.kind is Kind.LANGUAGE or "^" in (one.text, other.text)
    return literal or (one.text + other.text) in _PAIRS
