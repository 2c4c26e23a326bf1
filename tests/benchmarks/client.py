"""A lean HTTP client for throughput: keep-alive connections, one request at a time on each.

`python -m tests.benchmarks.client PORT SECONDS CONNECTIONS ACCEPT < paths` prints JSON: how many answers
a second, the median in milliseconds, and how many were not 200.
"""

from __future__ import annotations

import itertools
import json
import socket
import statistics
import sys
import threading
import time
from collections.abc import Iterator


def main() -> None:
    """Ask until the time is up; see the module."""
    port, seconds, connections, accept = sys.argv[1:]
    paths = sys.stdin.read().split("\n")
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode()
        for path in paths
        if path
    ]
    share = max(1, len(requests) // int(connections))
    askers = [
        _Asker(int(port), itertools.cycle(requests[n * share : (n + 1) * share] or requests))
        for n in range(int(connections))
    ]
    end = time.perf_counter() + float(seconds)
    threads = [threading.Thread(target=asker.run, args=(end,)) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [each for asker in askers for each in asker.times]
    figures = {
        "rate": len(times) / float(seconds),
        "ms": statistics.median(times) * 1000 if times else None,
        "failed": sum(asker.failed for asker in askers),
    }
    sys.stdout.write(json.dumps(figures))


class _Asker:
    """One connection."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self._port = port
        self._requests = requests
        self.times: list[float] = []
        self.failed = 0

    def run(self, end: float) -> None:
        line = socket.create_connection(("127.0.0.1", self._port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with line, line.makefile("rb") as answers:
            while (start := time.perf_counter()) < end:
                line.sendall(next(self._requests))
                status = answers.readline()
                length, chunked = 0, False
                while (header := answers.readline()) not in (b"\r\n", b""):
                    name, _, value = header.lower().partition(b":")
                    if name == b"content-length":
                        length = int(value)
                    elif name == b"transfer-encoding":
                        chunked = b"chunked" in value
                while chunked and (size := int(answers.readline(), 16) + 2) > 2:
                    answers.read(size)
                answers.read(2 if chunked else length)
                self.failed += b" 200 " not in status
                self.times.append(time.perf_counter() - start)


if __name__ == "__main__":
    main()
