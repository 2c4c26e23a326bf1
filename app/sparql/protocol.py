"""The SPARQL 1.1 Protocol as a WSGI application in front of the pages.

It answers programs without Flask, whose part of a small query would be larger than the query's own.
Browsers, which ask for a page, are let through.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from typing import IO, TYPE_CHECKING, Any, TypeVar
from wsgiref.util import FileWrapper

from werkzeug.http import http_date

from app.compression import takes_gzip
from app.negotiating import chosen
from app.release import fingerprint
from app.sparql import negotiation, problems
from app.sparql.requests import FORM, Asked, BadRequest, read
from app.translating import language
from catalogue.endpoint import results
from catalogue.endpoint.answer import Answer, Question
from catalogue.endpoint.asking import Endpoint
from catalogue.endpoint.begun import Begun
from catalogue.endpoint.description import service_description
from catalogue.endpoint.problems import Failed, Problem, TooBusy, TooLong
from catalogue.errors import N_, CatalogueError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/sparql"
_ENGLISH = "/en"
# Many endpoints have their address with a slash, and clients are set up with it.
_OWN = (PATH, PATH + "/")
# Before the language is taken off, both are asked.
PATHS = tuple(language + path for language in ("", _ENGLISH) for path in _OWN)
# In the environment of a request for the query page: there is no room for its query, so it is not run.
NO_ROOM = "pivi.no_room"
_METHODS = "GET, HEAD, POST, OPTIONS"
Headers = list[tuple[str, str]]
# Longer addresses take time to read, which the event loop does not have.
_QUICK = 8_000

# Fetch, section 3.2: data and problems may be read by pages of other sites.
_SHARED: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Last-Modified, Link, Pivi-Dataset-Version, Retry-After, Content-Length",
    ),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
]
_PREFLIGHT: Headers = [
    ("Access-Control-Allow-Methods", _METHODS),
    (
        "Access-Control-Allow-Headers",
        "Accept, Accept-Language, Content-Type, If-None-Match, Cache-Control, User-Agent",
    ),
    ("Access-Control-Max-Age", "86400"),
    ("Accept-Post", "application/sparql-query, application/x-www-form-urlencoded"),
    ("Allow", _METHODS),
]
_http_date = lru_cache(maxsize=8)(http_date)
_Reply = TypeVar("_Reply")
_REASONS = {each.value: f"{each.value} {each.phrase}" for each in HTTPStatus}


@dataclass
class Reply:
    """An answer or a problem, ready to be sent; `file` instead of `body` where it is large."""

    status: int
    headers: Headers
    body: bytes = b""
    file: IO[bytes] | None = None


@dataclass(frozen=True)
class Running:
    """A query that runs or waits for its turn, and the identity of its answer."""

    begun: Begun
    etag: str | None


class SparqlProtocol:
    """WSGI: answers `/sparql` for programs, hands everything else on to `pages`."""

    def __init__(self, pages: WSGIApplication, endpoint: Endpoint) -> None:
        self._pages = pages
        self._endpoint = endpoint
        self._shared = [*_SHARED]
        if endpoint.settings.base.startswith("https:"):
            self._shared.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in _OWN:
            return self._pages(environ, start_response)
        if wants_page(environ):
            return self._pages(environ, _chosen_by_accept(start_response))
        reply = self._reply(environ, self._answer)
        start_response(_REASONS[reply.status], reply.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            if reply.file is not None:
                reply.file.close()
            return []
        if reply.file is None:
            return [reply.body]
        # The server reads the file as the client takes it, without holding a thread (PEP 3333, wsgi.file_wrapper).
        body: Iterable[bytes] = environ.get("wsgi.file_wrapper", FileWrapper)(reply.file, 65_536)
        return body

    def quick(self, environ: WSGIEnvironment, told: Callable[[], None]) -> Reply | Running | None:
        """Answer without waiting: what the client or the cache has already, or a query that has begun.

        One that waits for a worker is `told` when it may be its turn. None: it has to be answered in a thread.
        """
        address: str = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or len(address) > _QUICK or wants_page(environ):
            return None
        if environ["PATH_INFO"] not in PATHS:
            return None
        return self._reply(environ, lambda _: self._quick(environ, told))

    def finished(self, running: Running, end: Answer | Problem, environ: WSGIEnvironment) -> Reply:
        """What to say of a query that has come to its end."""
        return self._problem(end, environ) if isinstance(end, Problem) else self._answered(end, running.etag)

    def busy(self, environ: WSGIEnvironment) -> Reply:
        """The answer when all threads that SPARQL may hold are held."""
        return self._problem(too_busy(), environ)

    def too_large(self, environ: WSGIEnvironment, limit: int) -> Reply:
        """The answer to a request of more than `limit` bytes, which is not read."""
        error = TooLong(
            N_("Det som skickades är mer än %(limit)s byte. Korta frågan; den får vara %(longest)s byte."),
            limit=limit,
            longest=self._endpoint.settings.sparql_query_bytes,
        )
        return self._problem(error, environ)

    def _reply(self, environ: WSGIEnvironment, answer: Callable[[WSGIEnvironment], _Reply]) -> Reply | _Reply:
        try:
            return answer(environ)
        except CatalogueError as error:
            return self._problem(error, environ)
        except Exception as error:  # a fault of ours; programs get it in their own form too
            log.exception("a SPARQL request failed", exc_info=error)
            return self._problem(Failed(N_("Något gick fel hos oss. Felet är antecknat.")), environ)

    def _quick(self, environ: WSGIEnvironment, told: Callable[[], None]) -> Reply | Running | None:
        asked = read(environ, longest=self._endpoint.settings.sparql_query_bytes)
        if asked.text is None:
            return None
        question, etag = self._question(asked, environ)
        if etag is not None and _knows(environ, etag):
            return Reply(304, [*self._shared, *_identity(etag)])
        begun = self._endpoint.begin(question, client=client(environ), told=told)
        if begun is None:
            return None
        return self._answered(begun, etag) if isinstance(begun, Answer) else Running(begun, etag)

    def _answer(self, environ: WSGIEnvironment) -> Reply:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return Reply(204, [*self._shared, *_PREFLIGHT])
        if method not in ("GET", "HEAD", "POST"):
            raise BadRequest(
                405,
                "method-not-allowed",
                N_("Metoden %(method)s går inte att använda här. Fråga med GET eller POST."),
                method=method[:20],
            )
        asked = read(environ, longest=self._endpoint.settings.sparql_query_bytes)
        if asked.text is None:
            return self._description(environ, asked)
        question, etag = self._question(asked, environ)
        if etag is not None and _knows(environ, etag):
            return Reply(304, [*self._shared, *_identity(etag)])
        answer = self._endpoint.ask(question, client=client(environ), unwanted=environ.get("pivi.gone"))
        return self._answered(answer, etag)

    def _question(self, asked: Asked, environ: WSGIEnvironment) -> tuple[Question, str | None]:
        assert asked.text is not None
        screened = self._endpoint.screened(asked.text)
        question = Question(
            text=asked.text,
            format=_format(asked, environ.get("HTTP_ACCEPT", ""), results.offered(screened.form)),
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            seconds=asked.seconds,
            packed=takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")),
        )
        return question, self._endpoint.etag(question, screened)

    def _answered(self, answer: Answer, etag: str | None) -> Reply:
        if etag is not None:  # of the version that it was computed on
            etag = f"{answer.version}-{etag.partition('-')[2]}"
        headers = [
            *self._shared,
            *_identity(etag),
            ("Content-Type", answer.format.content_type),
            ("Content-Length", str(answer.size)),
            ("Pivi-Dataset-Version", str(answer.version)),
            ("Last-Modified", _http_date(answer.changed)),
        ]
        if answer.packed:
            headers.append(("Content-Encoding", "gzip"))
        return Reply(200, headers, answer.body, answer.file)

    def _description(self, environ: WSGIEnvironment, asked: Asked) -> Reply:
        format = _format(asked, environ.get("HTTP_ACCEPT", ""), results.GRAPHS)
        with self._endpoint.snapshots.held() as snapshot:
            etag = f"{snapshot.version}-{fingerprint()}-{format.name}"
            if _knows(environ, etag):
                return Reply(304, [*self._shared, *_identity(etag)])
            body = service_description(self._endpoint, format.media_type)
            headers = [
                *self._shared,
                *_identity(etag),
                ("Content-Type", format.content_type),
                ("Content-Length", str(len(body))),
                ("Pivi-Dataset-Version", str(snapshot.version)),
                ("Last-Modified", _http_date(snapshot.changed)),
            ]
        return Reply(200, headers, body)

    def _problem(self, error: CatalogueError, environ: WSGIEnvironment) -> Reply:
        said = problems.written(
            error,
            accept=environ.get("HTTP_ACCEPT", ""),
            language=_spoken(environ),
            endpoint=self._endpoint.base,
        )
        if said.status >= 500 and said.retry is None:
            log.error("a query failed: %s", getattr(error, "name", ""), exc_info=error)
        headers = [
            *self._shared,
            ("Content-Type", said.content_type),
            ("Content-Length", str(len(said.body))),
            ("Cache-Control", "no-store"),
            ("Vary", "Accept, Accept-Language"),
        ]
        if said.retry is not None:
            headers.append(("Retry-After", str(said.retry)))
        if said.status == 405:
            headers.append(("Allow", _METHODS))
        if said.status == 415:
            headers.append(("Accept-Post", "application/sparql-query, application/x-www-form-urlencoded"))
            headers.append(("Accept-Encoding", "identity"))
        return Reply(said.status, headers, said.body)


def too_busy() -> TooBusy:
    """The problem when all threads that SPARQL may hold are held."""
    return TooBusy(
        N_("Så många frågor som får vara i gång samtidigt är redan det. Vänta några sekunder och fråga igen.")
    )


def _chosen_by_accept(start_response: StartResponse) -> StartResponse:
    """Says of a page that its address has data for those who ask for it (RFC 9110, section 12.5.5)."""

    def start(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
        vary = ["Accept", *(value for name, value in headers if name.lower() == "vary")]
        others = [each for each in headers if each[0].lower() != "vary"]
        return start_response(status, [*others, ("Vary", ", ".join(vary))], exc_info)

    return start


def wants_page(environ: WSGIEnvironment) -> bool:
    """Whether a person is to get a page: by a browser's `Accept`, without `format=` of data."""
    if environ["REQUEST_METHOD"] == "OPTIONS":  # asked by programs only
        return False
    accept = environ.get("HTTP_ACCEPT", "")
    if not negotiation.prefers_page(accept, (*results.SOLUTIONS, *results.GRAPHS)):
        return False
    address: str = environ.get("QUERY_STRING", "")
    if "format=" in address and "format=html" not in address:
        return False
    kind: str = environ.get("CONTENT_TYPE", "")
    return environ["REQUEST_METHOD"] != "POST" or kind.partition(";")[0].strip().lower() == FORM


