"""Swedish compounds: which words have a given word as a part, and which parts a word has.

What counts as a part is asked of the index itself (`known`) and of the curated list in
compound_parts.txt, so that an index made anew splits as the one before it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from catalogue.analysis import listed, stemmer

_SHORTEST_PART = 4
_LINKS = ("", "s", "e", "o", "a", "u")

Known = Callable[[str], bool]


@cache
def _parts() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """From the curated list: short parts that may stand anywhere, first parts, and words that are whole."""
    short: set[str] = set()
    first: set[str] = set()
    whole: set[str] = set()
    for line in listed("compound_parts.txt"):
        kind, _, rest = line.partition(":")
        {"short": short, "first": first, "whole": whole}[kind].update(rest.split())
    stem = stemmer("sv")
    return frozenset(map(stem, short)), frozenset(first), frozenset(map(stem, whole))


def can_be_part(stem: str) -> bool:
    """Whether a stem is long enough to be looked for inside words, or is known as a short part."""
    return stem.isalpha() and (len(stem) >= _SHORTEST_PART or stem in _parts()[0])


def has_as_first(whole: str, stem: str, known: Known) -> bool:
    """Whether the stem `whole` is a compound that begins with `stem`: missbruk-s-vård of missbruk."""
    if whole in _parts()[2] or not whole.startswith(stem):
        return False
    rest = whole[len(stem) :]
    if stem.endswith(("n", "m")) and rest[:1] == stem[-1]:  # kvin-n-o-jour: stems end in a single letter
        rest = rest[1:]
    return any(rest.startswith(link) and _is_head(rest[len(link) :], known) for link in _LINKS)


def has_as_last(whole: str, stem: str, known: Known) -> bool:
    """Whether the stem `whole` is a compound that ends with `stem`: missbruk-s-vård of vård."""
    if whole in _parts()[2] or not whole.endswith(stem):
        return False
    return _is_first(whole[: -len(stem)], known)


def split(word: str, known: Known) -> tuple[str, ...]:
    """The stems of the two parts of a compound, the longest head first; empty when it is none."""
    whole = stemmer("sv")(word)
    for at in range(_SHORTEST_PART - 1, len(whole) - 2):
        head = whole[at:]
        if _is_head(head, known) and has_as_last(whole, head, known):
            first = _first_stem(whole[:at], known)
            if first:
                return first, head
    return ()


def _is_head(rest: str, known: Known) -> bool:
    return can_be_part(rest) and (rest in _parts()[0] or known(rest))


def _is_first(first: str, known: Known) -> bool:
    return first in _parts()[1] or _first_stem(first, known) is not None


def _first_stem(first: str, known: Known) -> str | None:
    """The stem of a first part, without its link: `missbruks` is missbruk, `kvinno` is kvin(na)."""
    stem = stemmer("sv")
    for link in _LINKS:
        if first.endswith(link):
            bare = stem(first.removesuffix(link))
            if can_be_part(bare) and (bare in _parts()[0] or known(bare)):
                return bare
    return None
