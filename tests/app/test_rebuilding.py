"""The real server while a new release makes it build database and search index anew."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from catalogue.layout import Layout
from catalogue.projections import LARGE
from tests.app.processes import children, command, run_in_each_child
from tests.app.reading_html import headings
from tests.app.test_server import PIVI, events
from tests.conformance.conftest import LONGEST, until

# What each child begins with: so what builds does not begin while a test looks around.
HOLDING = """
import os, sys, time

while "catalogue.building" in sys.orig_argv and os.path.exists("HELD"):
    time.sleep(0.02)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose store and index are not built in passing."""
    folder = tmp_path_factory.mktemp("large")
    generated, data = folder / "many.nt", folder / "data"
    for words in (
        ["generate", str(LARGE), "--seed", "7", "--output", str(generated)],
        ["load", "--trusted", "--quiet", "--data", str(data), str(generated)],
    ):
        outcome = CliRunner().invoke(main, words)
        assert outcome.exit_code == 0, outcome.output
    return data


def as_of_another_release(data: Path) -> None:
    """Leave the directory as a release with other shapes would have left it."""
    current = Layout(data).current()
    assert current is not None
    (current / "fingerprint").write_text("another", encoding="ascii")


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """While this file is there, nothing is built."""
    held = tmp_path / "held"
    held.touch()
    run_in_each_child(HOLDING.replace("HELD", str(held)), tmp_path, monkeypatch)
    return held


@contextmanager
def started(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = data.with_name("serve.log")
    environment = os.environ | {"PIVI_DATA": str(data)}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [PIVI, "serve", "--port", "0"], env=environment, stdout=written, stderr=written
        )
        try:
            yield process, log
        finally:
            process.terminate()
            process.wait(timeout=LONGEST)


def port(process: subprocess.Popen[bytes], log: Path, event: str) -> int:
    """The port, once the server has told of this event; fails with its log when it ends instead."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        for each in events(log):
            if each["event"] == event:
                return int(each["address"].rstrip("/").rpartition(":")[2])
        time.sleep(0.01)
    raise AssertionError(log.read_text("utf-8"))


def get(port: int, address: str) -> tuple[int, HTTPMessage, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request("GET", address)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def test_a_quick_start_is_never_answered_half_way(large: Path) -> None:
    with started(large) as (process, log):
        at = port(process, log, "serving")
        assert "rebuilding" not in {event["event"] for event in events(log)}
        assert get(at, "/readyz")[0] == 200


def test_while_it_rebuilds_it_lives_and_asks_to_come_back(large: Path, held: Path) -> None:
    as_of_another_release(large)
    with started(large) as (process, log):
        at = port(process, log, "rebuilding")
        assert get(at, "/healthz")[::2] == (200, "ok\n")
        status, headers, html = get(at, "/sok?q=unga")
        assert status == 503
        assert int(headers["Retry-After"]) > 0 and headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headings(html, 1) == ["Sökindexet byggs om"]
        # The way back is the same search; the style of the page is there.
        assert 'href="/sok?q=unga"' in html
        style = html.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert get(at, style)[0] == 200
        assert get(at, "/readyz")[0] == 503
        status, headers, html = get(at, "/en/")
        assert (status, headers["Content-Language"]) == (503, "en")
        assert headings(html, 1) == ["The search index is being rebuilt"]
        held.unlink()
        assert port(process, log, "serving") == at
        assert get(at, "/readyz")[::2] == (200, "ok\n")
        status, _, html = get(at, "/sok")
        assert status == 200 and f"{LARGE:,}".replace(",", " ") + " insatser" in html.replace("\xa0", " ")


def test_no_answer_is_half_old_and_half_new(large: Path, held: Path) -> None:
    """Every answer from first to last is either the note or the whole catalogue."""
    as_of_another_release(large)
    seen: list[tuple[int, str]] = []
    with started(large) as (process, log):
        at = port(process, log, "rebuilding")
        while not seen or seen[-1][0] != 200:
            assert process.poll() is None, log.read_text("utf-8")
            status, _, html = get(at, "/sok?sida=2")
            seen.append((status, html if status != 503 else headings(html, 1)[0]))
            held.unlink(missing_ok=True)
        assert {status for status, _ in seen} == {200, 503}
        assert {told for status, told in seen if status == 503} == {"Sökindexet byggs om"}
        assert seen[-1][1] == get(at, "/sok?sida=2")[2]


def test_it_ends_quietly_in_the_middle_and_begins_anew(large: Path, held: Path) -> None:
    as_of_another_release(large)
    with started(large) as (process, log):
        at = port(process, log, "rebuilding")
        assert get(at, "/healthz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LONGEST) == 0
        said = log.read_text("utf-8")
        assert "Traceback" not in said and events(log)[-1]["event"] == "stopped"
    held.unlink()
    with started(large) as (process, log):
        assert get(port(process, log, "serving"), "/sok")[0] == 200


@pytest.mark.usefixtures("held")
def test_what_keeps_it_from_being_built_ends_it_with_a_sentence(large: Path) -> None:
    as_of_another_release(large)
    with started(large) as (process, log):
        port(process, log, "rebuilding")
        until(lambda: builders(process))
        for child in builders(process):
            os.kill(child, signal.SIGKILL)
        assert process.wait(timeout=LONGEST) == 1
        said = log.read_text("utf-8")
        assert "kunde inte byggas ur journalen" in said and "Traceback" not in said


def builders(process: subprocess.Popen[bytes]) -> list[int]:
    return [child for child in children(process.pid) if b"catalogue.building" in command(child)]
