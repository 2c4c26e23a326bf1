"""The projections of one data directory: store and index, swapped together, followed and read as one."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from catalogue.building import Build, build_here
from catalogue.changes import public_content
from catalogue.concepts import Vocabulary
from catalogue.errors import N_, Busy, CatalogueError, Damaged
from catalogue.generations import Generation, named_errors
from catalogue.journal import Journal
from catalogue.layout import Applied, Layout, fingerprint, note_fingerprint, noted_fingerprint
from catalogue.locking import DataLock
from catalogue.namespaces import SKOS
from catalogue.packaged import append_packaged
from catalogue.search import SearchIndex
from catalogue.settings import Settings
from catalogue.shapes import Shapes
from catalogue.store import Change, Progress, Store
from catalogue.view import View

log = logging.getLogger(__name__)

# More revisions than this are not applied in place: building anew takes a third of the memory.
LARGE = 2_000

_VOCABULARY = {SKOS.Concept.value, SKOS.ConceptScheme.value}
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_GLANCE_SECONDS = 0.2

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Snapshot:
    """What a request reads: a generation that stays open while it is held, and what is said of it.

    `version` is the number of the last revision that all of it shows, `changed` the time of that
    revision; `example` tells whether records of the example catalogue are published.
    """

    store: Store
    index: SearchIndex
    version: int
    changed: datetime
    vocabulary: Vocabulary
    example: bool
    journal: Journal
    shapes: Shapes

    def content(self, iri: str) -> bytes:
        """What is public of a record at `version`, as canonical N-Triples; empty when it is not published.

        The same triples as the store's, from the journal: one row of it instead of an iterator in RocksDB for
        the record and for each of its fragments takes half the time.
        """
        revision = self.journal.current(iri, upto=self.version)
        return public_content(self.shapes, revision) if revision is not None and revision.published else b""


@dataclass(frozen=True)
class Branch:
    """A copy of the store in a directory of its own, with the view of the index that shows the same revisions."""

    directory: Path
    view: View
    version: int
    changed: datetime


@dataclass(frozen=True)
class _Shown:
    generation: Generation
    snapshot: Snapshot
    progress: Progress


class Projections:
    """The projections of a data directory, held by one process.

    `snapshot` may be called from any thread; `step`, `catch_up` and `close` from one.
    """

    def __init__(self, layout: Layout, lock: DataLock, journal: Journal, shapes: Shapes) -> None:
        self.journal = journal
        self.shapes = shapes
        self._layout = layout
        self._lock = lock
        self._fingerprint = fingerprint()
        self._mutex = threading.Lock()
        # Held while store and index differ, between the writing of the one and of the other.
        self._writing = threading.Lock()
        self._retired: list[Generation] = []
        self._build: Build | None = None
        # The token of the request that the running build answers.
        self._answering: str | None = None
        self._shown: _Shown | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        example: bool = False,
        lock: DataLock | None = None,
        wait: float = 30,
        tell: Tell | None = None,
    ) -> Self:
        """Take the data directory and bring its projections up to the journal.

        What the release has changed in its Turtle is appended first, with `example` that of the example
        catalogue too. Waits at most `wait` seconds for another process to let go of it, then raises Busy. A store or
        index that is missing, damaged, of other shapes, or not of this journal is built anew; `tell`
        hears how much of that is done (0 to 1).
        """
        layout = Layout(settings.data)
        layout.make()
        lock = lock or DataLock.wait(settings.data, wait)
        try:
            projections = cls(layout, lock, layout.open_journal(), Shapes.load())
            append_packaged(projections.journal, settings.base, example=example)
            projections._start(tell)
        except BaseException:
            lock.close()
            raise
        return projections

    @property
    def version(self) -> int:
        """The dataset version: the number of the last revision that store and index both show."""
        return self._now.snapshot.version

    @property
    def generation(self) -> str:
        """The name of the generation that is shown; a build makes another one."""
        return self._now.generation.directory.name

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """What is published now. While it is held, nothing that it reads from is closed."""
        with self._mutex:
            shown = self._now
            shown.generation.readers += 1
        try:
            yield shown.snapshot
        finally:
            with self._mutex:
                shown.generation.readers -= 1

    def branch(self, directory: Path) -> Branch:
        """Copy what is shown now to a new directory on the same file system, by hard links.

        May be called from any thread; waits while a change is being written. Raises Busy when a failed
        write has left store and index apart, and NoSpace or Damaged when the copy cannot be made.
        """
        with self._writing, self.snapshot() as snapshot:
            if self._now.generation.broken:
                raise Busy(N_("Databasen byggs om. Försök igen om en stund."))
            with named_errors(directory.parent):
                snapshot.store.backup(directory)
            return Branch(directory, snapshot.index.view, snapshot.version, snapshot.changed)

    def step(self) -> bool:
        """Do the next piece of work, if there is any; never waits for a build.

        Returns whether something was done. Raises a CatalogueError when a build or a write failed;
        what was shown is then shown on, and a later step tries again.
        """
        self._remove_retired()
        if self._build_is_ready():
            self._swap()
            return True
        generation = self._now.generation
        head = self.journal.head()
        pending = head - self.version
        in_place = 0 < pending <= LARGE and not generation.broken
        if self._build is None and (self._request() is not None or (pending and not in_place)):
            self._start_build(head)
            return True
        if in_place:
            self._follow(generation, head)
        return in_place

    def catch_up(self, tell: Tell | None = None) -> None:
        """Work until store and index show every revision and nobody asks for a rebuild."""
        while self.step() or self._build is not None:
            if self._build is not None:
                (tell or _tell_nobody)(self._build.done())
                self._build.wait(_GLANCE_SECONDS)

    def announce_trouble(self, error: CatalogueError) -> None:
        """Let the commands that wait for us know what keeps us from going on."""
        self._layout.announce(Applied(self._now.progress, str(error)))

    def close(self) -> None:
        """Let go of everything. No snapshot may be held."""
        if self._build is not None:
            self._give_up_build()
        self._now.generation.close()
        self._remove_retired()
        self.journal.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _now(self) -> _Shown:
        assert self._shown is not None, "open() shows a generation before anybody can ask"
        return self._shown

    def _start(self, tell: Tell | None) -> None:
        generation = self._usable()
        head = self.journal.head()
        if generation is not None and generation.behind(head) > LARGE:
            generation.close()
            generation = None
        request = self._request()
        if generation is None or request is not None:
            generation = self._built(head, tell or _tell_nobody)
        try:
            self._follow(generation, self.journal.head())
        except Damaged as damage:
            log.warning("building store and index anew: %s", damage)
            generation.close()
            generation = self._built(head, tell or _tell_nobody)
            self._follow(generation, self.journal.head())
        self._layout.make_current(generation.directory)
        self._layout.remove_all_but([generation.directory])
        self._answered(request)

    def _usable(self) -> Generation | None:
        """The current generation, if it can be followed on from."""
        directory = self._layout.current()
        if directory is None:
            return None
        if noted_fingerprint(directory) != self._fingerprint:
            log.info("shapes or release have changed: building store and index anew")
            return None
        try:
            generation = Generation.open(directory, self.shapes)
        except Damaged as damage:
            log.warning("building store and index anew: %s", damage)
            return None
        if generation.came_from(self.journal):
            return generation
        log.warning("store or index do not come from this journal: building them anew")
        generation.close()
        return None

    def _built(self, upto: int, tell: Tell) -> Generation:
        """Build a generation and wait for it."""
        directory = self._layout.next_generation()
        if upto <= LARGE:
            build_here(self.journal, self.shapes, directory, upto)
        else:
            build = Build.start(self._layout.journal, directory, upto, beside_pages=False)
            try:
                while not build.finished():
                    tell(build.done())
                    build.wait(_GLANCE_SECONDS)
            finally:
                build.cancel()
        note_fingerprint(directory, self._fingerprint)
        return Generation.open(directory, self.shapes)

    def _start_build(self, upto: int) -> None:
        self._answering = self._request()
        directory = self._layout.next_generation()
        self._build = Build.start(self._layout.journal, directory, upto, beside_pages=True)

    def _build_is_ready(self) -> bool:
        if self._build is None:
            return False
        try:
            return self._build.finished()
        except CatalogueError:
            self._give_up_build()
            raise

    def _swap(self) -> None:
        """Show what was built, once it shows no less than what is shown now."""
        build, self._build = self._build, None
        assert build is not None
        note_fingerprint(build.directory, self._fingerprint)
        generation = Generation.open(build.directory, self.shapes)
        head = self.journal.head()
        if generation.behind(head) <= LARGE:
            self._follow(generation, head)
        elif build.upto >= self.version:
            self._follow(generation, build.upto)
        else:
            # More came meanwhile than can be followed in place: once more, from there.
            generation.remove()
            self._start_build(head)
            return
        self._layout.make_current(generation.directory)
        self._answered(self._answering)

    def _give_up_build(self) -> None:
        if self._build is not None:
            self._build.cancel()
            shutil.rmtree(self._build.directory)
            self._build = None

    def _follow(self, generation: Generation, upto: int) -> None:
        """Bring a generation to `upto`, show it, and only then announce its number."""
        with self._writing:
            self._show(generation, generation.follow(self.journal, self.shapes, upto), upto)
        self._layout.announce(Applied(self._now.progress, None))

    def _show(self, generation: Generation, changes: Sequence[Change], upto: int) -> None:
        previous = self._shown
        snapshot = Snapshot(
            store=generation.store,
            index=generation.index,
            version=upto,
            changed=next((revision.at for revision in self.journal.since(upto - 1, 1)), _LONG_AGO),
            vocabulary=self._vocabulary(generation, changes),
            example=self.journal.has_origin("example"),
            journal=self.journal,
            shapes=self.shapes,
        )
        with self._mutex:
            self._shown = _Shown(generation, snapshot, generation.store.progress)
            if previous is not None and previous.generation is not generation:
                self._retired.append(previous.generation)

    def _vocabulary(self, generation: Generation, changes: Sequence[Change]) -> Vocabulary:
        previous = self._shown
        untouched = not any(change.type in _VOCABULARY for change in changes)
        if untouched and previous is not None and previous.generation is generation:
            return previous.snapshot.vocabulary
        return Vocabulary.from_store(generation.store)

    def _remove_retired(self) -> None:
        with self._mutex:
            unread = [generation for generation in self._retired if generation.readers == 0]
            self._retired = [generation for generation in self._retired if generation.readers > 0]
        for generation in unread:
            generation.remove()

    def _request(self) -> str | None:
        """The token of whoever asks for a rebuild."""
        try:
            return self._layout.rebuild_request.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return None

    def _answered(self, token: str | None) -> None:
        # Somebody may have asked again after the build began: that one is still to be answered.
        if token is not None and self._request() == token:
            self._layout.rebuild_request.unlink()


def _tell_nobody(_part: float) -> None:
    """For those who do not want to know how far a build is."""
