"""The journal: every revision of every record, in the order in which it became visible; only ever added to."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from catalogue.database import Database
from catalogue.errors import N_, Conflict
from catalogue.revisions import (
    REVISIONS,
    Dated,
    NewRevision,
    Packed,
    Revision,
    Share,
    Span,
    Standing,
    State,
    moment_as_text,
    revision_of,
    row_of,
)

__all__ = ["Dated", "Journal", "NewRevision", "Revision", "Share", "Span", "Standing", "State"]

Item = TypeVar("Item")

# Every page of a record asks this.
_DATES = (
    sa.select(REVISIONS.c.seq, REVISIONS.c.at, REVISIONS.c.state)
    .where(REVISIONS.c.iri == sa.bindparam("iri"))
    .order_by(REVISIONS.c.seq)
)
# Every page of a record asks this too. No number is too large for the last one (BIGINT).
_AS_AT = sa.select(REVISIONS).where(
    REVISIONS.c.seq
    == sa.select(sa.func.max(REVISIONS.c.seq))
    .where(REVISIONS.c.iri == sa.bindparam("iri"), REVISIONS.c.seq <= sa.bindparam("upto"))
    .scalar_subquery()
)
_LAST = 2**63 - 1
# Asked fifty times a second; to write it anew each time costs more than the answer.
_HEAD = sa.select(sa.func.max(REVISIONS.c.seq))
_INSERT = REVISIONS.insert()
# How many records one statement asks about; written once, as writing it costs more than the answer.
_ASKED = 500
_ASKED_NAMES = tuple(f"iri_{place}" for place in range(_ASKED))
_BATCH = 1_000
_PACKERS = 2
# Revisions in a row that belong to one share.
_DEALT = 100


class Journal:
    """The journal of one installation; safe to share between threads, and between processes by its file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The number of the last revision, and the mark of the database when it was read.
        self._head: tuple[int | None, int] = (None, 0)

    @classmethod
    def open(cls, location: Path | str, *, busy_seconds: float = 60) -> Journal:
        """Open, and bring up to date, the journal in a file or at a database URL; an absent file is created.

        A write waits at most `busy_seconds` for another to end. Raises Damaged when a newer release
        has written the journal or it is none.
        """
        if isinstance(location, Path):
            location.parent.mkdir(parents=True, exist_ok=True)
            location = f"sqlite:///{location}"
        return cls(Database.open(location, busy_seconds))

    @property
    def database(self) -> Database:
        """The database that the journal lies in, for what must be as durable as it."""
        return self._database

    def close(self) -> None:
        self._database.close()

    def append(self, revisions: Iterable[NewRevision], *, expect: Mapping[str, int] | None = None) -> range:
        """Add all of `revisions` in one transaction and return their numbers once they are durable on disk.

        `expect` gives, per IRI, the number of the revision that the caller saw last (0: none).
        Raises Conflict when another one has come since, Busy when others write for too long,
        NoSpace when the disk is full; then nothing is added.
        """
        with self._database.write() as connection:
            _check_expected(connection, expect or {})
            last = connection.execute(
                sa.select(REVISIONS.c.seq, REVISIONS.c.at).order_by(REVISIONS.c.seq.desc()).limit(1)
            ).first()
            first = 1 if last is None else last.seq + 1
            at = moment_as_text(datetime.now(UTC))
            at = at if last is None else max(at, last.at)
            following = first
            for packed in _packed(revisions):
                rows = [row_of(following + place, at, new) for place, new in enumerate(packed)]
                self._database.insert(connection, _INSERT, rows)
                following += len(rows)
        return range(first, following)

    def head(self) -> int:
        """The number of the last revision; 0 for an empty journal. Always the end of a whole `append`."""
        mark = self._database.mark()
        known, head = self._head
        if mark is None or mark != known:
            with self._database.read() as connection:
                head = int(connection.execute(_HEAD).scalar() or 0)
            self._head = mark, head
        return head

    def since(self, seq: int, limit: int | None = None, *, upto: int | None = None) -> Iterator[Revision]:
        """The revisions after `seq`, by number; at most `limit`, none after `upto`."""
        select = sa.select(REVISIONS).order_by(REVISIONS.c.seq)
        if upto is not None:
            select = select.where(REVISIONS.c.seq <= upto)
        return islice(self._pages(select, seq), limit)

    def current(self, iri: str, *, upto: int | None = None) -> Revision | None:
        """The last revision of a record, whatever its state (the last at or before `upto`, when given)."""
        rows = self._database.rows(_AS_AT, iri=iri, upto=_LAST if upto is None else upto)
        return revision_of(rows[0]) if rows else None

    def current_of(self, iris: Iterable[str], *, upto: int | None = None) -> dict[str, Revision]:
        """The last revision of each of many records, by IRI; unknown ones are left out."""
        found: dict[str, Revision] = {}
        for batch in _batches(iris, 500):
            select = sa.select(REVISIONS).where(REVISIONS.c.iri.in_(batch), REVISIONS.c.seq == _newest(upto))
            with self._database.read() as connection:
                found.update((row.iri, revision_of(row)) for row in connection.execute(select))
        return found

    def current_all(
        self, *, upto: int | None = None, types: Collection[str] | None = None, share: Share | None = None
    ) -> Iterator[Revision]:
        """The last revision of every record (of the classes `types`), by number, as it was at `upto`; streamed.

        With `share` those of that share: every record is in one of them.
        """
        bound = self.head() if upto is None else upto
        select = (
            sa.select(REVISIONS)
            .where(REVISIONS.c.seq <= bound, ~_superseded(bound))
            .order_by(REVISIONS.c.seq)
        )
        if types is not None:
            select = select.where(REVISIONS.c.type.in_(sorted(types)))
        if share is not None:
            select = select.where(REVISIONS.c.seq // _DEALT % share.of == share.place)
        return self._pages(select, 0)

    def published(self, *, upto: int) -> Iterator[tuple[str, str, datetime]]:
        """IRI, class and time of change of every record that is published at `upto`, by number, without the contents."""
        columns = (REVISIONS.c.iri, REVISIONS.c.type, REVISIONS.c.at)
        select = sa.select(*columns).where(
            REVISIONS.c.seq <= upto, REVISIONS.c.state == "published", ~_superseded(upto)
        )
        with self._database.read() as connection:
            rows = connection.execute(select.order_by(REVISIONS.c.seq)).all()
        return ((iri, type, datetime.fromisoformat(at)) for iri, type, at in rows)

    def history(self, iri: str) -> list[Revision]:
        """Every revision of a record, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(REVISIONS).where(REVISIONS.c.iri == iri).order_by(REVISIONS.c.seq)
            )
            return [revision_of(row) for row in rows]

    def dates(self, iri: str) -> list[Dated]:
        """When each revision of a record came, oldest first, without the contents: for its page."""
        rows = self._database.rows(_DATES, iri=iri)
        return [Dated(seq, datetime.fromisoformat(at), state) for seq, at, state in rows]

    def spans(self, *, after: int, upto: int, under: Sequence[str] = ("",)) -> dict[str, Span]:
        """By class, when the first and the last revision of its records came, of those after `after` up to `upto`.

        Only of records whose IRIs begin with one of `under`.
        """
        column = REVISIONS.c
        select = (
            sa.select(column.type, sa.func.min(column.at), sa.func.max(column.at))
            .where(column.seq > after, column.seq <= upto, _begins(under))
            .group_by(column.type)
        )
        with self._database.read() as connection:
            return {
                type: Span(datetime.fromisoformat(first), datetime.fromisoformat(last))
                for type, first, last in connection.execute(select)
            }

    def has_origin(self, origin: str) -> bool:
        """Whether a record whose last revision came from `origin` (such as "example") is published."""
        select = sa.select(REVISIONS.c.seq).where(
            REVISIONS.c.origin == origin, REVISIONS.c.state == "published", ~_superseded(None)
        )
        with self._database.read() as connection:
            return connection.execute(select.limit(1)).first() is not None

    def origins(self) -> set[str]:
        """Every origin that a revision has had."""
        with self._database.read() as connection:
            return set(connection.execute(sa.select(REVISIONS.c.origin).distinct()).scalars())

    def last_hashes(self, origin: str) -> dict[str, str]:
        """By record, the hash of the last content that came from `origin`, whatever came after it."""
        select = sa.select(REVISIONS.c.iri, REVISIONS.c.hash).where(REVISIONS.c.origin == origin)
        with self._database.read() as connection:
            return {row.iri: row.hash for row in connection.execute(select.order_by(REVISIONS.c.seq))}

    def standing(self, iris: Iterable[str]) -> dict[str, Standing]:
        """How each of many records stands, by IRI; unknown ones are left out."""
        found: dict[str, Standing] = {}
        for batch in _batches(iris, _ASKED):
            # The statement asks for so many; a shorter batch asks for its last one several times.
            asked = {name: batch[min(place, len(batch) - 1)] for place, name in enumerate(_ASKED_NAMES)}
            for iri, *how in self._database.rows(_STANDING, **asked):
                found[iri] = Standing(*how)
        return found

    def stamp(self, seq: int) -> str | None:
        """What tells revision `seq` of this journal from a number `seq` of another; None when there is none.

        A projection keeps the stamp of the last revision it applied: after a restored backup the
        number may be the same while the revision is another.
        """
        if seq == 0:
            return "0"
        columns = (REVISIONS.c.iri, REVISIONS.c.state, REVISIONS.c.hash, REVISIONS.c.at)
        with self._database.read() as connection:
            row = connection.execute(sa.select(*columns).where(REVISIONS.c.seq == seq)).first()
        if row is None:
            return None
        return hashlib.sha256("\n".join((str(seq), *row)).encode()).hexdigest()[:32]

    def _pages(self, select: sa.Select[Any], after: int) -> Iterator[Revision]:
        # A page at a time, each in its own short transaction: an open one keeps SQLite's log from shrinking.
        while True:
            with self._database.read() as connection:
                rows = connection.execute(select.where(REVISIONS.c.seq > after).limit(_BATCH)).all()
            for row in rows:
                yield revision_of(row)
            if len(rows) < _BATCH:
                return
            after = rows[-1].seq


def _begins(under: Sequence[str]) -> sa.ColumnElement[bool]:
    """That the IRI of a revision's record begins with one of these. Not LIKE: an address may hold its wildcards."""
    return sa.or_(*(sa.func.substr(REVISIONS.c.iri, 1, len(each)) == each for each in under))


def _superseded(upto: int | None) -> sa.Exists:
    """That the record of a revision has a later one (at or before `upto`)."""
    later = REVISIONS.alias()
    condition = sa.and_(later.c.iri == REVISIONS.c.iri, later.c.seq > REVISIONS.c.seq)
    return (
        sa.select(later.c.seq)
        .where(condition if upto is None else condition & (later.c.seq <= upto))
        .exists()
    )


def _newest(upto: int | None) -> sa.ScalarSelect[int]:
    """The number of the last revision (at or before `upto`) of a revision's record."""
    later = REVISIONS.alias()
    newest = sa.select(sa.func.max(later.c.seq)).where(later.c.iri == REVISIONS.c.iri)
    return (newest if upto is None else newest.where(later.c.seq <= upto)).scalar_subquery()


_STANDING = sa.select(
    *(REVISIONS.c[name] for name in ("iri", "seq", "type", "state", "hash", "origin"))
).where(
    REVISIONS.c.iri.in_([sa.bindparam(name, type_=sa.Text()) for name in _ASKED_NAMES]),
    REVISIONS.c.seq == _newest(None),
)


def _check_expected(connection: sa.Connection, expect: Mapping[str, int]) -> None:
    for batch in _batches(expect, 500):
        rows = connection.execute(
            sa.select(REVISIONS.c.iri, sa.func.max(REVISIONS.c.seq))
            .where(REVISIONS.c.iri.in_(batch))
            .group_by(REVISIONS.c.iri)
        )
        found = {iri: int(seq) for iri, seq in rows}
        for iri in batch:
            if found.get(iri, 0) != expect[iri]:
                raise Conflict(
                    N_("%(iri)s har ändrats av någon annan under tiden. Läs posten på nytt och försök igen."),
                    iri=iri,
                )


def _packed(revisions: Iterable[NewRevision]) -> Iterator[list[Packed]]:
    """The revisions in batches, ready to be written: of many, the next are packed while one is being written.

    Most of the work is compressing, which other threads can do meanwhile.
    """
    batches = _batches(revisions, _BATCH)
    first = next(batches, ())
    if len(first) < _BATCH:
        if first:
            yield _pack(first)
        return
    with ThreadPoolExecutor(_PACKERS) as packers:
        waiting: deque[list[Future[list[Packed]]]] = deque()
        for batch in chain([first], batches):
            shares = _batches(batch, -(-len(batch) // _PACKERS))
            waiting.append([packers.submit(_pack, share) for share in shares])
            if len(waiting) > 1:
                yield [packed for share in waiting.popleft() for packed in share.result()]
        for last in waiting:
            yield [packed for share in last for packed in share.result()]


def _pack(revisions: Sequence[NewRevision]) -> list[Packed]:
    return [Packed.of(each) for each in revisions]


def _batches(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
