"""The citations in the journal's database: only ever added to, one for each query on each version.

Which of them are hidden is kept beside them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalogue.database import Database
from catalogue.endpoint.fingerprint import Fingerprint
from catalogue.endpoint.screening import Form
from catalogue.errors import N_, Conflict, InvalidInput, NotFound
from catalogue.reasons import checked
from catalogue.revisions import moment_as_text

# No vowels, so that no words come about; nothing that is taken for something else. 38 bits in all.
_SIGNS = "23456789bcdfghjkmnpqrstvwxyz"
_LENGTH = 8

_CITATIONS = sa.Table(
    "citations",
    sa.MetaData(),
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("asked", sa.Text),
    sa.Column("query", sa.Text),
    sa.Column("form", sa.Text),
    sa.Column("version", sa.BigInteger),
    sa.Column("at", sa.Text),
    sa.Column("count", sa.BigInteger),
    sa.Column("digest", sa.Text),
    sa.Column("blank", sa.Boolean),
)
_HIDDEN = sa.Table(
    "hidden_citations",
    _CITATIONS.metadata,
    sa.Column("ref", sa.Text, primary_key=True),
    sa.Column("query", sa.Text),
    sa.Column("at", sa.Text),
    sa.Column("reason", sa.Text),
)
_KEPT = sa.select(
    _CITATIONS, _HIDDEN.c.at.label("hidden_at"), _HIDDEN.c.reason.label("hidden_reason")
).select_from(_CITATIONS.outerjoin(_HIDDEN, _CITATIONS.c.ref == _HIDDEN.c.ref))


@dataclass(frozen=True, slots=True)
class Hidden:
    """Since when a citation is not shown, and why, in the operator's words."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited query: its reference, the dataset version it was asked on, when, and what the answer was."""

    ref: str
    query: str
    form: Form
    version: int
    at: datetime
    answer: Fingerprint
    hidden: Hidden | None = None


class CitationTable:
    """Adds and finds citations. Threads and processes may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, ref: str) -> Citation | None:
        """The citation with a reference."""
        return self._one(_CITATIONS.c.ref == ref)

    def asked(self, query: str, version: int) -> Citation | None:
        """The citation of a query on a version."""
        return self._one(_CITATIONS.c.asked == _asked(query, version))

    def hidden(self, query: str) -> Citation | None:
        """The hidden citation of a query, on whichever version."""
        return self._one(_HIDDEN.c.query == _digest(query))

    def hide(self, ref: str, reason: str, *, at: datetime) -> None:
        """Show a citation no longer, durably; what was cited is kept.

        Raises NotFound, Conflict when it is hidden already, InvalidInput without a reason or for one that
        points out a person.
        """
        if not reason.strip():
            raise InvalidInput(
                N_("Ange varför frågan döljs; skälet visas för den som följer en gammal länk.")
            )
        told = checked(reason)
        with self._database.write() as connection:
            kept = _known(connection, ref)
            if kept.hidden is not None:
                raise Conflict(N_("%(ref)s är redan dold."), ref=ref)
            row = {
                "ref": ref,
                "query": _digest(kept.query),
                "at": moment_as_text(at),
                "reason": told,
            }
            connection.execute(_HIDDEN.insert(), row)

    def show(self, ref: str) -> None:
        """Show a hidden citation again. Raises NotFound, Conflict when it is not hidden."""
        with self._database.write() as connection:
            if _known(connection, ref).hidden is None:
                raise Conflict(N_("%(ref)s är inte dold."), ref=ref)
            connection.execute(_HIDDEN.delete().where(_HIDDEN.c.ref == ref))

    def count(self) -> int:
        with self._database.read() as connection:
            return _count(connection)

    def add(
        self,
        query: str,
        form: Form,
        *,
        version: int,
        at: datetime,
        answer: Fingerprint,
        most: int,
        full: Callable[[], Exception],
    ) -> Citation:
        """Keep a citation, durably, unless there is one of the query on this version already; returns that one.

        Raises what `full` gives when there are `most` already.
        """
        asked = _asked(query, version)
        with self._database.write() as connection:
            known = connection.execute(_KEPT.where(_CITATIONS.c.asked == asked)).first()
            if known is not None:
                return _citation(known)
            if _count(connection) >= most:
                raise full()
            row = {
                "ref": _unused(connection),
                "asked": asked,
                "query": query,
                "form": form.value,
                "version": version,
                "at": moment_as_text(at),
                "count": answer.count,
                "digest": answer.digest,
                "blank": answer.blank,
            }
            connection.execute(_CITATIONS.insert(), row)
        return Citation(str(row["ref"]), query, form, version, at, answer)

    def _one(self, condition: sa.ColumnElement[bool]) -> Citation | None:
        with self._database.read() as connection:
            row = connection.execute(_KEPT.where(condition)).first()
        return None if row is None else _citation(row)


def _known(connection: sa.Connection, ref: str) -> Citation:
    row = connection.execute(_KEPT.where(_CITATIONS.c.ref == ref)).first()
    if row is None:
        raise NotFound(N_("Det finns ingen citerad fråga %(ref)s."), ref=ref)
    return _citation(row)


def _asked(query: str, version: int) -> str:
    return _digest(f"{version}\n{query}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _count(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(_CITATIONS)).scalar() or 0)


def _unused(connection: sa.Connection) -> str:
    """A new reference. That one is taken already is unlikely, but it must never be given twice."""
    while True:
        ref = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        if connection.execute(sa.select(_CITATIONS.c.ref).where(_CITATIONS.c.ref == ref)).first() is None:
            return ref


def _citation(row: sa.Row[Any]) -> Citation:
    said = row._mapping  # a row is a tuple, whose `count` is something else
    return Citation(
        ref=said["ref"],
        query=said["query"],
        form=Form(said["form"]),
        version=said["version"],
        at=datetime.fromisoformat(said["at"]),
        answer=Fingerprint(said["count"], said["digest"], said["blank"]),
        hidden=Hidden(datetime.fromisoformat(said["hidden_at"]), said["hidden_reason"])
        if said["hidden_at"]
        else None,
    )
