"""The change feed from a client's side: `python -m tests.benchmarks.feed PORT CONNECTIONS` follows it and prints JSON.

The client is a process of its own. It asks for gzipped N-Triples on a few connections that it keeps, parses every
page whole, and keeps for each record its last version.
"""

from __future__ import annotations

import dataclasses
import gzip
import http.client
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from catalogue.export.cutting import PAGE
from catalogue.journal import Journal, NewRevision
from catalogue.settings import Settings
from tests.benchmarks.machine import percentile
from tests.benchmarks.processes import Server, pivi_serving

_TREE = "https://w3id.org/tree#"
_MEMBER, _NODE = _TREE + "member", _TREE + "node"
_OF = "http://purl.org/dc/terms/isVersionOf"
_HEADERS = {"Accept": "application/n-triples", "Accept-Encoding": "gzip"}
_ROUNDS = 20


def rows(data: Path) -> list[tuple[str, str, str]]:
    """Following all of it, and how long a change takes to be in it, for a data directory."""
    with pivi_serving(data) as server:
        before = server.processor_seconds()
        found = follow(server, 2)
        spent = server.processor_seconds() - before
        again = follow(server, 2)
        seen = visibility(server, data, _ROUNDS)
    best = max(found["rate"], again["rate"])
    members = f"{found['members']:,.0f}".replace(",", "\u00a0")
    return [
        (f"following the whole feed, {members} members, client's side", f"{best:,.0f} members/s".replace(",", "\u00a0"), "≥ 5 000 members/s"),
        ("— the server's processor time for a member", f"{spent / found['members'] * 1e6:.0f} µs", "–"),
        ("a published revision in the feed, p95", f"{percentile(seen, 0.95):.0f} ms", "≤ 1 000 ms"),
    ]  # fmt: skip


def follow(server: Server, connections: int) -> dict[str, float]:
    """Members, records and members a second of one run through the feed."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.feed", str(server.port), str(connections)],
        check=True,
        stdout=subprocess.PIPE,
    )
    figures: dict[str, float] = json.loads(result.stdout)
    return figures


def visibility(server: Server, data: Path, rounds: int) -> list[float]:
    """Milliseconds from the acknowledged revision until the feed has it, one at a time."""
    settings = dataclasses.replace(Settings.from_environment(), data=data)
    times: list[float] = []
    with closing(Journal.open(settings.data / "journal.sqlite")) as journal:
        chosen = [each for each in journal.current_all() if each.published][:rounds]
        for each in chosen:
            new = NewRevision(each.iri, each.type, each.content, "benchmark", "load")
            [seq] = journal.append([new])
            start = time.perf_counter()
            wanted = f"/version/{seq}-".encode()
            while wanted not in server.get(f"/data/feed/{(seq - 1) // PAGE}", Accept=_HEADERS["Accept"])[1]:
                if time.perf_counter() - start > 30:
                    raise RuntimeError(f"revision {seq} was not in the feed within 30 s")
            times.append((time.perf_counter() - start) * 1000)
    return times


class _Client:
    """Keeps a connection for each thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._mine = threading.local()

    def page(self, path: str) -> bytes:
        if not hasattr(self._mine, "line"):
            self._mine.line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        line: http.client.HTTPConnection = self._mine.line
        line.request("GET", path, headers=_HEADERS)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body


def main() -> None:
    """Follow and print; see the module."""
    port, connections = (int(each) for each in sys.argv[1:])
    client = _Client(port)
    start = time.perf_counter()
    members, waiting = 0, ["/data/feed"]
    records: dict[str, str] = {}
    with ThreadPoolExecutor(connections) as threads:
        while waiting:
            found: dict[str, None] = {}
            for body in threads.map(client.page, waiting):
                for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
                    predicate = quad.predicate.value
                    if predicate == _OF:
                        records[quad.object.value] = quad.subject.value  # type: ignore[union-attr]
                    elif predicate == _MEMBER:
                        members += 1
                    elif predicate == _NODE:
                        found[urlsplit(quad.object.value).path] = None  # type: ignore[union-attr]
            waiting = list(found)
    seconds = time.perf_counter() - start
    figures = {"members": members, "records": len(records), "seconds": seconds, "rate": members / seconds}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
