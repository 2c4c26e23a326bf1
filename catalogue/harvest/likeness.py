"""Which records of different sources are likely about the same thing: pairs for people to look at, never merged.

Whoever is found by the same page, number, name or rare words is compared; everything else never meets, so the
cost grows with the records and not with their pairs. Own records are not compared with each other: here are two
sources' views of one thing, not an editor's doubles.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

from catalogue.harvest.configuring import sources
from catalogue.harvest.features import ACTOR, LEFT_OUT, MUNICIPALITY, PLACE, Features, Gazetteer, Raw, Reading
from catalogue.journal import Journal
from catalogue.layout import Layout, write_durably
from catalogue.origins import is_harvested, of_source
from catalogue.settings import Settings

# Rare words by which a text finds others, and how common they may be.
_RARE = 8
_COMMONEST = 200
_SHARED_RARE = 2
# How alike texts must be (0 to 1, rare words count more): alone, and with the same place or actor.
_ALIKE = 0.5
_RATHER_ALIKE = 0.3
# An equal name with as different texts as this is only a common name.
_UNLIKE = 0.06
# A page that so many records of one source name is a list, not a page about one of them.
_LIST = 2
# Sets of words take memory; a record meets its likes in a row.
_REMEMBERED = 5_000
# Comparing everything takes at most one part of this many of the time, where it may be put off.
_SHARE = 20
# In a crowd every record is compared with the first only.
_CROWD = 6
_NAMED = {ACTOR, PLACE}


class Why(StrEnum):
    """What a pair has in common."""

    NUMBER = "number"
    PAGE = "page"
    NAME = "name"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are likely about the same thing; `first` is our own where one is."""

    first: str
    second: str
    why: Why


def pairs(raws: Sequence[Raw], homes: Mapping[str, str]) -> list[Pair]:
    """The likely pairs among records of several sources. `homes` has the municipality of a source, by origin."""
    gazetteer = Gazetteer((each for each in raws if each.type in (*_NAMED, MUNICIPALITY)), homes)
    compared = [gazetteer.features(each) for each in raws if each.type != MUNICIPALITY]
    judge = _Judge(compared)
    found: dict[tuple[str, str], Pair] = {}
    for one, other in _meetings(compared, judge):
        first, second = sorted((one, other), key=lambda each: (each.raw.origin, each.raw.iri))
        key = (first.raw.iri, second.raw.iri)
        if key not in found and (why := judge.why(first, second)) is not None:
            found[key] = Pair(*key, why)
    return sorted(found.values(), key=lambda each: (each.first, each.second))


def _meetings(compared: Sequence[Features], judge: _Judge) -> Iterator[tuple[Features, Features]]:
    """The records that have something in common by which they are found, two and two."""
    by_key: dict[Hashable, list[Features]] = defaultdict(list)
    for each in compared:
        for key in judge.keys(each):
            by_key[each.raw.type, key].append(each)
    for members in by_key.values():
        if len({each.raw.origin for each in members}) > 1:
            yield from _two_and_two(members)
    yield from judge.texts_alike(compared)


def _two_and_two(members: list[Features]) -> Iterator[tuple[Features, Features]]:
    members.sort(key=lambda each: (each.raw.origin, each.raw.iri))
    for place, one in enumerate(members):
        for other in members[place + 1 :]:
            if one.raw.origin != other.raw.origin:
                yield one, other
        if len(members) > _CROWD:
            return


