"""ldes-client, the reference client of LDES, run for real against a real server: it ends with what is published."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from catalogue.export.description import packaged_triples
from catalogue.journal import Journal, NewRevision
from catalogue.namespaces import AS, PIVI
from catalogue.projections import Projections
from catalogue.publishing import publish, undo, withdraw
from catalogue.settings import Settings
from tests.app.test_server import Server, serving

from .conftest import LONGEST, reserved_port, until

VENDOR = Path(__file__).with_name("vendor")
NODE = compute_driver_executable()[0]
OF = "http://purl.org/dc/terms/isVersionOf"
VERSION = "http://www.w3.org/ns/dcat#version"
ABOUT = {OF, VERSION, "http://purl.org/dc/terms/hasPart", "http://www.w3.org/ns/prov#generatedAtTime"}
TOMBSTONE = NamedNode("https://www.w3.org/ns/activitystreams#Tombstone")

State = dict[str, frozenset[Triple]]


@dataclass
class Running:
    """A server at an address of its own, which is what its IRIs begin with."""

    server: Server
    base: str
    data: Path

    @property
    def feed(self) -> str:
        return self.base + "data/feed"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    data = tmp_path / "data"
    with reserved_port() as port:
        base = f"http://127.0.0.1:{port}/"
        with serving(data, port, PIVI_BASE=base, PIVI_DUMP_SECONDS="0", PIVI_SPARQL_SECONDS="300") as server:
            yield Running(server, base, data)


def read(running: Running, *arguments: str) -> dict[str, tuple[Triple, ...]]:
    """What the client emits of the change feed, by member."""
    return {
        member: tuple(quad.triple for quad in quads)
        for member, quads in emitted(running.feed, *arguments).items()
    }


def emitted(address: str, *arguments: str) -> dict[str, tuple[Quad, ...]]:
    """What the client emits of a stream, by member."""
    run = subprocess.run(
        [NODE, VENDOR / "ldes-client.cjs", address, *arguments], capture_output=True, timeout=300
    )
    assert run.returncode == 0, run.stderr.decode()[-2_000:]
    found: dict[str, tuple[Quad, ...]] = {}
    for line in run.stdout.decode().splitlines():
        member = json.loads(line)
        assert member["id"] not in found, "each member once"
        found[member["id"]] = tuple(parse(member["quads"], format=RdfFormat.N_QUADS))
    return found


def brought_up(state: State, members: dict[str, tuple[Triple, ...]]) -> State:
    """The records after the members, in the order of their versions."""
    records = dict(state)
    versions = {
        iri: int(next(each.object.value for each in triples if each.predicate.value == VERSION))  # type: ignore[union-attr]
        for iri, triples in members.items()
    }
    for iri in sorted(members, key=versions.__getitem__):
        names = {each.subject: each.object for each in members[iri] if each.predicate.value == OF}
        record = names[NamedNode(iri)].value  # type: ignore[union-attr]
        if any(each.object == TOMBSTONE for each in members[iri]):
            records.pop(record, None)
        else:
            records[record] = frozenset(
                Triple(names[each.subject], each.predicate, names.get(each.object, each.object))  # type: ignore[arg-type]
                for each in members[iri]
                if each.predicate.value not in ABOUT
            )
    return records


def changed(running: Running) -> int:
    """Change, withdraw and bring back some initiatives beside the running server; the version after it."""
    with closing(Journal.open(running.data / "journal.sqlite")) as journal:
        chosen = [each for each in journal.current_all(types=[PIVI.Initiative.value]) if each.published][:12]
        for each in chosen[:6]:
            content = each.content.replace(b'"@sv .', b' (ny)"@sv .')
            publish(journal, [NewRevision(each.iri, each.type, content, "test", "test")])
        for each in chosen[4:10]:
            withdraw(journal, each.iri, reason="prov", by="test", anyway=True)
        for each in chosen[8:10]:
            undo(journal, each.iri, by="test")
        return journal.head()


def until_shown(running: Running, version: int) -> None:
    """Wait until the open page has the version."""
    page = (version - 1) // 250
    until(lambda: f"/version/{version}-".encode() in running.server.get(f"/data/feed/{page}")[1])


@pytest.mark.parametrize("order", ["none", "ascending"])
def test_ldes_client_ends_with_what_is_published(running: Running, order: str) -> None:
    first = read(running, order)
    state = brought_up({}, first)
    moments = [
        each.object.value  # type: ignore[union-attr]
        for triples in first.values()
        for each in triples
        if each.predicate.value == "http://www.w3.org/ns/prov#generatedAtTime"
    ]
    version = changed(running)
    until_shown(running, version)
    later = read(running, order, max(moments))
    anew = read(running, order)
    running.server.process.terminate()
    running.server.process.wait(timeout=LONGEST)
    with (
        Projections.open(Settings(data=running.data, base=running.base)) as projections,
        projections.snapshot() as shown,
    ):
        assert shown.version == version
        published = set(shown.store.triples())
    assert len(later) < 20 < len(first)
    for found in (brought_up(state, later), brought_up({}, anew)):
        assert {triple for record in found.values() for triple in record} == published


def test_ldes_client_reads_the_stream_of_the_description_too(running: Running) -> None:
    stream = running.base + "datasets/feed"
    first = emitted(stream, "ascending")
    moments = [_about(quads, member, "published") for member, quads in first.items()]
    version = changed(running)
    until_shown(running, version)
    later = emitted(stream, "ascending", max(moments))
    described = {
        quad.triple
        for quad in parse(running.server.get("/datasets/dcat-ap.nt", LONGEST)[1], format=RdfFormat.N_TRIPLES)
    }
    things: dict[str, set[Triple]] = {}
    for member, quads in [*first.items(), *later.items()]:
        brought = {quad.triple for quad in quads if quad.graph_name == NamedNode(member)}
        things[_about(quads, member, "object")] = brought
    named = set(packaged_triples("authorities", running.base))
    assert {triple for brought in things.values() for triple in brought} == described - named
    assert 0 < len(later) < len(first)
    assert {_about(quads, member, "object") for member, quads in later.items()} <= set(things)


def _about(quads: tuple[Quad, ...], member: str, name: str) -> str:
    """What a member says of itself with a word of Activity Streams."""
    [value] = [
        quad.object.value  # type: ignore[union-attr]
        for quad in quads
        if quad.subject == NamedNode(member) and quad.predicate == AS[name]
    ]
    return value


def test_the_client_is_the_one_in_the_list() -> None:
    listing = (VENDOR / "LDES.md").read_text("utf-8")
    [checksum] = re.findall(r"`([0-9a-f]{64})`", listing)
    assert hashlib.sha256((VENDOR / "ldes-client.cjs").read_bytes()).hexdigest() == checksum
    assert "| ldes-client 0.3.0 | MIT |" in listing
