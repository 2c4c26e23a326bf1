"""Dumps: all that is published in one file for each format, made from the journal, and the years that are kept.

data/dumps/offer.json          which files are offered now, of which version
data/dumps/{version}-….nt.gz   those files
data/dumps/arkiv/2026.json     the same of a year, as the catalogue was when it ended
data/dumps/arkiv/2026.nt.gz

A file is written beside, brought to disk and only then given its name; `offer.json` names whole files
only, and all of one version. So a reader finds the last whole dump, whatever happens while the next is made.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from isal import isal_zlib
from pyoxigraph import RdfFormat, parse, serialize

from catalogue.changes import everything
from catalogue.export.facts import File, Year
from catalogue.formats import N_TRIPLES, TURTLE, Format, by_extension
from catalogue.journal import Journal
from catalogue.layout import write_durably
from catalogue.namespaces import PREFIXES
from catalogue.origins import is_own
from catalogue.shapes import Shapes

# The first is what a person most likely wants to open.
FORMATS = (N_TRIPLES, TURTLE)
# Bytes of N-Triples that are packed, or turned into Turtle, at a time.
_PART = 1_000_000
# Of ISA-L, from 0 to 3: the higher ones take a third more time for a fiftieth less room.
_LEVEL = 1
_GZIP = 31  # of zlib's window bits: the wrapper of gzip


class Sink(Protocol):
    """Where a dump is written."""

    def write(self, content: bytes, /) -> object: ...


@dataclass(frozen=True, kw_only=True)
class Dump:
    """Files that hold the same: all that was published at `version`. `changed` is the time of its last revision."""

    version: int
    changed: datetime
    key: str
    made: datetime
    files: Mapping[str, Path]  # by file extension
    described: tuple[File, ...]


class Dumps:
    """The dumps of a data directory, as they are offered at this moment. Safe between threads and processes."""

    def __init__(self, data: Path) -> None:
        self.directory = data / "dumps"
        self.archive = self.directory / "arkiv"

    @property
    def newest(self) -> Dump | None:
        """The last whole dump; None before the first."""
        return _read(self.directory / "offer.json", "data/dump")

    def year(self, year: int) -> Dump | None:
        """The dump that was frozen when a year had ended; None when there is none."""
        return _read(self.archive / f"{year}.json", f"data/arkiv/{year}")

    @property
    def files(self) -> tuple[File, ...]:
        """The files of the newest dump, for the description of the catalogue."""
        newest = self.newest
        return newest.described if newest else ()

    @property
    def years(self) -> tuple[Year, ...]:
        """Every year that is kept, the first one first."""
        found = []
        with suppress(FileNotFoundError):
            for year in sorted(int(path.stem) for path in self.archive.glob("[0-9][0-9][0-9][0-9].json")):
                dump = self.year(year)
                if dump is not None:
                    found.append(
                        Year(year=year, version=dump.version, frozen=dump.made, files=dump.described)
                    )
        return tuple(found)


def _read(note: Path, address: str) -> Dump | None:
    try:
        state = note.stat()
    except FileNotFoundError:
        return None
    return _noted(note, address, state.st_mtime_ns, state.st_ino)


@lru_cache(maxsize=64)
def _noted(note: Path, address: str, _modified: int, _inode: int) -> Dump | None:
    try:
        said: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    made = datetime.fromisoformat(said["made"])
    described = tuple(
        File(
            path=f"{address}.{each['extension']}.gz",
            media_type=_format(each["extension"]).media_type,
            packed=True,
            bytes=each["bytes"],
            sha256=each["sha256"],
            modified=made,
        )
        for each in said["files"]
    )
    return Dump(
        version=said["version"],
        changed=datetime.fromisoformat(said["changed"]),
        key=said["key"],
        made=made,
        files={each["extension"]: note.parent / each["name"] for each in said["files"]},
        described=described,
    )


def make(
    journal: Journal,
    shapes: Shapes,
    note: Path,
    *,
    base: str,
    upto: int,
    key: str,
    stem: str,
    changed: datetime,
) -> None:
    """Write the dump of what is published at number `upto`, and then `note`, which offers it; all durable.

    The files are `{stem}.nt.gz` and so on, beside `note`. `key` says by what the dump is known to be the newest.
    """
    note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = {format: f"{stem}.{format.extension}.gz" for format in FORMATS}
    with ExitStack() as opened:
        sinks = {
            format: opened.enter_context(Packed(note.parent / f".{name}.new"))
            for format, name in names.items()
        }
        write(own_records(journal, shapes, base=base, upto=upto), sinks)
    for name in names.values():
        (note.parent / f".{name}.new").replace(note.parent / name)
    said = {
        "version": upto,
        "changed": changed.isoformat(),
        "key": key,
        "made": datetime.now(UTC).isoformat(),
        "files": [
            {
                "extension": format.extension,
                "name": names[format],
                "bytes": sink.bytes,
                "sha256": sink.sha256,
            }
            for format, sink in sinks.items()
        ],
    }
    write_durably(note, json.dumps(said, indent=1) + "\n")


def own_records(journal: Journal, shapes: Shapes, *, base: str, upto: int) -> Iterator[bytes]:
    """What is public of each record of ours at number `upto`, canonical N-Triples; shared ones are ours too.

    What was harvested from other installations is left out: it is for them to tell, under their licence.
    """
    for change in everything(journal, shapes, upto=upto):
        if is_own(change.iri, base):
            yield change.after


def write(records: Iterable[bytes], sinks: Mapping[Format, Sink]) -> int:
    """Write records, each canonical N-Triples, in each of the formats; returns how many triples they are.

    The order is that of the records, so equal records give equal bytes. Turtle has its prefixes once, first.
    """
    count = 0
    first = True
    for part in _parts(records):
        count += part.count(b"\n")
        for format, sink in sinks.items():
            sink.write(part if format is N_TRIPLES else _turtle(part, with_prefixes=first))
        first = False
    return count


def _parts(records: Iterable[bytes]) -> Iterator[bytes]:
    """Whole records joined up to a megabyte or so; one empty part when there are none."""
    waiting: list[bytes] = []
    size = 0
    told = False
    for record in records:
        waiting.append(record)
        size += len(record)
        if size >= _PART:
            yield b"".join(waiting)
            waiting, size, told = [], 0, True
    if waiting or not told:
        yield b"".join(waiting)


def _turtle(part: bytes, *, with_prefixes: bool) -> bytes:
    # lenient: this content was checked before it was written.
    quads = parse(part, format=RdfFormat.N_TRIPLES, lenient=True)
    written = serialize((quad.triple for quad in quads), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    if with_prefixes:
        return written
    begin = 0
    while written.startswith(b"@prefix", begin):
        begin = written.index(b"\n", begin) + 1
    return written[begin:]


class Packed:
    """A gzip file that is on disk when it is closed, and what it then is: `bytes` long, with this `sha256`.

    The same content gives the same bytes: there is no name and no time in it.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._digest = hashlib.sha256()
        self._packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, content: bytes, /) -> None:
        self._take(self._packer.compress(content))

    def _take(self, packed: bytes) -> None:
        self._digest.update(packed)
        self.bytes += len(packed)
        self._file.write(packed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._take(self._packer.flush())
                self._file.flush()
                os.fsync(self._file.fileno())


def _format(extension: str) -> Format:
    found = by_extension(extension)
    assert found is not None
    return found
