"""One end of the line between a process and its worker."""

from __future__ import annotations

import socket
import struct
import time

# The largest message that is accepted, bytes.
MESSAGE_LIMIT = 64 * 2**20
_LENGTH = struct.Struct("<I")
# What is received at once, bytes: more than this costs the allocator a mapping of its own each time.
_PIECE = 64 * 1024


class Link:
    """One end of the line between parent and worker: messages, each after its length in four bytes."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._come = bytearray()
        self._line.settimeout(None)
        self._patience: float | None = None

    def send(self, *messages: bytes) -> None:
        """Send messages at once; raises OSError when nobody is there."""
        self._wait_at_most(None)
        self._line.sendall(b"".join(part for each in messages for part in (_LENGTH.pack(len(each)), each)))

    def receive(self, seconds: float | None) -> bytes:
        """The next message. Raises TimeoutError when it is not whole after `seconds`; what came is kept.

        Raises EOFError when the other end is closed, OSError for a message that is too long.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while (message := self._whole()) is None:
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._wait_at_most(left)
            piece = self._line.recv(_PIECE)
            if not piece:
                raise EOFError
            self._come += piece
        return message

    def fileno(self) -> int:
        """For those who wait for several lines at once."""
        return self._line.fileno()

    def come(self) -> bytes | None:
        """The next message if all of it has come, without waiting. Raises EOFError and OSError as `receive`."""
        message = self._whole()
        if message is not None:
            return message
        self._wait_at_most(None)
        try:
            piece = self._line.recv(_PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        if not piece:
            raise EOFError
        self._come += piece
        return self._whole()

    def _wait_at_most(self, seconds: float | None) -> None:
        if seconds != self._patience:  # each change is a system call
            self._line.settimeout(seconds)
            self._patience = seconds

    def _whole(self) -> bytes | None:
        if len(self._come) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._come)
        if length > MESSAGE_LIMIT:
            raise OSError("a message is longer than the limit")
        end = _LENGTH.size + length
        if len(self._come) < end:
            return None
        message = bytes(self._come[_LENGTH.size : end])
        del self._come[:end]
        return message

    def close(self) -> None:
        self._line.close()
