"""Fetching from a source that may be broken or hostile: only where it is configured, and never without end.

A name is looked up once, the address is checked, and the connection goes to that very address: so a
name that changes its address in between (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from urllib3.connection import HTTPConnection, HTTPException, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from catalogue.errors import N_, Busy, InvalidInput
from catalogue.harvest.configuring import Source
from catalogue.settings import Settings

PRODUCT = "Pivi"
_REDIRECTS = 5
_PATIENCE = 15.0
_PIECE = 2**16
# So much of a robots.txt is read (RFC 9309, section 2.5), and of it whom these are for.
_ROBOTS_BYTES = 512_000
_ROBOTS_PATHS = {"allow", "disallow"}
# What no terminal and no log should be sent by somebody else.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_REDIRECT = {301, 302, 303, 307, 308}
# Quickest to read first, and where named graphs matter those that have them.
RECORDS_FIRST = (
    "application/n-triples, text/turtle;q=0.9, application/trig;q=0.8, application/n-quads;q=0.8, "
    "application/rdf+xml;q=0.7, application/ld+json;q=0.6, */*;q=0.1"
)
GRAPHS_FIRST = (
    "application/n-quads, application/trig;q=0.9, application/ld+json;q=0.8, "
    "application/n-triples;q=0.3, text/turtle;q=0.2, */*;q=0.1"
)
# What stands in an address as it is (RFC 3986, section 2), escapes among it.
_WRITTEN = "%/?:@!$&'()*+,;=-._~[]"
# Addresses in which another is hidden: NAT64, 6to4, Teredo (RFC 6052, 3056, 4380).
_TUNNELS = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class Gone(InvalidInput):
    """The source says that there is nothing at an address any longer (410)."""


@dataclass(frozen=True)
class Seen:
    """What tells the version of a file that was fetched (RFC 9110, section 8.8)."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A file on disk: where it came from after redirects, its media type as the server says, its `Link` headers."""

    url: str
    media_type: str
    seen: Seen
    links: str = ""


