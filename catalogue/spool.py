"""Parsed records on disk, on their way into the journal: written by the parsing child, read by its parent.

A spool is a directory with two files: `records.nt` holds the canonical N-Triples of the records
one after the other, `index.sqlite` says where each lies. So a load of any size needs little memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from catalogue.errors import InvalidInput

Inspect = Callable[[str, bytes], tuple[str | None, InvalidInput | None]]

CONTENT = "records.nt"
INDEX = "index.sqlite"

_SCHEMA = """
CREATE TABLE segments (key TEXT, type TEXT, problem TEXT, offset INTEGER, length INTEGER, hash BLOB);
CREATE TABLE links (blank TEXT, referrer TEXT);
CREATE TABLE records (
    iri TEXT UNIQUE, type TEXT, file INTEGER, offset INTEGER, length INTEGER, hash BLOB);
CREATE TABLE quarantine (iri TEXT UNIQUE, problem TEXT);
"""


@dataclass(frozen=True, slots=True)
class SpooledRecord:
    """One record that was read: `content` is canonical N-Triples, `hash` its SHA-256 in hex, `file` its source."""

    iri: str
    type: str
    file: str
    hash: str
    content: bytes


class SpoolWriter:
    """The child's side: segments of the current file come in any order and number, then become records.

    `inspect(iri, content)` tells the type of what looks like a whole record, and what is wrong with it.
    """

    def __init__(self, directory: Path, inspect: Inspect) -> None:
        self._inspect = inspect
        self._content = (directory / CONTENT).open("wb", buffering=2**20)
        self._reader = os.open(directory / CONTENT, os.O_RDONLY)
        self._offset = 0
        self.index = sqlite3.connect(directory / INDEX, isolation_level=None)
        # A spool is worth nothing after a crash, so it need not survive one.
        self.index.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        self.index.execute("BEGIN")

    def add_segment(self, key: str, content: bytes) -> None:
        """Store N-Triples of a record, or of a blank node (`_:…`), found in the current file."""
        type, problem = (None, None) if key.startswith("_:") else self._inspect(key, content)
        told = None if problem is None else json.dumps([problem.sentence, problem.params])
        digest = hashlib.sha256(content).digest()
        self.index.execute(
            "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)",
            (key, type, told, self._offset, len(content), digest),
        )
        self._content.write(content)
        self._offset += len(content)

    def segments(self, key: str) -> bytes:
        """Everything that the current file says of a key, in no order."""
        rows = self.index.execute("SELECT offset, length FROM segments WHERE key = ?", (key,)).fetchall()
        self._content.flush()
        return b"".join(os.pread(self._reader, length, offset) for offset, length in rows)

    def replace_segments(self, key: str, content: bytes) -> None:
        """Let `content` be all that the current file says of a key."""
        self.index.execute("DELETE FROM segments WHERE key = ?", (key,))
        self.add_segment(key, content)

    def index_segments(self) -> None:
        """Make look-ups by key fast; only scattered records and blank nodes need it."""
        self.index.execute("CREATE INDEX IF NOT EXISTS segment_keys ON segments (key)")

    def first(self, question: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a query over the index."""
        row: tuple[Any, ...] | None = self.index.execute(question, values).fetchone()
        return row

    def refuse_problems(self) -> None:
        """Raise the first problem of the current file's records, when they are whole."""
        found = self.first("SELECT problem FROM segments WHERE problem NOTNULL ORDER BY offset LIMIT 1")
        if found is not None:
            sentence, params = json.loads(found[0])
            raise InvalidInput(sentence, **params)

    def quarantine(self, iri: str, problem: InvalidInput) -> None:
        """Keep a record of the current file out, and why; the first reason is kept."""
        told = json.dumps([problem.sentence, problem.params])
        self.index.execute("INSERT OR IGNORE INTO quarantine VALUES (?, ?)", (iri, told))

    def quarantine_problems(self) -> None:
        """Keep out what is wrong of the current file's records, when they are whole."""
        self.index.execute(
            "INSERT OR IGNORE INTO quarantine"
            " SELECT key, problem FROM segments WHERE problem NOTNULL ORDER BY offset"
        )
        self.index.execute("DELETE FROM segments WHERE key IN (SELECT iri FROM quarantine)")

    def keep_records(self, file: int) -> None:
        """Make the segments, now one for each record, records of file number `file`, and begin anew."""
        self.index.execute(
            "INSERT OR IGNORE INTO records"
            " SELECT key, type, ?, offset, length, hash FROM segments ORDER BY offset",
            (file,),
        )
        self.index.execute("DELETE FROM segments")
        self.index.execute("DELETE FROM links")
        self.index.execute("DROP INDEX IF EXISTS segment_keys")

    def close(self) -> None:
        self._content.close()
        os.close(self._reader)
        self.index.execute("COMMIT")
        self.index.close()


class Spool(Mapping[str, bytes]):
    """The parent's side: the records by IRI, each read from disk when asked for, in the order of the files.

    `triples` counts them; `notes` are sentences for the report (message, parameters).
    Use as a context manager: leaving closes the files; the directory is the caller's.
    """

    def __init__(
        self, directory: Path, files: tuple[str, ...], triples: int, notes: tuple[Note, ...]
    ) -> None:
        self.files = files
        self.triples = triples
        self.notes = notes
        self._content = (directory / CONTENT).open("rb")
        self._index = sqlite3.connect(f"file:{directory / INDEX}?mode=ro", uri=True, check_same_thread=False)

    def __getitem__(self, iri: str) -> bytes:
        row = self._index.execute("SELECT offset, length FROM records WHERE iri = ?", (iri,)).fetchone()
        if row is None:
            raise KeyError(iri)
        return self._read(*row)

    def __iter__(self) -> Iterator[str]:
        for (iri,) in self._index.execute("SELECT iri FROM records ORDER BY rowid"):
            yield iri

    def __len__(self) -> int:
        (count,) = self._index.execute("SELECT count(*) FROM records").fetchone()
        return int(count)

    def records(self) -> Iterator[SpooledRecord]:
        """Every record with its content."""
        rows = self._index.execute("SELECT iri, type, file, offset, length, hash FROM records ORDER BY rowid")
        for iri, type, file, offset, length, digest in rows:
            yield SpooledRecord(iri, type, self.files[file], digest.hex(), self._read(offset, length))

    def hashes(self) -> Iterator[tuple[str, str]]:
        """IRI and content hash of every record, without reading the contents."""
        for iri, digest in self._index.execute("SELECT iri, hash FROM records ORDER BY rowid"):
            yield iri, digest.hex()

    def quarantined(self) -> Iterator[tuple[str, Note]]:
        """The records that were kept out, each with the reason; only of a parsing that quarantines."""
        for iri, problem in self._index.execute("SELECT iri, problem FROM quarantine ORDER BY rowid"):
            yield iri, Note(*json.loads(problem))

    def file_of(self, iri: str) -> str | None:
        """The name of the file that a record came from; None when it is not in the spool."""
        row = self._index.execute("SELECT file FROM records WHERE iri = ?", (iri,)).fetchone()
        return None if row is None else self.files[row[0]]

    def type_of(self, iri: str) -> str | None:
        """The record's class; None when it is not in the spool."""
        row = self._index.execute("SELECT type FROM records WHERE iri = ?", (iri,)).fetchone()
        return None if row is None else str(row[0])

    def close(self) -> None:
        self._content.close()
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, offset: int, length: int) -> bytes:
        self._content.seek(offset)
        return self._content.read(length)


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling that is no error; a sentence of the translations and its parameters."""

    sentence: str
    params: Mapping[str, object]
