"""The journal: every revision of every record, in the order in which it became visible; only ever added to."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from catalogue.errors import N_, Busy, Conflict, Damaged, NoSpace

State = Literal["published", "withdrawn", "replaced"]
Item = TypeVar("Item")

# The newest step in migrations/versions; a test holds the two together.
SCHEMA = "0001"

_BATCH = 1_000
# Level 1 takes a third of the time of level 6 and a tenth more room.
_COMPRESSION = 1

_metadata = sa.MetaData()
_revisions = sa.Table(
    "revisions",
    _metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("iri", sa.Text),
    sa.Column("type", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("content", sa.LargeBinary),
    sa.Column("hash", sa.Text),
    sa.Column("at", sa.Text),
    sa.Column("by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("successors", sa.Text),
    sa.Column("origin", sa.Text),
)


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision that has no number yet.

    `content` is the whole record as canonical N-Triples, internal properties included; it is empty
    for what is withdrawn or replaced. `by` is a role or a command, never a person.
    """

    iri: str
    type: str
    content: bytes
    by: str
    origin: str
    state: State = "published"
    reason: str | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """A numbered, durable revision. `seq` grows by one; `at` is UTC and never runs backwards."""

    seq: int
    iri: str
    type: str
    state: State
    content: bytes
    hash: str
    at: datetime
    by: str
    reason: str | None
    successors: tuple[str, ...]
    origin: str

    @property
    def published(self) -> bool:
        return self.state == "published"


