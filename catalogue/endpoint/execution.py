"""What a worker does: run one query on one snapshot, and give back the whole answer or what went wrong.

Runs in a worker process (`catalogue.workers`), which may be killed at any point. Somebody may be waiting for
it to start, so what only some queries need is imported when the first of them comes.
"""

from __future__ import annotations

import gc
import os
import struct
from collections.abc import Iterable
from enum import Enum
from io import RawIOBase
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self, cast

import pyoxigraph as ox
from isal import isal_zlib
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat

from catalogue.namespaces import PREFIXES

if TYPE_CHECKING:
    from catalogue.endpoint.fingerprint import Fingerprint

# Asked for in place of a format that is served: the fingerprint of the answer.
FINGERPRINT = "application/vnd.pivi.fingerprint+json"

# Compressing less than this costs more than it saves.
_WORTH_PACKING = 600
_PACKING_LEVEL = 2
_PIECE = 64 * 1024


class Outcome(Enum):
    """How a query ended in the worker."""

    ANSWERED = "answered"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too large"
    FAILED = "failed"


_OUTCOMES = tuple(Outcome)


class Order(NamedTuple):
    """A query to run: where the snapshot lies, the format by media type, and the limits in bytes.

    Answers above `spill` bytes are written to the file `spool` instead of being sent.
    """

    store: str
    query: str
    base: str
    media_type: str
    most: int
    spill: int
    spool: str
    packed: bool

    def written(self) -> bytes:
        """The order as bytes, without the cost of JSON; only the query, which comes last, may hold a NUL."""
        limits = f"{self.most} {self.spill} {self.packed:d}"
        return "\0".join((self.store, self.base, self.media_type, self.spool, limits, self.query)).encode()

    @classmethod
    def read(cls, written: bytes) -> Self:
        store, base, media_type, spool, limits, query = written.decode().split("\0", 5)
        most, spill, packed = limits.split()
        return cls(store, query, base, media_type, int(most), int(spill), spool, packed == "1")


# Outcome, size, whether spooled, whether packed, length of the message.
_HEAD = struct.Struct("<BQ??I")


class Report(NamedTuple):
    """What the worker says first: how it went, and of what is sent after it, or lies in the spool file.

    `size` is in bytes before packing, `spooled` whether the answer lies in the file, `packed` whether
    it is gzipped; `message` what the engine says of a query that got no answer.
    """

    outcome: Outcome
    size: int = 0
    spooled: bool = False
    packed: bool = False
    message: str = ""

    def written(self) -> bytes:
        message = self.message.encode("utf-8", "replace")
        number = _OUTCOMES.index(self.outcome)
        return _HEAD.pack(number, self.size, self.spooled, self.packed, len(message)) + message

    @classmethod
    def read(cls, answer: bytes) -> tuple[Self, bytes]:
        """The report that an answer begins with, and what comes after it."""
        number, size, spooled, packed, length = _HEAD.unpack_from(answer)
        end = _HEAD.size + length
        message = answer[_HEAD.size : end].decode("utf-8", "replace")
        return cls(_OUTCOMES[number], size, spooled, packed, message), answer[end:]


class _TooLarge(Exception):
    """The answer has grown past its limit."""