class _Judge:
    def __init__(self, compared: Sequence[Features]) -> None:
        self._frequency = Counter(word for each in compared for word in each.raw.words)
        self._weights = {word: log(1 + len(compared) / count) for word, count in self._frequency.items()}
        self._set = lru_cache(_REMEMBERED)(frozenset[int])
        self._whole = {each.raw.iri: sum(self._weights[word] for word in each.raw.words) for each in compared}
        self._pages = Counter((each.raw.origin, page) for each in compared for page in each.raw.pages)

    def keys(self, each: Features) -> Iterator[Hashable]:
        raw = each.raw
        yield from raw.pages
        if raw.number:
            yield raw.number
        for title in each.titles:
            if raw.type in _NAMED:
                yield title
            else:
                # The name alone is shared by things in many places.
                yield from ((title, place) for place in each.around or ("",))
                yield from ((title, actor) for actor in each.actors)

    def texts_alike(self, compared: Sequence[Features]) -> Iterator[tuple[Features, Features]]:
        """Records that share rare words: each with those that were harvested."""
        by_word: dict[tuple[str, int], list[Features]] = defaultdict(list)
        rare = {each.raw.iri: self._rare(each) for each in compared if each.raw.type not in _NAMED}
        harvested = [each for each in compared if each.raw.origin and each.raw.iri in rare]
        for each in harvested:
            for word in rare[each.raw.iri]:
                by_word[each.raw.type, word].append(each)
        for one in compared:
            if one.raw.iri not in rare:
                continue
            met: Counter[int] = Counter()
            others: dict[int, Features] = {}
            for word in rare[one.raw.iri]:
                for other in by_word.get((one.raw.type, word), ()):
                    if other.raw.origin != one.raw.origin:
                        met[id(other)] += 1
                        others[id(other)] = other
            yield from ((one, others[key]) for key, shared in met.items() if shared >= _SHARED_RARE)

    def _rare(self, each: Features) -> list[int]:
        known = [word for word in each.raw.words if 1 < self._frequency[word] <= _COMMONEST]
        return sorted(known, key=lambda word: (self._frequency[word], word))[:_RARE]

    def why(self, one: Features, other: Features) -> Why | None:
        """Why two records are likely about the same thing; None where they are not."""
        if one.raw.date and other.raw.date and one.raw.date != other.raw.date:
            return None
        named_alike = bool(one.titles & other.titles)
        near = _near(one, other)
        if one.raw.type in _NAMED:
            return self._why_named(one, other, named_alike, near)
        if near is False:
            # Whoever works in two towns does two things, even in the same words.
            return Why.PAGE if named_alike and self._share_page(one, other) else None
        together = bool(one.actors & other.actors)
        alike = self._alike(one, other)
        if self._share_page(one, other) and (named_alike or together or near or alike >= _UNLIKE):
            return Why.PAGE
        if named_alike and (together or (near and alike >= _UNLIKE)):
            return Why.NAME
        enough = _RATHER_ALIKE if near or together else _ALIKE
        return Why.TEXT if alike >= enough else None

    def _why_named(self, one: Features, other: Features, named_alike: bool, near: bool | None) -> Why | None:
        municipal = one.raw.municipal or other.raw.municipal
        if one.raw.number and other.raw.number:
            # The bodies of a municipality have one number together.
            if one.raw.number != other.raw.number:
                return None
            if named_alike or not municipal:
                return Why.NUMBER
        if municipal or one.raw.type == PLACE:
            return Why.NAME if named_alike and near else None
        if named_alike:
            return None if near is False else Why.NAME
        return Why.PAGE if self._share_page(one, other) and near is not False else None

    def _share_page(self, one: Features, other: Features) -> bool:
        """Whether both name a page that is about one thing."""
        return any(
            self._pages[one.raw.origin, page] <= _LIST and self._pages[other.raw.origin, page] <= _LIST
            for page in one.raw.pages & other.raw.pages
        )

    def _alike(self, one: Features, other: Features) -> float:
        """The weight of the words of both against that of all of theirs, 0 to 1."""
        both = sum(self._weights[word] for word in self._set(one.raw.words) & self._set(other.raw.words))
        whole = self._whole[one.raw.iri] + self._whole[other.raw.iri] - both
        return both / whole if whole else 0.0


def _near(one: Features, other: Features) -> bool | None:
    """Whether one lies where the other does, or around it; None where that is not known of both."""
    if not one.places or not other.places:
        return None
    return bool(one.places & other.around or other.places & one.around)


# --- kept beside the journal -----------------------------------------------------------------------------


def keep_up(settings: Settings, *, seldom: bool = False) -> None:
    """Find the likely pairs among all that is published, for pages and reports, if something is new since the last time.

    `seldom` puts it off where the last time took long, so that many sources cost little more than one.
    """
    began, known = time.time(), _kept(settings)
    if seldom and began < known.get("rest", 0):
        return
    journal = Layout(settings.data).open_journal()
    try:
        upto = journal.head()
        rules = _rules(settings)
        if known.get("of") == [upto, rules]:
            return
        found = pairs(_read(journal, upto), _homes(settings)) if _has_harvested(journal) else []
    finally:
        journal.close()
    ended = time.time()
    said = {
        "of": [upto, rules],
        "rest": ended + _SHARE * (ended - began),
        "pairs": [[each.first, each.second, each.why.value] for each in found],
    }
    write_durably(path_of(settings), json.dumps(said, ensure_ascii=False) + "\n")


def path_of(settings: Settings) -> Path:
    """The file that the pairs are kept in."""
    return Layout(settings.data).data / "likenesses.json"


def kept(settings: Settings) -> list[Pair]:
    """The pairs that were found last; none before a first harvest, or where the file is no use."""
    try:
        return [Pair(first, second, Why(why)) for first, second, why in _kept(settings).get("pairs", ())]
    except (ValueError, TypeError):
        # Another release's, made anew by the next harvest.
        return []


def _kept(settings: Settings) -> Mapping[str, Any]:
    try:
        said = json.loads(path_of(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _rules(settings: Settings) -> str:
    """What decides, beside the records, which pairs are found."""
    modules = (Path(__file__), Path(__file__).with_name("features.py"))
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in modules))
    digest.update(repr(sorted(_homes(settings).items())).encode())
    return digest.hexdigest()[:16]


def _has_harvested(journal: Journal) -> bool:
    return any(is_harvested(origin) for origin in journal.origins())


def _homes(settings: Settings) -> Mapping[str, str]:
    found = sources(settings).values()
    return {of_source(each.name): each.municipality for each in found if each.municipality}


def _read(journal: Journal, upto: int) -> list[Raw]:
    reading = Reading()
    return [
        reading.read(each.iri, each.type, each.origin if is_harvested(each.origin) else "", each.content)
        for each in journal.current_all(upto=upto)
        if each.published and each.type not in LEFT_OUT
    ]


def of_record(found: Iterable[Pair]) -> Mapping[str, tuple[Pair, ...]]:
    """The pairs by each of their records."""
    by_record: dict[str, list[Pair]] = defaultdict(list)
    for each in found:
        by_record[each.first].append(each)
        by_record[each.second].append(each)
    return {iri: tuple(each) for iri, each in by_record.items()}
