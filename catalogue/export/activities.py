"""What has changed in the catalogue's description of itself: an activity for each of its things, the last one.

Kept in the journal's database, since a description is made from settings, files and the release too, whose
changes no journal knows. Each change is noticed when the description is next asked for.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from pyoxigraph import NamedNode, Triple

from catalogue.database import Database
from catalogue.export.dcat import described
from catalogue.export.facts import Facts
from catalogue.namespaces import DCAT, FOAF, RDF, VCARD
from catalogue.revisions import moment_as_text
from catalogue.turtle import canonical_ntriples

CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
# The things that activities are about, in the order in which they come to be: what is pointed at comes first
# (DCAT-AP Feeds, section 1.1, "Entity types"). A series of datasets is DCAT 3's own and comes with them.
STANDALONE = (
    FOAF.Agent,
    VCARD.Kind,
    DCAT.Distribution,
    DCAT.DatasetSeries,
    DCAT.Dataset,
    DCAT.DataService,
    DCAT.Catalog,
)
_ACTIVITIES = sa.Table(
    "activities",
    sa.MetaData(),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("thing", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("version", sa.BigInteger),
    sa.Column("at", sa.Text),
    sa.Column("content", sa.LargeBinary),
)
_C = _ACTIVITIES.c
# Times differ, so that whoever remembers the last one read misses none.
_STEP = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Activity:
    """What happened to a thing last: `kind` is Create, Update or Delete, `content` canonical N-Triples."""

    number: int
    thing: str
    kind: str
    version: int
    at: datetime
    content: bytes

    @property
    def reference(self) -> str:
        """What its IRI ends with; tells it from another with its number, as after a restored backup."""
        said = f"{self.number}\n{self.thing}\n{self.kind}\n{self.at.isoformat()}\n".encode() + self.content
        return f"{self.number}-{hashlib.sha256(said).hexdigest()[:8]}"


class Activities:
    """The activities of one installation. Safe between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()

    def recorded(self, facts: Facts) -> tuple[Activity, ...]:
        """The last activity about each thing, oldest first, after what `facts` describe has been compared with it.

        Facts of an earlier dataset version than the last that was described change nothing.
        """
        now = things(facts)
        with self._lock:
            with self._database.read() as connection:
                known = _read(connection)
            if not _changes(known, now, facts.version):
                return known
            with self._database.write() as connection:
                known = _read(connection)
                _write(connection, known, _changes(known, now, facts.version), facts.version)
                return _read(connection)


def things(facts: Facts) -> Mapping[str, bytes]:
    """What is said of each thing that stands alone, with what belongs to it, in the order of `STANDALONE`.

    What others' addresses are called is left out: they are referred to, not described (section 1.1.3).
    """
    about: dict[NamedNode, list[Triple]] = {}
    for triple in described(facts):
        assert isinstance(triple.subject, NamedNode)
        about.setdefault(triple.subject, []).append(triple)
    order = {kind: place for place, kind in enumerate(STANDALONE)}
    places: dict[NamedNode, int] = {}
    for subject, triples in about.items():
        kinds = {each.object for each in triples if each.predicate == RDF.type}
        found = [place for kind, place in order.items() if kind in kinds]
        if found:
            places[subject] = max(found)
    alone = sorted(places, key=lambda each: (places[each], each.value))
    return {each.value: canonical_ntriples(_whole(each, about, set(alone))) for each in alone}


def _whole(thing: NamedNode, about: Mapping[NamedNode, list[Triple]], alone: set[NamedNode]) -> list[Triple]:
    """The triples of a thing and of what it points at that does not stand alone."""
    found: list[Triple] = []
    seen = {thing}
    waiting = [thing]
    while waiting:
        for triple in about[waiting.pop()]:
            found.append(triple)
            part = triple.object
            if isinstance(part, NamedNode) and part in about and part not in alone and part not in seen:
                seen.add(part)
                waiting.append(part)
    return found


def _changes(
    known: Iterable[Activity], now: Mapping[str, bytes], version: int
) -> list[tuple[str, str, bytes]]:
    """What has happened since: what is new or other, in the order of `now`; then what is gone, the last first."""
    held = {each.thing: each for each in known}
    if any(each.version > version for each in held.values()):
        return []
    found: list[tuple[str, str, bytes]] = []
    for thing, content in now.items():
        before = held.get(thing)
        if before is None or before.kind == DELETE:
            found.append((CREATE, thing, content))
        elif before.content != content:
            found.append((UPDATE, thing, content))
    gone = [each.thing for each in held.values() if each.kind != DELETE and each.thing not in now]
    # Who is pointed at went in before those who point: so it leaves after them.
    return [*found, *((DELETE, thing, b"") for thing in reversed(gone))]


def _read(connection: sa.Connection) -> tuple[Activity, ...]:
    rows = connection.execute(sa.select(_ACTIVITIES).order_by(_C.number))
    return tuple(
        Activity(number, thing, kind, version, datetime.fromisoformat(at), bytes(content))
        for number, thing, kind, version, at, content in rows
    )


def _write(
    connection: sa.Connection,
    known: tuple[Activity, ...],
    changes: list[tuple[str, str, bytes]],
    version: int,
) -> None:
    number = known[-1].number if known else 0
    at = datetime.now(UTC)
    if known:
        at = max(at, known[-1].at + _STEP)
    for kind, thing, content in changes:
        number += 1
        connection.execute(_ACTIVITIES.delete().where(_C.thing == thing))
        connection.execute(
            _ACTIVITIES.insert(),
            {
                "number": number,
                "thing": thing,
                "kind": kind,
                "version": version,
                "at": moment_as_text(at),
                "content": content,
            },
        )
        at += _STEP
