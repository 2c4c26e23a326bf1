"""A generation: one store and one index that follow the journal together."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from catalogue.changes import between
from catalogue.errors import N_, Damaged
from catalogue.journal import Journal
from catalogue.layout import index_progress, note_index_progress
from catalogue.search import SearchIndex
from catalogue.shapes import Shapes
from catalogue.store import Change, Progress, Store


@dataclass
class Generation:
    """An open store and index, and how many snapshots read them."""

    directory: Path
    store: Store
    index: SearchIndex
    readers: int = 0

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
        return upto - min(self.store.progress.seq, index_progress(self.directory).seq)

    def follow(self, journal: Journal, shapes: Shapes, upto: int) -> list[Change]:
        """Show every revision up to `upto` in store and index; returns the changes that this made.

        Killed at any point, the next call goes on where each of the two had come to.
        """
        stamp = journal.stamp(upto)
        if stamp is None:
            raise Damaged(
                N_("Journalen saknar revision %(seq)s. Starta om, så byggs databasen om."), seq=upto
            )
        progress = Progress(upto, stamp)
        shown, indexed = self.store.progress.seq, index_progress(self.directory).seq
        changes = between(journal, shapes, after=min(shown, indexed), upto=upto)
        if shown < upto:
            # The store needs what it shows itself as `before`; the index may lag behind it.
            own = changes if shown <= indexed else between(journal, shapes, after=shown, upto=upto)
            self.store.apply(own, progress)
        if indexed < upto:
            self.index.apply(changes)
            note_index_progress(self.directory, progress)
        return changes

    def close(self) -> None:
        """Close both; nothing may read them any longer."""
        self.index.close()
        self.store.flush()
        # Oxigraph closes with the last reference.
        del self.store, self.index

    def remove(self) -> None:
        """Close and delete it."""
        self.close()
        shutil.rmtree(self.directory)
