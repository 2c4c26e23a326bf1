"""The self-test for harvesters: all is well with the example, and whatever is broken for real is found."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import rdflib
from flask import Flask

from app.factory import create_app
from app.selftest.__main__ import run
from app.selftest.client import Fault, Harvester, OutOfTime
from app.selftest.criteria import CRITERIA
from app.selftest.report import Outcome, Report, read, write
from app.selftest.running import SelfTester
from catalogue.export.dumping import Dumper
from catalogue.export.dumps import Dumps, make
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.publishing import replace as put_in_place
from catalogue.publishing import withdraw
from catalogue.settings import Settings
from tests.app.test_server import serving
from tests.conformance.conftest import LONGEST, until

BASE = "http://127.0.0.1:8000/"
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")
Changing = Callable[[str, bytes], bytes]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing of each request."""


@contextmanager
def answering(served: WSGIApplication) -> Iterator[int]:
    """An application at a port of its own."""
    with make_server("127.0.0.1", 0, served, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def faulty(app: Flask, changing: Changing) -> WSGIApplication:
    """The application with a fault: `changing` gets the path and what is answered there."""

    def answer(environment: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        environment.pop("HTTP_ACCEPT_ENCODING", None)
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def hear(status: str, headers: list[tuple[str, str]], *_rest: object) -> Callable[[bytes], object]:
            told.append((status, headers))
            return lambda _piece: None

        body = changing(environment["PATH_INFO"], b"".join(app.wsgi_app(environment, hear)))
        [(status, headers)] = told
        if environment["REQUEST_METHOD"] != "HEAD":
            headers = [each for each in headers if each[0] != "Content-Length"]
            headers.append(("Content-Length", str(len(body))))
        start(status, headers)
        return [body]

    return answer


def deaf(app: Flask) -> WSGIApplication:
    """The application without its ears for Accept."""

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environment.pop("HTTP_ACCEPT", None)
        return app.wsgi_app(environment, start)

    return answer


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tested") / "data"


@pytest.fixture(scope="module")
def projections(data: Path) -> Iterator[Projections]:
    """The example, of which some has been taken out, with its dump."""
    settings = Settings(data=data, base=BASE)
    with Projections.open(settings, example=True) as opened:
        journal = opened.journal
        first, second, third = [each.iri for each in journal.current_all(types=[PIVI.Initiative.value])][:3]
        withdraw(journal, first, reason="prov", by="test", anyway=True)
        put_in_place(journal, second, [third], by="test", anyway=True)
        opened.catch_up()
        for task in Dumper(settings, opened).due():
            make(
                journal,
                opened.shapes,
                Path(task.note),
                base=BASE,
                upto=task.upto,
                key=task.key,
                stem=task.stem,
                changed=datetime.fromisoformat(task.changed),
            )
        yield opened


@pytest.fixture(scope="module")
def app(data: Path, projections: Projections) -> Flask:
    return create_app(Settings(data=data, base=BASE), projections)


def made(served: WSGIApplication, projections: Projections, data: Path) -> Report:
    with answering(served) as port:
        task = SelfTester(Settings(data=data, base=BASE), projections, port).task()
        return run(replace(task, host="127.0.0.1"))


def went(report: Report) -> dict[str, str]:
    return {each.check: each.outcome for each in report.outcomes}


def test_all_is_well_with_the_example(app: Flask, projections: Projections, data: Path) -> None:
    report = made(app.wsgi_app, projections, data)
    assert went(report) == dict.fromkeys(CRITERIA, "passed"), report
    assert read(data) == report
    for each in report.outcomes:
        assert each.said is not None and "%(" not in each.said.in_language("en")
        assert all(command.startswith("curl -s") for command in each.requests)
        assert each.requests or each.check in {"flode-mot-katalog", "borttaget"}


def test_a_dump_whose_bytes_were_changed_is_found(app: Flask, projections: Projections, data: Path) -> None:
    newest = Dumps(data).newest
    assert newest is not None
    path = newest.files["nt"]
    before = path.read_bytes()
    try:
        path.write_bytes(before[:-20] + bytes(20))
        report = made(app.wsgi_app, projections, data)
    finally:
        path.write_bytes(before)
    assert went(report)["kontrollsummor"] == "failed"
    assert went(report)["insats"] == "passed"
    found = report.of("kontrollsummor")
    assert found is not None and found.requests


def swapped(path: str, old: bytes, new: bytes) -> Changing:
    """Put something else into what is answered at addresses that end so."""
    return lambda address, body: body.replace(old, new) if address.endswith(path) else body


FAULTS: dict[str, tuple[Changing, set[str]]] = {
    "a page of the feed has another title": (
        lambda address, body: (
            body.replace(b'"Samtal vid fikabordet"', b'"Annan titel"')
            if address.startswith("/data/feed")
            else body
        ),
        {"flode-mot-katalog"},
    ),
    "a page of the feed says nothing": (
        lambda address, body: b"" if address.startswith("/data/feed/1-") else body,
        {"flode-mot-katalog"},
    ),
    "members of the feed have no time": (
        lambda address, body: (
            body.replace(b"generatedAtTime", b"startedAtTime") if address.startswith("/data/feed/") else body
        ),
        {"flodets-sidor", "flode-mot-katalog", "borttaget"},
    ),
    "the Swedish description has no publisher": (
        swapped("/datasets/dcat", b"publisher", b"creator"),
        {"dcat-ap-se"},
    ),
    "the European description has no title": (
        swapped("/datasets/dcat-ap", b"dct:title", b"dct:alternative"),
        {"dcat-ap", "samma-graf"},
    ),
    "the stream of the description tells another version": (
        swapped("/datasets/feed", b"ns/dcat#version>", b"ns/dcat#vers>"),
        {"katalogflode"},
    ),
    "a list has a record twice": (
        lambda address, body: body + body.splitlines(keepends=True)[-1] if address == "/aktor.csv" else body,
        {"listor"},
    ),
    "OAI-PMH does not know what is deleted": (
        swapped("/oai", b'status="deleted"', b""),
        {"borttaget"},
    ),
    "OAI-PMH is cut short": (
        lambda address, body: body[:-9] if address == "/oai" else body,
        {"oai", "borttaget"},
    ),
    "a checksum is another": (swapped(".nt.gz.sha256", b"  ", b"0  "), {"kontrollsummor"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_broken_is_found(fault: str, app: Flask, projections: Projections, data: Path) -> None:
    changing, wanted = FAULTS[fault]
    found = {
        name
        for name, outcome in went(made(faulty(app, changing), projections, data)).items()
        if outcome == "failed"
    }
    assert found == wanted


def test_a_server_that_does_not_hear_what_is_accepted_is_found(
    app: Flask, projections: Projections, data: Path
) -> None:
    found = went(made(deaf(app), projections, data))
    for name in ("insats", "begrepp", "ontologi"):
        assert found[name] == "failed", name
    assert found["dcat-ap-se"] == found["listor"] == "passed"


def test_a_server_that_does_not_answer_fails_everything_and_says_so(
    projections: Projections, data: Path
) -> None:
    with answering(lambda _environment, _start: []) as port:
        task = SelfTester(Settings(data=data, base=BASE), projections, port).task()
    report = run(task)
    assert set(went(report).values()) == {"failed"}
    assert all(
        each.said is not None and "svarade inte" in each.said.in_language("sv") for each in report.outcomes
    )


def test_what_is_published_meanwhile_is_no_fault(app: Flask, projections: Projections, data: Path) -> None:
    with answering(app.wsgi_app) as port:
        task = SelfTester(Settings(data=data, base=BASE), projections, port).task()
        outcome = went(run(replace(task, version=task.version - 1)))["dumpens-version"]
    assert outcome == "cantTell"


def test_only_our_own_addresses_are_asked_for_and_only_for_so_long() -> None:
    harvester = Harvester("127.0.0.1", 9, BASE, deadline=time.monotonic() + 60)
    for address in ("http://annan.example/data", "https://127.0.0.1:8000/", "ftp://x/y"):
        with pytest.raises(Fault):
            harvester.get(address)
    with pytest.raises(OutOfTime):
        Harvester("127.0.0.1", 9, BASE, deadline=time.monotonic() - 1).get("/data")


def test_of_a_large_catalogue_a_sample_is_taken_and_said(
    app: Flask, projections: Projections, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.selftest.paging._OAI_PAGES", 1)
    monkeypatch.setattr("app.selftest.paging._LIST_PAGES", 0)
    monkeypatch.setattr("app.selftest.following._PAGES", 1)
    monkeypatch.setattr("app.selftest.agreeing._RECORDS", 5)
    report = made(app.wsgi_app, projections, data)
    assert set(went(report).values()) == {"passed"}
    told = {each.check: each.said.in_language("en") for each in report.outcomes if each.said}
    for name in ("listor", "oai", "flodets-sidor"):
        assert told[name].startswith("A sample: "), told[name]
    of_all, tried = re.findall(r"\d+", told["flode-mot-katalog"])
    assert int(tried) < int(of_all) < 250


# --- how it is shown -----------------------------------------------------------------------------------


def test_the_page_shows_what_was_found_and_asks_for_nothing_itself(
    app: Flask, projections: Projections, data: Path
) -> None:
    report = made(app.wsgi_app, projections, data)
    client = app.test_client()
    for prefix, words in (("", ("Godkänt", "16 av 16 prov")), ("/en", ("Passed", "16 of 16 checks"))):
        html = client.get(prefix + "/data/sjalvtest").get_data(as_text=True)
        assert all(word in html for word in words)
        assert html.count('data-outcome="passed"') == len(CRITERIA) + 1
        assert "curl -si" in html and f'href="{prefix}/data/sjalvtest"' in client.get(prefix + "/data").text
    assert read(data) == report, "looking changes nothing"


def test_a_fault_a_test_under_way_and_one_that_was_broken_off_are_shown(
    app: Flask, data: Path, projections: Projections
) -> None:
    client = app.test_client()
    report = made(app.wsgi_app, projections, data)
    failed = Outcome("listor", "failed", report.outcomes[0].said, ("curl -si x",), 0.1)
    write(data, replace(report, outcomes=(*report.outcomes[:8], failed)))
    assert 'class="self-test-state" data-outcome="failed"' in client.get("/data/sjalvtest").text
    assert json.loads(client.get("/data/sjalvtest.json").data)["counts"]["failed"] == 1
    now = datetime.now(UTC)
    for begun, state, words in (
        (now, "running", "pågår: 3 av 16"),
        (now - timedelta(hours=1), "interrupted", "avbröts efter 3 av 16"),
    ):
        write(data, replace(report, begun=begun, ended=None, outcomes=report.outcomes[:3]))
        assert json.loads(client.get("/data/sjalvtest.json").data)["state"] == state
        assert words in client.get("/data/sjalvtest").text
    (data / "selftest.json").unlink()
    assert "Inget test har gjorts än" in client.get("/data/sjalvtest").text
    assert json.loads(client.get("/data/sjalvtest.json").data)["state"] == "none"


def test_for_programs_it_is_earl_in_each_format_and_json(
    app: Flask, projections: Projections, data: Path
) -> None:
    made(app.wsgi_app, projections, data)
    client = app.test_client()
    graphs = []
    for extension, name in {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}.items():
        reply = client.get(f"/data/sjalvtest.{extension}")
        assert reply.status_code == 200 and reply.headers["Access-Control-Allow-Origin"] == "*"
        assert client.get("/data/sjalvtest", headers={"Accept": reply.mimetype}).data == reply.data
        unchanged = client.get(
            f"/data/sjalvtest.{extension}", headers={"If-None-Match": reply.headers["ETag"]}
        )
        assert unchanged.status_code == 304
        graphs.append(set(rdflib.Graph().parse(data=reply.data, format=name)))
    assert all(each == graphs[0] for each in graphs)
    found = rdflib.Graph()
    for triple in graphs[0]:
        found.add(triple)
    assertions = set(found.subjects(rdflib.RDF.type, EARL.Assertion))
    assert len(assertions) == len(CRITERIA)
    for each in assertions:
        # EARL 1.0 Schema, section 2.1: who asserts, of what, by which test, with which result.
        assert all(
            len(set(found.objects(each, EARL[name]))) == 1
            for name in ("assertedBy", "subject", "test", "result")
        )
        assert found.value(found.value(each, EARL.result), EARL.outcome) == EARL.passed
    assert client.get("/data/sjalvtest.bib").status_code == 404
    said = json.loads(client.get("/en/data/sjalvtest.json").data)
    assert said["state"] == "finished" and said["current"] is True
    assert said["counts"] | {"passed": 0} == dict.fromkeys(said["counts"], 0)
    assert [each["check"] for each in said["checks"]] == list(CRITERIA)


def test_a_server_tests_itself_when_it_has_come_to_rest_once_for_each_version(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, PIVI_SELF_TEST_SECONDS="1", PIVI_SPARQL_SECONDS="300") as server:

        def finished() -> bool:
            said = json.loads(server.get("/data/sjalvtest.json", LONGEST)[1])
            return bool(said["state"] == "finished")

        until(lambda: server.get("/data/dump.nt.gz", LONGEST)[0] == 200)
        until(finished)
        first = read(data)
        assert first is not None and first.count("failed") == 0, first
        assert first.of("dumpens-version") is not None
    with serving(data, PIVI_SELF_TEST_SECONDS="1") as server:
        until(lambda: server.get("/readyz", LONGEST)[0] == 200)
        assert read(data) == first
