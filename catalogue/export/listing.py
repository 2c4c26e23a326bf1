"""Which records a list holds, oldest change first, cut in pages that stay right while the data changes.

A record is current at one number of the journal. A list ends at the number that was the last when it began, and
a page begins at the number where the one before ended. What changes meanwhile leaves the list for a number after
its end, where the next harvest finds it: no change is passed over, and no record comes twice.
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
    """The records whose IRIs begin with `prefix` and whose last revision has a number after `after`, up to `upto`."""

    prefix: str
    after: int
    upto: int


class Listing:
    """Lists of one journal's records. Safe between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        # A harvest asks at each of its pages.
        self.size = lru_cache(maxsize=256)(self._size)

    def page(self, listed: Listed, after: int, limit: int, *, now: int) -> Sequence[tuple[int, str]]:
        """The next records, at most `limit`, after number `after`: the number and the IRI of each.

        What came after number `now` is not known yet.
        """
        select = (
            _select(listed, now, REVISIONS.c.seq, REVISIONS.c.iri)
            .where(REVISIONS.c.seq > after)
            .order_by(REVISIONS.c.seq)
            .limit(limit)
        )
        with self._journal.database.read() as connection:
            return [(seq, iri) for seq, iri in connection.execute(select)]

    def _size(self, listed: Listed) -> int:
        """How many records a list holds, when it is asked first."""
        with self._journal.database.read() as connection:
            return int(
                connection.execute(_select(listed, self._journal.head(), sa.func.count())).scalar_one()
            )

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


def _select(listed: Listed, now: int, *columns: Any) -> sa.Select[Any]:
    later = REVISIONS.alias()
    superseded = sa.exists().where(
        later.c.iri == REVISIONS.c.iri, later.c.seq > REVISIONS.c.seq, later.c.seq <= now
    )
    return sa.select(*columns).where(
        REVISIONS.c.seq > listed.after,
        REVISIONS.c.seq <= listed.upto,
        # Not LIKE: the rows are to be read in the order of their numbers.
        sa.func.substr(REVISIONS.c.iri, 1, len(listed.prefix)) == listed.prefix,
        ~superseded,
    )
