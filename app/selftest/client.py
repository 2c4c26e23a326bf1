"""The self-test's client: asks this installation's own server over loopback, and nobody else."""

from __future__ import annotations

import gzip
import hashlib
import shlex
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import IO

from pyoxigraph import NamedNode, Quad, Triple, parse

from app.selftest.report import Said, Value
from catalogue.errors import N_
from catalogue.formats import by_media_type

_SECONDS = 30.0
_LARGEST = 100_000_000
_PIECE = 1_000_000
_SHOWN = 4
_AGENT = "Pivi self-test"


class Fault(Exception):
    """A check has found that something is not as promised."""

    def __init__(self, sentence: str, **params: Value) -> None:
        super().__init__(sentence)
        self.said = Said(sentence, params)


class Nothing(Fault):
    """There is nothing here that the check could be made on."""


class OutOfTime(Exception):
    """The time for the whole test is over."""


@dataclass(frozen=True)
class Reply:
    """What came back. `headers` by lower-case name; `body` is unpacked."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8-sig", "replace")

    @property
    def triples(self) -> list[Triple]:
        """What an RDF document says, whichever graph it says it in. Raises Fault when it cannot be read."""
        return [quad.triple for quad in self.quads]

    @property
    def quads(self) -> list[Quad]:
        """The same with the graphs."""
        format = by_media_type(self.type)
        if format is None:
            raise Fault(
                N_("%(address)s svarade med %(type)s, som inte är RDF."), address=self.address, type=self.type
            )
        try:
            return list(parse(self.body, format=format.rdf, base_iri=self.address))
        except (SyntaxError, ValueError) as error:
            raise Fault(
                N_("%(address)s går inte att läsa som %(type)s: %(reason)s"),
                address=self.address,
                type=self.type,
                reason=str(error),
            ) from error


class Harvester:
    """Asks the server that listens at `host` and `port` for the addresses of the installation at `base`.

    An address that does not begin with `base` is never asked for. What has been asked since `begin` is
    remembered, as commands.
    """

    def __init__(self, host: str, port: int, base: str, *, deadline: float) -> None:
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self._port = port
        self.base = base
        self._deadline = deadline
        self._asked: dict[str, None] = {}

    def begin(self) -> None:
        """Forget what has been asked."""
        self._asked = {}

    @property
    def count(self) -> int:
        """How many different requests have been made."""
        return len(self._asked)

    def commands(self, *, failed: bool) -> tuple[str, ...]:
        """What has been asked, to be asked again with curl: the last one first where it failed; a few of many."""
        asked = list(self._asked)
        last = asked[-1:] if failed else []
        others = asked[: len(asked) - len(last)]
        spread = others[:: max(1, len(others) // _SHOWN)]
        return tuple([*last, *spread][:_SHOWN])

    def address(self, path: str) -> str:
        """An address as the world knows it."""
        return path if path.startswith(self.base) else self.base + path.lstrip("/")

    def get(self, address: str, accept: str = "", *, method: str = "GET", profile: str = "") -> Reply:
        """Ask for an address of ours: a path, or one that begins with the base. Raises Fault when nobody answers."""
        given = {"Accept": accept, "Accept-Profile": f"<{profile}>" if profile else ""}
        wanted = {name: value for name, value in given.items() if value}
        self._note(address, method, wanted)
        connection = self._connection()
        try:
            answer = self._send(connection, address, method, wanted, packed=True)
            body = answer.read(_LARGEST + 1)
            if len(body) > _LARGEST:
                raise Fault(N_("%(address)s svarar med för mycket."), address=self.address(address))
            if answer.getheader("Content-Encoding") == "gzip" and body:
                body = gzip.decompress(body)
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(self.address(address), answer.status, found, body)
        except (OSError, HTTPException, EOFError, zlib.error) as error:
            raise self._unanswered(address, error) from error
        finally:
            connection.close()

    def found(self, address: str, accept: str = "", *, profile: str = "") -> Reply:
        """The same, but anything else than 200 is a fault. `profile` is for Accept-Profile."""
        reply = self.get(address, accept, profile=profile)
        if reply.status != 200:
            raise unexpected(reply, 200)
        return reply

    def file(self, address: str) -> tuple[Mapping[str, str], IO[bytes], str, int]:
        """A large file: its headers, where it is now, its SHA-256 and its length. Raises Fault."""
        self._note(address, "GET", {})
        connection = self._connection()
        into = tempfile.TemporaryFile()  # noqa: SIM115 - whoever gets it closes it
        try:
            answer = self._send(connection, address, "GET", {}, packed=False)
            if answer.status != 200:
                raise unexpected(Reply(self.address(address), answer.status, {}, b""), 200)
            digest, length = hashlib.sha256(), 0
            while piece := answer.read(_PIECE):
                self._in_time()
                digest.update(piece)
                length += len(piece)
                into.write(piece)
            into.seek(0)
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return headers, into, digest.hexdigest(), length
        except (OSError, HTTPException) as error:
            into.close()
            raise self._unanswered(address, error) from error
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        self._in_time()
        return HTTPConnection(self._host, self._port, timeout=_SECONDS)

    def _in_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise OutOfTime

    def _send(
        self,
        connection: HTTPConnection,
        address: str,
        method: str,
        headers: Mapping[str, str],
        *,
        packed: bool,
    ) -> HTTPResponse:
        path = "/" + address.removeprefix(self.base).lstrip("/")
        if "://" in path.partition("?")[0]:
            raise Fault(N_("%(address)s är ingen adress i den här installationen."), address=address)
        own = {"User-Agent": _AGENT} | ({"Accept-Encoding": "gzip"} if packed else {})
        connection.request(method, path, headers=own | dict(headers))
        return connection.getresponse()

    def _unanswered(self, address: str, error: Exception) -> Fault:
        return Fault(
            N_("%(address)s svarade inte: %(reason)s"),
            address=self.address(address),
            reason=str(error) or type(error).__name__,
        )

    def _note(self, address: str, method: str, headers: Mapping[str, str]) -> None:
        wanted = "".join(f" -H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items())
        option = "-sI" if method == "HEAD" else "-si"
        command = f"curl {option}{wanted} {shlex.quote(self.address(address))}"
        self._asked.pop(command, None)
        self._asked[command] = None


def unexpected(reply: Reply, wanted: int) -> Fault:
    """What to raise for an answer with another status."""
    return Fault(
        N_("%(address)s svarade %(status)s i stället för %(wanted)s."),
        address=reply.address,
        status=reply.status,
        wanted=wanted,
    )


def by_subject(triples: Iterable[Triple]) -> dict[str, dict[str, list[str]]]:
    """The values by subject and predicate, as texts."""
    found: dict[str, dict[str, list[str]]] = {}
    for triple in triples:
        subject, value = triple.subject, triple.object
        if isinstance(subject, NamedNode):
            text = getattr(value, "value", str(value))
            found.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(text)
    return found


def lines(triples: Iterable[Triple]) -> list[str]:
    """Triples as N-Triples, sorted: equal graphs without blank nodes give equal lists."""
    return sorted({f"{triple} ." for triple in triples})
