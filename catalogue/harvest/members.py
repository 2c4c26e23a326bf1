"""The child that reads pages of a change feed: foreign RDF in, links and whole members out, on disk.

Everything here runs in a worker process. LDES: w3id.org/ldes/specification; TREE: w3id.org/tree/specification.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple, parse

from catalogue.errors import N_, CatalogueError, InvalidInput
from catalogue.formats import by_extension
from catalogue.harvest.documents import trouble
from catalogue.harvest.versions import Said, by_subject, departure_of, description_of, iris, record_of, texts
from catalogue.namespaces import AS, RDF, Namespace
from catalogue.sources import Source
from catalogue.syntax import TOO_LONG, syntax_error

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")

_BATCH = 500
_LOWER = (TREE.GreaterThanRelation, TREE.GreaterThanOrEqualToRelation, TREE.EqualToRelation)
_UPPER = (TREE.LessThanRelation, TREE.LessThanOrEqualToRelation, TREE.EqualToRelation)
# What tells that old members are let go although nothing newer has come: the stream is then not all there is.
_FORGETFUL = {LDES.DurationAgoPolicy, LDES.PointInTimePolicy}
_FORGETS = {LDES.fullLogDuration, LDES.startingFrom}
_GONE = {AS.Tombstone, AS.Delete}


@dataclass(frozen=True)
class Stream:
    """What a feed says of itself: its IRI, and the properties by which its members are read (IRIs, or None).

    `forgets` tells that it lets old members go, so that what it has is not all there is; `lapses` that it
    lets deletions go, so that one may come and go unseen.
    """

    iri: str
    version_of: str | None
    timestamp: str | None
    sequence: str | None
    delete_path: str | None
    delete_object: str | None
    forgets: bool
    lapses: bool


@dataclass(frozen=True)
class PageRequest:
    """One page to read: `path` on disk, its format's `extension`, the `url` that it came from.

    Members about records below `space` are added to the file `into`. `stream` is what earlier pages have
    said, None for the first. `max_bytes` bounds the page, unpacked, and `room` what it may add. With `activities` the members
    are activities about things (Activity Streams 2.0), and what is taken is what they say of these.
    """

    path: str
    extension: str
    url: str
    space: str
    into: str
    stream: Stream | None
    max_bytes: int
    room: int
    activities: bool = False

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, request: bytes) -> PageRequest:
        fields = json.loads(request)
        stream = fields.pop("stream")
        return cls(stream=None if stream is None else Stream(**stream), **fields)


def work(request: bytes) -> Iterator[bytes]:
    """Read a page as a PageRequest says: JSON objects `page`, then `members` in batches, or `error`."""
    try:
        for message in _Page(PageRequest.decode(request)).told():
            yield json.dumps(message).encode()
    except (CatalogueError, OSError) as error:
        yield json.dumps(trouble(error)).encode()


class _Page:
    def __init__(self, request: PageRequest) -> None:
        self._request = request
        self._url = request.url.partition("#")[0]
        self._said: dict[object, list[Triple]] = defaultdict(list)
        # What is in a graph that is called as a member belongs to it.
        self._graphs: dict[str, list[Triple]] = defaultdict(list)
        self._objects: set[str] | None = None
        self._read()
        self._merge_graphs()
        self._stream = request.stream or self._described()

    def told(self) -> Iterator[Mapping[str, object]]:
        page = NamedNode(self._url)
        yield {
            "page": {
                "stream": asdict(self._stream),
                "views": self._iris(NamedNode(self._stream.iri), TREE.view),
                "immutable": any(_is_true(each) for each in self._values(page, LDES.immutable)),
                "relations": [each for each in self._relations() if each[0]],
            }
        }
        iris = dict.fromkeys(self._iris(NamedNode(self._stream.iri), TREE.member))
        batch: list[list[object]] = []
        with Path(self._request.into).open("ab") as into:
            start = into.tell()
            for iri in iris:
                if (told := self._member(iri, into)) is not None:
                    batch.append(told)
                if into.tell() - start > self._request.room:
                    raise InvalidInput(
                        N_(
                            "Ändringsflödet vid %(url)s är större än vad som får läsas in, så inget har ändrats. Är "
                            "källan betrodd kan PIVI_LOAD_BYTES höjas."
                        ),
                        url=self._request.url,
                    )
                if len(batch) == _BATCH:
                    yield {"members": batch}
                    batch = []
        yield {"members": batch}

    # --- reading ----------------------------------------------------------------------------------------

    def _read(self) -> None:
        request = self._request
        format = by_extension(request.extension)
        assert format is not None, "the parent sends formats by their own extension"
        source = Source(Path(request.path), request.url, format, limit=request.max_bytes)
        try:
            # Its blank nodes are others than those of another page.
            for quad in parse(
                cast("IO[bytes]", source), format=format.rdf, base_iri=request.url, rename_blank_nodes=True
            ):
                graph = quad.graph_name
                if isinstance(graph, DefaultGraph):
                    self._said[quad.subject].append(quad.triple)
                else:
                    name = graph.value if isinstance(graph, NamedNode) else "urn:x:" + graph.value
                    self._graphs[name].append(quad.triple)
        except SyntaxError as error:
            raise syntax_error(error, format, request.url) from error
        except MemoryError as error:
            if "buffer" not in str(error):
                raise
            raise InvalidInput(TOO_LONG, place=request.url, reason=str(error)) from error
        finally:
            source.close()

    def _merge_graphs(self) -> None:
        """Put what lies in other named graphs with the rest: they divide nothing."""
        everywhere = [each for triples in (*self._said.values(), *self._graphs.values()) for each in triples]
        members = {each.object for each in everywhere if each.predicate == TREE.member}
        for name in [each for each in self._graphs if NamedNode(each) not in members]:
            for each in self._graphs.pop(name):
                self._said[each.subject].append(each)

    def _described(self) -> Stream:
        """The stream that the page is part of. Raises InvalidInput when it is part of none, or of several."""
        typed = [node for node in self._said if LDES.EventStream in self._values(node, RDF.type)]
        found = typed or [node for node in self._said if self._values(node, TREE.view)]
        if len(found) > 1:
            found = [each for each in found if self._url in self._iris(each, TREE.view)]
        if len(found) != 1 or not isinstance(found[0], NamedNode):
            raise InvalidInput(
                N_(
                    "%(url)s är ingen sida i ett ändringsflöde (LDES), eller i flera. Ange flödets adress som "
                    "dcat:downloadURL i källfilen."
                ),
                url=self._request.url,
            )
        stream = found[0]
        paths = {
            name: self._one(stream, LDES[path])
            for name, path in (
                ("version_of", "versionOfPath"),
                ("timestamp", "timestampPath"),
                ("sequence", "sequencePath"),
                ("delete_path", "versionDeletePath"),
                ("delete_object", "versionDeleteObject"),
            )
        }
        said = [each for triples in self._said.values() for each in triples]
        forgets = any(
            each.predicate in _FORGETS or (each.predicate == RDF.type and each.object in _FORGETFUL)
            for each in said
        )
        lapses = any(each.predicate == LDES.versionDeleteDuration for each in said)
        return Stream(stream.value, **paths, forgets=forgets, lapses=lapses)

    def _relations(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Each page that this one leads to, with the lower and the upper bound of time that it says."""
        bounds: dict[str, list[str | None]] = {}
        for node in list(self._said):
            for relation in self._values(node, TREE.relation):
                for target in self._iris(relation, TREE.node):
                    known = bounds.setdefault(target, [None, None])
                    if self._stream.timestamp not in self._iris(relation, TREE.path):
                        continue
                    kinds = self._values(relation, RDF.type)
                    value = next((_text(each) for each in self._values(relation, TREE.value)), None)
                    for place, which in enumerate((_LOWER, _UPPER)):
                        if any(kind in which for kind in kinds):
                            known[place] = value
        for target, (lower, upper) in bounds.items():
            yield target, lower, upper

    # --- members ----------------------------------------------------------------------------------------

    def _member(self, iri: str, into: IO[bytes]) -> list[object] | None:
        """IRI, record, time, sequence, what is known of it when it is gone, and where it lies in the file.

        None for a member about something that is not the source's.
        """
        node, stream = NamedNode(iri), self._stream
        said: Said = self._said
        graph = self._graphs.get(iri, [])
        if graph and not self._request.activities:
            said = by_subject([*graph, *self._said.get(node, ())])
        about = said.get(node, [])
        if self._request.activities:
            about = [*about, *(each for each in graph if each.subject == node)]
        record = self._record(iri, about)
        if record is None or not record.startswith(self._request.space):
            return None
        time = next(iter(texts(about, stream.timestamp)), None)
        sequence = next(iter(texts(about, stream.sequence)), None)
        if self._is_gone(about):
            return [iri, record, time, sequence, departure_of(about), 0, 0]
        if self._request.activities:
            content = description_of(iri, record, graph, said, self._things())
        else:
            content = record_of(iri, record, said, stream.version_of, (stream.timestamp, stream.sequence))
        offset = into.tell()
        into.write(content)
        return [iri, record, time, sequence, None, offset, len(content)]

    def _record(self, iri: str, about: list[Triple]) -> str | None:
        """What the member is a version of: what it says, else the object of a deletion, else itself.

        An activity is about its object, and one without is about nothing (None).
        """
        if self._request.activities:
            return next(iter(iris(about, AS.object.value)), None)
        found = iris(about, self._stream.version_of)
        if not found and any(each.predicate == RDF.type and each.object == AS.Delete for each in about):
            found = iris(about, AS.object.value)
        return (found or [iri])[0].partition("#")[0]

    def _things(self) -> set[str]:
        """What the activities of the page are about."""
        if self._objects is None:
            self._objects = {
                each.object.value
                for triples in self._said.values()
                for each in triples
                if each.predicate == AS.object and isinstance(each.object, NamedNode)
            }
        return self._objects

    def _is_gone(self, about: list[Triple]) -> bool:
        path, kind = self._stream.delete_path, self._stream.delete_object
        if path is not None and kind is not None and kind in iris(about, path):
            return True
        return any(each.predicate == RDF.type and each.object in _GONE for each in about)

    # --- what is said -----------------------------------------------------------------------------------

    def _values(self, node: object, predicate: NamedNode) -> list[object]:
        return [each.object for each in self._said.get(node, ()) if each.predicate == predicate]

    def _iris(self, node: object, predicate: NamedNode) -> list[str]:
        return [each.value for each in self._values(node, predicate) if isinstance(each, NamedNode)]

    def _one(self, node: object, predicate: NamedNode) -> str | None:
        return next(iter(sorted(self._iris(node, predicate))), None)


def _text(value: object) -> str | None:
    return value.value if isinstance(value, Literal) else None


def _is_true(value: Any) -> bool:
    return isinstance(value, Literal) and value.value in ("true", "1")
