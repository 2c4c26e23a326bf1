"""`pivi validate`: on files and on what is published, in words or as RDF, and its exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse

from app.cli import main
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout
from catalogue.namespaces import PIVI, SH
from tests.validation.samples import INITIATIVE, PREFIXES, STORED, records
from tests.validation.test_refusals import replaced

_TYPES = {"insats": PIVI.Initiative.value, "aktor": PIVI.Organisation.value, "grupp": PIVI.Group.value}
_ACTORS = STORED.replace("<id/insats/stored> a pivi:Initiative .", "")
_WRONG = replaced(INITIATIVE, "Varje torsdag lagar unga mat tillsammans.", "å" * 345)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "data"
    monkeypatch.setenv("PIVI_DATA", str(directory))
    return directory


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["validate", "--quiet", *arguments])


def written(tmp_path: Path, turtle: str) -> str:
    path = tmp_path / "insatser.ttl"
    path.write_text(PREFIXES + turtle, encoding="utf-8")
    return str(path)


def publish(data: Path, turtle: str) -> None:
    data.mkdir()
    journal = Journal.open(Layout(data).journal)
    journal.append(
        NewRevision(iri, _TYPES[iri.split("/")[-2]], content, by="test", origin="load")
        for iri, content in records(turtle).items()
    )
    journal.close()


def test_valid_files_end_with_0_and_leave_nothing_behind(tmp_path: Path, data: Path) -> None:
    result = run(written(tmp_path, INITIATIVE + _ACTORS))
    assert result.exit_code == 0, result.output
    assert not data.exists()


def test_invalid_files_end_with_1_and_name_the_file(tmp_path: Path, data: Path) -> None:
    file = written(tmp_path, _WRONG + _ACTORS)
    result = run(file)
    assert result.exit_code == 1
    assert file in result.stdout
    assert "Ingress har 345 tecken men får ha högst 300" in result.stdout


def test_the_report_speaks_english_when_asked(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIVI_LANGUAGE", "en")
    result = run(written(tmp_path, _WRONG + _ACTORS))
    assert "Summary has 345 characters but may have at most 300" in result.stdout


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("turtle", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("jsonld", RdfFormat.JSON_LD),
        ("rdfxml", RdfFormat.RDF_XML),
    ],
)
def test_the_report_comes_as_rdf(tmp_path: Path, data: Path, name: str, format: RdfFormat) -> None:
    result = run("--format", name, written(tmp_path, _WRONG + _ACTORS))
    assert result.exit_code == 1
    objects = [quad.object for quad in parse(result.stdout.encode(), format=format)]
    assert SH.ValidationReport in objects
    assert SH.MaxLengthConstraintComponent in objects


def test_files_may_point_at_what_is_published(tmp_path: Path, data: Path) -> None:
    file = written(tmp_path, INITIATIVE)
    assert "id/aktor/namnd, som inte finns" in run(file).stdout
    publish(data, _ACTORS)
    result = run(file)
    assert result.exit_code == 0, result.output


def test_what_is_published_is_judged_without_files(tmp_path: Path, data: Path) -> None:
    publish(data, INITIATIVE + _ACTORS)
    before = (data / "journal.sqlite").stat().st_size
    result = run()
    # The vocabularies are not in this journal.
    assert "begrepp:omrade/fritid, som inte finns" in result.stdout
    assert result.exit_code == 1
    assert (data / "journal.sqlite").stat().st_size == before


def test_of_an_installation_that_is_not_there_nothing_is_claimed(data: Path) -> None:
    result = run()
    assert result.exit_code == 1
    assert f"I {data} finns ingen journal" in result.output
    assert not data.exists()


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "trasig.ttl"
    path.write_text("<a> <b>", encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 1
    assert "trasig.ttl" in result.output
    assert "Traceback" not in result.output
