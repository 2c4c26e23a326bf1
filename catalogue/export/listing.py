"""Which records a list holds, oldest change first, cut in pages that stay right while the data changes.

A list is what was current at one number of the journal, so a page begins where the one before ended, whatever
has come since: no record is passed over and none comes twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from catalogue.journal import Journal
from catalogue.revisions import REVISIONS


@dataclass(frozen=True, slots=True)
class Listed:
    """The records whose IRIs begin with `prefix` and whose last revision, as it was at number `version`, has a
    number after `after`, up to `upto`."""

    prefix: str
    version: int
    after: int
    upto: int


class Listing:
    """Lists of one journal's records. Safe between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # A harvest asks at each of its pages.
        self.size = lru_cache(maxsize=256)(self._size)

    def page(self, listed: Listed, after: int, limit: int) -> Sequence[tuple[int, str]]:
        """The next records, at most `limit`, after number `after`: the number and the IRI of each."""
        select = (
            _select(listed, REVISIONS.c.seq, REVISIONS.c.iri)
            .where(REVISIONS.c.seq > after)
            .order_by(REVISIONS.c.seq)
            .limit(limit)
        )
        with self._journal.database.read() as connection:
            return [(seq, iri) for seq, iri in connection.execute(select)]

    def _size(self, listed: Listed) -> int:
        """How many records a list holds."""
        with self._journal.database.read() as connection:
            return int(connection.execute(_select(listed, sa.func.count())).scalar_one())

    def last_before(self, moment: datetime, upto: int) -> int:
        """The number of the last revision, of those up to `upto`, that came before a moment; 0 when none did."""
        low, high = 0, upto
        with self._journal.database.read() as connection:
            # Every revision up to `low` came before the moment, every one after `high` did not.
            while low < high:
                middle = (low + high + 1) // 2
                if _at(connection, middle) < moment:
                    low = middle
                else:
                    high = middle - 1
        return low

    def first(self) -> datetime | None:
        """When the first revision came; None for an empty journal."""
        if not self._journal.head():
            return None
        with self._journal.database.read() as connection:
            return _at(connection, 1)


def _at(connection: sa.Connection, seq: int) -> datetime:
    found = connection.execute(sa.select(REVISIONS.c.at).where(REVISIONS.c.seq == seq)).scalar_one()
    return datetime.fromisoformat(found)


def _select(listed: Listed, *columns: Any) -> sa.Select[Any]:
    later = REVISIONS.alias()
    superseded = sa.exists().where(
        later.c.iri == REVISIONS.c.iri, later.c.seq > REVISIONS.c.seq, later.c.seq <= listed.version
    )
    return sa.select(*columns).where(
        REVISIONS.c.seq > listed.after,
        REVISIONS.c.seq <= min(listed.upto, listed.version),
        # Not LIKE: the rows are to be read in the order of their numbers.
        sa.func.substr(REVISIONS.c.iri, 1, len(listed.prefix)) == listed.prefix,
        ~superseded,
    )
