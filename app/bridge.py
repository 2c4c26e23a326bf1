"""From ASGI to WSGI: requests are read whole by the event loop, answered by threads, and sent by the loop.

So no thread waits for a slow client: not for the rest of a request, not for an answer to be read.
SPARQL has threads of its own, and what its cache holds is answered without any.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from app.connections import CONNECTION, Caller
from app.running import Lines, Underway
from app.sparql.protocol import NO_ROOM, PATHS, Reply, Running, SparqlProtocol, wants_page

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

# Bytes. The application itself refuses what is far smaller, with a page that says so.
LARGEST_BODY = 1_000_000
# As much more is taken from the client and thrown away, for as many seconds: whoever is still sending when the
# connection closes never sees the answer.
_PASSED_OVER = 20_000_000
_PATIENCE = 10.0
_PIECE = 64 * 1024
# Pages that run a query, too: to make a citation, and to compare a cited answer.
_CITING = tuple(f"{path}/{part}" for path in PATHS for part in ("citera", "citat/"))


class _TooLarge(Exception):
    """More body than anything of ours reads. `come`: the bytes of it that were read."""

    def __init__(self, come: int) -> None:
        super().__init__()
        self.come = come


class _Gone(Exception):
    """The client hung up before it had sent all of its request."""


class Front:
    """The application that answers now; another may take its place between two requests.

    `sparql` answers what it can without a thread.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.sparql: SparqlProtocol | None = None


class Bridge:
    """ASGI over a WSGI application, with `page_threads` for pages and `sparql_threads` for SPARQL."""

    def __init__(self, front: Front, *, page_threads: int, sparql_threads: int) -> None:
        self._front = front
        self._pages = ThreadPoolExecutor(page_threads, "page")
        self._sparql = ThreadPoolExecutor(sparql_threads, "sparql")
        self._sparql_room = sparql_threads
        self._asking = 0
        self._lines: Lines | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await _whole_body(scope, receive)
        except _Gone:
            return
        except _TooLarge as large:
            answer = await self._too_large(_environ(scope, b""))
            answer.headers.append(("Connection", "close"))
            await _passed_over(large.come, scope, receive)
            await _send(answer, scope, send)
            return
        environ = _environ(scope, body)
        if _asks(environ["PATH_INFO"]):
            await _send(await self._sparql_answer(environ, scope[CONNECTION]), scope, send)
        else:
            await _send(await self._in_thread(self._pages, environ), scope, send)

    async def _too_large(self, environ: WSGIEnvironment) -> Reply:
        quick = self._front.sparql
        if quick is not None and environ["PATH_INFO"] in PATHS and not wants_page(environ):
            return quick.too_large(environ, LARGEST_BODY)
        # The application judges by the length alone, and has the words for it.
        return await self._in_thread(self._pages, environ | {"CONTENT_LENGTH": str(LARGEST_BODY + 1)})

    def close(self) -> None:
        """Let go of the threads, when what they do is done, and of the lines to workers."""
        if self._lines is not None:
            self._lines.close()
        self._pages.shutdown(cancel_futures=True)
        self._sparql.shutdown(cancel_futures=True)

    async def _sparql_answer(self, environ: WSGIEnvironment, caller: Caller) -> Reply:
        quick = self._front.sparql
        if quick is not None:
            underway = Underway(self._watched())
            known = quick.quick(environ, underway.told)
            if isinstance(known, Running):
                known = await _whole(known, underway, quick, environ, caller)
            if known is not None:
                return known
            if self._asking >= self._sparql_room:
                if wants_page(environ):  # people get it in words, and keep their query
                    return await self._in_thread(self._pages, environ | {NO_ROOM: True})
                return quick.busy(environ)
        caller.watch(None)
        environ["pivi.gone"] = caller.lost
        self._asking += 1
        try:
            return await self._in_thread(self._sparql, environ)
        finally:
            self._asking -= 1

    def _watched(self) -> Lines:
        if self._lines is None:
            self._lines = Lines(asyncio.get_running_loop())
        return self._lines

    async def _in_thread(self, threads: ThreadPoolExecutor, environ: WSGIEnvironment) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(
            threads, _run, self._front.application, environ
        )


def _asks(path: str) -> bool:
    """Whether a request to this path runs a query, so that it must leave the pages their threads."""
    return path in PATHS or (path.startswith(_CITING) and not path.endswith(".json"))


class _File:
    """What `wsgi.file_wrapper` makes (PEP 3333): the event loop reads the file as the client takes it."""

    def __init__(self, file: IO[bytes], _size: int = _PIECE) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(_PIECE), b"")


def _run(application: WSGIApplication, environ: WSGIEnvironment) -> Reply:
    """One request through the WSGI application, in a thread."""
    answer = Reply(500, [])

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        answer.status, answer.headers = int(status[:3]), headers
        return written.write

    written = io.BytesIO()
    try:
        found: Iterable[bytes] = application(environ, start_response)
        if isinstance(found, _File):
            answer.file = found.file
            return answer
        try:
            answer.body = b"".join(found)
        finally:
            close = getattr(found, "close", None)
            if close is not None:
                close()
    except Exception:  # whatever the application did not answer itself
        log.exception("a request failed")
        body = b"Internal Server Error\n"
        return Reply(500, _text(body), body)
    return answer


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if not declared and not any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        return b""
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        raise _TooLarge(0)
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Gone
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > LARGEST_BODY:
            raise _TooLarge(length)
        if not message.get("more_body", False):
            return b"".join(parts)


async def _whole(
    running: Running,
    underway: Underway,
    protocol: SparqlProtocol,
    environ: WSGIEnvironment,
    caller: Caller,
) -> Reply | None:
    """The answer to a query that has begun. None: somebody else has killed its worker, so it is asked again."""
    caller.watch(underway.gone)
    try:
        end = await underway.answer(running.begun)
    finally:
        caller.watch(None)
    return None if running.begun.killed else protocol.finished(running, end, environ)


def _environ(scope: Scope, body: bytes) -> WSGIEnvironment:
    """The request as WSGI has it (PEP 3333); bytes as Latin-1, as it demands."""
    server = scope.get("server") or ("127.0.0.1", 80)
    client = scope.get("client") or ("", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _File,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1")
        if "_" in key:  # would look like the same name with a hyphen
            continue
        key = key.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        said = value.decode("latin-1")
        environ[key] = f"{environ[key]},{said}" if key in environ else said
    environ["CONTENT_LENGTH"] = str(len(body)) if body or "CONTENT_LENGTH" in environ else ""
    return environ


async def _passed_over(come: int, scope: Scope, receive: Receive) -> None:
    """Take what is on its way, within bounds, unless the client waits to hear whether to send it at all."""
    if any(name == b"expect" for name, _ in scope["headers"]):
        return
    try:
        async with asyncio.timeout(_PATIENCE):
            while come <= _PASSED_OVER:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                come += len(message.get("body", b""))
    except TimeoutError:
        return


async def _send(answer: Reply, scope: Scope, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    begin = {"type": "http.response.start", "status": answer.status, "headers": headers}
    try:
        if answer.file is None:
            body = b"" if scope["method"] == "HEAD" or answer.status in (204, 304) else answer.body
            caller: Caller = scope[CONNECTION]
            caller.hold()
            try:
                await send(begin)
                await send({"type": "http.response.body", "body": body})
            finally:
                caller.release()
            return
        await send(begin)
        while piece := answer.file.read(_PIECE):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        if answer.file is not None:
            answer.file.close()


def _text(body: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
