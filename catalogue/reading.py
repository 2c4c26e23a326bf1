"""The reading process of a load: foreign files in, the lines of N-Triples out, ahead of whoever takes them.

Parsing takes as long as all that is done with the lines afterwards; so it has a process of its own, a
fork of the confined worker, with the same limits, which dies with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import IO, NamedTuple, Never, Self, cast

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse, serialize

from catalogue.confinement import die_with
from catalogue.errors import CatalogueError, InvalidInput
from catalogue.formats import JSON_LD, Format, by_extension
from catalogue.lines import RELATIVE
from catalogue.sources import Source
from catalogue.syntax import TOO_LONG, syntax_error

# Triples that are handled at once, and about how many bytes of the file they may be.
_FIRST_BATCH, _BATCH, _BATCH_BYTES = 32, 4096, 2**20
_DATASETS = frozenset({RdfFormat.TRIG, RdfFormat.N_QUADS, RdfFormat.JSON_LD})
# Batches that may wait: the taker pauses to write 32 MB of lines at a time.
_AHEAD = 48
_PIPE_BYTES = 2**20


@dataclass(frozen=True)
class InputFile:
    """One file to parse: where it lies, what errors call it, its format's extension, its base IRI."""

    path: str
    name: str
    format: str
    base: str | None


class Batch(NamedTuple):
    """Some triples as lines of N-Triples, as Oxigraph writes them.

    `named_graphs` tells how many came from a named graph, `position` how much of the file was read.
    """

    content: bytes
    triples: int
    named_graphs: int
    position: int


class Reading:
    """The taker's side. Use as a context manager: leaving ends the reading process."""

    def __init__(self, process: int, link: Connection) -> None:
        self._process = process
        self._link = link

    @classmethod
    def start(cls, files: Sequence[InputFile], max_bytes: int) -> Self:
        """Begin to read files of at most `max_bytes` each, unpacked. The caller may have one thread only."""
        taking, giving = os.pipe()
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            os.close(taking)
            _be_the_reader(parent, files, max_bytes, giving)
        os.close(giving)
        return cls(process, Connection(taking, writable=False))

    def batches(self) -> Iterator[Batch]:
        """The batches of the next file. Raises the InvalidInput that the reader met.

        When the reader was lost, this process ends in the same way, so that its own parent learns why.
        """
        while head := self._receive():
            said = json.loads(head)
            if "error" in said:
                raise InvalidInput(said["error"], **said["params"])
            yield Batch(self._receive(), **said)

    def close(self) -> None:
        if not self._link.closed:
            self._link.close()
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self) -> bytes:
        try:
            return self._link.recv_bytes()
        except EOFError:
            _, status = os.waitpid(self._process, 0)
            if os.WIFSIGNALED(status):
                os.kill(os.getpid(), os.WTERMSIG(status))
            os._exit(1)


def _be_the_reader(parent: int, files: Sequence[InputFile], max_bytes: int, giving: int) -> Never:
    """The life of the forked process; it never returns into the code that it was forked from."""
    status = 1
    try:
        die_with(parent)
        if sys.platform == "linux":
            fcntl.fcntl(giving, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        waiting: Queue[bytes | None] = Queue(2 * _AHEAD)
        sender = threading.Thread(
            target=_send, args=(waiting, Connection(giving, readable=False)), daemon=True
        )
        sender.start()
        for message in _messages(files, max_bytes):
            waiting.put(message)
        waiting.put(None)
        sender.join()
        status = 0
    finally:
        if status:
            # The last line is what the worker's own parent tells of.
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(status)


def _send(waiting: Queue[bytes | None], link: Connection) -> None:
    try:
        while (message := waiting.get()) is not None:
            link.send_bytes(message)
    except BrokenPipeError:
        # The taker needs no more.
        os._exit(0)


def _messages(files: Sequence[InputFile], max_bytes: int) -> Iterator[bytes]:
    """For each batch what it is and its lines; an empty message at the end of each file; the first error."""
    try:
        for file in files:
            for batch in _batches(file, max_bytes):
                yield json.dumps(
                    {
                        "triples": batch.triples,
                        "named_graphs": batch.named_graphs,
                        "position": batch.position,
                    }
                ).encode()
                yield batch.content
            yield b""
    except CatalogueError as error:
        yield json.dumps({"error": error.sentence, "params": error.params}).encode()


def _batches(file: InputFile, max_bytes: int) -> Iterator[Batch]:
    format = by_extension(file.format)
    assert format is not None, "the parent sends formats by their own extension"
    read = 0

    def note_progress(position: int) -> None:
        nonlocal read
        read = position

    source = Source(Path(file.path), file.name, format, limit=max_bytes, on_progress=note_progress)
    try:
        for quads in _quads(source, format, file):
            named_graphs = 0
            if format.rdf in _DATASETS:
                named_graphs = sum(not isinstance(quad.graph_name, DefaultGraph) for quad in quads)
                content = _ntriples([quad.triple for quad in quads])
            else:
                content = serialize(quads, format=RdfFormat.N_QUADS) or b""
            yield Batch(content, len(quads), named_graphs, read)
    finally:
        source.close()


def _quads(source: Source, format: Format, file: InputFile) -> Iterator[list[Quad]]:
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
