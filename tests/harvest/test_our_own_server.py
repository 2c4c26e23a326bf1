"""A second installation harvests a running `pivi serve` through its catalogue description, and through its lists."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.export.dumps import own_records
from catalogue.generator import generate
from catalogue.inspection import record_classes
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.namespaces import PIVI
from catalogue.origins import without_origin
from catalogue.shapes import Shapes
from tests.app.test_server import Server, serving
from tests.harvest.conftest import Here


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of an installation with so many records that its lists have pages, and what it publishes by IRI."""
    data = tmp_path_factory.mktemp("theirs") / "data"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    records = list(generate(520, 1, base))
    many = data.with_name("many.nt")
    many.write_bytes(b"".join(records))
    with serving(data, port, PIVI_BASE=base, PIVI_DUMP_SECONDS="1") as server:
        environment = os.environ | {"PIVI_DATA": str(data), "PIVI_BASE": base}
        program = Path(sys.executable).with_name("pivi")
        subprocess.run([program, "load", "--quiet", many], env=environment, check=True)
        end = time.monotonic() + 120
        while records[-1].split(b" ", 1)[0] not in _dump(server):
            assert time.monotonic() < end, "a dump is made after the load"
            time.sleep(0.2)
        yield base, _published(data, base)


def _dump(server: Server) -> bytes:
    status, body = server.get("/data/dump.nt.gz")
    return gzip.decompress(body) if status == 200 else b""


def _published(data: Path, base: str) -> dict[str, bytes]:
    journal = Journal.open(Layout(data).journal)
    try:
        found = list(own_records(journal, Shapes.load(), base=base, upto=journal.head()))
    finally:
        journal.close()
    records = {each[1 : each.index(b">")].partition(b"#")[0].decode(): each for each in found}
    return {iri: content for iri, content in records.items() if iri.startswith(base)}


def _here(here: Here) -> dict[str, bytes]:
    return {iri: without_origin(each.content, iri) for iri, each in here.theirs().items() if each.published}


@pytest.mark.parametrize("path", ["datasets/dcat", "datasets/dcat-ap", "data/catalog"])
def test_its_catalogue_description_leads_to_all_that_it_publishes(
    here: Here, theirs: tuple[str, dict[str, bytes]], path: str
) -> None:
    here.space, published = theirs
    here.configure(here.space + path, profile="dcat")
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "0 släpptes inte in" in result.output, result.output
    assert _here(here) == published
    assert f"Källan har också ett ändringsflöde: {here.space}data/feed." in result.output
    assert "”Insatser i socialt utvecklingsarbete”" in result.output
    assert "Inget har ändrats" in here.harvest("boras").output


def test_its_lists_lead_to_all_whole_records_and_nothing_else(
    here: Here, theirs: tuple[str, dict[str, bytes]]
) -> None:
    here.space, published = theirs
    kinds = {PIVI.Initiative.value: "insats", PIVI.Organisation.value: "aktor"}
    here.configure(here.space + "sok.ttl", here.space + "aktor.ttl", profile="pages")
    result = here.harvest("boras")
    assert result.exit_code == 0, result.output
    assert "0 släpptes inte in" in result.output, result.output
    listed = {
        iri: content
        for iri, content in published.items()
        if {each.decode() for each in record_classes(iri.encode(), content)} & kinds.keys()
    }
    assert len(listed) > 600
    assert _here(here) == listed
    assert "Inget har ändrats" in here.harvest("boras").output
