"""The connections of the server: HTTP/1.1 by uvicorn and httptools, with limits on silence and on headers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Seconds that a connection may be silent in the middle of a request, or leave an answer unread.
SILENCE = 60.0
# Bytes of request line and headers. A search of 100 kB is the application's to refuse, in words.
LARGEST_HEAD = 256 * 1024
# What httptools can take an address apart in: its places are numbers of 16 bits.
_LARGEST_PARSED = 0xFFFF
_TOO_LARGE_HEAD = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 23\r\nconnection: close\r\n\r\nHeaders are too large.\n"
)


# Where a request's scope has its `Connection`.
CONNECTION = "pivi.connection"


class Caller(Protocol):
    """Who has sent a request, as far as its answer needs to know. The methods are those of `Connection`."""

    def watch(self, gone: Callable[[], None] | None) -> None: ...

    def lost(self) -> bool: ...

    def hold(self) -> None: ...

    def release(self) -> None: ...


class _Joining:
    """A transport that can send several writings as one: head and body, which the client then reads at once."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._kept: list[bytes] | None = None

    def hold(self) -> None:
        self._kept = []

    def release(self) -> None:
        kept, self._kept = self._kept, None
        if kept:
            self._transport.write(b"".join(kept))

    def write(self, data: bytes) -> None:
        if self._kept is None:
            self._transport.write(data)
        else:
            self._kept.append(data)

    def close(self) -> None:
        self.release()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """One connection. It is closed when nothing moves on it for SILENCE seconds while we wait for the client."""

    _gone: Callable[[], None] | None = None

    def watch(self, gone: Callable[[], None] | None) -> None:
        """Call `gone` when the client hangs up; None: no longer."""
        self._gone = gone
        # After a large body nothing is read, and the end would not be seen.
        self.flow.resume_reading()

    def lost(self) -> bool:
        """Whether the client has hung up."""
        return self.transport.is_closing()

    def hold(self) -> None:
        """Keep back what is written until `release`."""
        self._joining.hold()

    def release(self) -> None:
        """Send what was kept back, at once."""
        self._joining.release()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._joining = _Joining(transport)
        self.transport = self._joining  # type: ignore[assignment]
        # Head and body are written one after the other; without this the body waits for the client's acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = 0
        self._in_head = True
        self._moved = self.loop.time()
        self._unread = 0
        self._watch = self.loop.call_later(SILENCE, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.cancel()
        super().connection_lost(exc)
        if self._gone is not None:
            self._gone()

    def data_received(self, data: bytes) -> None:
        self._moved = self.loop.time()
        if self._in_head:
            self._head += len(data)
            # A body may have come together with its head, but no more than one reading.
            if self._head > LARGEST_HEAD + 64 * 1024:
                self.transport.write(_TOO_LARGE_HEAD)
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._head, self._in_head = 0, True
        super().on_message_begin()
        self.scope[CONNECTION] = self  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        self._in_head = False
        if len(self.url) <= _LARGEST_PARSED:
            super().on_headers_complete()
            return
        path, _, query = self.url.partition(b"?")
        # A path that is cut is still longer than any that the application reads.
        self.url = path[:_LARGEST_PARSED]
        super().on_headers_complete()
        # The application is called later, and finds the query here.
        self.scope["query_string"] = query

    def on_message_complete(self) -> None:
        self._head, self._in_head = 0, True
        super().on_message_complete()

    def _look(self) -> None:
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        now, unread = self.loop.time(), self.transport.get_write_buffer_size()
        if unread < self._unread:
            self._moved = now  # the client takes something
        self._unread = unread
        # While a thread works on the answer it is not the client that is silent.
        working = self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body
        if (working and not unread) or now - self._moved < SILENCE:
            self._watch = self.loop.call_later(SILENCE / 4, self._look)
            return
        self.transport.abort()
