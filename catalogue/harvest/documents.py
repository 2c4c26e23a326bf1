"""Foreign documents of RDF that say where data is: catalogues and pages, parsed by a worker that may die without harm.

Nothing of them is parsed in this process: the worker answers with addresses and short texts, or leaves
behind N-Triples that go through the parsing of a load like any other file.
"""

from __future__ import annotations

import errno
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.errors import DISK_FULL, N_, Busy, CatalogueError, InvalidInput, NoSpace
from catalogue.formats import by_extension
from catalogue.harvest.offers import Offers, offers
from catalogue.namespaces import AS, RDF, Namespace
from catalogue.settings import Settings
from catalogue.sources import Source
from catalogue.syntax import syntax_error
from catalogue.turtle import record_iri
from catalogue.workers import Cause, Limits, Worker, WorkerLost

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
# Where a page says what comes after it; the last one is what Hydra called it before.
_NEXT = (HYDRA.next, AS.next, HYDRA.nextPage)
# Classes of what a page says of itself and of how it can be paged: no records.
_FURNITURE = (
    HYDRA.iri,
    AS.iri,
    "http://www.w3.org/ns/ldp#",
    "https://w3id.org/tree#",
    "https://w3id.org/ldes#",
    "http://rdfs.org/ns/void#",
)
_NICENESS = 10


@dataclass(frozen=True)
class Document:
    """A file of RDF: where it lies, its format's extension, and the address that it came from."""

    path: str
    extension: str
    url: str


@dataclass(frozen=True)
class Page:
    """What a page of RDF tells: the addresses of the next ones, and how many whole records it holds."""

    next: tuple[str, ...]
    records: int


class Reader:
    """Reads what a source has in one worker, which is started when it first reads. Use as a context manager.

    The worker runs `work` of the module `worker`, and may write `file_bytes` into a file, or 256 MB if that is more.
    """

    def __init__(self, settings: Settings, worker: str, *, file_bytes: int) -> None:
        self._max_bytes = settings.load_bytes
        self._seconds = settings.load_seconds
        self._module = worker
        self._limits = Limits(
            memory=settings.load_memory, file_bytes=max(file_bytes, 2**28), niceness=_NICENESS
        )
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._worker is not None:
            self._worker.close()

    def _asked(self, request: bytes, url: str) -> Iterator[dict[str, Any]]:
        """The messages of an answer. Raises InvalidInput or Busy that names the document, or NoSpace."""
        if self._worker is None:
            self._worker = Worker.start(self._module, self._limits)
        try:
            for message in self._worker.ask(request, seconds=self._seconds):
                said: dict[str, Any] = json.loads(message)
                if "error" in said:
                    raise (NoSpace if "space" in said else InvalidInput)(said["error"], **said["params"])
                yield said
        except WorkerLost as lost:
            raise _explained(lost, url, self._seconds) from lost


class Documents(Reader):
    """Reads documents of RDF."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, __name__, file_bytes=8 * settings.load_bytes)

    def page(self, document: Document, *, space: str = "", into: Path | None = None) -> Page:
        """What a page tells. With `into` its whole records whose IRIs begin with `space` are written there.

        A record is whole where its class is said; what only has a name on the page is left out. The file
        is N-Triples, empty when the page has none. Raises InvalidInput or Busy that names the page.
        """
        said = self._said(
            {"page": asdict(document), "space": space, "into": None if into is None else str(into)},
            document.url,
        )
        return Page(tuple(said["next"]), said["records"])

    def offers(self, documents: Sequence[Document]) -> Offers:
        """What catalogue documents (DCAT), read together, offer. Raises InvalidInput or Busy that names the first."""
        asked = {"catalogue": [asdict(each) for each in documents]}
        return Offers.from_json(self._said(asked, documents[0].url))

    def _said(self, request: Mapping[str, object], url: str) -> dict[str, Any]:
        (said,) = self._asked(json.dumps({**request, "max_bytes": self._max_bytes}).encode(), url)
        return said


def _explained(lost: WorkerLost, url: str, seconds: int) -> CatalogueError:
    """What the loss of the worker that read a source's document means for the operator."""
    if lost.cause is Cause.DEADLINE:
        return Busy(
            N_(
                "%(url)s tog längre tid att läsa än %(seconds)s sekunder och avbröts; inget har ändrats. Höj "
                "PIVI_LOAD_SECONDS om källan är betrodd."
            ),
            url=url,
            seconds=seconds,
        )
    return InvalidInput(
        N_(
            "%(url)s gick inte att läsa: dokumentet är för stort eller för djupt nästlat. Inget har ändrats. Fråga "
            "källan."
        ),
        url=url,
    )


