"""Publishing, and taking out of publication: what a command or an editor asks for becomes revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from catalogue.errors import N_, Conflict, InvalidInput, NotFound
from catalogue.journal import Journal, NewRevision, Revision, State
from catalogue.labels import NAMES
from catalogue.reasons import checked
from catalogue.records import Node, Text
from catalogue.turtle import parse_ntriples

_BATCH = 1_000
_LISTED = 10


@dataclass(frozen=True)
class Tombstone:
    """What a page tells of a record that is no longer published.

    `title` is what it was called, by language; `state` is withdrawn or replaced; `successors` are IRIs.
    """

    iri: str
    type: str
    title: tuple[Text, ...]
    state: State
    at: datetime
    reason: str | None
    successors: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """What `replace` did: the number of its last revision, and the records that now point at the successor."""

    seq: int
    pointing: tuple[str, ...]


def publish(
    journal: Journal, records: Iterable[NewRevision], *, expect: Mapping[str, int] | None = None
) -> range:
    """Publish all of `records` in one transaction; what is published already with the same content is left out.

    Returns the numbers of the new revisions once they are durable. Raises Conflict when `expect` does
    not hold, or when one of the records has been taken out of publication: then nothing is published.
    """
    return journal.append(_new(journal, records), expect=expect)


def withdraw(
    journal: Journal, iri: str, *, reason: str, by: str, successor: str | None = None, anyway: bool = False
) -> int:
    """Take a record out of publication, leaving a tombstone; returns the number of the revision.

    Raises InvalidInput for no reason, or one that points out a person; NotFound for an unknown IRI;
    Conflict when it is withdrawn already, when its successor is not
    published, or when others point at it and `anyway` is not given: their links would lead nowhere.
    """
    if not reason.strip():
        raise InvalidInput(N_("Ange varför posten tas bort; skälet visas för den som följer en gammal länk."))
    reason = checked(reason)
    current = _published(journal, iri)
    successors = () if successor is None else (successor,)
    _check_successors(journal, current, successors)
    if not anyway:
        _check_unreferenced(iri, _pointing_at(journal, iri))
    gone = NewRevision(iri, current.type, b"", by, "withdraw", "withdrawn", reason, successors)
    return journal.append([gone], expect={iri: current.seq})[-1]


def replace(
    journal: Journal,
    iri: str,
    successors: Sequence[str],
    *,
    by: str,
    reason: str | None = None,
    anyway: bool = False,
) -> Moved:
    """Let one or several published records of the same type take the place of a record.

    With one successor, the records that point at the old one are made to point at the new, in the same
    transaction. With several nobody but an editor can tell which is meant: others that point at the
    old one are then a Conflict, unless `anyway` is given. Errors otherwise as for `withdraw`.
    """
    if not successors:
        raise InvalidInput(N_("Ange minst en post som ersätter %(iri)s."), iri=iri)
    reason = checked(reason) if reason else None
    current = _published(journal, iri)
    known = _check_successors(journal, current, tuple(successors))
    for successor in known:
        if successor.type != current.type:
            raise Conflict(
                N_(
                    "%(new)s är av ett annat slag än %(old)s och kan inte ersätta den. Använd pivi withdraw med --successor."
                ),
                new=successor.iri,
                old=iri,
            )
    pointing = _pointing_at(journal, iri)
    # A successor that tells what it came from must not come to point at itself.
    others = [] if len(successors) > 1 else [each for each in pointing if each.iri not in successors]
    moved = [_moved(each, iri, successors[0], by) for each in others]
    done = {each.iri for each in moved if not _points_at(each.content, iri)}
    if not anyway:
        _check_unreferenced(iri, [each for each in pointing if each.iri not in done])
    gone = NewRevision(iri, current.type, b"", by, "replace", "replaced", reason, tuple(successors))
    expect = {iri: current.seq} | {each.iri: each.seq for each in others}
    numbers = journal.append([*moved, gone], expect=expect)
    return Moved(numbers[-1], tuple(each.iri for each in moved))


def undo(journal: Journal, iri: str, *, by: str) -> int:
    """Publish a withdrawn or replaced record again, as it last was; returns the number of the revision."""
    history = journal.history(iri)
    if not history:
        raise _unknown(iri)
    if history[-1].published:
        raise Conflict(N_("%(iri)s är publicerad; det finns inget att ångra."), iri=iri)
    last = next(each for each in reversed(history) if each.published)
    again = NewRevision(iri, last.type, last.content, by, "undo")
    return journal.append([again], expect={iri: history[-1].seq})[-1]


def tombstone(journal: Journal, iri: str) -> Tombstone | None:
    """What is left of a record that was published once; None for what is published or never was."""
    current = journal.current(iri)
    if current is None or current.published:
        return None
    last = next(each for each in reversed(journal.history(iri)) if each.published)
    record = Node(iri, tuple(parse_ntriples(last.content)))
    title = next((texts for each in NAMES if (texts := record.texts(each))), ())
    return Tombstone(iri, last.type, title, current.state, current.at, current.reason, current.successors)


def _new(journal: Journal, records: Iterable[NewRevision]) -> Iterator[NewRevision]:
    iterator = iter(records)
    while batch := list(islice(iterator, _BATCH)):
        standing = journal.standing(each.iri for each in batch)
        for record in batch:
            now = standing.get(record.iri)
            if now is not None and now.state != "published":
                raise Conflict(
                    N_(
                        "%(iri)s är tagen ur publicering och visas inte igen av en inläsning. Ta bort den ur filen, "
                        "eller publicera den igen med pivi withdraw --undo."
                    ),
                    iri=record.iri,
                )
            if now is None or now.hash != record.hashed():
                yield record


def _published(journal: Journal, iri: str) -> Revision:
    current = journal.current(iri)
    if current is None:
        raise _unknown(iri)
    if not current.published:
        raise Conflict(
            N_("%(iri)s är redan tagen ur publicering, sedan %(date)s. Ångra det med pivi withdraw --undo."),
            iri=iri,
            date=current.at.date().isoformat(),
        )
    return current


def _unknown(iri: str) -> NotFound:
    return NotFound(
        N_(
            "Ingen post heter %(iri)s. Ange hela adressen till posten, så som den står på sidan under Hämta data."
        ),
        iri=iri,
    )


def _check_successors(journal: Journal, current: Revision, successors: tuple[str, ...]) -> list[Revision]:
    found: list[Revision] = []
    for iri in successors:
        if iri == current.iri:
            raise Conflict(N_("%(iri)s kan inte ersättas av sig själv."), iri=iri)
        successor = journal.current(iri)
        if successor is None or not successor.published:
            # So no circle can come about either: what replaces is published, what is replaced is not.
            raise Conflict(
                N_(
                    "%(new)s är inte publicerad och kan inte komma i stället för %(old)s. Publicera den först."
                ),
                new=iri,
                old=current.iri,
            )
        found.append(successor)
    return found


def _pointing_at(journal: Journal, iri: str) -> list[Revision]:
    """The published records that point at a record or at a part of it: all contents are looked through."""
    return [
        revision
        for revision in journal.current_all()
        if revision.published and revision.iri != iri and _points_at(revision.content, iri)
    ]


def _points_at(content: bytes, iri: str) -> bool:
    return f" <{iri}>".encode() in content or f" <{iri}#".encode() in content


def _moved(revision: Revision, old: str, new: str, by: str) -> NewRevision:
    lines = {
        line.replace(f" <{old}> .".encode(), f" <{new}> .".encode())
        for line in revision.content.splitlines(True)
    }
    return NewRevision(
        revision.iri, revision.type, b"".join(sorted(lines)), by, "replace", reason=f"{old} → {new}"
    )


def _check_unreferenced(iri: str, pointing: Sequence[Revision]) -> None:
    if not pointing:
        return
    listed = "\n".join(f"  {each.iri}" for each in pointing[:_LISTED])
    if len(pointing) > _LISTED:
        listed += "\n  …"
    raise Conflict(
        N_(
            "Poster som pekar på %(iri)s: %(count)s\n%(listed)s\n"
            "Ändra dem först. Med --anyway tas posten ändå bort, och deras länkar leder till en sida om att den är borta."
        ),
        count=len(pointing),
        iri=iri,
        listed=listed,
    )