def client(environ: WSGIEnvironment) -> str:
    """Who asks, for the shares: the address, of IPv6 its network, which one household or office has."""
    address: str = environ.get("REMOTE_ADDR", "")
    if ":" not in address:
        return address
    try:
        whole = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return address
    if whole.ipv4_mapped is not None:
        return str(whole.ipv4_mapped)
    return str(IPv6Network((whole, 64), strict=False))


def _format(asked: Asked, accept: str, offered: tuple[results.Format, ...]) -> results.Format:
    if asked.format:
        named = results.by_name(asked.format, offered)
        if named is None:
            raise BadRequest(
                406,
                "not-acceptable",
                N_("format är ”%(format)s”, men svaret på den här frågan finns som %(offered)s."),
                format=asked.format[:40],
                offered=", ".join(each.name for each in offered),
            )
        return named
    found = chosen(accept, offered)
    if found is None:
        raise BadRequest(
            406,
            "not-acceptable",
            N_("Svaret på den här frågan finns som %(offered)s. Be om något av dem i Accept."),
            offered=negotiation.media_types(offered),
        )
    return found


def _identity(etag: str | None) -> Headers:
    vary = ("Vary", "Accept, Accept-Encoding")
    if etag is None:
        return [("Cache-Control", "no-store"), vary]
    # Weak: the same rows may come in another order, and blank nodes by other names.
    return [("ETag", f'W/"{etag}"'), ("Cache-Control", "no-cache"), vary]


def _knows(environ: WSGIEnvironment, etag: str) -> bool:
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    known: str = environ.get("HTTP_IF_NONE_MATCH", "")
    return f'"{etag}"' in known


def _spoken(environ: WSGIEnvironment) -> str:
    """English at /en/sparql, and for those who like it better than Swedish (RFC 9110, section 12.5.4)."""
    if language() != "sv" or environ["PATH_INFO"].startswith(
        _ENGLISH + "/"
    ):  # the prefix is still there, or gone
        return "en"
    return "en" if negotiation.prefers_english(environ.get("HTTP_ACCEPT_LANGUAGE", "")) else "sv"
