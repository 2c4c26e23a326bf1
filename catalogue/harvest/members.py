"""The child that reads pages of a change feed: foreign RDF in, links and whole members out, on disk.

Everything here runs in a worker process. LDES: w3id.org/ldes/specification; TREE: w3id.org/tree/specification.
"""

from __future__ import annotations

import errno
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.errors import N_, CatalogueError, InvalidInput, NoSpace
from catalogue.formats import by_extension
from catalogue.namespaces import AS, DCT, RDF, RDFS, Namespace
from catalogue.sources import Source
from catalogue.syntax import TOO_LONG, syntax_error

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")

_BATCH = 500
# What a source says of why a record is gone is kept up to so many characters, and so many successors.
_REASON, _SUCCESSORS = 1_000, 20
_LOWER = (TREE.GreaterThanRelation, TREE.GreaterThanOrEqualToRelation, TREE.EqualToRelation)
_UPPER = (TREE.LessThanRelation, TREE.LessThanOrEqualToRelation, TREE.EqualToRelation)
# What tells that old members are let go although nothing newer has come: the stream is then not all there is.
_FORGETFUL = {LDES.DurationAgoPolicy, LDES.PointInTimePolicy}
_FORGETS = {LDES.fullLogDuration, LDES.startingFrom}
_GONE = {AS.Tombstone, AS.Delete}

_Node = NamedNode | BlankNode
_Said = Mapping[object, list[Triple]]


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
    said, None for the first. `max_bytes` bounds the page, unpacked, and `room` what it may add.
    """

    path: str
    extension: str
    url: str
    space: str
    into: str
    stream: Stream | None
    max_bytes: int
    room: int

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
    except CatalogueError as error:
        yield json.dumps({"error": error.sentence, "params": error.params}).encode()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        full = NoSpace(
            N_("Disken är full, så filerna kunde inte läsas in. Inget har ändrats. Frigör utrymme.")
        )
        yield json.dumps({"error": full.sentence, "params": {}, "space": True}).encode()


class _Page:
    def __init__(self, request: PageRequest) -> None:
        self._request = request
        self._url = request.url.partition("#")[0]
        self._said: dict[object, list[Triple]] = defaultdict(list)
        # What is in a graph that is called as a member belongs to it.
        self._graphs: dict[str, list[Triple]] = defaultdict(list)
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
        source = Source(Path(request.path), request.url, limit=request.max_bytes)
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
        node = NamedNode(iri)
        said: _Said = self._said
        if iri in self._graphs:
            said = _by_subject([*self._graphs[iri], *self._said.get(node, ())])
        about = said.get(node, [])
        record = self._record(iri, about)
        if not record.startswith(self._request.space):
            return None
        time = next(iter(_texts(about, self._stream.timestamp)), None)
        sequence = next(iter(_texts(about, self._stream.sequence)), None)
        if self._is_gone(about):
            return [iri, record, time, sequence, _departure(about), 0, 0]
        content = self._cut(iri, record, said)
        offset = into.tell()
        into.write(content)
        return [iri, record, time, sequence, None, offset, len(content)]

    def _record(self, iri: str, about: list[Triple]) -> str:
        """What the member is a version of: what it says, else the object of a deletion, else itself."""
        found = _iris(about, self._stream.version_of)
        if not found and any(each.predicate == RDF.type and each.object == AS.Delete for each in about):
            found = _iris(about, AS.object.value)
        return (found or [iri])[0].partition("#")[0]

    def _is_gone(self, about: list[Triple]) -> bool:
        path, kind = self._stream.delete_path, self._stream.delete_object
        if path is not None and kind is not None and kind in _iris(about, path):
            return True
        return any(each.predicate == RDF.type and each.object in _GONE for each in about)

    def _cut(self, iri: str, record: str, said: _Said) -> bytes:
        """The record as N-Triples: all that hangs on the member, each IRI of a version put back to the record's."""
        start = NamedNode(iri)
        names: dict[object, NamedNode] = {start: NamedNode(record)}
        hanging: list[_Node] = [start]
        seen: set[object] = {start}
        for node in hanging:
            for each in said.get(node, ()):
                target = each.object
                if target in seen or not isinstance(target, NamedNode | BlankNode):
                    continue
                if isinstance(target, NamedNode):
                    name = self._part(target.value, iri, record, said)
                    if name is None:
                        continue
                    names[target] = NamedNode(name)
                seen.add(target)
                hanging.append(target)
        dropped = {
            NamedNode(each)
            for each in (self._stream.version_of, self._stream.timestamp, self._stream.sequence)
            if each is not None
        }
        version_of = self._stream.version_of
        kept = [
            Triple(names.get(each.subject, each.subject), each.predicate, names.get(each.object, each.object))
            for node in hanging
            for each in said.get(node, ())
            if not (
                (each.predicate in dropped if node == start else each.predicate.value == version_of)
                # What only tells which parts have versions is no part of the record.
                or (
                    node == start
                    and each.predicate == DCT.hasPart
                    and each.object in names
                    and _iris(said.get(each.object, ()), version_of)
                )
            )
        ]
        # A member that says nothing must be told of as a record that is broken, not be taken as gone.
        kept = kept or [Triple(names[start], DCT.isVersionOf, names[start])]
        return serialize(kept, format=RdfFormat.N_TRIPLES) or b""

    def _part(self, target: str, iri: str, record: str, said: _Said) -> str | None:
        """What an IRI is called in the record when it is a part of the member; None when it is none."""
        if target == record:
            return None
        if target.startswith(record + "#"):
            return target if NamedNode(target) in said else None
        if not target.startswith(iri + "#"):
            return None
        named = [
            each
            for each in _iris(said.get(NamedNode(target), []), self._stream.version_of)
            if each.startswith(record + "#")
        ]
        return named[0] if named else record + target[len(iri) :]

    # --- what is said -----------------------------------------------------------------------------------

    def _values(self, node: object, predicate: NamedNode) -> list[object]:
        return [each.object for each in self._said.get(node, ()) if each.predicate == predicate]

    def _iris(self, node: object, predicate: NamedNode) -> list[str]:
        return [each.value for each in self._values(node, predicate) if isinstance(each, NamedNode)]

    def _one(self, node: object, predicate: NamedNode) -> str | None:
        return next(iter(sorted(self._iris(node, predicate))), None)


