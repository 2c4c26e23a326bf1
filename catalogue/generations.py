"""A generation: one store and one index that follow the journal together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalogue.changes import between
from catalogue.errors import N_, Damaged, NoSpace
from catalogue.journal import Journal
from catalogue.layout import index_progress, note_index_progress, tells_of_a_full_disk
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change, Progress, Store


@dataclass
class Generation:
    """An open store and index, and how many snapshots read them.

    A write that failed leaves it `broken`: Oxigraph then refuses to write until it is opened anew,
    which cannot be done under those who read it. They read on, and another generation takes over.
    """

    directory: Path
    store: Store
    index: SearchIndex
    readers: int = 0
    broken: bool = False

    @classmethod
    def open(cls, directory: Path, shapes: Shapes) -> Generation:
        """Raises Damaged when the store or the index cannot be opened."""
        return cls(directory, Store.open(directory / "store"), SearchIndex.open(directory / "index", shapes))

    def came_from(self, journal: Journal) -> bool:
        """Whether all it shows came from this journal; not so after a backup was restored over it."""
        return all(
            journal.stamp(progress.seq) == progress.stamp
            for progress in (self.store.progress, index_progress(self.directory))
        )

    def behind(self, upto: int) -> int:
        """How many revisions it has yet to show."""
        return upto - min(self._come_to())

    def follow(self, journal: Journal, shapes: Shapes, upto: int) -> list[Change]:
        """Show every revision up to `upto` in store and index; returns the changes that this made.

        Killed at any point, the next call goes on where each of the two had come to. Raises NoSpace
        or Damaged when they cannot be written.
        """
        stamp = journal.stamp(upto)
        if stamp is None:
            raise Damaged(
                N_("Journalen saknar revision %(seq)s. Starta om, så byggs databasen om."), seq=upto
            )
        progress = Progress(upto, stamp)
        changes = between(journal, shapes, after=min(self._come_to()), upto=upto)
        self.broken = True
        with named_errors(self.directory):
            self._write(journal, shapes, changes, progress)
        self.broken = False
        return changes

    def _write(self, journal: Journal, shapes: Shapes, changes: list[Change], progress: Progress) -> None:
        shown, indexed = self._come_to()
        if shown < progress.seq:
            # The store needs what it shows itself as `before`; the index may lag behind it.
            own = changes if shown <= indexed else between(journal, shapes, after=shown, upto=progress.seq)
            self.store.apply(own, progress)
        if indexed < progress.seq:
            self.index.apply(changes)
            note_index_progress(self.directory, progress)

    def _come_to(self) -> tuple[int, int]:
        """The numbers that store and index have come to."""
        return self.store.progress.seq, index_progress(self.directory).seq

    def close(self) -> None:
        """Close both; nothing may read them any longer."""
        self.index.close()
        self.store.close()

    def remove(self) -> None:
        """Close and delete it."""
        self.close()
        shutil.rmtree(self.directory)


@contextmanager
def named_errors(directory: Path) -> Iterator[None]:
    """Raise what Oxigraph and tantivy tell of a failed write as NoSpace or Damaged."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # Oxigraph's and tantivy's ways to tell of the disk
        detail = str(error)
        if tells_of_a_full_disk(detail, directory):
            raise NoSpace(
                N_(
                    "Disken är full, så ändringar kan inte visas (%(detail)s). De finns i journalen. Frigör utrymme."
                ),
                detail=detail,
            ) from error
        raise Damaged(
            N_(
                "Databas eller sökindex går inte att skriva (%(detail)s). Ändringarna finns i journalen. Kör pivi rebuild."
            ),
            detail=detail,
        ) from error
