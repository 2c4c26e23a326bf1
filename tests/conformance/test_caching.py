"""RFC 9110, sections 8.8 and 13: an answer is identified by query, format and dataset version."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from catalogue.settings import Settings
from tests.app.test_server import PIVI, Server, serving

from .conftest import ASK, BASE, GRAPH_OF, LONGEST, TITLES, Client, until

COUNT = "SELECT (COUNT(*) AS ?n) { ?i a <https://w3id.org/pivi/ns#Initiative> }"


def test_an_answer_tells_its_version_and_date(client: Client) -> None:
    for query in (TITLES, ASK, GRAPH_OF):
        reply = client.get(query)
        assert int(reply.headers["pivi-dataset-version"]) > 0
        assert parsedate_to_datetime(reply.headers["last-modified"]).year >= 2026
        assert reply.headers["etag"].startswith('W/"')
        assert reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_the_answer_already_gets_a_304(client: Client, method: str) -> None:
    etag = client.get(TITLES).headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"annan", {etag}'):
        reply = client.get(TITLES, method=method, if_none_match=known)
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", etag)
        assert reply.headers["access-control-allow-origin"] == "*"


def test_a_304_is_told_without_running_the_query(changing: Server) -> None:
    """Neither by a worker, all of which stand still here, nor by waiting for one."""
    client = Client(changing)
    etag = client.get(TITLES).headers["etag"]
    # Those that run queries, and one that is ready to replace one of them; they are started one after the other.
    until(lambda: len(workers(changing)) == Settings().sparql_workers + 1)
    standing = workers(changing)
    for pid in standing:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert client.get(TITLES, if_none_match=etag).status == 304
        assert client.get(f"{TITLES} # anew", ("timeout", "0.3")).status == 503
    finally:
        for pid in standing & workers(changing):
            with suppress(ProcessLookupError):  # the one that was to answer anew has been killed
                os.kill(pid, signal.SIGCONT)


def workers(server: Server) -> set[int]:
    """The processes that the server has of its own."""
    tasks = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    return {int(pid) for listed in tasks for pid in listed.read_text().split()}


def test_another_answer_has_another_etag(client: Client) -> None:
    etags = {
        client.get(query, accept=accept, accept_encoding=packed).headers["etag"]
        for query in (TITLES, ASK, TITLES + " ")
        for accept in ("application/sparql-results+json", "application/sparql-results+xml")
        for packed in ("gzip", "identity")
    }
    assert len(etags) == 12
    assert client.get(TITLES, if_none_match='"annan"').status == 200


def test_post_answers_in_full(client: Client) -> None:
    etag = client.get(TITLES).headers["etag"]
    assert client.form(("query", TITLES), If_None_Match=etag).status == 200


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_answers_anew_has_no_etag_and_is_kept_by_nobody(client: Client, call: str) -> None:
    reply = client.get(f"SELECT ({call} AS ?x) {{}}")
    assert "etag" not in reply.headers and reply.headers["cache-control"] == "no-store"
    assert client.get(f"SELECT ({call} AS ?x) {{}}", if_none_match="*").status == 200


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Its workers are its only processes: none that makes a dump or tests it comes and goes among them.
    with serving(
        tmp_path_factory.mktemp("changing") / "data",
        PIVI_DUMP_SECONDS="0",
        PIVI_SELF_TEST_SECONDS="0",
        PIVI_SPARQL_SECONDS="300",
    ) as running:
        yield running


def withdraw(server: Server, iri: str) -> None:
    """Take a record away with the command line, beside the server."""
    environment = os.environ | {"PIVI_DATA": str(server.log.with_name("data"))}
    subprocess.run([PIVI, "withdraw", iri, "--reason", "Prov", "--anyway"], env=environment, check=True)


def test_a_change_changes_version_etag_and_answer(changing: Server) -> None:
    client = Client(changing)
    film = f"ASK {{ <{BASE}id/film/jc5k> ?p ?o }}"
    before = client.get(film)
    assert before.json["boolean"] is True
    withdraw(changing, f"{BASE}id/film/jc5k")
    end = time.monotonic() + LONGEST
    while (after := client.get(film)).json["boolean"]:
        assert after.headers["etag"] == before.headers["etag"]
        assert time.monotonic() < end
        time.sleep(0.02)
    version = "pivi-dataset-version"
    assert int(after.headers[version]) > int(before.headers[version])
    assert after.headers["etag"] != before.headers["etag"]
    assert client.get(film, if_none_match=before.headers["etag"]).status == 200
    assert client.get(film, if_none_match=after.headers["etag"]).status == 304


def test_versions_never_go_back(client: Client) -> None:
    found = [int(client.get(f"{COUNT} # {number}").headers["pivi-dataset-version"]) for number in range(5)]
    assert found == sorted(found)
