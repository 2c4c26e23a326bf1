"""Other spellings: for words that the index hardly has, the most likely word that it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tantivy import Searcher

from catalogue.analysis import fold, stopwords
from catalogue.asking import Clause
from catalogue.dictionary import Dictionary, stems_of

_SHORTEST = 4
_LONG = 7  # from this length two letters may be wrong
_RARE = 2  # documents; a word that more have is taken to be meant
_MUCH_MORE = 8
_LOOKED_AT = 20_000


def corrected(
    clauses: Sequence[Clause], dictionary: Dictionary, searcher: Searcher
) -> tuple[Clause, ...] | None:
    """The clauses with misspelt words put right; None when there is nothing to put right."""
    found = tuple(_corrected(each, dictionary, searcher) for each in clauses)
    return found if found != tuple(clauses) else None


def spoken(clauses: Iterable[Clause]) -> str:
    """The clauses as a text for the search box."""
    return " ".join(
        ("-" if each.excluded else "")
        + (f'"{" ".join(each.words)}"' if each.quoted else " ".join(each.words))
        for each in clauses
    )


def _corrected(clause: Clause, dictionary: Dictionary, searcher: Searcher) -> Clause:
    if clause.excluded:
        return clause
    words = tuple(_better(word, clause, dictionary, searcher) or word for word in clause.words)
    return Clause(words, clause.quoted, clause.excluded, clause.prefix)


def _better(word: str, clause: Clause, dictionary: Dictionary, searcher: Searcher) -> str | None:
    if len(word) < _SHORTEST or not word.isalpha() or word in stopwords():
        return None
    forms = dictionary.forms(word, clause.prefix and len(clause.words) == 1)
    frequency = max(map(dictionary.documents, forms.any), default=0)
    if frequency > _RARE or (forms.any and not forms.exact):
        return None
    best = min(candidates(word, dictionary, searcher), default=None)
    if best is None or best[0] > _allowed(word) or -best[1] < frequency * _MUCH_MORE:
        return None
    return None if set(stems_of(best[2])) & set(stems_of(word)) else best[2]


def candidates(word: str, dictionary: Dictionary, searcher: Searcher) -> list[tuple[float, int, str]]:
    """Words of the index that are spelt nearly so, as (distance, minus documents, word).

    A word that no document has may be another name of a concept, which finds what has the concept.
    """
    folded = fold(word)
    # The first letter is rarely wrong; the first two may have changed places.
    likely = dict.fromkeys((folded[:2], folded[0] + folded[2], folded[1] + folded[0]))
    alike = list(_alike(word, folded, likely, searcher)) or list(_alike(word, folded, folded[:1], searcher))
    counted = ((apart, max(map(dictionary.documents, stems_of(spelt))), spelt) for apart, spelt in alike)
    return [
        (apart, -documents, spelt)
        for apart, documents, spelt in counted
        if documents or searcher.doc_freq("said", fold(spelt))
    ]


def _alike(
    word: str, folded: str, beginnings: Iterable[str], searcher: Searcher
) -> Iterable[tuple[float, str]]:
    allowed = _allowed(word)
    letters = _letters(folded)
    for beginning in beginnings:
        for term, _ in searcher.terms_with_prefix("spelt", beginning, limit=_LOOKED_AT):
            other, _, spelt = term.partition("|")
            if abs(len(other) - len(folded)) > allowed:
                continue
            if (letters ^ _letters(other)).bit_count() > 2 * allowed:
                continue
            apart = distance(folded, other, allowed)
            if apart <= allowed:
                # Dots typed as they should be decide between words that differ in nothing else.
                yield apart + (0.0 if fold(word) == word or spelt == word else 0.1), spelt


def _allowed(word: str) -> int:
    return 1 if len(word) < _LONG else 2


def _letters(word: str) -> int:
    """The letters of a word as bits of a number."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def distance(one: str, other: str, limit: int) -> int:
    """Letters to put in, take out, change or swap with a neighbour; above `limit` only that it is above."""
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before = before, row
        row = [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
