"""Whether two answers to a query can be compared: not when the query may answer the same data in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from catalogue.endpoint.lexer import Token, lex
from catalogue.errors import N_


class Reason(Enum):
    """Why answers to a query cannot be compared; the value is the sentence for the reader."""

    VOLATILE = N_(
        "Frågan använder en funktion som ger nya svar varje gång (NOW, RAND, UUID, STRUUID eller BNODE)."
    )
    CUT = N_("Frågan har LIMIT eller OFFSET utan ORDER BY, så vilka rader som kommer med är inte bestämt.")
    SAMPLED = N_(
        "Frågan använder SAMPLE eller GROUP_CONCAT, som får välja värde och ordning från gång till gång."
    )
    BLANK = N_("Svaret har noder utan namn (blank nodes), som får nya beteckningar varje gång.")


_VOLATILE = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
_SAMPLED = ("SAMPLE", "GROUP_CONCAT")


def reasons(text: str) -> tuple[Reason, ...]:
    """Why answers to a query that has passed the screen cannot be compared; empty when they can."""
    lexed = lex(text)
    readings = [lexed.tokens]
    if lexed.ambiguous:
        # Each `<` as an operator too: either reading may hide a word.
        readings.append(lex(text, operators=True).tokens)
    found = {reason for tokens in readings for reason in _found(tokens)}
    return tuple(each for each in Reason if each in found)


def _found(tokens: Sequence[Token]) -> set[Reason]:
    found: set[Reason] = set()
    # Of each open group: whether it has been cut, and whether it has been put in order first.
    groups = [[False, False]]
    for token, after in zip(tokens, (*tokens[1:], None), strict=True):
        called = after is not None and after.text == "("
        if called and token.is_word(*_VOLATILE):
            found.add(Reason.VOLATILE)
        elif called and token.is_word(*_SAMPLED):
            found.add(Reason.SAMPLED)
        elif token.is_word("LIMIT", "OFFSET"):
            groups[-1][0] = True
        elif token.is_word("ORDER"):
            groups[-1][1] = True
        elif token.text == "{":
            groups.append([False, False])
        elif token.text == "}" and len(groups) > 1 and groups.pop() == [True, False]:
            found.add(Reason.CUT)
    if any(group == [True, False] for group in groups):
        found.add(Reason.CUT)
    return found
