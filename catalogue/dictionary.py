"""The words of the index at one version: how common they are, which begin or end alike, what they are typed as."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import log

from tantivy import Searcher

from catalogue.analysis import fold, stemmer
from catalogue.compounds import can_be_part, has_as_first, has_as_last, split
from catalogue.indexing import stem_term
from catalogue.remembering import remembering

_ALIKE = 500  # how many of the most common words with one beginning or ending are looked at
_MOST_COMPOUNDS = 40  # how many of one word are searched for, half of them by their first part
_MOST_CONTINUED = 20
_SHORTEST_PREFIX = 3
_RARE = 4.0
_NOUN_ENDINGS = ("ning", "ing")


@dataclass(frozen=True, slots=True)
class Forms:
    """The stems that a typed word stands for in the index.

    `exact` as typed, `unfolded` with dots and accents that were not typed, `compounds` with the word
    as a part or made of the same verb, `continued` with it as a beginning. `parts` are the word's
    own parts where it is a compound; they help to rank.
    """

    exact: tuple[str, ...]
    unfolded: tuple[str, ...]
    compounds: tuple[str, ...]
    continued: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def any(self) -> tuple[str, ...]:
        return self.exact + self.unfolded + self.compounds + self.continued


class Dictionary:
    """Looks words up in one version of the index. Answers are remembered; threads may share it."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self.forms = remembering(self._forms, 4096)
        self.frequency = remembering(self.documents, 65536)
        self.in_field = remembering(self._in_field, 16384)

    def documents(self, stem: str) -> int:
        """How many documents have the stem."""
        return int(self._searcher.doc_freq("stem", stem_term(stem)))

    def _in_field(self, field: str, stem: str) -> bool:
        return bool(self._searcher.doc_freq(field, stem))

    def known(self, stem: str) -> bool:
        return self.frequency(stem) > 0

    def weight(self, word: str) -> float:
        """How much a word tells: its inverse document frequency as in BM25, at most that of a rare word."""
        documents = self._searcher.num_docs
        having = max((self.frequency(stem) for stem in stems_of(word)), default=0)
        return log(1 + (documents - having + 0.5) / (having + 0.5)) if having else _RARE

    def stems(self, word: str) -> tuple[str, ...]:
        """The stems of a word, read as Swedish and as English, that the index has."""
        return tuple(dict.fromkeys(stem for stem in stems_of(word) if self.frequency(stem)))

    def starting(self, beginning: str) -> list[str]:
        """The most common stems whose folded form begins so."""
        found = self._searcher.terms_with_prefix("stem", beginning, limit=_ALIKE)
        return [term.partition("|")[2] for term, _ in found]

    def ending(self, end: str) -> list[str]:
        """Stems whose folded form ends so, the most common first."""
        found = self._searcher.terms_with_prefix("head", end[::-1], limit=_ALIKE)
        counted = [(-self.frequency(stem), stem) for term, _ in found for stem in (term.partition("|")[2],)]
        return [stem for count, stem in sorted(counted) if count]

    def unfolded(self, word: str) -> tuple[str, ...]:
        """For a word typed without dots and accents, the stems that are written with them."""
        if fold(word) != word:
            return ()
        found: dict[str, None] = {}
        for stem in dict.fromkeys(map(fold, stems_of(word))):
            terms = self._searcher.terms_with_prefix("stem", f"{stem}|", limit=_ALIKE)
            found.update((term.partition("|")[2], None) for term, _ in terms)
        return tuple(each for each in found if each not in stems_of(word))

    def _forms(self, word: str, prefix: bool) -> Forms:
        exact = self.stems(word)
        unfolded = self.unfolded(word)
        taken = {*exact, *unfolded}
        related = tuple(each for each in self._derived(stems_of(word)[0]) if each not in taken)
        taken.update(related)
        compounds = related + self._compounds((stems_of(word)[0], *unfolded), taken)
        taken.update(compounds)
        continued = self._continued(word, taken) if prefix else ()
        return Forms(exact, unfolded, compounds, continued, split(word, self.known))

    def _derived(self, stem: str) -> tuple[str, ...]:
        """The noun of a verb and the verb of a noun: odla and odling, utvärdera and utvärdering."""
        found = [stem + ending for ending in _NOUN_ENDINGS]
        found += [stem.removesuffix(ending) for ending in _NOUN_ENDINGS if stem.endswith(ending)]
        return tuple(each for each in dict.fromkeys(found) if len(each) > 2 and self.known(each))

    def _compounds(self, parts: tuple[str, ...], taken: set[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for part in dict.fromkeys(parts):
            if can_be_part(part):
                folded = fold(part)
                last = [each for each in self.ending(folded) if has_as_last(each, part, self.known)]
                first = [each for each in self.starting(folded) if has_as_first(each, part, self.known)]
                room = max(_MOST_COMPOUNDS // 2, _MOST_COMPOUNDS - min(len(last), len(first)))
                both = (*last[:room], *first[: _MOST_COMPOUNDS - min(len(last), room)])
                found.update((each, None) for each in both if each not in taken)
        return tuple(found)

    def _continued(self, word: str, taken: set[str]) -> tuple[str, ...]:
        if len(word) < _SHORTEST_PREFIX:
            return ()
        plainly = fold(word) == word
        alike = (each for each in self.starting(fold(word)) if plainly or each.startswith(word))
        return tuple(islice((each for each in alike if each not in taken), _MOST_CONTINUED))


@lru_cache(16384)
def stems_of(word: str) -> tuple[str, ...]:
    """The stem of a word as Swedish, then as English where that differs."""
    return tuple(dict.fromkeys((stemmer("sv")(word), stemmer("en")(word))))
