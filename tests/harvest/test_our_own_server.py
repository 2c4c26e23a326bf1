"""A second installation harvests a running `pivi serve` through its catalogue description, and through its lists."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from catalogue.export.dumps import Dumps, own_records
from catalogue.generator import generate
from catalogue.inspection import record_classes
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.namespaces import PIVI
from catalogue.origins import without_origin
from catalogue.shapes import Shapes
from tests.app.test_server import serving
from tests.conformance.conftest import reserved_port, until
from tests.harvest.conftest import Here


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of an installation with so many records that its lists have pages, and what it publishes by IRI."""
    data = tmp_path_factory.mktemp("theirs") / "data"
    many = data.with_name("many.nt")
    with ExitStack() as running:
        port = running.enter_context(reserved_port())
        base = f"http://127.0.0.1:{port}/"
        many.write_bytes(b"".join(generate(520, 1, base)))
        running.enter_context(
            serving(data, port, PIVI_BASE=base, PIVI_DUMP_SECONDS="1", PIVI_SPARQL_SECONDS="300")
        )
        environment = os.environ | {"PIVI_DATA": str(data), "PIVI_BASE": base}
        program = Path(sys.executable).with_name("pivi")
        subprocess.run([program, "load", "--quiet", many], env=environment, check=True)
        with closing(Journal.open(Layout(data).journal)) as journal:
            head = journal.head()
            published = _published(journal, base)
        # The server shows what it makes a dump of; then it has come to rest.
        until(lambda: (newest := Dumps(data).newest) is not None and newest.version == head)
        yield base, published


def _published(journal: Journal, base: str) -> dict[str, bytes]:
    found = list(own_records(journal, Shapes.load(), base=base, upto=journal.head()))
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
