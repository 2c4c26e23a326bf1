"""The real server over sockets: slow clients, faults at start, a quiet end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

PIVI = Path(sys.executable).with_name("pivi")
# Seconds that a busy machine is given. A page that waits for a slow client waits for ever.
_PATIENCE = 120.0


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, address: str, timeout: float = _PATIENCE) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE)


@contextmanager
def serving(
    data: Path, port: int = 0, program: Sequence[str | Path] = (PIVI,), **settings: str
) -> Iterator[Server]:
    log = data.with_name(data.name + ".log")
    environment = os.environ | {"PIVI_DATA": str(data)} | settings
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*program, "serve", "--example", "--port", str(port)],
            env=environment,
            stdout=written,
            stderr=written,
            # As a shell starts what gets the terminal's Ctrl-C.
            process_group=0,
        )
        try:
            yield Server(process, _port(process, log), log)
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that the server tells; fails with its log when it ends instead."""
    end = time.monotonic() + 300
    while time.monotonic() < end and process.poll() is None:
        for event in events(log):
            if event["event"] == "serving":
                return int(event["address"].rstrip("/").rpartition(":")[2])
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))


def events(log: Path) -> list[dict[str, str]]:
    lines = log.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served") / "data", PIVI_REQUEST_LOG="ja") as running:
        yield running


def test_a_hundred_half_sent_requests_do_not_slow_the_pages(server: Server) -> None:
    with ExitStack() as opened:
        for number in range(100):
            half = opened.enter_context(server.connect())
            if number % 2:
                half.sendall(b"GET /sok?q=half HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            else:
                half.sendall(b"POST /sok HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        assert [server.get("/sok?q=unga")[0] for _ in range(10)] == [200] * 10


def test_a_hundred_unread_answers_do_not_slow_the_pages(server: Server) -> None:
    with ExitStack() as opened:
        for _number in range(100):
            silent = opened.enter_context(server.connect())
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            silent.sendall(b"GET /begrepp/ HTTP/1.1\r\nHost: x\r\n\r\n" * 4)
        assert [server.get("/sok?q=unga")[0] for _ in range(10)] == [200] * 10


def test_more_connections_than_select_can_count(server: Server) -> None:
    with ExitStack() as opened:
        for _number in range(1_000):
            opened.enter_context(server.connect())
        assert server.get("/healthz")[0] == 200


def test_health_and_readiness(server: Server) -> None:
    assert server.get("/healthz") == (200, b"ok\n")
    assert server.get("/readyz") == (200, b"ok\n")


def test_the_log_tells_nothing_about_visitors(server: Server) -> None:
    server.get("/sok?q=hemligtord")
    server.get("/insats/7k3f")
    answered = [event for event in events(server.log) if event["event"] == "answered"]
    assert {"/sok", "/<word:word>/<ref:ref>"} <= {event["rule"] for event in answered}
    assert {name for event in answered for name in event} == {
        "event",
        "level",
        "method",
        "ms",
        "rule",
        "status",
        "timestamp",
    }
    assert "hemligtord" not in server.log.read_text("utf-8")


def test_the_server_does_not_say_what_it_is_made_of(server: Server) -> None:
    with server.connect() as raw:
        raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = raw.makefile("rb").read().lower()
    assert b"uvicorn" not in answer and b"werkzeug" not in answer


def test_garbage_is_answered_and_does_no_harm(server: Server) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"):
        with server.connect() as raw:
            raw.sendall(garbage)
            raw.shutdown(socket.SHUT_WR)
            raw.makefile("rb").read()
    assert server.get("/healthz")[0] == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_and_starts_again_where_it_was(tmp_path: Path, how: signal.Signals) -> None:
    with serving(tmp_path / "data") as first:
        page = first.get("/insats/7k3f")
        first.process.send_signal(how)
        assert first.process.wait(timeout=_PATIENCE) == 0
        assert events(first.log)[-1]["event"] == "stopped"
        assert "Traceback" not in first.log.read_text("utf-8")
    with serving(tmp_path / "data") as second:
        assert second.get("/insats/7k3f") == page


# --- what is wrong at start ---------------------------------------------------------------------------


# The server as it is, but that it waits a moment only for another process to let go of the directory.
HASTY = (sys.executable, "-c", "import app.server, app.cli; app.server._WAIT_FOR_DATA = 1; app.cli.main()")


def refused(*arguments: str, **settings: str) -> str:
    """What `pivi serve` says when it cannot start."""
    ended = subprocess.run(
        [*HASTY, "serve", *arguments],
        env=os.environ | settings,
        capture_output=True,
        timeout=300,
        check=False,
    )
    said = ended.stderr.decode()
    assert ended.returncode != 0
    assert "Traceback" not in said
    return said


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refused("--data", str(tmp_path / "data"), "--port", port)
    assert f"Porten {port}" in said and "--port" in said


def test_a_taken_data_directory_is_named(server: Server) -> None:
    data = server.log.with_name("data")
    assert str(data) in refused("--data", str(data), "--port", "0", PIVI_LANGUAGE="sv")


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in refused("--data", str(tmp_path / "file" / "data"), "--port", "0")


def test_a_wrong_setting_is_named_in_the_operators_language(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    assert "PIVI_PORT" in refused(*data, PIVI_PORT="åttatusen")
    assert "must be an http" in refused(*data, PIVI_BASE="pivi.example", PIVI_LANGUAGE="en")
