"""The Turtle that ships with the product, brought into the journal as revisions like any other."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from catalogue.errors import N_, Conflict, Damaged
from catalogue.journal import Journal, NewRevision
from catalogue.knowledge import turtle_files
from catalogue.namespaces import SHARED
from catalogue.records import record_type
from catalogue.turtle import load_packaged, parse_ntriples

log = logging.getLogger(__name__)

PACKAGED = "packaged"
EXAMPLE = "example"


def append_packaged(journal: Journal, base: str, *, example: bool = False) -> range:
    """Append what a release changed in ontology and vocabularies; returns the numbers of the revisions.

    `example` adds the example catalogue; once there, it follows later releases too. What an
    installation has changed or withdrawn itself is left as it is, but for the shared vocabularies.
    Raises Conflict when the journal belongs to another address than `base`, or holds records of its
    own while the example is asked for.
    """
    known = journal.last_hashes(PACKAGED)
    _check_base(known, base)
    new = dict(_changed(journal, known, _records(("ontology", "vocab"), base), PACKAGED))
    shown = journal.last_hashes(EXAMPLE)
    if example and not shown and journal.origins() - {PACKAGED}:
        raise Conflict(
            N_(
                "Exempelkatalogen läses bara in i en tom katalog, och denna har egna poster. Ange en annan med --data."
            )
        )
    if example or shown:
        new.update(_changed(journal, shown, _records((EXAMPLE,), base), EXAMPLE))
    if not new:
        return range(0)
    seen = journal.current_of(new)
    expect = {iri: seen[iri].seq if iri in seen else 0 for iri in new}
    try:
        return journal.append(new.values(), expect=expect)
    except Conflict:
        # Another process of the same release was first: see what it left to do.
        return append_packaged(journal, base, example=example)


def redefined(journal: Journal, hashes: Iterable[tuple[str, str]]) -> list[str]:
    """Which of some records, given by IRI and content hash, stand as a release brought them and would change.

    Once changed here they are the installation's own: later releases leave them as they are.
    """
    packaged = journal.last_hashes(PACKAGED) | journal.last_hashes(EXAMPLE)
    differing = {iri for iri, digest in hashes if packaged.get(iri, digest) != digest}
    current = journal.current_of(sorted(differing))
    return [iri for iri, revision in current.items() if revision.origin in (PACKAGED, EXAMPLE)]


def _changed(
    journal: Journal, known: dict[str, str], records: dict[str, bytes], origin: str
) -> Iterator[tuple[str, NewRevision]]:
    changed = {
        iri: content
        for iri, content in records.items()
        if known.get(iri) != hashlib.sha256(content).hexdigest()
    }
    present = journal.current_of(changed)
    by = f"Pivi {version('pivi')}"
    for iri, content in changed.items():
        current = present.get(iri)
        if current is not None and not iri.startswith(SHARED) and current.origin != origin:
            log.info("%s was changed here; the release's own version is not used", iri)
            continue
        yield iri, NewRevision(iri, record_type(iri, parse_ntriples(content)), content, by=by, origin=origin)


def _records(folders: tuple[str, ...], base: str) -> dict[str, bytes]:
    records: dict[str, bytes] = {}
    for path in (path for folder in folders for path in turtle_files(folder)):
        for iri, content in load_packaged(path, base).items():
            if iri in records:
                raise Damaged(
                    N_("%(file)s beskriver %(iri)s, som redan finns i en annan fil."), file=path.name, iri=iri
                )
            records[iri] = content
    return records


def _check_base(known: dict[str, str], base: str) -> None:
    for iri in known:
        if not iri.startswith((SHARED, base)):
            raise Conflict(
                N_(
                    "Katalogen skapades för en annan adress (den har posten %(iri)s) än PIVI_BASE, som är %(base)s. "
                    "Ställ tillbaka PIVI_BASE, eller ange en annan katalog."
                ),
                iri=iri,
                base=base,
            )
