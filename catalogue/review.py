"""A review: files, or what is published, judged by the shapes without changing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from catalogue.descriptions import Description, Lookup
from catalogue.errors import N_
from catalogue.formats import Format
from catalogue.intake import READING, VALIDATING, Progress, stored
from catalogue.journal import Journal
from catalogue.knowledge import turtle_files
from catalogue.layout import Layout
from catalogue.loading import LoadLimits, parsed
from catalogue.outline import Outline
from catalogue.reports import Report
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from catalogue.turtle import load_packaged
from catalogue.validation import validate

COLLECTING = N_("Hämtar det som är publicerat")


class PublishedRecords(Mapping[str, bytes]):
    """What the journal says is published, internal fields among it, each read when it is asked for."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._iris = [each.iri for each in journal.current_all() if each.published]

    def __getitem__(self, iri: str) -> bytes:
        revision = self._journal.current(iri)
        if revision is None:
            raise KeyError(iri)
        return revision.content

    def __iter__(self) -> Iterator[str]:
        return iter(self._iris)

    def __len__(self) -> int:
        return len(self._iris)


def review_files(
    files: Sequence[str],
    settings: Settings,
    *,
    base: str | None = None,
    format: Format | None = None,
    standard_input: IO[bytes] | None = None,
    on_progress: Progress = lambda stage, done, total: None,
) -> Report:
    """Judge the records of files, which may point at each other, at what is published and at the vocabularies.

    Raises what `loading.parsed` raises for files that cannot be read.
    """
    shapes = Shapes.load()
    with (
        tempfile.TemporaryDirectory(prefix="pivi-validate-") as directory,
        parsed(
            files,
            installation=settings.base,
            types=shapes.record_types(),
            directory=Path(directory),
            limits=LoadLimits.of(settings),
            base=base,
            format=format,
            standard_input=standard_input,
            on_progress=lambda done, total: on_progress(READING, done, total),
        ) as spool,
        _journal(settings) as journal,
    ):
        return validate(
            spool,
            lookup=_lookup(journal, shapes, settings.base),
            shapes=shapes,
            source_of=spool.file_of,
            on_progress=lambda done, total: on_progress(VALIDATING, done, total),
        )


def review_published(
    settings: Settings, *, on_progress: Progress = lambda stage, done, total: None
) -> Report:
    """Judge everything that is published by the shapes of this release."""
    with _journal(settings) as journal:
        if journal is None:
            return Report((), 0)
        on_progress(COLLECTING, 0, 1)
        return validate(
            PublishedRecords(journal),
            on_progress=lambda done, total: on_progress(VALIDATING, done, total),
        )


@contextmanager
def _journal(settings: Settings) -> Iterator[Journal | None]:
    """The journal, if there is one: a review makes none."""
    location = Layout(settings.data).journal
    if not location.exists():
        yield None
        return
    journal = Journal.open(location)
    try:
        yield journal
    finally:
        journal.close()


def _lookup(journal: Journal | None, shapes: Shapes, base: str) -> Lookup:
    """What is published, and of the rest what ships with the product: a review must not append it first."""

    def lookup(iris: set[str]) -> Mapping[str, Description]:
        found = dict(stored(journal, shapes)(iris)) if journal is not None else {}
        # What has been withdrawn is known and not published: it may not be pointed at.
        known = journal.current_of(iris).keys() if journal is not None else set[str]()
        unknown = iris - known
        if not unknown:
            return found
        return found | {iri: each for iri, each in _packaged(shapes, base).items() if iri in unknown}

    return lookup


def _packaged(shapes: Shapes, base: str) -> Mapping[str, Description]:
    outline = Outline(shapes)
    for folder in ("ontology", "vocab"):
        for path in turtle_files(folder):
            for record in load_packaged(path, base).values():
                outline.add(record)
    return outline.described
