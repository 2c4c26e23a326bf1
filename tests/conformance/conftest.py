"""A real `pivi serve` over the example catalogue, and plain HTTP to it."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.app.test_server import Server, serving

BASE = "http://127.0.0.1:8000/"
GRAPH = BASE + "sparql#data"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
PIVI = "PREFIX pivi: <https://w3id.org/pivi/ns#> PREFIX dct: <http://purl.org/dc/terms/>\n"
TITLES = PIVI + "SELECT ?i ?title { ?i a pivi:Initiative ; dct:title ?title } ORDER BY ?i ?title LIMIT 20"
ASK = PIVI + "ASK { ?i a pivi:Initiative }"
GRAPH_OF = (
    PIVI
    + "CONSTRUCT { ?i dct:title ?title } { ?i a pivi:Initiative ; dct:title ?title } ORDER BY ?i LIMIT 20"
)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

# How long a busy machine is waited for, seconds.
LONGEST = 300.0


def until(found: Callable[[], object]) -> None:
    """Wait until something is the case, as whoever polls would."""
    end = time.monotonic() + LONGEST
    while not found():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port of our own: nobody is given it meanwhile, also while no server listens at it."""
    with socket.socket() as held:
        # As servers do: with it one may listen where another is bound that does not.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP; `headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def rows(self) -> list[dict[str, str]]:
        found = self.json["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


class Client:
    """HTTP without any library's kindness: what is given is what is sent."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.port}/sparql"

    def send(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=LONGEST)
        try:
            connection.request(method, address, body, dict(headers or {}))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(
        self, query: str | None = None, *pairs: tuple[str, str], method: str = "GET", **headers: str
    ) -> Reply:
        """`get(query, ("format", "csv"), accept="…", if_none_match="…")`."""
        parameters = [*([("query", query)] if query is not None else []), *pairs]
        address = "/sparql" + (f"?{urlencode(parameters)}" if parameters else "")
        return self.send(method, address, None, named(headers))

    def form(self, *pairs: tuple[str, str], address: str = "/sparql", **headers: str) -> Reply:
        return self.send("POST", address, urlencode(pairs).encode(), {"Content-Type": FORM} | named(headers))

    def direct(
        self, query: str | bytes, kind: str = QUERY, address: str = "/sparql", **headers: str
    ) -> Reply:
        body = query.encode() if isinstance(query, str) else query
        return self.send("POST", address, body, {"Content-Type": kind} | named(headers))

    def until_a_worker_is_free(self) -> None:
        """Wait for one, as a query with a short limit needs: in place of those that were killed others are started."""
        anew = f"{ASK} # {time.monotonic_ns()}"
        until(lambda: self.get(anew).status == 200)


def named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Time enough for a busy machine: nothing here is about the limits.
    with serving(
        tmp_path_factory.mktemp("conformance") / "data", PIVI_SPARQL_SECONDS="300", PIVI_SPARQL_SHARE="8"
    ) as running:
        # The first dumps are made beside, and descriptions name them: with them the server has come to rest.
        until(lambda: running.get("/data/dump.nt.gz", LONGEST)[0] == 200)
        yield running


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server)
