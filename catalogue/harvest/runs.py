"""The harvests that were made, kept in the journal's database: for the report and for the next harvest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from catalogue.database import Database
from catalogue.revisions import moment_as_text
from catalogue.spool import Note

_HARVESTS = sa.Table(
    "harvests",
    sa.MetaData(),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text),
    sa.Column("began", sa.Text),
    sa.Column("ended", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("said", sa.Text),
)
# Of what was kept out, so much is remembered by name.
REMEMBERED = 1_000


class Outcome(StrEnum):
    """How a harvest ended. `begun` is one that is going on, or that was killed."""

    BEGUN = "begun"
    DONE = "done"
    UNCHANGED = "unchanged"
    """No file had changed since the last one."""
    STOPPED = "stopped"
    """Too much had vanished; nothing was changed."""
    FAILED = "failed"
    """The source could not be fetched or read; nothing was changed."""


# Those whose `seen` the next harvest begins with.
_WELL = (Outcome.DONE, Outcome.UNCHANGED)


@dataclass(frozen=True)
class Run:
    """One harvest. Times are UTC. `quarantined` holds record and reason, `trouble` what stopped it.

    `reported` tells of what was found and not taken in. `seen` remembers what the source was like and by
    which rules it was judged. `warnings` counts what was
    let through leniently; `kept_away` counts what an operator here has withdrawn.
    """

    source: str
    began: datetime
    outcome: Outcome = Outcome.BEGUN
    ended: datetime | None = None
    read: int = 0
    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    kept_away: int = 0
    warnings: int = 0
    bad: int = 0
    quarantined: tuple[tuple[str, Note], ...] = ()
    trouble: Note | None = None
    reported: tuple[Note, ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)
    last: int = 0
    """The number of the last revision that it made; 0 when it made none."""

    @property
    def unchanged(self) -> int:
        return self.read - self.new - self.changed - self.bad - self.kept_away


_COUNTS = ("read", "new", "changed", "withdrawn", "kept_away", "warnings", "bad", "last")


def begin(database: Database, source: str) -> tuple[int, Run]:
    """Note that a harvest begins; returns its number and the run."""
    run = Run(source, datetime.now(UTC))
    with database.write() as connection:
        result = connection.execute(_HARVESTS.insert().values(**_row(run)))
        (number,) = result.inserted_primary_key or (0,)
    return int(number), run


def end(database: Database, number: int, run: Run) -> Run:
    """Note how a harvest ended, durably. What an earlier one of the source has seen is forgotten when this one went well."""
    ended = replace(run, ended=datetime.now(UTC))
    with database.write() as connection:
        connection.execute(_HARVESTS.update().where(_HARVESTS.c.number == number).values(**_row(ended)))
        if run.outcome in _WELL:
            _forget_seen(connection, run.source, number)
    return ended


def _forget_seen(connection: sa.Connection, source: str, number: int) -> None:
    """A feed's position is some tens of kilobytes, and only the last one is of use."""
    column = _HARVESTS.c
    last = (
        sa.select(column.number, column.said)
        .where(column.source == source, column.number < number, column.outcome.in_(_WELL))
        .order_by(column.number.desc())
        .limit(1)
    )
    for earlier, said in connection.execute(last).all():
        forgotten = json.dumps(json.loads(said) | {"seen": {}})
        connection.execute(_HARVESTS.update().where(column.number == earlier).values(said=forgotten))


def latest(database: Database, *, source: str | None = None, limit: int = 20) -> list[Run]:
    """The last harvests (of one source), newest first."""
    select = sa.select(_HARVESTS).order_by(_HARVESTS.c.number.desc()).limit(limit)
    if source is not None:
        select = select.where(_HARVESTS.c.source == source)
    with database.read() as connection:
        return [_run(row) for row in connection.execute(select)]


def _row(run: Run) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(run, name) for name in _COUNTS}
    said["seen"] = run.seen
    said["quarantined"] = [
        [iri, note.sentence, _plain(note.params)] for iri, note in run.quarantined[:REMEMBERED]
    ]
    said["reported"] = [[note.sentence, _plain(note.params)] for note in run.reported[:REMEMBERED]]
    if run.trouble is not None:
        said["trouble"] = [run.trouble.sentence, _plain(run.trouble.params)]
    return {
        "source": run.source,
        "began": moment_as_text(run.began),
        "ended": None if run.ended is None else moment_as_text(run.ended),
        "outcome": run.outcome.value,
        "said": json.dumps(said),
    }


def _run(row: sa.Row[Any]) -> Run:
    said = json.loads(row.said)
    return Run(
        source=row.source,
        began=datetime.fromisoformat(row.began),
        outcome=Outcome(row.outcome),
        ended=None if row.ended is None else datetime.fromisoformat(row.ended),
        quarantined=tuple((iri, Note(sentence, params)) for iri, sentence, params in said["quarantined"]),
        trouble=Note(*said["trouble"]) if "trouble" in said else None,
        reported=tuple(Note(*each) for each in said.get("reported", ())),
        seen=said["seen"],
        **{name: said[name] for name in _COUNTS},
    )


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    return {name: each if isinstance(each, int | float | str) else str(each) for name, each in params.items()}
