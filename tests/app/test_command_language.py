"""The command line speaks the reader's language, in its help as in its sentences, and knows one set of format names."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app.cli import main

EXAMPLE = str(Path(__file__).parents[2] / "catalogue/example/filmer.ttl")
BASE = ["--base", "http://127.0.0.1:8000/"]
COMMANDS = main.list_commands(click.Context(main))
SWEDISH = re.compile(r"[åäöÅÄÖ]|\b(och|inte|eller|Val|Så här)\b")
ENGLISH = re.compile(r"\b(the|and|not|Options|Usage|Show)\b")


def run(*words: str, **environment: str) -> Result:
    """What `pivi` answers with these variables and no other that tells a language."""
    telling = ("PIVI_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return CliRunner(env={**dict.fromkeys(telling), **environment}).invoke(main, words)


@pytest.mark.parametrize("command", [[], *([each] for each in COMMANDS)], ids=lambda words: " ".join(words))
def test_the_help_is_in_one_language(command: list[str]) -> None:
    swedish = run(*command, "--help", LANG="sv_SE.UTF-8")
    english = run(*command, "--help", LANG="en_GB.UTF-8")
    assert swedish.exit_code == english.exit_code == 0
    assert SWEDISH.search(swedish.output) and not ENGLISH.search(swedish.output), swedish.output
    assert ENGLISH.search(english.output) and not SWEDISH.search(english.output), english.output


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "finns inte"),
        ({"LANG": "C.UTF-8"}, "finns inte"),
        ({"LANG": "de_DE.UTF-8"}, "finns inte"),
        ({"LANG": "en_US.UTF-8"}, "does not exist"),
        ({"LANG": "sv_SE.UTF-8", "LC_MESSAGES": "en_GB"}, "does not exist"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "sv_SE.UTF-8"}, "finns inte"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "does not exist"),
        ({"LANG": "en_US.UTF-8", "PIVI_LANGUAGE": "sv"}, "finns inte"),
        ({"LANG": "sv_SE.UTF-8", "PIVI_LANGUAGE": "en"}, "does not exist"),
    ],
    ids=str,
)
def test_the_setting_goes_before_the_locale_and_swedish_is_the_rule(
    environment: dict[str, str], says: str, tmp_path: Path
) -> None:
    outcome = run("load", str(tmp_path / "none.ttl"), "--data", str(tmp_path / "data"), **environment)
    assert outcome.exit_code == 1
    assert says in outcome.output


@pytest.mark.parametrize(
    ("words", "swedish", "english"),
    [
        (["load"], "Det saknas 'FIL…'", "Missing argument 'FILE…'"),
        (["load", "--formt"], "Valet '--formt' finns inte", "No such option '--formt'"),
        (["lod"], "Kommandot 'lod' finns inte", "No such command 'lod'"),
        (["generate", "tio"], "'tio' är inget heltal.", "'tio' is not a valid integer range."),
        (["load", "x", "--format", "pdf"], "'pdf' är inget av 'ttl', 'nt'", "'pdf' is not one of 'ttl'"),
    ],
)
def test_a_wrong_command_is_told_in_the_same_language(words: list[str], swedish: str, english: str) -> None:
    assert swedish in run(*words).output
    assert english in run(*words, LANG="en_GB.UTF-8").output


def test_an_english_reader_does_not_change_the_language_of_the_next() -> None:
    before = os.environ["PIVI_LANGUAGE"]
    assert "Options" in run("load", "--help", LANG="en_GB.UTF-8").output
    assert "Val:" in run("load", "--help").output
    assert os.environ["PIVI_LANGUAGE"] == before


# --- formats -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ttl", "turtle", "Turtle", ".ttl"])
def test_a_format_has_one_set_of_names_in_every_command(name: str, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    unnamed = tmp_path / "filmer"
    unnamed.write_bytes(Path(EXAMPLE).read_bytes())
    judged = run("validate", str(unnamed), *BASE, *data, "--quiet", "--input-format", name, "--format", name)
    assert "sh:ValidationReport" in judged.output or "ValidationReport" in judged.output
    loaded = run("load", str(unnamed), *BASE, *data, "--trusted", "--format", name)
    assert loaded.exit_code == 0, loaded.output
    assert run("generate", "1", "--format", name).output.startswith("@prefix")


@pytest.mark.parametrize(
    "name", ["nt", "n-triples", "ntriples", "rdf", "rdfxml", "rdf/xml", "jsonld", "json-ld", "trig", "nq"]
)
def test_a_report_is_written_in_every_format_that_is_read(name: str, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    told = run("validate", EXAMPLE, *BASE, *data, "--quiet", "--format", name)
    assert "http://www.w3.org/ns/shacl#" in told.output, told.output
    report = tmp_path / "report"
    report.write_text(told.output)
    # What it wrote is read under the same name: no record of ours, but no fault of the syntax.
    read = run("load", str(report), *data, "--format", name)
    assert "format" not in read.output


def test_the_formats_are_listed_by_their_file_endings() -> None:
    for command in ("load", "validate"):
        assert "ttl|nt|jsonld|rdf|trig|nq]" in re.sub(r"\s", "", run(command, "--help").output)
