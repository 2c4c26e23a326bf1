"""Dumps: they hold what is published, follow it, are never half-written, and keep what each year was."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import URIRef

from app.factory import create_app
from catalogue.export.dumping import Dumper, Task, last_before
from catalogue.export.dumps import Dumps
from catalogue.journal import NewRevision
from catalogue.namespaces import PIVI
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app.test_server import Server, serving
from tests.conformance.conftest import until
from tests.export.conftest import BASE, DCAT, HERE, Get, graph

SPDX = "http://spdx.org/rdf/terms#"
FORMATS = {"nt": RdfFormat.N_TRIPLES, "ttl": RdfFormat.TURTLE}


def triples(packed: bytes, extension: str) -> set[object]:
    return {quad.triple for quad in parse(gzip.decompress(packed), format=FORMATS[extension])}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    settings = Settings(data=tmp_path / "data", base=BASE)
    with Projections.open(settings, example=True) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", base=BASE, dump_seconds=1)


def dump_once(dumper: Dumper) -> None:
    """What the thread does at its turn."""
    for task in dumper.due():
        make(task)


def make(task: Task) -> None:
    arguments = [sys.executable, "-m", "catalogue.export.dumping", str(os.getpid()), json.dumps(asdict(task))]
    subprocess.run(arguments, check=True)


def test_both_formats_hold_exactly_what_is_published(settings: Settings, own: Projections) -> None:
    dump_once(Dumper(settings, own))
    newest = Dumps(settings.data).newest
    assert newest is not None and newest.version == own.version
    with own.snapshot() as shown:
        published = set(shown.store.triples())
    for extension, path in newest.files.items():
        assert triples(path.read_bytes(), extension) == published


def test_what_was_harvested_from_others_is_not_in_it(settings: Settings, own: Projections) -> None:
    initiative = next(own.journal.current_all(types=[PIVI.Initiative.value]))
    foreign = "https://annan.example/id/insats/bcdf"
    content = initiative.content.replace(initiative.iri.encode(), foreign.encode())
    own.journal.append([NewRevision(foreign, initiative.type, content, by="test", origin="harvest:annan")])
    own.catch_up()
    dump_once(Dumper(settings, own))
    newest = Dumps(settings.data).newest
    assert newest is not None and newest.version == own.version
    for path in newest.files.values():
        body = gzip.decompress(path.read_bytes())
        assert initiative.iri.encode() in body or b"insats/" in body
        assert foreign.encode() not in body
    client = create_app(settings, own).test_client()
    for address in ("/nytt.atom", "/sitemap-1.xml"):
        assert foreign.encode() not in client.get(address).data


def test_equal_data_gives_equal_bytes(settings: Settings, own: Projections) -> None:
    dumper = Dumper(settings, own)
    (task,) = dumper.due()
    made = []
    for stem in ("a", "b"):
        make(replace(task, stem=stem))
        made.append([each.sha256 for each in Dumps(settings.data).files])
    assert made[0] == made[1]


def test_the_server_tells_version_date_size_and_checksum(get: Get) -> None:
    for extension in FORMATS:
        reply = get(f"/data/dump.{extension}.gz")
        assert (reply.status, reply.type) == (200, "application/gzip")
        assert "content-encoding" not in reply.headers
        digest = hashlib.sha256(reply.body)
        assert reply.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        assert reply.headers["pivi-dataset-version"].isdigit()
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["last-modified"]
        said = get(f"/data/dump.{extension}.gz.sha256").text
        name = f"pivi-{reply.headers['pivi-dataset-version']}-dump.{extension}.gz"
        assert said == f"{digest.hexdigest()}  {name}\n"
        assert name in reply.headers["content-disposition"]
        head = get(f"/data/dump.{extension}.gz", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(reply.body))
        unchanged = get(f"/data/dump.{extension}.gz", if_none_match=reply.headers["etag"])
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert unchanged.headers.get("vary") == reply.headers.get("vary")


def test_the_description_names_the_dumps_with_their_checksums(get: Get) -> None:
    described = graph(get("/datasets/dcat-ap"))
    for extension in FORMATS:
        body = get(f"/data/dump.{extension}.gz").body
        distribution = HERE[f"allt-dump-{extension}-gz"]
        assert (HERE.allt, DCAT.distribution, distribution) in described
        assert int(described.value(distribution, DCAT.byteSize)) == len(body)
        checksum = described.value(distribution, URIRef(SPDX + "checksum"))
        assert (
            str(described.value(checksum, URIRef(SPDX + "checksumValue"))) == hashlib.sha256(body).hexdigest()
        )


def test_what_is_not_there_is_said(get: Get) -> None:
    assert get("/data/dump.rdf.gz").status == 404
    assert get("/data/arkiv/1999.nt.gz").status == 404
    assert get("/data/arkiv/1999.nt.gz.sha256").status == 404


def test_a_change_is_dumped_and_what_is_withdrawn_is_gone(settings: Settings, own: Projections) -> None:
    with Dumper(settings, own) as dumper:
        until(lambda: (newest := dumper.dumps.newest) and newest.version == own.version)
        initiative = next(own.journal.current_all(types=[PIVI.Initiative.value]))
        own.journal.append(
            [NewRevision(initiative.iri, initiative.type, b"", by="test", origin="test", state="withdrawn")]
        )
        own.catch_up()
        until(lambda: (newest := dumper.dumps.newest) and newest.version == own.version)
        newest = dumper.dumps.newest
        assert newest is not None
        found = triples(newest.files["nt"].read_bytes(), "nt")
        assert not any(initiative.iri == each.subject.value for each in found)  # type: ignore[attr-defined]
        # Only the newest files are kept.
        until(lambda: len(list(dumper.dumps.directory.glob("*.gz"))) == len(FORMATS))
        assert not list(dumper.due())


def test_killed_in_the_middle_the_last_whole_dump_stays(settings: Settings, own: Projections) -> None:
    dumper = Dumper(settings, own)
    (task,) = dumper.due()
    make(task)
    before = Dumps(settings.data).newest
    assert before is not None
    arguments = [
        sys.executable,
        "-m",
        "catalogue.export.dumping",
        str(os.getpid()),
        json.dumps(asdict(replace(task, stem="next"))),
    ]
    beside = dumper.dumps.directory / ".next.nt.gz.new"
    with subprocess.Popen(arguments) as process:
        until(lambda: beside.exists() or process.poll() is not None)
        process.send_signal(signal.SIGKILL)
    after = Dumps(settings.data).newest
    assert after is not None
    for extension, path in after.files.items():
        described = next(each for each in after.described if f".{extension}." in each.path)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == described.sha256
    with Dumper(settings, own):  # what was left is cleared away by the next one
        until(lambda: not beside.exists())


def test_each_year_is_kept_as_it_was_when_it_ended(settings: Settings, own: Projections) -> None:
    this = datetime.now(UTC).year
    head = own.journal.head()
    dumper = Dumper(settings, own, clock=lambda: datetime(this + 1, 2, 3, tzinfo=UTC))
    dump_once(dumper)
    (year,) = dumper.dumps.years
    assert (year.year, year.version) == (this, head)
    kept = dumper.dumps.year(this)
    assert kept is not None
    before = kept.files["nt"].read_bytes()
    initiative = next(own.journal.current_all(types=[PIVI.Initiative.value]))
    own.journal.append(
        [NewRevision(initiative.iri, initiative.type, b"", by="test", origin="test", state="withdrawn")]
    )
    own.catch_up()
    dump_once(dumper)
    assert kept.files["nt"].read_bytes() == before
    client = create_app(settings, own).test_client()
    reply = client.get(f"/data/arkiv/{this}.nt.gz")
    assert (reply.status_code, reply.data) == (200, before)
    described = client.get("/datasets/dcat-ap.ttl").get_data(as_text=True)
    assert f"data/arkiv/{this}.nt.gz" in described and f"arsutgava-{this}" in described


def test_the_last_revision_before_a_moment_is_found(own: Projections) -> None:
    head = own.journal.head()
    assert last_before(own.journal, datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert last_before(own.journal, datetime(2999, 1, 1, tzinfo=UTC)) == head
    for revision in own.journal.since(head - 3):
        earlier = [each.seq for each in own.journal.since(0) if each.at < revision.at]
        assert last_before(own.journal, revision.at) == max(earlier, default=0)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("dumped") / "data", PIVI_DUMP_SECONDS="0") as server:
        yield server


def test_the_command_writes_it_beside_a_running_server_too(running: Server, tmp_path: Path) -> None:
    pivi = Path(sys.executable).with_name("pivi")
    data = running.log.with_suffix("")
    output = tmp_path / "allt.ttl.gz"
    subprocess.run([pivi, "dump", "--data", data, "--output", output], check=True)
    told = subprocess.run([pivi, "dump", "--data", data], check=True, capture_output=True).stdout
    assert triples(output.read_bytes(), "ttl") == triples(gzip.compress(told), "nt") != set()
    assert [each.name for each in tmp_path.iterdir()] == ["allt.ttl.gz"]
    failed = subprocess.run(
        [pivi, "dump", "--data", data, "--output", tmp_path / "a.rdf"], capture_output=True
    )
    assert failed.returncode != 0 and b"pivi dump" in failed.stderr
    assert running.get("/data/dump.nt.gz")[0] == 404
