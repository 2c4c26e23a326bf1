"""Keywords that the engine might see where we see none, and so what must be refused before it is asked.

The engine sees keywords without their borders (`SERVICESILENT<x>` is three tokens to it), tries the next
reading when one does not fit (`SERVICE:x` with an unknown prefix), and knows only from the whole grammar
which `<` is an operator. A SERVICE or FROM that is hidden from us in such a way is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pyoxigraph import NamedNode

from catalogue.endpoint.lexer import Kind, Lexed, Token, place
from catalogue.endpoint.problems import Refused
from catalogue.errors import N_

_KEYWORD = re.compile(r"service|from", re.IGNORECASE | re.ASCII)
# What an IRI may hold that would be read as something else, or hide something else, were its `<` an operator.
_TWO_WAYS = re.compile(r"[#'()\[\]]|service|from", re.IGNORECASE | re.ASCII)
# Two slashes never follow an operand, so this is an IRI in every reading.
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_OPENING, _CLOSING = ("(", "{", "["), (")", "}", "]")

Iri = Callable[[Token], str | None]


def refuse_hidden_keywords(text: str, lexed: Lexed, first: int, iri: Iri) -> None:
    """Raises Refused, with the place, where the engine may read SERVICE or FROM although it is none to us.

    `first` is the number of the first token after the prologue; `iri` gives the IRI of a prefixed name, None where the prefix is not declared.
    """
    if _KEYWORD.search(text) is None:
        return
    for token in lexed.doubtful:
        if _SCHEME.match(token.text) is None and _TWO_WAYS.search(token.text):
            raise Refused(
                N_("Tecknet < kan läsas på två sätt här. Skriv mellanslag på båda sidor om <."),
                place=place(text, token.start),
            )
    depth = 0
    for at, token in enumerate(lexed.tokens[first:], first):
        if token.kind is Kind.MARK:
            depth += (token.text in _OPENING) - (token.text in _CLOSING)
        keyword = _KEYWORD.search(token.text) if token.kind in (Kind.WORD, Kind.NAME) else None
        if keyword is None or token.is_word("SERVICE", "FROM"):
            continue
        if token.kind is Kind.WORD or _may_be_cut(lexed.tokens, at, keyword, depth, iri):
            raise Refused(
                N_("”%(text)s” kan läsas som %(word)s. Skriv mellanslag före och efter %(word)s."),
                text=token.text if len(token.text) <= 30 else token.text[:30] + "…",
                word=keyword.group().upper(),
                place=place(text, token.start + keyword.start()),
            )


def _may_be_cut(tokens: Sequence[Token], at: int, keyword: re.Match[str], depth: int, iri: Iri) -> bool:
    """Whether the engine may see a keyword within a prefixed name: `SERVICE:x {`, `FROM:x`."""
    whole = iri(tokens[at])
    if keyword.start() > tokens[at].text.index(":"):
        # In the local part: only where the whole is no IRI, for then the namespace alone is tried.
        return whole is not None and not _is_iri(whole)
    if whole is None:
        return True
    if keyword.group().upper() == "FROM":
        return depth == 0
    named = at > 0 and tokens[at - 1].is_word("SERVICE", "SILENT", "GRAPH")
    return at + 1 < len(tokens) and tokens[at + 1].text == "{" and not named


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True
