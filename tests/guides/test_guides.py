"""That the guides in docs/ are true: their examples are valid, their commands exist, their defaults are right."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import main
from catalogue.knowledge import turtle_files
from catalogue.settings import Settings, variable_name
from catalogue.turtle import load_packaged
from catalogue.validation import validate

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = [DOCS / f"{name}.md" for name in ("redaktorer", "forskare", "skordare", "drift")]
BASE = "https://pivi.example.se/"


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def calls() -> Iterator[tuple[str, list[str]]]:
    """Every call of `pivi` in a shell block: the command and its words."""
    for path in GUIDES:
        for block in blocks(path, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line.partition(" > ")[0].partition(" | ")[0], comments=True)
                if words and words[0] == "pivi" and not words[1].startswith("-"):
                    yield words[1], words[2:]


@pytest.mark.parametrize(("command", "words"), list(calls()), ids=lambda value: str(value))
def test_every_call_of_pivi_in_the_guides_is_understood(command: str, words: list[str]) -> None:
    found = main.get_command(click.Context(main), command)
    assert found is not None
    with found.make_context(command, list(words)):
        pass


def test_every_command_has_a_section_in_the_operators_guide() -> None:
    guide = (DOCS / "drift.md").read_text(encoding="utf-8")
    for name in main.list_commands(click.Context(main)):
        assert f"### pivi {name}\n" in guide


def test_the_operators_guide_tells_every_setting_with_its_default() -> None:
    guide = (DOCS / "drift.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(PIVI_[A-Z_]+)` \| `([^`]*)` \|", guide, re.MULTILINE))
    assert told == {variable_name(each.name): str(each.default) for each in dataclasses.fields(Settings)}


def test_the_initiative_in_the_editors_guide_is_valid(tmp_path: Path) -> None:
    (turtle,) = blocks(DOCS / "redaktorer.md", "turtle")
    path = tmp_path / "insats.ttl"
    path.write_text(turtle, encoding="utf-8")
    records = load_packaged(path, BASE)
    around = {
        iri: content
        for folder in ("vocab", "ontology")
        for file in turtle_files(folder)
        for iri, content in load_packaged(file, BASE).items()
    }
    assert len(records) == 1 and not records.keys() & around.keys()
    report = validate({**around, **records}, processes=1)
    assert not report.results, report.text("sv")


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_links_between_the_guides_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_each_guide_tells_english_readers_what_it_is(path: Path) -> None:
    assert re.search(r"^\*In English: ", path.read_text(encoding="utf-8"), re.MULTILINE)
