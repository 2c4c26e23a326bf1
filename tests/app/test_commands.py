"""What every command that opens an installation has in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main

EXAMPLE = str(Path(__file__).parents[2] / "catalogue/example/filmer.ttl")
COMMANDS = {
    "serve": ["serve", "--port", "0"],
    "load": ["load", EXAMPLE, "--base", "http://127.0.0.1:8000/"],
    "withdraw": ["withdraw", "http://127.0.0.1:8000/id/insats/bcdf", "--reason", "prov"],
    "replace": ["replace", "http://127.0.0.1:8000/id/insats/bcdf", "http://127.0.0.1:8000/id/insats/bcdg"],
    "rebuild": ["rebuild"],
    "citation": ["citation", "hide", "7k3f9xbd", "--reason", "prov"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_data_directory_that_cannot_be_used_is_named_in_a_sentence(
    command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    unusable = tmp_path / "file" / "data"
    outcome = CliRunner().invoke(main, [*command, "--data", str(unusable)])
    assert outcome.exit_code == 1
    assert f"{unusable} går inte att använda" in outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_wrong_setting_is_named_by_every_command(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIVI_THREADS", "många")
    outcome = CliRunner().invoke(main, command)
    assert outcome.exit_code == 1
    assert "PIVI_THREADS" in outcome.output


@pytest.mark.parametrize(
    "command",
    [
        COMMANDS["withdraw"],
        COMMANDS["replace"],
        COMMANDS["rebuild"],
        COMMANDS["citation"],
        ["dump"],
        ["validate"],
    ],
    ids=" ".join,
)
def test_a_mistyped_data_directory_is_told_and_not_made(command: list[str], tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, [*command, "--data", str(tmp_path / "dta")])
    assert outcome.exit_code == 1
    assert f"{tmp_path / 'dta'} finns ingen journal" in outcome.output
    assert not list(tmp_path.iterdir())
