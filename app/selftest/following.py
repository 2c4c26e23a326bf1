"""Following the change feed: its pages, their bounds, and what each record is at the end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import NamedNode, Triple

from app.selftest.client import Fault, Harvester, Reply
from catalogue.errors import N_
from catalogue.export.feed import TREE
from catalogue.export.members import AT, HAS_PART, VERSION, VERSION_OF
from catalogue.formats import N_TRIPLES
from catalogue.namespaces import AS, RDF

START = "/data/feed"
# A feed with more pages is read from its end; what is not seen there is older.
_PAGES = 80
_ABOUT = {VERSION_OF, AT, VERSION, HAS_PART}
_LIMITS = {TREE.GreaterThanOrEqualToRelation: "lower", TREE.LessThanOrEqualToRelation: "upper"}


@dataclass(frozen=True)
class Leaf:
    """A page that a relation leads to, and between which times its members are said to be."""

    address: str
    lower: datetime | None
    upper: datetime | None


@dataclass
class Followed:
    """What has been read. `records`: by IRI, a digest of the last version; None for what is gone."""

    whole: bool
    pages: int = 0
    members: dict[str, str] = field(default_factory=dict)
    records: dict[str, str | None] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)

    def take(self, member: str, page: str, record: str, version: int, digest: str | None) -> None:
        if self.members.setdefault(member, page) != page:
            raise Fault(N_("%(name)s kommer en gång till på %(address)s."), name=member, address=page)
        if version > self._versions.get(record, 0):
            self._versions[record] = version
            self.records[record] = digest


def digest(triples: Iterable[str]) -> str:
    """What stands for a record: equal lines of N-Triples in any order give the same."""
    return hashlib.sha256("\n".join(sorted(set(triples))).encode()).hexdigest()


def follow(harvester: Harvester) -> Followed:
    """Read the feed from its first page; only the newest pages of a long one. Raises Fault."""
    groups: list[Leaf] = []
    pages: list[Leaf] = []
    for target in _relations(harvester.found(START, N_TRIPLES.media_type)):
        (groups if target.address.rpartition("/")[2].startswith("g") else pages).append(target)
    leaves: list[Leaf] = []
    for target in groups:
        group = harvester.found(target.address, N_TRIPLES.media_type)
        _expect_immutable(group)
        leaves += _relations(group)
    leaves += pages
    addresses = [each.address for each in leaves]
    if len(set(addresses)) != len(addresses):
        raise Fault(N_("Flera länkar i flödet leder till samma sida."))
    read = leaves[-_PAGES:]
    found = Followed(whole=len(read) == len(leaves))
    for leaf in read:
        _page(harvester, leaf, found, last=leaf is leaves[-1])
        found.pages += 1
    return found


def _relations(reply: Reply) -> list[Leaf]:
    """Where a page leads, the oldest first."""
    said: dict[str, dict[NamedNode, object]] = {}
    for triple in reply.triples:
        said.setdefault(triple.subject.value, {})[triple.predicate] = triple.object  # type: ignore[union-attr]
    bounds: dict[str, dict[str, datetime | None]] = {}
    for relation in said.values():
        node, kind = relation.get(TREE.node), relation.get(RDF.type)
        if isinstance(node, NamedNode):
            found = bounds.setdefault(node.value, {"lower": None, "upper": None})
            if isinstance(kind, NamedNode) and kind in _LIMITS:
                found[_LIMITS[kind]] = _moment(relation.get(TREE.value))
    leaves = [Leaf(address, each["lower"], each["upper"]) for address, each in bounds.items()]
    return sorted(leaves, key=_number)


def _number(leaf: Leaf) -> int:
    """The number of a page, which its name begins with."""
    digits = re.match(r"g?(\d{1,15})", leaf.address.rpartition("/")[2])
    return int(digits[1]) if digits else 0


def _moment(literal: object) -> datetime | None:
    return datetime.fromisoformat(str(getattr(literal, "value", ""))) if literal is not None else None


def _page(harvester: Harvester, leaf: Leaf, found: Followed, *, last: bool) -> None:
    reply = harvester.get(leaf.address, N_TRIPLES.media_type)
    if reply.status == 307:  # it has been filled since the page that leads to it was read
        reply = harvester.get(reply.headers.get("location", ""), N_TRIPLES.media_type)
    if reply.status != 200:
        raise Fault(
            N_("Flödet leder till %(address)s, som svarade %(status)s."),
            address=leaf.address,
            status=reply.status,
        )
    if not last:
        _expect_immutable(reply)
    subjects: dict[str, list[Triple]] = {}
    members: list[str] = []
    for triple in reply.triples:
        if triple.predicate == TREE.member and isinstance(triple.object, NamedNode):
            members.append(triple.object.value)
        elif isinstance(triple.subject, NamedNode):
            subjects.setdefault(triple.subject.value, []).append(triple)
    for iri in members:
        _member(iri, subjects, leaf, found)


def _member(iri: str, subjects: dict[str, list[Triple]], leaf: Leaf, found: Followed) -> None:
    own = subjects.get(iri, [])
    about = {triple.predicate: triple.object for triple in own if triple.predicate in _ABOUT}
    try:
        at = datetime.fromisoformat(about[AT].value)  # type: ignore[union-attr]
        version = int(about[VERSION].value)  # type: ignore[union-attr]
        record = about[VERSION_OF].value  # type: ignore[union-attr]
    except (KeyError, ValueError) as error:
        raise Fault(
            N_("%(name)s på %(address)s saknar tid, nummer eller vad den är en version av."),
            name=iri,
            address=leaf.address,
        ) from error
    if (leaf.lower and at < leaf.lower) or (leaf.upper and at > leaf.upper):
        raise Fault(
            N_("%(name)s på %(address)s ligger utanför länkens gränser i tid."),
            name=iri,
            address=leaf.address,
        )
    gone = any(triple.predicate == RDF.type and triple.object == AS.Tombstone for triple in own)
    parts = [iri, *(triple.object.value for triple in own if triple.predicate == HAS_PART)]  # type: ignore[union-attr]
    content = [triple for part in parts for triple in subjects.get(part, [])]
    names = {triple.subject: triple.object for triple in content if triple.predicate == VERSION_OF}
    lines = (
        f"{names.get(triple.subject, triple.subject)} {triple.predicate} {names.get(triple.object, triple.object)}"  # type: ignore[arg-type]
        for triple in content
        if triple.predicate not in _ABOUT
    )
    found.take(iri, leaf.address, record, version, None if gone else digest(lines))


def _expect_immutable(reply: Reply) -> None:
    if "immutable" not in reply.headers.get("cache-control", ""):
        raise Fault(
            N_("%(address)s saknar %(wanted)s i huvudet %(name)s."),
            address=reply.address,
            wanted="immutable",
            name="Cache-Control",
        )
