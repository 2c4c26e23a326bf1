"""How the change feed is cut into pages: by numbers of the journal, so that a full page never changes.

What a page is called follows from what is on it. When a record is taken out of publication, its earlier
versions leave the pages that they were on; such a page gets another name, and the old one is retired.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import sqlalchemy as sa

from catalogue.journal import Journal
from catalogue.revisions import REVISIONS

# About a megabyte as N-Triples.
PAGE = 250
# The root has at most so many pages, and one line for each group of them.
GROUP = 100

_C = REVISIONS.c
_BATCH = 500


@dataclass(frozen=True)
class Page:
    """The revisions `first` to `last`, but for those that are `hidden`.

    `since` and `until` bound the times of what is on it, as xsd:dateTime in UTC. An open page may still
    grow and has no upper bound; an empty one begins where the one before it ends.
    """

    number: int
    first: int
    last: int
    since: str | None
    until: str | None
    hidden: frozenset[int]
    digest: str
    closed: bool

    @property
    def name(self) -> str:
        """What stands for it in addresses. The name of a closed page tells what is on it."""
        return f"{self.number}-{self.digest}" if self.closed else str(self.number)


@dataclass(frozen=True)
class Group:
    """As many closed pages in a row as a group holds."""

    number: int
    pages: tuple[Page, ...]
    digest: str

    @property
    def since(self) -> str | None:
        return self.pages[0].since

    @property
    def until(self) -> str | None:
        return self.pages[-1].until

    @property
    def name(self) -> str:
        return f"g{self.number}-{self.digest}"


@dataclass(frozen=True)
class Outline:
    """All pages of the feed at a dataset version."""

    version: int
    groups: tuple[Group, ...]
    closed: tuple[Page, ...]
    open: Page

    @property
    def listed(self) -> tuple[Group | Page, ...]:
        """What the root leads to, oldest first: groups, the pages that are in none, the open page."""
        grouped = sum(len(group.pages) for group in self.groups)
        return (*self.groups, *self.closed[grouped:], self.open)

    @property
    def digest(self) -> str:
        return _digest(*(each.name for each in self.listed))


def stamp(seq: int, iri: str, state: str, at: str) -> str:
    """What tells a revision from another one with its number, as after a restored backup.

    Made of what everybody may know: a digest of the whole content would let somebody try what its
    internal part says.
    """
    return f"{seq}\n{iri}\n{state}\n{at}"


class Cutter:
    """Cuts a journal into pages; knows at each publication what is new. Safe between threads.

    `rules` stands for what else decides how a page reads: another one gives all pages other names.
    """

    def __init__(self, journal: Journal, rules: str, *, page: int = PAGE, group: int = GROUP) -> None:
        self._journal = journal
        self._rules = rules
        self._size = page
        self._group = group
        self._lock = threading.Lock()
        self._outline: Outline | None = None
        # The versions that are not shown, of each record that is not published now.
        self._gone: dict[str, tuple[int, ...]] = {}
        self._hidden: dict[int, set[int]] = {}

    def outline(self, version: int) -> Outline:
        """The pages at `version` or, when somebody has asked for a later one before, at that."""
        with self._lock:
            known = self._outline
            if known is None or known.version < version:
                self._outline = known = self._cut(known, version)
            return known

    def number_of(self, seq: int) -> int:
        """The number of the page that a revision is on."""
        return (seq - 1) // self._size

    # --- what is new ------------------------------------------------------------------------------------

    def _cut(self, known: Outline | None, version: int) -> Outline:
        touched = self._hide(known.version if known else 0, version)
        before = known.closed if known else ()
        count = version // self._size
        fresh = [number for number in range(count) if number >= len(before) or number in touched]
        marks = self._marks(
            [
                seq
                for number in {*fresh, *([count] if version % self._size else [])}
                for seq in (number * self._size + 1, min((number + 1) * self._size, version))
            ]
        )
        pages = list(before)
        for number in fresh:
            pages[number : number + 1] = [self._page(number, version, marks)]
        closed = tuple(pages)
        last = self._page(count, version, marks)
        if last.last < last.first and closed:
            last = Page(count, last.first, last.last, closed[-1].until, None, last.hidden, last.digest, False)
        return Outline(version, tuple(self._groups(closed)), closed, last)

    def _page(self, number: int, version: int, marks: dict[int, tuple[str, str, str]]) -> Page:
        first, last = number * self._size + 1, min((number + 1) * self._size, version)
        hidden = frozenset(self._hidden.get(number, ()))
        there = first <= last
        digest = _digest(self._rules, stamp(last, *marks[last]) if there else "", *map(str, sorted(hidden)))
        return Page(
            number=number,
            first=first,
            last=last,
            since=moment(marks[first][2]) if there else None,
            until=moment(marks[last][2]) if there else None,
            hidden=hidden,
            digest=digest,
            closed=last - first + 1 == self._size,
        )

    def _groups(self, closed: Sequence[Page]) -> Iterator[Group]:
        borders = range(0, len(closed) + 1, self._group)
        for number, (start, end) in enumerate(pairwise(borders)):
            pages = tuple(closed[start:end])
            yield Group(number, pages, _digest(*(page.name for page in pages)))

    def _hide(self, after: int, version: int) -> set[int]:
        """Find out which records have been taken out, or come back; the pages that this changes."""
        new = (_C.seq > after) & (_C.seq <= version)
        select = sa.select(_C.iri, _C.state).where(new if self._gone else new & (_C.state != "published"))
        touched = {iri for iri, state in self._rows(select) if state != "published" or iri in self._gone}
        changed: set[int] = set()
        for iri, seqs in self._histories(touched, version):
            for seq in self._gone.pop(iri, ()):
                self._hidden[self.number_of(seq)].discard(seq)
                changed.add(self.number_of(seq))
            if seqs:
                self._gone[iri] = seqs
            for seq in seqs:
                self._hidden.setdefault(self.number_of(seq), set()).add(seq)
                changed.add(self.number_of(seq))
        return changed

    def _histories(self, iris: Iterable[str], version: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        """By record, the versions that are hidden: all, when the last one is none."""
        for batch in _batches(iris):
            states: dict[str, list[tuple[int, str]]] = {}
            select = sa.select(_C.iri, _C.seq, _C.state).where(_C.iri.in_(batch), _C.seq <= version)
            for iri, seq, state in self._rows(select.order_by(_C.seq)):
                states.setdefault(iri, []).append((seq, state))
            for iri, history in states.items():
                published = history[-1][1] == "published"
                yield iri, () if published else tuple(seq for seq, state in history if state == "published")

    def _marks(self, seqs: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """IRI, state and time of some revisions, by number."""
        found: dict[int, tuple[str, str, str]] = {}
        for batch in _batches(seqs):
            select = sa.select(_C.seq, _C.iri, _C.state, _C.at).where(_C.seq.in_(batch))
            found |= {seq: (iri, state, at) for seq, iri, state, at in self._rows(select)}
        return found

    def _rows(self, select: sa.Select[Any]) -> Sequence[Sequence[Any]]:
        with self._journal.database.read() as connection:
            return [tuple(row) for row in connection.execute(select)]


def moment(at: str) -> str:
    """A time as the journal has it, as xsd:dateTime in its canonical form."""
    return at.replace("+00:00", "Z")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