class _Sink(RawIOBase):
    """A file for the serialiser: kept in memory, then spooled, counted all the way, packed on the way out."""

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order
        self._kept = bytearray()
        self._file = -1
        self._packer = isal_zlib.compressobj(_PACKING_LEVEL, isal_zlib.DEFLATED, 31) if order.packed else None
        self.size = 0

    def write(self, piece: Any) -> int:
        self.size += len(piece)
        if self.size > self._order.most:
            raise _TooLarge
        self._kept += piece
        if len(self._kept) >= (_PIECE if self._file >= 0 else self._order.spill):
            self._spool()
        return len(piece)

    def _spool(self) -> None:
        if self._file < 0:
            self._file = os.open(self._order.spool, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _write(self._file, self._packer.compress(self._kept) if self._packer else self._kept)
        self._kept.clear()

    def finished(self) -> tuple[Report, bytes]:
        if self._file < 0:
            packed = self._packer is not None and self.size >= _WORTH_PACKING
            body = (
                self._packer.compress(self._kept) + self._packer.flush()
                if self._packer and packed
                else self._kept
            )
            return Report(Outcome.ANSWERED, self.size, packed=packed), bytes(body)
        self._spool()
        if self._packer:
            _write(self._file, self._packer.flush())
        os.close(self._file)
        self._file = -1
        return Report(Outcome.ANSWERED, self.size, spooled=True, packed=self._packer is not None), b""

    def abandoned(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            os.unlink(self._order.spool)  # noqa: PTH108 - pathlib is an import more at each start


class _Snapshots:
    """The one snapshot that this worker has open."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def open(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            # Closed before the next one is opened: its directory is then removed.
            self._store = None
            gc.collect()
            self._store, self._path = ox.Store.read_only(path), path
        return self._store


_snapshots = _Snapshots()


def work(request: bytes) -> Iterable[bytes]:
    """Run the query of an `Order`; the answer is a `Report`, a line, and after it what fits in memory."""
    order = Order.read(request)
    store = _snapshots.open(order.store)
    if not order.query:  # only to open the snapshot before somebody waits for it
        return [Report(Outcome.ANSWERED).written()]
    sink = _Sink(order)
    out = cast(IO[bytes], sink)
    try:
        _answer(store, order, out)
        report, body = sink.finished()
        return [report.written() + body]
    except _TooLarge:
        return [_unanswered(sink, Outcome.TOO_LARGE)]
    except SyntaxError as error:
        from catalogue.endpoint import faults

        said = faults.exactly(order.query, str(error), lambda text: _found(store, order._replace(query=text)))
        return [_unanswered(sink, Outcome.MALFORMED, said)]
    except (RuntimeError, ValueError) as error:
        return [_unanswered(sink, Outcome.UNSUPPORTED, str(error))]
    except OSError as error:
        return [_unanswered(sink, Outcome.FAILED, str(error))]


def _unanswered(sink: _Sink, outcome: Outcome, message: str = "") -> bytes:
    sink.abandoned()
    return Report(outcome, message=message[:4000]).written()


def _found(store: ox.Store, order: Order) -> QuerySolutions | QueryBoolean | QueryTriples:
    # The named graphs of the store are its own notes; what is published lies in the default graph.
    return store.query(order.query, base_iri=order.base, default_graph=ox.DefaultGraph(), named_graphs=[])


def _answer(store: ox.Store, order: Order, sink: IO[bytes]) -> None:
    found = _found(store, order)
    if order.media_type == FINGERPRINT:
        sink.write(_fingerprint(found, order).written())
        return
    if isinstance(found, QueryTriples):
        _write_graph(found, order.media_type, sink)
        return
    results = QueryResultsFormat.from_media_type(order.media_type)
    assert results is not None
    assert isinstance(found, QuerySolutions | QueryBoolean)
    found.serialize(sink, results)


def _write_graph(found: QueryTriples, media_type: str, sink: IO[bytes]) -> None:
    rdf = RdfFormat.from_media_type(media_type)
    assert rdf is not None
    if rdf == RdfFormat.TURTLE:
        # Only this way takes prefixes, and Turtle is what people read.
        ox.serialize(found, sink, rdf, prefixes=PREFIXES)
    else:
        found.serialize(sink, rdf)


def _fingerprint(found: QuerySolutions | QueryBoolean | QueryTriples, order: Order) -> Fingerprint:
    """Made here: sorting a large answer is for a process that may be killed, and has the lowest priority."""
    from catalogue.endpoint import fingerprint

    if isinstance(found, QueryBoolean):
        return fingerprint.of_truth(bool(found))
    whole = _Sink(order._replace(spill=order.most + 1, packed=False))
    if isinstance(found, QueryTriples):
        found.serialize(cast(IO[bytes], whole), RdfFormat.N_TRIPLES)
        return fingerprint.of_graph(whole.finished()[1])
    found.serialize(cast(IO[bytes], whole), QueryResultsFormat.TSV)
    return fingerprint.of_rows(whole.finished()[1])


def _write(file: int, content: bytes | bytearray) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
