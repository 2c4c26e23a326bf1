"""A client of Linked Data Event Streams that knows the specifications of LDES and TREE and nothing of Pivi.

It is strict: what the specifications demand of a page it demands too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Triple

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
HAS_PART = NamedNode("http://purl.org/dc/terms/hasPart")
_LOWER = TREE + "GreaterThanOrEqualToRelation"
_UPPER = TREE + "LessThanOrEqualToRelation"
_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"

Order = tuple[datetime, int]


@dataclass(frozen=True)
class Document:
    """An answer: its triples, whether the server says that it never changes, and where a redirect has led.

    No triples: it is gone (410).
    """

    triples: tuple[Triple, ...]
    immutable: bool = False
    address: str | None = None


Fetch = Callable[[str], Document]


class Statements:
    """The triples of a page, by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.about: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            assert isinstance(triple.subject, NamedNode) and isinstance(triple.object, (NamedNode, Literal))
            self.about[triple.subject.value][triple.predicate.value].append(triple.object)

    def values(self, subject: str, predicate: str) -> list[str]:
        return [each.value for each in self.about[subject][predicate]] if subject in self.about else []

    def one(self, subject: str, predicate: str) -> str:
        [found] = self.values(subject, predicate)
        return found

    def moment(self, subject: str, predicate: str) -> datetime:
        [found] = self.about[subject][predicate]
        assert isinstance(found, Literal) and found.datatype.value == _DATE_TIME
        moment = datetime.fromisoformat(found.value)
        assert moment.tzinfo is not None, "a time has its zone"
        return moment


@dataclass
class Follower:
    """Follows a feed from its first page, all of it or what came `after` a moment; `run` again for what is new.

    `records` holds what is published, by IRI, as far as it has been followed; `members` every member seen
    with the page that it was on, `pages` every page and what it said.
    """

    fetch: Fetch
    start: str
    after: datetime | None = None
    records: dict[str, frozenset[Triple]] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Document] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    _latest: dict[str, Order] = field(default_factory=dict)

    def run(self) -> None:
        root = Statements(self._get(self.start).triples)
        [stream] = [iri for iri in root.about if root.values(iri, TREE + "view")]
        found: list[tuple[Order, str, frozenset[Triple] | None]] = []
        waiting: list[tuple[str, datetime | None, datetime | None]] = [
            (root.one(stream, TREE + "view"), None, None)
        ]
        listed: set[str] = set()
        while waiting:
            page, lower, upper = waiting.pop(0)
            assert page not in listed, "each page is reached in one way"
            listed.add(page)
            document = self._get(page)
            page = document.address or page
            said = Statements(document.triples)
            self._check(said, stream, page, document.immutable)
            for iri in said.values(stream, TREE + "member"):
                at = said.moment(iri, root.one(stream, LDES + "timestampPath"))
                assert lower is None or lower <= at, f"{iri} on {page} is before what the link says"
                assert upper is None or at <= upper, f"{iri} on {page} is after what the link says"
                if iri in self.members:
                    continue
                self.members[iri] = page
                if self.after is None or at > self.after:
                    order = (at, int(said.one(iri, root.one(stream, LDES + "sequencePath"))))
                    found.append((order, *self._record(said, root, stream, iri)))
            waiting += self._relations(said, page, root.one(stream, LDES + "timestampPath"))
        for order, record, triples in sorted(found, key=lambda each: each[0]):
            # Versions that are older than what is known come late, and do not hold.
            if record in self._latest and self._latest[record] > order:
                continue
            self._latest[record] = order
            if triples is None:
                self.records.pop(record, None)
            else:
                self.records[record] = triples

    @property
    def triples(self) -> set[Triple]:
        return {triple for record in self.records.values() for triple in record}

    def _get(self, address: str) -> Document:
        known = self.pages.get(address)
        if known is not None and known.immutable:
            return known
        self.fetched.append(address)
        self.pages[address] = found = self.fetch(address)
        return found

    def _check(self, said: Statements, stream: str, page: str, immutable: bool) -> None:
        assert said.values(stream, RDF_TYPE.value) == [LDES + "EventStream"]
        assert len(said.values(stream, TREE + "view")) == 1, "exactly one tree:view on a page"
        assert TREE + "Node" in said.values(page, RDF_TYPE.value)
        assert (said.values(page, LDES + "immutable") == ["true"]) == immutable
        others = {iri.partition("#")[0] for iri in said.about} - {page, *said.values(stream, TREE + "member")}
        for iri in others:
            assert not said.values(iri, TREE + "relation"), "a page speaks of its own relations only"

    def _relations(
        self, said: Statements, page: str, path: str
    ) -> list[tuple[str, datetime | None, datetime | None]]:
        bounds: dict[str, dict[str, datetime]] = defaultdict(dict)
        for relation in said.values(page, TREE + "relation"):
            kind = said.one(relation, RDF_TYPE.value)
            node = said.one(relation, TREE + "node")
            assert kind in (_LOWER, _UPPER) and kind not in bounds[node]
            assert said.one(relation, TREE + "path") == path
            bounds[node][kind] = said.moment(relation, TREE + "value")
        found = [(node, each.get(_LOWER), each.get(_UPPER)) for node, each in bounds.items()]
        return [
            (node, lower, upper)
            for node, lower, upper in found
            if self.after is None or upper is None or upper > self.after
        ]

    def _record(
        self, said: Statements, root: Statements, stream: str, member: str
    ) -> tuple[str, frozenset[Triple] | None]:
        """The record that a member is a version of, and its triples; None when the member says that it is gone."""
        paths = {
            name: root.one(stream, LDES + name + "Path") for name in ("versionOf", "timestamp", "sequence")
        }
        record = said.one(member, paths["versionOf"])
        gone = root.one(stream, LDES + "versionDeleteObject")
        if gone in said.values(member, root.one(stream, LDES + "versionDeletePath")):
            return record, None
        parts = {member, *said.values(member, HAS_PART.value)}
        names = {part: NamedNode(said.one(part, paths["versionOf"])) for part in parts}
        assert set(said.about) & {iri for iri in said.about if iri.startswith(member + "#")} == parts - {
            member
        }
        return record, frozenset(
            Triple(
                names[part],
                NamedNode(predicate),
                names.get(each.value, each) if isinstance(each, NamedNode) else each,
            )
            for part in parts
            for predicate, objects in said.about[part].items()
            if predicate not in {*paths.values(), HAS_PART.value}
            for each in objects
        )