class Fetcher:
    """Fetches the files of one source, none larger than `max_bytes`; all within the seconds that the settings allow."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self.max_bytes = settings.harvest_bytes
        self._seconds = settings.harvest_seconds
        self._end = time.monotonic() + settings.harvest_seconds
        self._agent = f"{PRODUCT} (+{settings.base}; {settings.contact})"
        self._robots: dict[str, RobotFileParser] = {}

    def fetch(
        self, url: str, path: Path, seen: Seen | None = None, accept: str = RECORDS_FIRST
    ) -> Fetched | None:
        """Fetch a file to `path`; None when it is the version that was seen before.

        Raises InvalidInput when the source does not give it or may not (Gone when it no longer has it), Busy
        when it takes too long.
        """
        conditions = _conditions(seen or Seen())
        for _ in range(_REDIRECTS + 1):
            self._check_robots(url)
            with self._asked(url, {"Accept": accept, **conditions}) as response:
                if response.status in _REDIRECT:
                    url = _joined(url, response.headers.get("Location", ""))
                    continue
                if response.status == 304 and conditions:
                    return None
                if response.status != 200:
                    raise (Gone if response.status == 410 else InvalidInput)(
                        N_("%(url)s svarade %(status)s i stället för 200. Kontrollera adressen hos källan."),
                        url=url,
                        status=response.status,
                    )
                self._keep(response, url, path, self.max_bytes)
                headers = response.headers
                return Fetched(
                    url,
                    headers.get("Content-Type", ""),
                    Seen(headers.get("ETag"), headers.get("Last-Modified")),
                    ", ".join(headers.getlist("Link")),
                )
        raise InvalidInput(
            N_("%(url)s skickar vidare mer än %(limit)s gånger. Ange den sista adressen i stället."),
            url=url,
            limit=_REDIRECTS,
        )

    def _check_robots(self, url: str) -> None:
        parts = self._allowed(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._read_robots(f"{site}/robots.txt")
        if not self._robots[site].can_fetch(PRODUCT, url):
            raise InvalidInput(
                N_("%(site)s/robots.txt tillåter inte Pivi att hämta %(url)s. Be källan att tillåta det."),
                site=site,
                url=url,
            )

    def _read_robots(self, url: str) -> RobotFileParser:
        """RFC 9309, section 2.3.1: missing allows everything, a server in trouble forbids everything."""
        robots = RobotFileParser(url)
        for _ in range(_REDIRECTS + 1):
            with self._asked(url, {"Accept": "text/plain"}) as response:
                if response.status in _REDIRECT:
                    url = _joined(url, response.headers.get("Location", ""))
                    continue
                if response.status == 200:
                    robots.parse(_rules(self._beginning(response, _ROBOTS_BYTES)))
                elif 400 <= response.status < 500:
                    robots.parse([])
                else:
                    robots.parse(["User-agent: *", "Disallow: /"])
                return robots
        robots.parse([])
        return robots

    def _allowed(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            port_is_fine = parts.port != 0
        except ValueError:
            parts, port_is_fine = urlsplit(""), False
        if (
            parts.scheme not in ("http", "https")
            or parts.netloc.lower() not in self._source.hosts
            or not port_is_fine
        ):
            raise InvalidInput(
                N_(
                    "%(url)s hör inte till källans värdar (%(hosts)s) och hämtas inte. Flyttade källan dit, rätta "
                    "adressen i källfilen."
                ),
                url=url[:300],
                hosts=", ".join(sorted(self._source.hosts)),
            )
        return parts

    @contextmanager
    def _asked(self, url: str, headers: Mapping[str, str]) -> Iterator[BaseHTTPResponse]:
        """The answer to GET, its body still to be read. What the server does wrong becomes InvalidInput."""
        parts = self._allowed(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = self._connection(parts.scheme, host, port, self._address(host, port))
        # A server that sends a byte now and then never waits long enough for a timeout of its own.
        watch = threading.Timer(self._left(), _hang_up, [connection])
        watch.daemon = True
        watch.start()
        try:
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request(
                "GET",
                quote(target, safe=_WRITTEN),
                headers={
                    "Host": parts.netloc,
                    "User-Agent": self._agent,
                    "Accept-Encoding": "identity",
                    **headers,
                },
                preload_content=False,
                decode_content=False,
            )
            yield connection.getresponse()
        except (HTTPError, HTTPException, OSError) as error:
            self._left()
            raise InvalidInput(
                N_("%(url)s gick inte att hämta (%(reason)s). Försök igen senare, eller fråga källan."),
                url=url,
                reason=_reason(error),
            ) from error
        finally:
            watch.cancel()
            connection.close()

    def _connection(self, scheme: str, host: str, port: int, address: str) -> HTTPConnection:
        patience = min(_PATIENCE, self._left())
        if scheme == "http":
            return HTTPConnection(address, port, timeout=patience)
        return HTTPSConnection(
            address,
            port,
            timeout=patience,
            ssl_context=ssl.create_default_context(),
            server_hostname=host,
            assert_hostname=host,
        )

    def _address(self, host: str, port: int) -> str:
        """The address of a host that may be connected to. One that may not hides behind no other."""
        try:
            found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise InvalidInput(
                N_("Värden %(host)s finns inte (%(reason)s). Kontrollera adressen i källfilen."),
                host=host,
                reason=_reason(error),
            ) from error
        for address in found:
            if not may_be_asked(address, private=self._source.private):
                raise InvalidInput(
                    N_(
                        "%(host)s har adressen %(address)s, som inte är öppen på internet. Hämta inte därifrån, eller "
                        "tillåt det för källan med harvest:privateAddresses true."
                    ),
                    host=host,
                    address=address,
                )
        return found[0]

    def _keep(self, response: BaseHTTPResponse, url: str, path: Path, limit: int) -> None:
        coding = response.headers.get("Content-Encoding", "identity").lower()
        if coding not in ("identity", "gzip", "x-gzip", ""):
            raise InvalidInput(
                N_("%(url)s är packad som %(coding)s, som inte har begärts. Fråga källan."),
                url=url,
                coding=coding,
            )
        with path.open("wb") as file:
            # Packed as it came: whoever reads it unpacks it, and stops when that is too much.
            for piece in self._pieces(response, url, limit):
                file.write(piece)

    def _beginning(self, response: BaseHTTPResponse, limit: int) -> bytes:
        read = bytearray()
        while len(read) < limit and (piece := response.read1(_PIECE, decode_content=False)):
            self._left()
            read += piece
        self._left()
        return bytes(read[:limit])

    def _pieces(self, response: BaseHTTPResponse, url: str, limit: int) -> Iterator[bytes]:
        read = 0
        while piece := response.read1(_PIECE, decode_content=False):
            self._left()
            read += len(piece)
            if read > limit:
                raise InvalidInput(
                    N_(
                        "%(url)s är större än %(limit)s MB och hämtades inte vidare. Är källan betrodd kan "
                        "PIVI_HARVEST_BYTES höjas."
                    ),
                    url=url,
                    limit=limit // 10**6,
                )
            yield piece
        # Hung up on, a body without a length only seems to be at its end.
        self._left()

    def _left(self) -> float:
        """The seconds that are left. Raises Busy when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Busy(
                N_(
                    "Källan %(source)s svarade inte färdigt på %(seconds)s sekunder; inget har ändrats. Försök igen "
                    "senare, eller höj PIVI_HARVEST_SECONDS."
                ),
                source=self._source.name,
                seconds=self._seconds,
            )
        return left


def may_be_asked(address: str, *, private: bool) -> bool:
    """Whether an IP address may be connected to: on the open internet, or with `private` on a local network.

    Never a link-local one, where clouds keep their secrets, nor one to many or to nobody.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or any(ip in each for each in _TUNNELS):
        return False
    return ip.is_global or (private and (ip.is_private or ip.is_loopback))


def _rules(robots: bytes) -> list[str]:
    """The lines of a robots.txt that are rules which Pivi heeds and which can be read; the others count for nothing."""
    return [each for each in robots.decode("utf-8-sig", "replace").splitlines() if _is_rule(each)]


def _is_rule(line: str) -> bool:
    start, _, value = line.partition(":")
    name = start.strip().lower()
    if name not in _ROBOTS_PATHS:
        # An empty line parts groups.
        return name in ("", "user-agent")
    try:
        urlsplit(unquote(value.partition("#")[0].strip()))
    except ValueError:
        return False
    return True


def _reason(error: BaseException) -> str:
    """What went wrong in the words of the system, where it has any, else in the library's."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return _UNSEEN.sub(" ", str(error))[:200].strip() or type(error).__name__


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # which is then not allowed


def _conditions(seen: Seen) -> dict[str, str]:
    if seen.etag:
        return {"If-None-Match": seen.etag}
    return {"If-Modified-Since": seen.modified} if seen.modified else {}


def _hang_up(connection: HTTPConnection) -> None:
    line = connection.sock
    if line is not None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
