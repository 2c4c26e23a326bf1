"""The server process: uvicorn in front of the pages and of SPARQL, with the applier beside it."""

from __future__ import annotations

import errno
import resource
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from types import FrameType

import structlog
import uvicorn

from app import logs
from app.bridge import Bridge, Front
from app.connections import Connection
from app.factory import create_app
from app.opening import Opening, end_if_failed
from app.selftest.running import SelfTester
from app.sparql.protocol import SparqlProtocol
from app.translating import phrase
from app.waiting import create_waiting
from catalogue.applier import Applier
from catalogue.endpoint.asking import Endpoint, line_length
from catalogue.errors import N_, CatalogueError
from catalogue.export.dumping import Dumper
from catalogue.harvest.scheduler import Scheduler
from catalogue.locking import DataLock
from catalogue.projections import Projections
from catalogue.settings import Settings

# Far above the hundred half-sent requests and unread answers that must not be noticed.
_CONNECTIONS = 2_000
_FILES_BESIDE_CONNECTIONS = 1_000
# Seconds that another process may keep the data directory: a server that ends, a command that applies its work.
_WAIT_FOR_DATA = 10
_BACKLOG = 2_048
# Seconds that a connection may stay open between two requests.
_SILENCE = 60
# Seconds that answers under way have when the server ends.
_GRACE = 5


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
            listener = closing.enter_context(listen(settings))
            address = f"http://{settings.host}:{port_of(listener)}/"

            def show(projections: Projections) -> None:
                closing.enter_context(projections)
                endpoint = closing.enter_context(Endpoint(settings, projections))
                applier = Applier(projections)
                app = create_app(settings, projections, endpoint=endpoint, ready=lambda: applier.alive)
                front.application, front.sparql = app.wsgi_app, SparqlProtocol(app, endpoint)
                closing.enter_context(applier)
                closing.enter_context(Dumper(settings, projections))
                closing.enter_context(Scheduler(settings))
                closing.enter_context(SelfTester(settings, projections, port_of(listener)))
                log.info("serving", address=address, version=projections.version)
                _tell(N_("Pivi visas på %(address)s – avsluta med Ctrl+C."), settings, address=address)

            shown = opening.then(show)
            if ready:
                shown.result()
            try:
                if not ready:
                    log.info("rebuilding", address=address)
                    shown.add_done_callback(end_if_failed)
                answer(settings, listener, front)
            finally:
                if shown.done():
                    shown.result()
    log.info("stopped")


def listen(settings: Settings) -> socket.socket:
    """A socket that listens but is not answered yet. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise _cannot_listen(settings, error) from error


def answer(settings: Settings, listener: socket.socket, front: Front) -> None:
    """Answer until SIGTERM or SIGINT, then finish what is under way; returns by SystemExit."""
    queries = settings.sparql_workers + line_length(settings)
    bridge = Bridge(front, page_threads=max(1, settings.threads - queries), sparql_threads=queries)
    config = uvicorn.Config(
        bridge,
        http=Connection,
        ws="none",
        loop="uvloop",
        lifespan="off",
        interface="asgi3",
        limit_concurrency=_possible_connections(),
        timeout_keep_alive=_SILENCE,
        timeout_graceful_shutdown=_GRACE,
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    try:
        uvicorn.Server(config).run([listener])
    finally:
        bridge.close()


def port_of(listener: socket.socket) -> int:
    """The port that the listener got, where 0 asked for any free one."""
    return int(listener.getsockname()[1])


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
