"""How a data directory is laid out: numbered generations of projections, and small files that tell of them.

data/journal.sqlite      the journal
data/lock                held by the one process that changes the projections
data/current             the name of the current generation
data/applied             how far the projections have followed, for other processes to read
data/rebuild             is there while somebody has asked for a rebuild
data/generation-7/store  Oxigraph; it holds its own progress
data/generation-7/index  the search index; `index.json` beside it holds its progress
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.errors import N_, Damaged
from catalogue.journal import Journal
from catalogue.knowledge import turtle_files
from catalogue.locking import make_directory
from catalogue.store import Progress

# What a projection holds is decided by what these import, and by what that imports in turn …
_DECIDING = ("changes", "indexing", "joining", "store")
# … but for the ground that they stand on, which holds no rule about content.
_GROUND = {"errors", "formats", "journal", "knowledge", "layout", "migrations", "namespaces", "settings"}
_IMPORT = re.compile(r"^\s*(?:from|import) catalogue\.(\w+)", re.MULTILINE)

# Less than this in bytes, and a segment of the index may not fit.
_LITTLE_ROOM = 64_000_000
# Whatever else lies in the directory is not ours.
_GENERATION = re.compile("generation-[0-9]{1,9}")


@dataclass(frozen=True)
class Layout:
    """Where things lie in a data directory."""

    data: Path

    @property
    def journal(self) -> Path:
        return self.data / "journal.sqlite"

    def make(self) -> None:
        """Make the directory if need be; for us alone, since the journal holds internal notes.

        Raises Damaged when it cannot be made.
        """
        make_directory(self.data)

    def open_journal(self) -> Journal:
        """The journal, new in a new directory.

        Raises Damaged when it is missing beside what was made from it: to begin anew would delete
        the last copy of what was public.
        """
        self.make()
        missing = not self.journal.exists() or self.journal.stat().st_size == 0
        if missing and self.generations():
            raise Damaged(
                N_(
                    "%(journal)s saknas eller är tom, men databas och sökindex som gjorts ur den finns kvar. "
                    "Återställ journalen från en säkerhetskopia. Vill du börja om från början: ta bort hela katalogen."
                ),
                journal=self.journal,
            )
        return Journal.open(self.journal)

    @property
    def rebuild_request(self) -> Path:
        return self.data / "rebuild"

    def current(self) -> Path | None:
        """The directory of the current generation; None before the first."""
        try:
            name = (self.data / "current").read_text(encoding="ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        directory = self.data / name
        return directory if _GENERATION.fullmatch(name) and directory.is_dir() else None

    def generations(self) -> list[Path]:
        """All directories of generations, unfinished and retired ones too, oldest first."""
        return [each for each in self._numbered() if each.is_dir()]

    def _numbered(self) -> list[Path]:
        found = (each for each in self.data.glob("generation-*") if _GENERATION.fullmatch(each.name))
        return sorted(found, key=_number)

    def next_generation(self) -> Path:
        """A new, empty directory with a number that no other has."""
        known = self._numbered()
        directory = self.data / f"generation-{_number(known[-1]) + 1 if known else 1}"
        directory.mkdir()
        return directory

    def make_current(self, directory: Path) -> None:
        """Point at another generation, durably; from now on a start opens that one."""
        write_durably(self.data / "current", f"{directory.name}\n")

    def remove_all_but(self, kept: Iterable[Path]) -> None:
        """Remove what an interrupted build or a killed process left behind."""
        for directory in set(self.generations()) - set(kept):
            shutil.rmtree(directory)

    def applied(self) -> Applied:
        """How far the projections have followed, as their holder has announced it."""
        said = _noted(self.data / "applied")
        return Applied(_progress(said), said.get("trouble"))

    def announce(self, applied: Applied) -> None:
        """Tell other processes; not durable, since a start finds out anew."""
        said = {"seq": applied.progress.seq, "stamp": applied.progress.stamp, "trouble": applied.trouble}
        _replace(self.data / "applied", json.dumps(said), durably=False)


@dataclass(frozen=True)
class Applied:
    """What the holder of the projections announces: how far they are, and what keeps them from going on."""

    progress: Progress
    trouble: str | None


def index_progress(generation: Path) -> Progress:
    """How far the index of a generation has followed; number 0 when it does not say."""
    return _progress(_noted(generation / "index.json"))


def _noted(path: Path) -> dict[str, Any]:
    """What a small file of ours says; nothing when it is missing or damaged, since it can be found out anew."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _progress(said: Mapping[str, Any]) -> Progress:
    seq, stamp = said.get("seq"), said.get("stamp")
    return Progress(seq, stamp) if isinstance(seq, int) and isinstance(stamp, str) else Progress(0, "0")


def note_index_progress(generation: Path, progress: Progress) -> None:
    """Note it after the index is on disk; the index may be ahead of the note, never behind it."""
    write_durably(generation / "index.json", json.dumps({"seq": progress.seq, "stamp": progress.stamp}))


def fingerprint() -> str:
    """What decides, beside the journal, what the projections hold: shapes and the code that reads them."""
    digest = hashlib.sha256()
    for path in turtle_files("shapes"):
        digest.update(path.read_bytes())
    for path in sorted(_deciding_modules()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _deciding_modules() -> set[Path]:
    found: set[Path] = set()
    waiting = list(_DECIDING)
    while waiting:
        path = Path(__file__).with_name(f"{waiting.pop()}.py")
        if path not in found and path.is_file():
            found.add(path)
            waiting += set(_IMPORT.findall(path.read_text(encoding="utf-8"))) - _GROUND
    return found


def note_fingerprint(generation: Path, value: str) -> None:
    """Note by which shapes and code a generation was built."""
    write_durably(generation / "fingerprint", value)


def noted_fingerprint(generation: Path) -> str | None:
    try:
        return (generation / "fingerprint").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None


def write_durably(path: Path, text: str) -> None:
    """Replace a small file as a whole, so that it is on disk and never half written."""
    _replace(path, text, durably=True)


def sync_tree(directory: Path) -> None:
    """Force every file below a directory to disk, and the directories themselves."""
    for folder, _, files in os.walk(directory):
        for name in files:
            _sync(Path(folder, name))
        _sync(Path(folder))


def _replace(path: Path, text: str, *, durably: bool) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        if durably:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)
    if durably:
        _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _number(generation: Path) -> int:
    return int(generation.name.removeprefix("generation-"))


def tells_of_a_full_disk(detail: str, directory: Path) -> bool:
    """Whether the words of an error mean that there is no room left.

    tantivy says of a writing thread that failed only that it was most likely an io::Error: then the
    disk itself is asked, and whether this process may only write files up to some size.
    """
    if any(sign in detail for sign in ("No space left", "File too large", "NoSpace")):
        return True
    limited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
    return "io::Error" in detail and (limited or shutil.disk_usage(directory).free < _LITTLE_ROOM)
