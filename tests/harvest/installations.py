"""A real installation beside a test: its server and its commands are processes, and may be killed."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.export.dumps import Dumps, own_records
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.origins import without_origin
from catalogue.shapes import Shapes
from catalogue.turtle import canonical_lines
from tests.app.test_server import PIVI, Server, serving
from tests.conformance.conftest import LONGEST, Client, reserved_port, until

# What tells where a record was read, said of the record itself.
_ORIGIN = (
    "http://www.w3.org/ns/prov#hadPrimarySource",
    "http://purl.org/dc/terms/license",
    "http://purl.org/dc/terms/dateAccepted",
)


@dataclass
class Installation:
    """An installation at an address of its own, with the example catalogue; `sources` is what it may harvest."""

    data: Path
    port: int
    sources: Path
    running: ExitStack = field(default_factory=ExitStack)
    server: Server | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "PIVI_DATA": str(self.data),
            "PIVI_BASE": self.base,
            "PIVI_SOURCES": str(self.sources),
            "PIVI_DUMP_SECONDS": "1",
            "PIVI_SPARQL_SECONDS": "300",
        }

    def start(self) -> None:
        self.server = self.running.enter_context(serving(self.data, self.port, **self.settings))

    def kill(self) -> None:
        """Let the server die at once, as when the power goes."""
        assert self.server is not None
        self.server.process.kill()
        self.server.process.wait()

    def may_harvest(self, name: str, other: Installation) -> None:
        self.sources.write_text(f"""
            @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
            @prefix harvest: <https://w3id.org/pivi/harvest#> .
            <urn:x:{name}> a harvest:Source ; dct:identifier "{name}" ; harvest:profile "ldes" ;
              harvest:privateAddresses true ; dcat:downloadURL <{other.base}data/feed> ;
              harvest:space <{other.base}> ; dct:license <http://creativecommons.org/licenses/by/4.0/> .
        """)

    def begin(self, *command: str) -> subprocess.Popen[str]:
        """Begin a command in a process of its own."""
        return subprocess.Popen(
            [PIVI, *command],
            env=os.environ | self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def harvest(self, name: str) -> str:
        """Harvest to the end; returns what the command says."""
        process = self.begin("harvest", name)
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
        return said

    # --- what it holds ----------------------------------------------------------------------------------

    def journal(self) -> closing[Journal]:
        return closing(Journal.open(Layout(self.data).journal))

    def head(self) -> int:
        with self.journal() as journal:
            return journal.head()

    def published(self) -> dict[str, bytes]:
        """What of each published record of its own is public, from the journal."""
        with self.journal() as journal:
            records = own_records(journal, Shapes.load(), base=self.base, upto=journal.head())
            found = {each[1 : each.index(b">")].partition(b"#")[0].decode(): each for each in records}
        return {iri: content for iri, content in found.items() if iri.startswith(self.base)}

    def harvested(self, other: Installation) -> dict[str, bytes]:
        """The published records of the other one, from the journal, without what tells where they came from."""
        with self.journal() as journal:
            return {
                each.iri: without_origin(each.content, each.iri)
                for each in journal.current_all()
                if each.published and each.iri.startswith(other.base)
            }

    def gone(self, whose: Installation) -> dict[str, tuple[str, str | None, tuple[str, ...]]]:
        """State, reason and successors of each record that was published once and is no longer."""
        with self.journal() as journal:
            return {
                each.iri: (each.state, each.reason, each.successors)
                for each in journal.current_all()
                if not each.published and each.iri.startswith(whose.base)
            }

    def queried(self, whose: Installation) -> bytes:
        """The same from its SPARQL endpoint, of its own records or of the other's: canonical N-Triples."""
        assert self.server is not None
        origin = " , ".join(f"<{each}>" for each in _ORIGIN)
        query = f"""
            CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o
              FILTER(STRSTARTS(STR(?s), "{whose.base}"))
              FILTER(CONTAINS(STR(?s), "#") || ?p NOT IN ({origin})) }}"""
        reply = Client(self.server).direct(query, accept="application/n-triples")
        assert reply.status == 200, reply.text
        return canonical_lines(reply.body)

    def dump(self) -> bytes:
        """Its last dump, without the records that all installations share: canonical N-Triples."""
        assert self.server is not None
        status, body = self.server.get("/data/dump.nt.gz", LONGEST)
        return canonical_lines(_own(gzip.decompress(body), self.base)) if status == 200 else b""

    def everything_offered(self) -> bytes:
        """All pages of its feed, its dump and its list of what is new, as they are served."""
        assert self.server is not None
        head = self.head()
        until(lambda: (newest := Dumps(self.data).newest) is not None and newest.version >= head)
        client = Client(self.server)
        found: list[bytes] = []
        waiting, seen = [self.base + "data/feed"], set[str]()
        while waiting:
            address = waiting.pop()
            if address not in seen:
                seen.add(address)
                reply = client.send(
                    "GET",
                    address.removeprefix(self.base.rstrip("/")),
                    None,
                    {"Accept": "application/n-triples"},
                )
                assert reply.status == 200, address
                found.append(reply.body)
                waiting += [
                    line.split(" ")[2][1:-1] for line in reply.text.splitlines() if "tree#node> " in line
                ]
        assert len(seen) > 2
        found.append(gzip.decompress(self.server.get("/data/dump.nt.gz", LONGEST)[1]))
        found.append(self.server.get("/nytt.atom", LONGEST)[1])
        return b"".join(found)

    def shows(self, version: int) -> bool:
        """Whether the open page of its feed has what the journal has."""
        assert self.server is not None
        page = (version - 1) // 250
        return f"/version/{version}-".encode() in self.server.get(f"/data/feed/{page}", LONGEST)[1]


def _own(ntriples: bytes, base: str) -> bytes:
    return b"".join(each for each in ntriples.splitlines(True) if each.startswith(b"<" + base.encode()))


@contextmanager
def installation(directory: Path) -> Iterator[Installation]:
    directory.mkdir()
    with reserved_port() as port, ExitStack() as running:
        yield Installation(directory / "data", port, directory / "sources.ttl", running)
