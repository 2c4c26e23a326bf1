"""A revision: what the journal remembers of one change of one record, and how it is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from isal import igzip_lib, isal_zlib

from catalogue.errors import N_, Damaged

State = Literal["published", "withdrawn", "replaced"]

# Of ISA-L, whose streams are zlib's: as small as level 1 of zlib, in less than half the time.
_COMPRESSION = 1
# Nearly all have no successors: written and read without the JSON machinery.
_NONE = "[]"

REVISIONS = sa.Table(
    "revisions",
    sa.MetaData(),
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
    for what is withdrawn or replaced. `by` is a role or a command, never a person. `hash` is the SHA-256 of
    the content in hex, for who knows it already.
    """

    iri: str
    type: str
    content: bytes
    by: str
    origin: str
    state: State = "published"
    reason: str | None = None
    successors: tuple[str, ...] = ()
    hash: str = ""

    def hashed(self) -> str:
        """The SHA-256 of the content in hex."""
        return self.hash or hashlib.sha256(self.content).hexdigest()


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


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands, without its content: its last revision's number, type, state, hash and origin."""

    seq: int
    type: str
    state: State
    hash: str
    origin: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A revision's number, time (UTC) and state."""

    seq: int
    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Span:
    """The times (UTC) of the first and of the last revision of some records."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """One of several about equal shares of the journal, for processes that read beside each other: 0 of 2, 1 of 2."""

    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Packed:
    """A revision without a number, its content compressed and hashed."""

    new: NewRevision
    content: bytes
    hash: str

    @classmethod
    def of(cls, new: NewRevision) -> Packed:
        return cls(new, isal_zlib.compress(new.content, _COMPRESSION), new.hashed())


def row_of(seq: int, at: str, packed: Packed) -> tuple[object, ...]:
    """The values of a revision in the order of the table's columns."""
    new = packed.new
    return (
        seq,
        new.iri,
        new.type,
        new.state,
        packed.content,
        packed.hash,
        at,
        new.by,
        new.reason,
        json.dumps(new.successors) if new.successors else _NONE,
        new.origin,
    )


def revision_of(row: Sequence[Any]) -> Revision:
    """The revision that a row of the table holds, its columns in the order of `row_of`."""
    seq, iri, type, state, packed, hash, at, by, reason, successors, origin = row
    try:
        content = isal_zlib.decompress(packed)
    except igzip_lib.IsalError as error:  # type: ignore[misc]  # its stub takes the class for an instance
        raise Damaged(
            N_(
                "Revision %(seq)s i journalen går inte att läsa (%(detail)s). Återställ journalen från en säkerhetskopia."
            ),
            seq=seq,
            detail=str(error),
        ) from error
    return Revision(
        seq=seq,
        iri=iri,
        type=type,
        state=state,
        content=content,
        hash=hash,
        at=datetime.fromisoformat(at),
        by=by,
        reason=reason,
        successors=() if successors == _NONE else tuple(json.loads(successors)),
        origin=origin,
    )


def moment_as_text(moment: datetime) -> str:
    # Fixed width, so that text order is time order in every database.
    return moment.isoformat(timespec="microseconds")