def work(request: bytes) -> Iterator[bytes]:
    """The worker's side: the answer as one JSON object, or `error` (a sentence) and `params`."""
    asked = json.loads(request)
    try:
        if "page" in asked:
            into = None if asked["into"] is None else Path(asked["into"])
            said = _page(Document(**asked["page"]), asked["space"], into, asked["max_bytes"])
        else:
            documents = [Document(**each) for each in asked["catalogue"]]
            triples = (each for document in documents for each in _triples(document, asked["max_bytes"]))
            said = offers(triples).to_json()
    except (CatalogueError, OSError) as error:
        said = trouble(error)
    yield json.dumps(said).encode()


def trouble(error: CatalogueError | OSError) -> dict[str, object]:
    """What a worker tells of an error, as `Reader` understands it. Raises what is none of the reader's business."""
    if isinstance(error, CatalogueError):
        return {"error": error.sentence, "params": error.params}
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    return {"error": DISK_FULL, "params": {}, "space": True}


def _triples(document: Document, max_bytes: int) -> Iterator[Triple]:
    """The triples of a document, its address their base (RFC 3986, section 5.1.3)."""
    format = by_extension(document.extension)
    assert format is not None, "the parent sends formats by their own extension"
    source = Source(Path(document.path), document.url, format, limit=max_bytes)
    try:
        # Its blank nodes are others than those of another page.
        quads = parse(
            cast("IO[bytes]", source), format=format.rdf, base_iri=document.url, rename_blank_nodes=True
        )
        for quad in quads:
            yield quad.triple
    except SyntaxError as error:
        raise syntax_error(error, format, document.url) from error
    finally:
        source.close()


def _page(document: Document, space: str, into: Path | None, max_bytes: int) -> dict[str, object]:
    triples = list(_triples(document, max_bytes))
    count = 0
    if into is not None:
        kept, count = _whole_records(triples, space, record_iri(document.url))
        into.write_bytes(serialize(kept, format=RdfFormat.N_TRIPLES) or b"")
    return {"next": _next(triples, document.url), "records": count}


def _next(triples: Iterable[Triple], url: str) -> list[str]:
    """What comes after the page: what it says of itself, else what it says of anything."""
    said = [
        (each.subject, each.object.value)
        for each in triples
        if each.predicate in _NEXT and isinstance(each.object, NamedNode | Literal)
    ]
    own = {value for subject, value in said if subject == NamedNode(url)}
    return sorted(own or {value for _, value in said})


def _whole_records(triples: Iterable[Triple], space: str, page: str) -> tuple[list[Triple], int]:
    """The triples of records whose class is said here, with their fragments and anonymous nodes; how many records."""
    said: dict[NamedNode | BlankNode | Triple, list[Triple]] = defaultdict(list)
    classes: dict[str, list[str]] = defaultdict(list)
    for each in triples:
        said[each.subject].append(each)
        if each.predicate == RDF.type and isinstance(each.subject, NamedNode):
            classes[each.subject.value].append(getattr(each.object, "value", ""))
    whole = {
        iri
        for iri, found in classes.items()
        if iri.startswith(space)
        and iri == record_iri(iri) != page
        and not all(each.startswith(_FURNITURE) for each in found)
    }
    kept: list[Triple] = []
    waiting: list[NamedNode | BlankNode] = [
        node for node in said if isinstance(node, NamedNode) and record_iri(node.value) in whole
    ]
    taken = set(waiting)
    while waiting:
        for each in said[waiting.pop()]:
            kept.append(each)
            if isinstance(each.object, BlankNode) and each.object not in taken:
                taken.add(each.object)
                waiting.append(each.object)
    return kept, len(whole)
