"""The journal's database: its connections, transactions and schema, and the errors that an operator can mend."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from catalogue.errors import N_, Busy, Damaged, NoSpace

# The newest step in migrations/versions; a test holds the two together.
SCHEMA = "0005"


class Database:
    """A database with the journal's tables. Safe to share between threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._compiled = cache(self._compile)
        self._watching = threading.Lock()
        self._watch: Any = None

    @classmethod
    def open(cls, url: str, busy_seconds: float) -> Database:
        """Open the database and bring its schema up to date. Raises Damaged when it is no journal of ours."""
        database = cls(_engine(url, busy_seconds))
        with database.write() as connection:
            _migrate(connection)
        return database

    def close(self) -> None:
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._engine.dispose()

    def mark(self) -> int | None:
        """A number that is another one after each write, by whomever; None where the database has no such thing.

        For those who ask many times a second: a tenth of what a query costs (SQLite, PRAGMA data_version).
        """
        if self._engine.dialect.name != "sqlite":
            return None
        with self._watching:
            if self._watch is None:
                # Its own, for ever: the number is only told by a connection that has not written itself.
                self._watch = self._engine.raw_connection()
            try:
                # All of it: an answer that is not read to its end would keep SQLite's log from shrinking.
                [(mark,)] = self._watch.driver_connection.execute("PRAGMA data_version").fetchall()
                return int(mark)
            except self._engine.dialect.loaded_dbapi.Error:
                return None  # whoever then asks in the ordinary way is told what is wrong

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with _named_errors(), self._engine.connect() as connection:
            yield connection

    def rows(self, statement: sa.Select[Any], **values: str | int) -> Sequence[Sequence[Any]]:
        """The rows of one statement that is asked again and again, with its parameters bound to `values`.

        What SQLAlchemy does around a statement costs five times what SQLite does with this one. When
        it fails it is asked in the ordinary way, which names what is wrong.
        """
        text, names = self._compiled(statement)
        try:
            with closing(self._engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute(text, tuple(values[name] for name in names) if names else values)
                return cursor.fetchall()
        except self._engine.dialect.loaded_dbapi.Error:
            with self.read() as again:
                return again.execute(statement, values).all()

    def insert(self, connection: sa.Connection, statement: sa.Insert, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows into a table, in a transaction of `write`: each has all columns, in the table's order.

        What SQLAlchemy does around each row costs more than what SQLite does with it.
        """
        text, names = self._compiled(statement)
        if names:
            connection.exec_driver_sql(text, [tuple(row) for row in rows])
        else:
            columns = statement.table.columns.keys()
            connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that no other writer overlaps, so that numbers become visible in their order."""
        with _named_errors(), self._engine.connect() as connection:
            connection = connection.execution_options(pivi_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7485676)")
                yield connection

    def _compile(self, statement: sa.Select[Any] | sa.Insert) -> tuple[str, tuple[str, ...]]:
        """A statement as the driver takes it, and its parameters in their order; none for a driver that takes names."""
        compiled = statement.compile(self._engine)
        return str(compiled), tuple(compiled.positiontup or ())


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
