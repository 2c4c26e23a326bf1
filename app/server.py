"""The server process: waitress in front of the pages, with the applier beside it."""

from __future__ import annotations

import errno
import resource
import signal
import sys
from contextlib import ExitStack, suppress
from types import FrameType
from typing import TYPE_CHECKING

import structlog
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from app import logs
from app.factory import create_app
from app.opening import Front, Opening, end_if_failed
from app.translating import phrase
from app.waiting import create_waiting
from catalogue.applier import Applier
from catalogue.endpoint.asking import Endpoint
from catalogue.errors import N_, CatalogueError
from catalogue.locking import DataLock
from catalogue.projections import Projections
from catalogue.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Far above the hundred half-sent requests and unread answers that must not be noticed.
_CONNECTIONS = 2_000
_FILES_BESIDE_CONNECTIONS = 1_000
# Seconds that another process may keep the data directory: a server that ends, a command that applies its work.
_WAIT_FOR_DATA = 10
# Bytes. Pages are read; the application itself refuses what is far smaller, with a page that says so.
_LARGEST_BODY = 1_000_000
# Seconds that a connection may be silent, in the middle of a request or of reading an answer.
_SILENCE = 60


class CannotListen(CatalogueError):
    """The address or port cannot be used; the sentence says why."""


def run(settings: Settings, *, example: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; then finish the answers under way and close everything.

    Raises CannotListen, or what opening the data directory raises (locked, unwritable, damaged).
    """
    logs.install()
    log = structlog.get_logger()
    with suppress(SystemExit):
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        lock = DataLock.wait(settings.data, _WAIT_FOR_DATA)
        with ExitStack() as closing, Opening(settings, lock, example=example) as opening:
            # A start that is quick is never seen half-way: nobody is answered before the catalogue is there.
            ready = opening.ready()
            front = Front(create_waiting(settings))
            server = listen(settings, front)
            closing.callback(server.close)
            address = f"http://{settings.host}:{port_of(server)}/"

            def show(projections: Projections) -> None:
                closing.enter_context(projections)
                endpoint = closing.enter_context(Endpoint(settings, projections))
                applier = Applier(projections)
                front.application = create_app(
                    settings, projections, endpoint=endpoint, ready=lambda: applier.alive
                )
                closing.enter_context(applier)
                log.info("serving", address=address, version=projections.version)
                _tell(N_("Pivi visas på %(address)s – avsluta med Ctrl+C."), settings, address=address)

            shown = opening.then(show)
            if ready:
                shown.result()
            try:
                if not ready:
                    log.info("rebuilding", address=address)
                    shown.add_done_callback(end_if_failed)
                server.run()  # returns on SystemExit, once the page threads have finished
            finally:
                if shown.done():
                    shown.result()
    log.info("stopped")


def listen(settings: Settings, app: WSGIApplication) -> BaseWSGIServer | MultiSocketServer:
    """A server that listens but does not answer yet. Raises CannotListen."""
    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=_possible_connections(),
            channel_timeout=_SILENCE,
            # Larger ones would be taken to disk before anybody can refuse them.
            max_request_body_size=_LARGEST_BODY,
            cleanup_interval=10,
            # select() ends at 1,024 file descriptors.
            asyncore_use_poll=True,
            ident=None,
            # With it a query can be stopped when the client that asked has hung up.
            channel_request_lookahead=1,
            **_behind(settings.proxy),
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise _cannot_listen(settings, error) from error


def _behind(proxy: str) -> dict[str, object]:
    """Whose word is taken for who asks: nobody's, or the reverse proxy's."""
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}


def port_of(server: BaseWSGIServer | MultiSocketServer) -> int:
    """The port that the server got, where 0 asked for any free one."""
    if isinstance(server, MultiSocketServer):
        return int(server.effective_listen[0][1])
    return int(server.effective_port)


def _cannot_listen(settings: Settings, error: OSError) -> CannotListen:
    place = {"host": settings.host, "port": settings.port}
    if error.errno == errno.EADDRINUSE:
        return CannotListen(
            N_(
                "Porten %(port)s på %(host)s används redan. Avsluta det andra programmet eller välj en annan "
                "port med --port."
            ),
            **place,
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotListen(
            N_("Du får inte använda port %(port)s. Välj en port över 1023 med --port."), **place
        )
    return CannotListen(
        N_("Det går inte att lyssna på %(host)s port %(port)s (%(reason)s). Kontrollera --host och --port."),
        **place,
        reason=error.strerror or str(error),
    )


def _possible_connections() -> int:
    """Raise the limit on open files as far as it goes, and say how many connections that allows."""
    wanted = _CONNECTIONS + _FILES_BESIDE_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _CONNECTIONS if soft == resource.RLIM_INFINITY else max(100, min(_CONNECTIONS, soft - 300))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _tell(sentence: str, settings: Settings, **params: object) -> None:
    print(phrase(sentence, settings.language) % params, file=sys.stderr, flush=True)  # noqa: T201