class Journal:
    """The journal of one installation; safe to share between threads, and between processes by its file."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, location: Path | str, *, busy_seconds: float = 60) -> Journal:
        """Open, and bring up to date, the journal in a file or at a database URL; an absent file is created.

        A write waits at most `busy_seconds` for another to end. Raises Damaged when a newer release has written it or it is no journal.
        """
        if isinstance(location, Path):
            location.parent.mkdir(parents=True, exist_ok=True)
            location = f"sqlite:///{location}"
        journal = cls(_engine(location, busy_seconds))
        with journal._write() as connection:
            _migrate(connection)
        return journal

    def close(self) -> None:
        self._engine.dispose()

    def append(self, revisions: Iterable[NewRevision], *, expect: Mapping[str, int] | None = None) -> range:
        """Add all of `revisions` in one transaction and return their numbers once they are durable on disk.

        `expect` gives, per IRI, the number of the revision that the caller saw last (0: none).
        Raises Conflict when another one has come since, Busy when others write for too long,
        NoSpace when the disk is full; then nothing is added.
        """
        with self._write() as connection:
            _check_expected(connection, expect or {})
            last = connection.execute(
                sa.select(_revisions.c.seq, _revisions.c.at).order_by(_revisions.c.seq.desc()).limit(1)
            ).first()
            first = 1 if last is None else last.seq + 1
            at = _text(datetime.now(UTC))
            at = at if last is None else max(at, last.at)
            following = first
            for batch in _batches(revisions, _BATCH):
                rows = [_row(following + place, at, new) for place, new in enumerate(batch)]
                connection.execute(_revisions.insert(), rows)
                following += len(rows)
        return range(first, following)

    def head(self) -> int:
        """The number of the last revision; 0 for an empty journal. Always the end of a whole `append`."""
        with self._read() as connection:
            return int(connection.execute(sa.select(sa.func.max(_revisions.c.seq))).scalar() or 0)

    def since(self, seq: int, limit: int | None = None, *, upto: int | None = None) -> Iterator[Revision]:
        """The revisions after `seq`, by number; at most `limit`, none after `upto`."""
        select = sa.select(_revisions).order_by(_revisions.c.seq)
        if upto is not None:
            select = select.where(_revisions.c.seq <= upto)
        return islice(self._pages(select, seq), limit)

    def current(self, iri: str, *, upto: int | None = None) -> Revision | None:
        """The last revision of a record, whatever its state (the last at or before `upto`, when given)."""
        select = sa.select(_revisions).where(_revisions.c.iri == iri)
        if upto is not None:
            select = select.where(_revisions.c.seq <= upto)
        with self._read() as connection:
            row = connection.execute(select.order_by(_revisions.c.seq.desc()).limit(1)).first()
        return None if row is None else _revision(row)

    def current_of(self, iris: Iterable[str], *, upto: int | None = None) -> dict[str, Revision]:
        """The last revision of each of many records, by IRI; unknown ones are left out."""
        found: dict[str, Revision] = {}
        for batch in _batches(iris, 500):
            later = _revisions.alias()
            newest = sa.select(sa.func.max(later.c.seq)).where(later.c.iri == _revisions.c.iri)
            if upto is not None:
                newest = newest.where(later.c.seq <= upto)
            select = sa.select(_revisions).where(
                _revisions.c.iri.in_(batch), _revisions.c.seq == newest.scalar_subquery()
            )
            with self._read() as connection:
                found.update((row.iri, _revision(row)) for row in connection.execute(select))
        return found

    def current_all(self, *, upto: int | None = None) -> Iterator[Revision]:
        """The last revision of every record, by number, as the journal was at `upto`; streamed."""
        bound = self.head() if upto is None else upto
        later = _revisions.alias()
        superseded = (
            sa.select(later.c.seq)
            .where(later.c.iri == _revisions.c.iri, later.c.seq > _revisions.c.seq, later.c.seq <= bound)
            .exists()
        )
        select = (
            sa.select(_revisions).where(_revisions.c.seq <= bound, ~superseded).order_by(_revisions.c.seq)
        )
        return self._pages(select, 0)

    def history(self, iri: str) -> list[Revision]:
        """Every revision of a record, oldest first."""
        with self._read() as connection:
            rows = connection.execute(
                sa.select(_revisions).where(_revisions.c.iri == iri).order_by(_revisions.c.seq)
            )
            return [_revision(row) for row in rows]

    def has_origin(self, origin: str) -> bool:
        """Whether a record whose last revision came from `origin` (such as "example") is published."""
        later = _revisions.alias()
        superseded = (
            sa.select(later.c.seq)
            .where(later.c.iri == _revisions.c.iri, later.c.seq > _revisions.c.seq)
            .exists()
        )
        select = sa.select(_revisions.c.seq).where(
            _revisions.c.origin == origin, _revisions.c.state == "published", ~superseded
        )
        with self._read() as connection:
            return connection.execute(select.limit(1)).first() is not None

    def stamp(self, seq: int) -> str | None:
        """What tells revision `seq` of this journal from a number `seq` of another; None when there is none.

        A projection keeps the stamp of the last revision it applied: after a restored backup the
        number may be the same while the revision is another.
        """
        if seq == 0:
            return "0"
        columns = (_revisions.c.iri, _revisions.c.state, _revisions.c.hash, _revisions.c.at)
        with self._read() as connection:
            row = connection.execute(sa.select(*columns).where(_revisions.c.seq == seq)).first()
        if row is None:
            return None
        return hashlib.sha256("\n".join((str(seq), *row)).encode()).hexdigest()[:32]

    def _pages(self, select: sa.Select[Any], after: int) -> Iterator[Revision]:
        # A page at a time, each in its own short transaction: an open one keeps SQLite's log from shrinking.
        while True:
            with self._read() as connection:
                rows = connection.execute(select.where(_revisions.c.seq > after).limit(_BATCH)).all()
            for row in rows:
                yield _revision(row)
            if len(rows) < _BATCH:
                return
            after = rows[-1].seq

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with _named_errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        """A transaction that no other writer overlaps, so that numbers become visible in their order."""
        with _named_errors(), self._engine.connect() as connection:
            connection = connection.execution_options(pivi_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7485676)")
                yield connection


def _engine(url: str, busy_seconds: float) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url)
    engine = sa.create_engine(url, connect_args={"timeout": busy_seconds})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Python's driver starts transactions by itself, too late for reads; `begin` below does it.
        connection.isolation_level = None
        # WAL first: readers never wait for the writer. FULL: a commit returns after fsync.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # After a large load the log is cut back instead of keeping its greatest size for ever.
        connection.execute("PRAGMA journal_size_limit=33554432")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("pivi_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _migrate(connection: sa.Connection) -> None:
    tables = sa.inspect(connection)
    found = None
    if tables.has_table("alembic_version"):
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    elif tables.get_table_names():
        raise Damaged(N_("Databasen innehåller andra tabeller än journalens. Ange en egen databas för Pivi."))
    if found == SCHEMA:
        return
    if found is not None and str(found) > SCHEMA:
        raise Damaged(
            N_(
                "Journalen är skriven av en nyare version av Pivi (schema %(found)s, denna version kan %(known)s). "
                "Installera den nyare versionen."
            ),
            found=found,
            known=SCHEMA,
        )
    # Alembic takes longer to import than the rest of a command takes to run; most starts need no step.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_expected(connection: sa.Connection, expect: Mapping[str, int]) -> None:
    for batch in _batches(expect, 500):
        rows = connection.execute(
            sa.select(_revisions.c.iri, sa.func.max(_revisions.c.seq))
            .where(_revisions.c.iri.in_(batch))
            .group_by(_revisions.c.iri)
        )
        found = {iri: int(seq) for iri, seq in rows}
        for iri in batch:
            if found.get(iri, 0) != expect[iri]:
                raise Conflict(
                    N_("%(iri)s har ändrats av någon annan under tiden. Läs posten på nytt och försök igen."),
                    iri=iri,
                )


def _row(seq: int, at: str, new: NewRevision) -> dict[str, object]:
    return {
        "seq": seq,
        "iri": new.iri,
        "type": new.type,
        "state": new.state,
        "content": zlib.compress(new.content, _COMPRESSION),
        "hash": hashlib.sha256(new.content).hexdigest(),
        "at": at,
        "by": new.by,
        "reason": new.reason,
        "successors": json.dumps(new.successors),
        "origin": new.origin,
    }


def _revision(row: sa.Row[Any]) -> Revision:
    try:
        content = zlib.decompress(row.content)
    except zlib.error as error:
        raise Damaged(
            N_(
                "Revision %(seq)s i journalen går inte att läsa (%(detail)s). Återställ journalen från en säkerhetskopia."
            ),
            seq=row.seq,
            detail=str(error),
        ) from error
    return Revision(
        seq=row.seq,
        iri=row.iri,
        type=row.type,
        state=row.state,
        content=content,
        hash=row.hash,
        at=datetime.fromisoformat(row.at),
        by=row.by,
        reason=row.reason,
        successors=tuple(json.loads(row.successors)),
        origin=row.origin,
    )


def _text(moment: datetime) -> str:
    # Fixed width, so that text order is time order in every database.
    return moment.isoformat(timespec="microseconds")


def _batches(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@contextmanager
def _named_errors() -> Iterator[None]:
    """Answer what an operator can mend; everything else is a fault of ours and passes."""
    try:
        yield
    except DatabaseError as error:
        detail = str(error.orig)
        if "locked" in detail or "busy" in detail:
            raise Busy(N_("Journalen är upptagen av en annan skrivning. Försök igen om en stund.")) from error
        if "full" in detail or "disk I/O error" in detail:
            raise NoSpace(
                N_(
                    "Journalen kunde inte skrivas: disken är full eller svarar inte (%(detail)s). Inget har ändrats. Frigör utrymme och försök igen."
                ),
                detail=detail,
            ) from error
        if "unable to open" in detail or "readonly" in detail:
            raise Damaged(
                N_(
                    "Journalen kan inte öppnas för skrivning (%(detail)s). Kontrollera katalogen och dess rättigheter."
                ),
                detail=detail,
            ) from error
        if "not a database" in detail or "malformed" in detail:
            raise Damaged(
                N_("Journalen är skadad (%(detail)s). Återställ den från en säkerhetskopia."), detail=detail
            ) from error
        raise
