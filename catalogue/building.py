"""Builds the projections anew from the journal: store and index beside each other, each in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from catalogue.changes import everything
from catalogue.errors import N_, Damaged, NoSpace
from catalogue.extraction import INITIATIVE, NAMED_TYPES
from catalogue.indexing import build_index
from catalogue.journal import Journal
from catalogue.layout import note_index_progress, sync_tree, tells_of_a_full_disk
from catalogue.shapes import Shapes
from catalogue.store import Change, Progress, Store

Item = TypeVar("Item")

_PARTS = ("store", "index")
# Pages come first while a build runs beside them.
_NICENESS = 10
# The index ends last, since most of it is one thread's work; the store takes what that leaves of the processors.
_YIELDING = {"store": 5, "index": 0}
_REPORT_EVERY = 1_000


class Build:
    """A generation that two child processes are writing; they die with this process."""

    def __init__(self, directory: Path, upto: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
        self.directory = directory
        self.upto = upto
        self._processes = processes

    @classmethod
    def start(cls, journal: Path, directory: Path, upto: int, *, beside_pages: bool) -> Build:
        """Begin to build, in an empty directory, what the journal publishes at number `upto`.

        `beside_pages`: at low priority, since somebody is being answered meanwhile.
        """
        niceness = _NICENESS if beside_pages else 0
        processes = {}
        for part in _PARTS:
            with _log(directory, part).open("wb") as log:
                processes[part] = subprocess.Popen(
                    [
                        *(sys.executable, "-m", "catalogue.building"),
                        *(part, str(journal), str(directory), str(upto), str(niceness + _YIELDING[part])),
                    ],
                    # The child reads to the end of this pipe, which comes when we end, in whatever way.
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    # An own group: the terminal's Ctrl-C is ours to answer.
                    start_new_session=True,
                )
        return cls(directory, upto, processes)

    def finished(self) -> bool:
        """Whether both parts are built and on disk.

        Raises NoSpace or Damaged when a part failed; the other is then ended.
        """
        statuses = {part: process.poll() for part, process in self._processes.items()}
        for part, status in statuses.items():
            if status not in (None, 0):
                self.cancel()
                raise _failure(part, status, _log(self.directory, part))
        return all(status == 0 for status in statuses.values())

    def wait(self, seconds: float) -> None:
        """Wait until a part ends, at most `seconds`."""
        for process in self._processes.values():
            if process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
                return

    def done(self) -> float:
        """How much of the work is done, from 0 to 1, roughly."""
        return sum(_reported(self.directory, part) for part in _PARTS) / len(_PARTS)

    def cancel(self) -> None:
        """End the build. What it wrote is of no use."""
        for process in self._processes.values():
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()


def build_here(journal: Journal, shapes: Shapes, directory: Path, upto: int) -> None:
    """Build a small generation in this process; it is on disk when this returns."""
    for part in _PARTS:
        _build(part, journal, shapes, directory, upto)


def _build(part: str, journal: Journal, shapes: Shapes, directory: Path, upto: int) -> None:
    stamp = journal.stamp(upto)
    if stamp is None:
        raise Damaged(N_("Journalen har ingen revision %(seq)s. Kör pivi rebuild."), seq=upto)
    progress = Progress(upto, stamp)

    def published(types: Collection[str] | None = None) -> Iterator[Change]:
        return everything(journal, shapes, upto=upto, types=types)

    if part == "store":
        source = _reporting(published(), directory, part, upto)
        Store.build(directory / "store", (change.after for change in source), progress)
        sync_tree(directory / "store")
    else:
        (directory / "index").mkdir()
        initiatives = _reporting(published({INITIATIVE}), directory, part, upto)
        build_index(published(NAMED_TYPES), initiatives, directory / "index", shapes)
        sync_tree(directory / "index")
        note_index_progress(directory, progress)


def _reporting(items: Iterable[Item], directory: Path, part: str, expected: int) -> Iterator[Item]:
    report = directory / f"{part}.done"
    for count, item in enumerate(items):
        if count % _REPORT_EVERY == 0:
            report.write_text(f"{count / max(expected, 1):.3f}", encoding="ascii")
        yield item
    report.write_text("1", encoding="ascii")


def _reported(directory: Path, part: str) -> float:
    try:
        return float((directory / f"{part}.done").read_text(encoding="ascii") or 0)
    except FileNotFoundError:
        return 0.0


def _log(directory: Path, part: str) -> Path:
    return directory / f"{part}.log"


def _failure(part: str, status: int | None, log: Path) -> NoSpace | Damaged:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    detail = lines[-1] if lines else f"status {status}"
    if tells_of_a_full_disk(detail, log.parent):
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
    part, journal, directory, upto, niceness = arguments
    os.nice(int(niceness))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _build(part, Journal.open(Path(journal)), Shapes.load(), Path(directory), int(upto))


if __name__ == "__main__":
    main(sys.argv[1:])
