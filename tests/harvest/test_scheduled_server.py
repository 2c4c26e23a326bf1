"""`pivi serve` carries out the schedule: a source comes in when it is due, and what goes on ends with the server."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from tests.app.test_server import serving
from tests.conformance.conftest import LONGEST
from tests.harvest.conftest import N_TRIPLES, Elsewhere, Here

# So seldom that the next turn does not come while a test runs, whenever that is.
YEARLY = "dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;"
PRIVATE = "harvest:privateAddresses true ;"


def _until(happens: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST
    while not happens():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def hanging(elsewhere: Elsewhere) -> tuple[threading.Event, threading.Event]:
    """The source's file never ends: the first event tells that it is asked for, the second that nobody waits any more."""
    asked, left = threading.Event(), threading.Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", N_TRIPLES)
        request.end_headers()
        asked.set()
        # A little now and then: whoever waits does not give up by itself.
        request.connection.settimeout(1)
        try:
            while True:
                request.wfile.write(b"#")
                with suppress(TimeoutError):
                    if not request.connection.recv(1):
                        return
        finally:
            left.set()

    elsewhere.answers["/dump.nt"] = answer
    return asked, left


def test_the_server_harvests_what_is_due_also_when_the_file_of_sources_is_mended_meanwhile(
    here: Here, elsewhere: Elsewhere, records: list[bytes]
) -> None:
    elsewhere.has(b"".join(records))
    here.configure(f"{elsewhere.address}/dump.nt", more=PRIVATE + YEARLY)
    right = here.sources.read_text()
    here.sources.write_text(right.replace("dct:license", "dct:rights"))
    with serving(here.data) as server:
        _until(lambda: b"licensens adress" in server.log.read_bytes(), "the mistake is in the log")
        here.sources.write_text(right)
        # Its end is noted after the records are there.
        _until(lambda: "boras: klar" in here.harvest("--report").output, "the source has been harvested")
        assert len(here.theirs()) == len(records)
        assert "boras hämtas nästa gång" in here.harvest("--report").output
        # Once, until its next turn.
        assert [path for path, _ in elsewhere.asked] == ["/robots.txt", "/dump.nt"]
        assert server.log.read_text().count("licensens adress") == 1


def test_a_harvest_ends_with_the_server(
    here: Here, elsewhere: Elsewhere, hanging: tuple[threading.Event, threading.Event]
) -> None:
    asked, left = hanging
    here.configure(f"{elsewhere.address}/dump.nt", more=PRIVATE + YEARLY)
    with serving(here.data) as server:
        assert asked.wait(LONGEST)
        # What an operator begins beside it is told so.
        result = here.harvest("boras")
        assert result.exit_code == 1 and "En annan skörd pågår redan" in result.output
        assert server.get("/readyz")[0] == 200
    assert left.wait(LONGEST), "the process that harvests has ended with the server"
    assert "pågår eller avbröts" in here.harvest("--report").output


def test_a_harvest_ends_when_the_server_is_killed(
    here: Here, elsewhere: Elsewhere, hanging: tuple[threading.Event, threading.Event]
) -> None:
    asked, left = hanging
    here.configure(f"{elsewhere.address}/dump.nt", more=PRIVATE + YEARLY)
    with serving(here.data) as server:
        assert asked.wait(LONGEST)
        os.kill(server.process.pid, signal.SIGKILL)
        assert left.wait(LONGEST)


def test_the_server_leaves_the_schedule_to_others_when_told(here: Here, elsewhere: Elsewhere) -> None:
    here.configure(f"{elsewhere.address}/dump.nt", more=PRIVATE + YEARLY)
    with serving(here.data, PIVI_HARVEST_SCHEDULE="nej") as server:
        assert server.get("/readyz")[0] == 200
        assert "boras ska hämtas nu." in here.harvest("--report").output
    assert elsewhere.asked == []
