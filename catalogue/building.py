"""Builds the projections anew from the journal: store and index beside each other, each in its own process.

The index of much is made by two processes, each of half of the initiatives, and then joined.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from catalogue import children
from catalogue.changes import everything
from catalogue.errors import N_, Damaged, NoSpace
from catalogue.extraction import INITIATIVE, NAMED_TYPES
from catalogue.indexing import build_index
from catalogue.joining import join
from catalogue.journal import Journal, Share
from catalogue.layout import note_index_progress, sync_tree, tells_of_a_full_disk
from catalogue.shapes import Shapes
from catalogue.store import Progress, Store

Item = TypeVar("Item")

# Pages come first while a build runs beside them.
_NICENESS = 10
_REPORT_EVERY = 1_000
# So many revisions are worth a third process.
_MUCH = 2_000
_ALL = Share(0, 1)


class _Part(NamedTuple):
    """What one process builds: `name` is also that of its directory. `yielding` is added to its niceness."""

    name: str
    share: Share
    yielding: int

    @property
    def projection(self) -> str:
        """Store or index."""
        return self.name.partition("-")[0]


_STORE, _INDEX, _REST = "store", "index", "index-rest"
# In one process the index ends last; the store takes what that leaves of the processors.
_WHOLE = (_Part(_STORE, _ALL, 5), _Part(_INDEX, _ALL, 0))
# In two it keeps both processors busy, and the store, which does not always, comes first.
_HALVED = (_Part(_STORE, _ALL, 0), _Part(_INDEX, Share(0, 2), 5), _Part(_REST, Share(1, 2), 5))


class Build:
    """A generation that child processes are writing; they die with this process."""

    def __init__(self, directory: Path, upto: int, processes: dict[_Part, subprocess.Popen[bytes]]) -> None:
        self.directory = directory
        self.upto = upto
        self._processes = processes
        self._complete = False

    @classmethod
    def start(cls, journal: Path, directory: Path, upto: int, *, beside_pages: bool) -> Build:
        """Begin to build, in an empty directory, what the journal publishes at number `upto`.

        `beside_pages`: at low priority, since somebody is being answered meanwhile.
        """
        niceness = _NICENESS if beside_pages else 0
        processes = {}
        for part in _HALVED if upto > _MUCH else _WHOLE:
            with _log(directory, part).open("wb") as log:
                processes[part] = children.start(
                    [
                        *("-m", "catalogue.building"),
                        *(part.name, str(part.share.place), str(part.share.of)),
                        *(str(journal), str(directory), str(upto), str(niceness + part.yielding)),
                    ],
                    # The child reads to the end of this pipe, which comes when we end, in whatever way.
                    stdin=subprocess.PIPE,
                    output=log,
                )
        return cls(directory, upto, processes)

    def finished(self) -> bool:
        """Whether all parts are built and on disk.

        Raises NoSpace or Damaged when a part failed; the others are then ended.
        """
        statuses = {part: process.poll() for part, process in self._processes.items()}
        for part, status in statuses.items():
            if status is not None and status != 0:
                self.cancel()
                raise _failure(part.projection, _reason(self.directory, part, status), self.directory)
        if not self._complete and all(status == 0 for status in statuses.values()):
            try:
                _complete(self.directory)
            except OSError as error:
                raise _failure(_INDEX, str(error), self.directory) from error
            self._complete = True
        return self._complete

    def wait(self, seconds: float) -> None:
        """Wait until a part ends, at most `seconds`."""
        for process in self._processes.values():
            if process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
                return

    def done(self) -> float:
        """How much of the work is done, from 0 to 1, roughly."""
        return sum(_reported(self.directory, part) for part in self._processes) / len(self._processes)

    def cancel(self) -> None:
        """End the build. What it wrote is of no use."""
        for process in self._processes.values():
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


def build_here(journal: Journal, shapes: Shapes, directory: Path, upto: int) -> None:
    """Build a small generation in this process; it is on disk when this returns."""
    for part in _WHOLE:
        _build(part.name, part.share, journal, shapes, directory, upto)


def _build(name: str, share: Share, journal: Journal, shapes: Shapes, directory: Path, upto: int) -> None:
    stamp = journal.stamp(upto)
    if stamp is None:
        raise Damaged(N_("Journalen har ingen revision %(seq)s. Kör pivi rebuild."), seq=upto)
    progress = Progress(upto, stamp)
    report = directory / f"{name}.done"
    if name == _STORE:
        source = _reporting(everything(journal, shapes, upto=upto), report, upto)
        Store.build(directory / name, (change.after for change in source), progress)
        sync_tree(directory / name)
        return
    (directory / name).mkdir()
    # Every part of the index knows all names, and the first one holds them.
    names = everything(journal, shapes, upto=upto, types=NAMED_TYPES)
    initiatives = everything(journal, shapes, upto=upto, types={INITIATIVE}, share=share)
    source = _reporting(initiatives, report, upto // share.of)
    build_index(names, source, directory / name, shapes, holds_names=name == _INDEX)
    sync_tree(directory / name)
    if name == _INDEX:
        note_index_progress(directory, progress)


def _complete(directory: Path) -> None:
    """Make one index of its halves, on disk."""
    if (directory / _REST).is_dir():
        join(directory / _INDEX, directory / _REST)
        sync_tree(directory / _INDEX)


def _reporting(items: Iterable[Item], report: Path, expected: int) -> Iterator[Item]:
    for count, item in enumerate(items):
        if count % _REPORT_EVERY == 0:
            report.write_text(f"{count / max(expected, 1):.3f}", encoding="ascii")
        yield item
    report.write_text("1", encoding="ascii")


def _reported(directory: Path, part: _Part) -> float:
    try:
        return float((directory / f"{part.name}.done").read_text(encoding="ascii") or 0)
    except FileNotFoundError:
        return 0.0


def _log(directory: Path, part: _Part) -> Path:
    return directory / f"{part.name}.log"


def _reason(directory: Path, part: _Part, status: int) -> str:
    with _log(directory, part).open("rb") as log:
        return children.reason(log, status)


def _failure(part: str, detail: str, directory: Path) -> NoSpace | Damaged:
    if tells_of_a_full_disk(detail, directory):
        return NoSpace(
            N_(
                "Disken är full: %(part)s kunde inte byggas (%(detail)s). Det som visas är oförändrat. Frigör utrymme."
            ),
            part=part,
            detail=detail,
        )
    return Damaged(
        N_("%(part)s kunde inte byggas ur journalen (%(detail)s). Det som visas är oförändrat."),
        part=part,
        detail=detail,
    )


def _end_with_parent() -> None:
    # Nothing is ever written to the pipe: reading returns when the parent's end closes with it.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """The child's side: build one part and end."""
    name, place, of, journal, directory, upto, niceness = arguments
    os.nice(int(niceness))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    share = Share(int(place), int(of))
    _build(name, share, Journal.open(Path(journal)), Shapes.load(), Path(directory), int(upto))


if __name__ == "__main__":
    main(sys.argv[1:])
