"""How much is published, counted in the store: for VoID, and kept, as counting takes seconds at 100,000 initiatives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode, QuerySolution

from catalogue.errors import N_, Busy
from catalogue.namespaces import SHARED
from catalogue.store import Store

# Counting takes at most one part of this many of the time, however often something is published.
_SHARE = 50
# Seconds that others wait for the first count.
_PATIENCE = 0.5


@dataclass(frozen=True, kw_only=True)
class Part:
    """What was harvested from one source under one licence, both IRIs. `first` is the record whose IRI stands first."""

    source: str
    licence: str
    records: int
    first: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What is published of our own at one dataset version. Classes and properties are IRIs.

    `examples` has for each class the thing whose IRI stands first. `harvested` is what others publish and is
    shown here too, `everything` the number of all triples together, which SPARQL is answered from.
    """

    version: int
    changed: datetime
    classes: Mapping[str, int]
    examples: Mapping[str, str]
    properties: Mapping[str, int]
    subjects: int
    objects: int
    everything: int
    harvested: tuple[Part, ...] = ()

    @property
    def triples(self) -> int:
        return sum(self.properties.values())


class Counter:
    """The newest counts. Safe between threads; one of them counts at a time.

    After a publication the counts of the version before are told, with their version, until it is
    time to count again: at once where it takes milliseconds, after minutes where it takes seconds.
    """

    def __init__(self, base: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._base = base
        self._clock = clock
        self._counting = threading.Lock()
        self._newest: Counts | None = None
        self._again = 0.0

    def counts(self, store: Store, version: int, changed: datetime) -> Counts:
        """The counts of what `store` shows at `version`, or of a version shortly before it.

        Raises Busy while somebody else is at the first count of a large store.
        """
        known = self._newest
        if known is not None and (known.version >= version or self._clock() < self._again):
            return known
        # Whoever comes meanwhile is content with older counts, or waits a little: not all threads until it is done.
        if not self._counting.acquire(timeout=_PATIENCE if known is None else 0):
            if known is None:
                raise Busy(N_("Innehållet räknas just nu för första gången. Försök igen om några sekunder."))
            return known
        try:
            found = self._newest
            if found is None or found.version < version:
                began = self._clock()
                self._newest = found = count(store, version, changed, self._base)
                ended = self._clock()
                self._again = ended + _SHARE * (ended - began)
            return found
        finally:
            self._counting.release()


def count(store: Store, version: int, changed: datetime, base: str) -> Counts:
    """Count everything that is our own: under `base`, or shared. Oxigraph does it without holding up other threads."""
    ours = {"base": Literal(base), "shared": Literal(SHARED)}
    harvested = tuple(_part(row) for row in store.query("harvested_records", **ours))
    # To look at the address of each subject takes three times as long: only where there is something to leave out.
    if harvested:
        return _counted(store, version, changed, harvested, "own_", ours)
    return _counted(store, version, changed, (), "", {})


def _part(row: QuerySolution) -> Part:
    return Part(
        source=_text(row["from"]),
        licence=_text(row["licence"]),
        records=_number(row["records"]),
        first=_text(row["first"]),
    )


def _counted(
    store: Store,
    version: int,
    changed: datetime,
    harvested: tuple[Part, ...],
    prefix: str,
    ours: Mapping[str, Literal],
) -> Counts:
    classes: dict[str, int] = {}
    examples: dict[str, str] = {}
    for row in store.query(f"{prefix}counts_of_classes", **ours):
        kind, things, first = row["class"], row["things"], row["first"]
        if isinstance(kind, NamedNode):
            classes[kind.value] = _number(things)
            examples[kind.value] = first.value if isinstance(first, Literal) else ""
    properties: dict[str, int] = {}
    for row in store.query(f"{prefix}counts_of_properties", **ours):
        predicate = row["property"]
        if isinstance(predicate, NamedNode):
            properties[predicate.value] = _number(row["triples"])
    return Counts(
        version=version,
        changed=changed,
        classes=classes,
        examples=examples,
        properties=properties,
        subjects=_single(store, f"{prefix}count_of_subjects", "subjects", ours),
        objects=_single(store, f"{prefix}count_of_objects", "objects", ours),
        everything=len(store) if harvested else sum(properties.values()),
        harvested=harvested,
    )


def _single(store: Store, query: str, name: str, ours: Mapping[str, Literal]) -> int:
    return next((_number(row[name]) for row in store.query(query, **ours)), 0)


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _number(term: object) -> int:
    return int(term.value) if isinstance(term, Literal) else 0