def _by_subject(triples: Iterable[Triple]) -> _Said:
    said: dict[object, list[Triple]] = defaultdict(list)
    for each in triples:
        said[each.subject].append(each)
    return said


def _departure(about: list[Triple]) -> Mapping[str, object]:
    """Why a record is gone and what came in its place, as its tombstone says."""
    reasons = [
        each.object
        for each in about
        if each.predicate in (RDFS.comment, AS.summary) and isinstance(each.object, Literal)
    ]
    reasons.sort(key=lambda each: (each.language != "sv", each.value))
    reason = " ".join(reasons[0].value.split())[:_REASON] if reasons else ""
    successors = sorted(set(_iris(about, DCT.isReplacedBy.value)))[:_SUCCESSORS]
    return {"reason": reason or None, "successors": successors}


def _iris(about: Iterable[Triple], predicate: str | None) -> list[str]:
    return [
        each.object.value
        for each in about
        if each.predicate.value == predicate and isinstance(each.object, NamedNode)
    ]


def _texts(about: Iterable[Triple], predicate: str | None) -> list[str]:
    return sorted(
        each.object.value
        for each in about
        if each.predicate.value == predicate and isinstance(each.object, Literal)
    )


def _text(value: object) -> str | None:
    return value.value if isinstance(value, Literal) else None


def _is_true(value: Any) -> bool:
    return isinstance(value, Literal) and value.value in ("true", "1")
