"""The parsing child: foreign RDF in, checked canonical N-Triples out, one record after the other, on disk.

Everything here runs in a worker process. The triples are handled as the lines of N-Triples that
Oxigraph writes, many at a time: a Python object for each term would take five times as long.
"""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from catalogue.errors import DISK_FULL, N_, CatalogueError, InvalidInput, NoSpace
from catalogue.formats import JSON_LD, by_extension
from catalogue.fragments import adopt_blank_nodes
from catalogue.inspection import Inspector
from catalogue.lines import Lines
from catalogue.reading import InputFile, Reading
from catalogue.spool import SpoolWriter
from catalogue.turtle import canonical_lines


@dataclass(frozen=True)
class ParseRequest:
    """What the child is asked: parse `files` into a spool in `directory`.

    `base` is the installation's address; `types` gives the path word of each class of records.
    The limits are in bytes: of a file, unpacked; of a text; of a record. With `quarantine` what is wrong
    with a record keeps it out, with the reason, and the rest is read on; else it ends the parsing.
    """

    directory: str
    files: tuple[InputFile, ...]
    base: str
    types: Mapping[str, str]
    max_bytes: int
    max_literal: int
    max_record: int
    quarantine: bool = False

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, request: bytes) -> ParseRequest:
        fields = json.loads(request)
        files = tuple(InputFile(**file) for file in fields.pop("files"))
        return cls(files=files, **fields)


def work(request: bytes) -> Iterator[bytes]:
    """Parse as a ParseRequest says, yielding JSON objects: `file`, `progress` (bytes of all files), `note`,
    at the end `done` (triples), or `error` (a sentence, its parameters and whether the disk is full)."""
    parsing = _Parsing(ParseRequest.decode(request))
    try:
        for message in parsing.run():
            yield json.dumps(message).encode()
    except CatalogueError as error:
        yield _error(error)
    except (OSError, sqlite3.OperationalError) as error:
        if getattr(error, "errno", None) not in (errno.ENOSPC, errno.EDQUOT) and "full" not in str(error):
            raise
        yield _error(NoSpace(DISK_FULL))


def _error(error: CatalogueError) -> bytes:
    kind = "space" if isinstance(error, NoSpace) else "input"
    return json.dumps({"error": error.sentence, "params": error.params, "kind": kind}).encode()


class _Parsing:
    def __init__(self, request: ParseRequest) -> None:
        self._request = request
        self._inspector = Inspector(request.base, request.types, request.max_record)
        self._spool = SpoolWriter(Path(request.directory), self._inspector.inspect)
        self._triples = 0
        self._finished_bytes = 0

    def run(self) -> Iterator[Mapping[str, object]]:
        with Reading.start(self._request.files, self._request.max_bytes) as reading:
            for number, file in enumerate(self._request.files):
                yield from self._file(number, file, reading)
        self._spool.close()
        yield {"done": self._triples}

    def _file(self, number: int, file: InputFile, reading: Reading) -> Iterator[Mapping[str, object]]:
        self._inspector.file = file.name
        lines = Lines(
            file.name, self._inspector, self._request.max_literal, self._spool, self._request.quarantine
        )
        named_graphs = 0
        yield {"file": file.name}
        before = self._triples
        for batch in reading.batches():
            yield {"progress": self._finished_bytes + batch.position}
            named_graphs += batch.named_graphs
            self._triples += batch.triples
            lines.add(batch.content)
        lines.finish()
        if self._triples == before:
            empty = _NOTHING_JSON if by_extension(file.format) is JSON_LD else _NOTHING
            raise InvalidInput(empty, file=file.name)
        self._keep(number, file)
        self._finished_bytes += Path(file.path).stat().st_size
        if named_graphs:
            yield {"note": _NAMED_GRAPHS, "params": {"file": file.name, "triples": named_graphs}}

    def _keep(self, number: int, file: InputFile) -> None:
        """Make whole records of the file's segments and compare them with those of earlier files."""
        spool = self._spool
        adopt_blank_nodes(spool, file.name, quarantine=self._request.quarantine)
        spool.index.execute(
            "CREATE TEMP TABLE scattered AS SELECT key FROM segments GROUP BY key HAVING count(*) > 1"
        )
        for (key,) in spool.index.execute("SELECT key FROM scattered"):
            spool.index_segments()
            spool.replace_segments(key, canonical_lines(spool.segments(key)))
        spool.index.execute("DROP TABLE scattered")
        if self._request.quarantine:
            spool.quarantine_problems()
        else:
            spool.refuse_problems()
        self._check_contradictions(file)
        spool.keep_records(number)

    def _check_contradictions(self, file: InputFile) -> None:
        """Refuse what an earlier file says otherwise, or put it in quarantine."""
        found = self._spool.index.execute(
            "SELECT records.iri, records.file FROM records JOIN segments ON segments.key = records.iri"
            " WHERE segments.hash <> records.hash ORDER BY segments.offset"
        ).fetchall()
        for iri, earlier in found:
            problem = InvalidInput(
                N_(
                    "%(record)s beskrivs olika i %(first)s och %(second)s. En post ska finnas hel i en fil; "
                    "ta bort den ena beskrivningen och läs in igen."
                ),
                record=iri,
                first=self._request.files[earlier].name,
                second=file.name,
            )
            if not self._request.quarantine:
                raise problem
            self._spool.quarantine(iri, problem)


_NOTHING = N_("%(file)s innehåller inga uppgifter (inga tripplar). Kontrollera att rätt fil angavs.")
_NOTHING_JSON = N_(
    "%(file)s innehåller inga uppgifter (inga tripplar). Kontrollera att filen har @id, och en @context "
    "som förklarar sina nycklar."
)
_NAMED_GRAPHS = N_(
    "%(file)s har %(triples)s tripplar i namngivna grafer. De läggs i standardgrafen; grafernas namn sparas inte."
)
