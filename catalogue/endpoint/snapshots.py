"""The snapshots that queries are run on: copies of the store, each with its view of the index.

A new one is made at most once a second when something was published. One is deleted when no worker
has it open and no request names it.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.projections import Branch, Projections
from catalogue.view import View

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Snapshot:
    """One dataset version on disk, and how many use it."""

    directory: Path
    view: View
    version: int
    changed: datetime
    users: int = 0

    def __post_init__(self) -> None:
        self.path = str(self.directory)

    @classmethod
    def of(cls, branch: Branch) -> Snapshot:
        return cls(branch.directory, branch.view, branch.version, branch.changed)


class Snapshots:
    """The snapshots of an installation. `refresh` is called from one thread, the rest from any."""

    def __init__(self, projections: Projections, directory: Path) -> None:
        """Begins with an empty directory and the first snapshot; raises what `Projections.branch` raises."""
        self._projections = projections
        self._directory = directory
        self._lock = threading.Lock()
        self._number = 0
        self._retired: list[Snapshot] = []
        if directory.exists():  # what a killed process left
            shutil.rmtree(directory)
        directory.mkdir(mode=0o700)
        self._now = self._made()

    @property
    def now(self) -> Snapshot:
        """The newest one; to use it, hold it."""
        return self._now

    @property
    def outdated(self) -> bool:
        """Whether something newer is published than the newest snapshot shows."""
        return self._projections.version != self._now.version

    def refresh(self) -> bool:
        """Make a new snapshot if one is due; returns whether it was. What cannot be made is tried again later."""
        self.tidy()
        if not self.outdated:
            return False
        try:
            fresh = self._made()
        except CatalogueError as error:
            log.error("no snapshot for SPARQL: %s", error)
            return False
        with self._lock:
            self._retired.append(self._now)
            self._now = fresh
        self.tidy()
        return True

    def take(self) -> Snapshot:
        """The newest snapshot, kept until it is given back."""
        with self._lock:
            self._now.users += 1
            return self._now

    def keep(self, snapshot: Snapshot) -> None:
        """One more user of a snapshot that is in use already."""
        with self._lock:
            snapshot.users += 1

    def give_back(self, snapshot: Snapshot) -> None:
        with self._lock:
            snapshot.users -= 1

    @contextmanager
    def held(self) -> Iterator[Snapshot]:
        """The newest snapshot, kept inside the block."""
        snapshot = self.take()
        try:
            yield snapshot
        finally:
            self.give_back(snapshot)

    def tidy(self) -> None:
        """Delete the older snapshots that nobody uses."""
        with self._lock:
            unused = [each for each in self._retired if each.users == 0]
            self._retired = [each for each in self._retired if each.users > 0]
        for each in unused:
            shutil.rmtree(each.directory)

    def close(self) -> None:
        """Delete all of them; no worker may have one open."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def _made(self) -> Snapshot:
        self._number += 1
        directory = self._directory / str(self._number)
        try:
            return Snapshot.of(self._projections.branch(directory))
        except CatalogueError:
            # What came of it; on a full disk even a little is much, and it is tried again every second.
            for left in self._directory.glob(f"{self._number}*"):
                shutil.rmtree(left, ignore_errors=True)
            raise
