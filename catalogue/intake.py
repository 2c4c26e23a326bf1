"""A load from files to journal: parsed, validated, published; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from catalogue.descriptions import Description, Lookup
from catalogue.errors import N_, InvalidInput
from catalogue.formats import Format
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout
from catalogue.loading import LoadLimits, parsed
from catalogue.namespaces import SHARED
from catalogue.outline import Outline
from catalogue.packaged import append_packaged, redefined
from catalogue.publishing import publish
from catalogue.reports import Report
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from catalogue.spool import Note, Spool
from catalogue.validation import validate

READING = N_("Läser filerna")
VALIDATING = N_("Granskar posterna")
PUBLISHING = N_("Skriver till journalen")

# So many records are named in a note.
_LISTED = 3

# Called with the name of the stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of a load.

    `report` is None when nothing was validated; when it does not conform, nothing was published.
    `published` are the numbers of the new revisions; of the `records` read, the rest were unchanged.
    """

    report: Report | None
    records: int
    triples: int
    published: range
    notes: tuple[Note, ...]

    @property
    def refused(self) -> bool:
        return self.report is not None and not self.report.conforms

    @property
    def unchanged(self) -> int:
        return 0 if self.refused else self.records - len(self.published)


def load(
    files: Sequence[str],
    settings: Settings,
    *,
    trusted: bool = False,
    base: str | None = None,
    format: Format | None = None,
    standard_input: IO[bytes] | None = None,
    on_progress: Progress = lambda stage, done, total: None,
) -> Outcome:
    """Publish the records of files in one transaction. `trusted` leaves out the validation by shapes.

    Returns when the revisions are durable; they are shown when the projections have followed.
    Raises what `loading.parsed` and `publishing.publish` raise; then nothing was changed.
    """
    layout = Layout(settings.data)
    shapes = Shapes.load()
    with parsed(
        files,
        installation=settings.base,
        types=shapes.record_types(),
        directory=layout.data,
        limits=LoadLimits.of(settings),
        base=base,
        format=format,
        standard_input=standard_input,
        on_progress=lambda done, total: on_progress(READING, done, total),
    ) as spool:
        journal = layout.open_journal()
        try:
            # What the records point at is the vocabularies above all: they must be there.
            append_packaged(journal, settings.base)
            _refuse_redefinitions(spool, journal, settings.base)
            report = None if trusted else _judged(spool, journal, shapes, on_progress)
            notes = spool.notes
            if report is None or report.conforms:
                notes += _taken_over(spool, journal)
                published = publish(journal, _revisions(spool, on_progress))
            else:
                published = range(0)
        finally:
            journal.close()
        return Outcome(report, len(spool), spool.triples, published, notes)


def stored(journal: Journal, shapes: Shapes) -> Lookup:
    """A lookup of what the journal says is published, whether or not the projections show it yet."""

    def lookup(iris: set[str]) -> Mapping[str, Description]:
        outline = Outline(shapes)
        for revision in journal.current_of(sorted(iris)).values():
            if revision.published:
                outline.add(revision.content)
        return outline.described

    return lookup


def _refuse_redefinitions(spool: Spool, journal: Journal, base: str) -> None:
    """What all installations share means the same in each: only a release may change it or add to it.

    A file may hold a copy of it, as a dump of everything does.
    """
    if base.startswith(SHARED):
        return
    shared = {iri: digest for iri, digest in spool.hashes() if iri.startswith(SHARED)}
    standing = journal.standing(shared)
    for iri, digest in shared.items():
        if iri not in standing or standing[iri].hash != digest:
            raise InvalidInput(
                N_(
                    "%(file)s: %(record)s är gemensamt för alla installationer och ändras bara med en ny version av Pivi. "
                    "Ta bort den ur filen; egna begrepp och platser läggs under %(base)sid/."
                ),
                file=spool.file_of(iri),
                record=iri,
                base=base,
            )


def _taken_over(spool: Spool, journal: Journal) -> tuple[Note, ...]:
    """What to know when a load changes organisations that came with a release."""
    found = redefined(journal, spool.hashes())
    if not found:
        return ()
    sentence = N_(
        "%(count)s av posterna kom med Pivi och ändras nu här (%(listed)s). "
        "De är sedan era egna: nya versioner av Pivi ändrar dem inte."
    )
    listed = ", ".join(found[:_LISTED]) + (" …" if len(found) > _LISTED else "")
    return (Note(sentence, {"count": len(found), "listed": listed}),)


def _judged(spool: Spool, journal: Journal, shapes: Shapes, on_progress: Progress) -> Report:
    return validate(
        spool,
        lookup=stored(journal, shapes),
        shapes=shapes,
        source_of=spool.file_of,
        on_progress=lambda done, total: on_progress(VALIDATING, done, total),
    )


def _revisions(spool: Spool, on_progress: Progress) -> Iterator[NewRevision]:
    total = len(spool)
    for number, record in enumerate(spool.records(), start=1):
        yield NewRevision(
            record.iri, record.type, record.content, by="pivi load", origin="load", hash=record.hash
        )
        if number % 500 == 0 or number == total:
            on_progress(PUBLISHING, number, total)
