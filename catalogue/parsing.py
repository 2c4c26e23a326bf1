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
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse, serialize

from catalogue.errors import N_, CatalogueError, InvalidInput, NoSpace
from catalogue.formats import JSON_LD, Format, by_extension
from catalogue.fragments import adopt_blank_nodes
from catalogue.inspection import Inspector
from catalogue.lines import RELATIVE, Lines
from catalogue.sources import Source
from catalogue.spool import SpoolWriter
from catalogue.syntax import TOO_LONG, syntax_error
from catalogue.turtle import canonical_lines

# Triples that are handled at once, and about how many bytes of the file they may be.
_FIRST_BATCH, _BATCH, _BATCH_BYTES = 32, 4096, 2**20
_DATASETS = frozenset({RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.JSON_LD})


@dataclass(frozen=True)
class InputFile:
    """One file to parse: where it lies, what errors call it, its format's extension, its base IRI."""

    path: str
    name: str
    format: str
    base: str | None


@dataclass(frozen=True)
class ParseRequest:
    """What the child is asked: parse `files` into a spool in `directory`.

    `base` is the installation's address; `types` gives the path word of each class of records.
    The limits are in bytes: of a file, unpacked; of a text; of a record.
    """

    directory: str
    files: tuple[InputFile, ...]
    base: str
    types: Mapping[str, str]
    max_bytes: int
    max_literal: int
    max_record: int

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
        yield _error(
            NoSpace(N_("Disken är full, så filerna kunde inte läsas in. Inget har ändrats. Frigör utrymme."))
        )


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
        self._progress = 0

    def run(self) -> Iterator[Mapping[str, object]]:
        for number, file in enumerate(self._request.files):
            yield from self._file(number, file)
        self._spool.close()
        yield {"done": self._triples}

    def _file(self, number: int, file: InputFile) -> Iterator[Mapping[str, object]]:
        source = Source(
            Path(file.path), file.name, limit=self._request.max_bytes, on_progress=self._note_progress
        )
        self._inspector.file = file.name
        lines = Lines(file.name, self._inspector, self._request.max_literal, self._spool)
        named_graphs = 0
        yield {"file": file.name}
        format = by_extension(file.format)
        assert format is not None, "the parent sends formats by their own extension"
        before = self._triples
        try:
            for batch in _batches(source, format, file):
                yield {"progress": self._progress}
                if format.rdf in _DATASETS:
                    named_graphs += sum(not isinstance(quad.graph_name, DefaultGraph) for quad in batch)
                    content = _ntriples([quad.triple for quad in batch])
                else:
                    content = serialize(batch, format=RdfFormat.N_QUADS) or b""
                self._triples += len(batch)
                lines.add(content)
        finally:
            source.close()
        lines.finish()
        if self._triples == before:
            raise InvalidInput(_NOTHING_JSON if format is JSON_LD else _NOTHING, file=file.name)
        self._keep(number, file)
        self._finished_bytes += Path(file.path).stat().st_size
        self._progress = self._finished_bytes
        if named_graphs:
            yield {"note": _NAMED_GRAPHS, "params": {"file": file.name, "triples": named_graphs}}

    def _note_progress(self, position: int) -> None:
        self._progress = self._finished_bytes + position

    def _keep(self, number: int, file: InputFile) -> None:
        """Make whole records of the file's segments and compare them with those of earlier files."""
        spool = self._spool
        adopt_blank_nodes(spool, file.name)
        spool.index.execute(
            "CREATE TEMP TABLE scattered AS SELECT key FROM segments GROUP BY key HAVING count(*) > 1"
        )
        for (key,) in spool.index.execute("SELECT key FROM scattered"):
            spool.index_segments()
            spool.replace_segments(key, canonical_lines(spool.segments(key)))
        spool.index.execute("DROP TABLE scattered")
        spool.refuse_problems()
        self._refuse_contradictions(file)
        spool.keep_records(number)

    def _refuse_contradictions(self, file: InputFile) -> None:
        found = self._spool.first(
            "SELECT records.iri, records.file FROM records JOIN segments ON segments.key = records.iri"
            " WHERE segments.hash <> records.hash ORDER BY segments.offset LIMIT 1"
        )
        if found is not None:
            raise InvalidInput(
                N_(
                    "%(record)s beskrivs olika i %(first)s och %(second)s. En post ska finnas hel i en fil; "
                    "ta bort den ena beskrivningen och läs in igen."
                ),
                record=found[0],
                first=self._request.files[found[1]].name,
                second=file.name,
            )


_NOTHING = N_("%(file)s innehåller inga uppgifter (inga tripplar). Kontrollera att rätt fil angavs.")
_NOTHING_JSON = N_(
    "%(file)s innehåller inga uppgifter (inga tripplar). Kontrollera att filen har @id, och en @context "
    "som förklarar sina nycklar."
)
_NAMED_GRAPHS = N_(
    "%(file)s har %(triples)s tripplar i namngivna grafer. De läggs i standardgrafen; grafernas namn sparas inte."
)


def _batches(source: Source, format: Format, file: InputFile) -> Iterator[list[Quad]]:
    """The quads of a source, some thousands at a time. Syntax errors become InvalidInput with their place."""
    base = file.base
    if base is None and format is JSON_LD:
        # JSON-LD drops what has a relative IRI and no base, in silence; this lets us see it.
        base = RELATIVE
    try:
        quads = parse(cast("IO[bytes]", source), format=format.rdf, base_iri=base, rename_blank_nodes=True)
        size, mark = _FIRST_BATCH, 0
        while batch := list(islice(quads, size)):
            # By bytes too: 4,096 texts of a megabyte each would not fit.
            taken, mark = source.position - mark + 1, source.position
            size = max(_FIRST_BATCH, min(_BATCH, _BATCH_BYTES * len(batch) // taken))
            yield batch
    except SyntaxError as error:
        raise syntax_error(error, format, file.name) from error
    except MemoryError as error:
        if "buffer" not in str(error):
            raise
        # Not this process's memory: Oxigraph takes no term longer than 16 MiB.
        raise InvalidInput(TOO_LONG, place=file.name, reason=str(error)) from error


def _ntriples(triples: list[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
