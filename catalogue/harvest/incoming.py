"""The records of a source as they would be published here: each is made when it is asked for, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from catalogue.harvest.configuring import Source
from catalogue.harvest.mapping import Translation
from catalogue.journal import Journal, Standing
from catalogue.origins import undated, with_origin, without_origin
from catalogue.spool import Spool

_BATCH = 500


class Incoming(Mapping[str, bytes]):
    """Records of a spool by IRI, in our terms: canonical N-Triples, without what we say of their origin."""

    def __init__(self, spool: Spool, iris: Iterable[str], translation: Translation) -> None:
        self._spool = spool
        self._iris = dict.fromkeys(iris)
        self._translation = translation

    def __getitem__(self, iri: str) -> bytes:
        if iri not in self._iris:
            raise KeyError(iri)
        return without_origin(self._translation.record(self._spool[iri]), iri)

    def __iter__(self) -> Iterator[str]:
        return iter(self._iris)

    def __len__(self) -> int:
        return len(self._iris)

    def type(self, iri: str) -> str:
        """Our class of a record."""
        return self._translation.type(self._spool.type_of(iri) or "")

    def differing(
        self, journal: Journal, current: Mapping[str, Standing], source: Source, hidden: set[str]
    ) -> Incoming:
        """Those that are not published as they are; without the `hidden`, which somebody here has withdrawn.

        `current` tells how they stand here. What the translation replaces in those that are looked at is counted.
        """
        found: list[str] = []
        batch: list[str] = []

        def compare() -> None:
            now = journal.current_of(iri for iri in batch if iri in current)
            for iri in batch:
                self._translation.count(self._spool[iri])
                revision = now.get(iri)
                if revision is None or not revision.published:
                    found.append(iri)
                    continue
                # Without the day: what was read again and found to be the same is not new.
                said = said_of(self[iri], iri, source, revision.at)
                if undated(said, iri) != undated(revision.content, iri):
                    found.append(iri)
            batch.clear()

        for iri in self._iris:
            if iri not in hidden:
                batch.append(iri)
            if len(batch) == _BATCH:
                compare()
        compare()
        return Incoming(self._spool, found, self._translation)


def said_of(content: bytes, iri: str, source: Source, at: datetime) -> bytes:
    """A record with where it was read, under which licence and when."""
    return with_origin(content, iri, source=source.urls[0], licence=source.licence, at=at)
