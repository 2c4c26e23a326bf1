"""Marks the words that answer a question, and cuts out the piece of text that shows most of them.

Text stays text: segments are not escaped, so that they can be escaped once, where they are written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import chain

from catalogue.analysis import TokenStems, Word, placed_words, stemmer
from catalogue.answers import Segment

SNIPPET = 230  # characters, about two lines
_LEAD = 60  # what a snippet shows before its first marked word


Mark = tuple[str, int, int]  # the stem, or stems, and the half-open range of characters


@dataclass(slots=True)
class Marks:
    """The stems, and the sequences of stems, that answer the question, which has so many `parts`.

    `named` are those of concepts that were asked for by another name. Nothing is added once
    something was looked for.
    """

    stems: set[str] = field(default_factory=set)
    sequences: set[tuple[str, ...]] = field(default_factory=set)
    parts: int = 1
    _named: Marks | None = None
    _wanted: dict[bool, _Wanted] = field(default_factory=dict)

    @property
    def named(self) -> Marks:
        if self._named is None:
            self._named = Marks()
        return self._named

    def add(self, stems: Iterable[str]) -> None:
        self.stems.update(stems)

    def add_sequence(self, stems: tuple[str, ...]) -> None:
        self.sequences.add(stems)

    def __bool__(self) -> bool:
        return bool(self.stems or self.sequences or self._named)

    def found(self, text: str, language: str, *, typed_only: bool = False) -> list[Mark]:
        """What is to be marked in a text, in order; `typed_only` leaves out names that were not typed."""
        wanted = self._wanted.get(typed_only) or self._want(typed_only)
        # Most texts have nothing to mark: seen without looking for the places of words.
        if wanted.possible.isdisjoint(
            chain.from_iterable(map(_stems(language).__getitem__, text.lower().split()))
        ):
            return []
        stem = stemmer(language)
        placed = list(placed_words(text))
        stems = [stem[word.text] for word in placed]
        found = [
            (stemmed, word.start, word.end)
            for word, stemmed in zip(placed, stems, strict=True)
            if stemmed in wanted.stems
        ]
        for sequence in wanted.sequences:
            found.extend(_sequences(placed, stems, sequence))
        return sorted(set(found), key=lambda mark: mark[1:])

    def _want(self, typed_only: bool) -> _Wanted:
        sets = [self] if typed_only or self._named is None else [self, self._named]
        stems = frozenset().union(*(each.stems for each in sets))
        sequences = frozenset().union(*(each.sequences for each in sets))
        wanted = _Wanted(stems, sequences, stems.union(sequence[0] for sequence in sequences))
        self._wanted[typed_only] = wanted
        return wanted


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The stems and sequences to look for, and the stems that any of them begins with."""

    stems: frozenset[str]
    sequences: frozenset[tuple[str, ...]]
    possible: frozenset[str]


_stems = cache(TokenStems)


def _sequences(placed: Sequence[Word], stems: Sequence[str], sequence: tuple[str, ...]) -> Iterable[Mark]:
    length = len(sequence)
    for at in range(len(stems) - length + 1):
        if stems[at] == sequence[0] and tuple(stems[at : at + length]) == sequence:
            yield " ".join(sequence), placed[at].start, placed[at + length - 1].end


def marked(text: str, language: str, marks: Marks) -> tuple[Segment, ...]:
    """The whole text, with what answers the question marked."""
    return _segments(text, 0, len(text), marks.found(text, language) if marks else [])


def snippet(
    passages: Sequence[tuple[str, str]], language: str, marks: Marks
) -> tuple[tuple[Segment, ...], str]:
    """The most telling piece of the passages, which are (language, text); and its language.

    The first passage in `language` that shows as many different answers as any other; where none
    shows any, a passage in another language that has what was typed; else the beginning of the first.
    """
    if not passages:
        return (), ""
    own = [each for each in passages if each[0] == language] or list(passages[:1])
    best = _best(own, marks)
    if marks and not best[3]:
        others = [each for each in passages if each not in own]
        best = max(best, _best(others, marks, typed_only=True), key=lambda each: each[0])
    _, shown, text, found = best
    start, end = _window(text, found)
    segments = list(_segments(text, start, end, found))
    if start > 0:
        segments.insert(0, Segment("… "))
    if end < len(text):
        segments.append(Segment(" …"))
    return tuple(segments), shown


def _best(
    passages: Sequence[tuple[str, str]], marks: Marks, *, typed_only: bool = False
) -> tuple[int, str, str, list[Mark]]:
    """How many different answers the best passage shows, its language and text, and what is marked in it."""
    best: tuple[int, str, str, list[Mark]] = (-1, "", "", [])
    for language, text in passages:
        found = marks.found(text, language, typed_only=typed_only) if marks else []
        different = len({stem for stem, _, _ in found})
        if different > best[0]:
            best = (different, language, text, found)
        if different >= marks.parts or not marks:
            break
    return best


def html(segments: Iterable[Segment]) -> str:
    """The segments as HTML: escaped first, then marked."""
    return "".join(
        f"<mark>{escape(segment.text)}</mark>" if segment.marked else escape(segment.text)
        for segment in segments
    )


def _window(text: str, found: Sequence[Mark]) -> tuple[int, int]:
    """The range of the snippet: the one with the most different answers, from word to word."""
    if len(text) <= SNIPPET:
        return 0, len(text)
    best, at = 0, 0
    starts = [start for _, start, _ in found]
    for place, start in enumerate(starts):
        inside = found[place : bisect_left(starts, start + SNIPPET - _LEAD)]
        different = len({stem for stem, _, _ in inside})
        if different > best:
            best, at = different, start
    start = 0 if at < SNIPPET - _LEAD else _beginning(text, at - _LEAD)
    end = start + SNIPPET
    if end >= len(text):
        return start, len(text)
    cut = text.rfind(" ", start + SNIPPET // 2, end + 1)
    return start, cut if cut > 0 else end


def _beginning(text: str, near: int) -> int:
    """The beginning of the sentence, or else of the word, at or after `near`."""
    for mark in (". ", "? ", "! ", " "):
        at = text.find(mark, near, near + _LEAD)
        if at >= 0:
            return at + len(mark)
    return near


def _segments(text: str, start: int, end: int, found: Sequence[Mark]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    at = start
    for _, first, last in found:
        if first < at or last > end:
            continue
        if first > at:
            segments.append(Segment(text[at:first]))
        segments.append(Segment(text[first:last], marked=True))
        at = last
    if at < end:
        segments.append(Segment(text[at:end]))
    return tuple(segments)
