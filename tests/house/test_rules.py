"""The rules of the house: who may import whom, how large a room may grow, what must be documented."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import re
from pathlib import Path

import click
import pyoxigraph
import pytest

from app.cli import main
from catalogue.settings import Settings, variable_name

ROOT = Path(__file__).parents[2]
CODE = sorted(
    path
    for folder in ("app", "catalogue", "tests", "tools")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".css", ".js", ".sh"} and "vendor" not in path.parts
)
DOMAIN = sorted((ROOT / "catalogue").rglob("*.py"))
ROOMS = [
    line.strip()
    for line in (ROOT / "tests/house/rooms.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
WEB = {"app", "flask", "flask_babel", "jinja2", "uvicorn", "werkzeug", "wsgiref", "http"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def room(path: Path) -> str:
    """`catalogue/journal.py` and `catalogue/migrations/env.py` are the rooms journal and migrations."""
    return path.relative_to(ROOT / "catalogue").parts[0].removesuffix(".py")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOMAIN, ids=relative)
def test_the_domain_knows_nothing_of_the_web(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in WEB}


@pytest.mark.parametrize("path", [p for p in DOMAIN if room(p) != "__init__"], ids=relative)
def test_later_rooms_import_earlier_ones_only(path: Path) -> None:
    here = room(path)
    assert here in ROOMS, f"say where {here} stands in tests/house/rooms.txt"
    used = {name.split(".")[1] for name in imported(path) if name.startswith("catalogue.")}
    later = {name for name in used if name in ROOMS and ROOMS.index(name) > ROOMS.index(here)}
    assert not later


@pytest.mark.parametrize("path", sorted((ROOT / "app/pages").glob("*.py")), ids=relative)
def test_pages_never_import_a_view_of_another_page(path: Path) -> None:
    def views(file: Path) -> bool:
        return "Blueprint(" in file.read_text(encoding="utf-8")

    others = {
        f"app.pages.{other.stem}"
        for other in (ROOT / "app/pages").glob("*.py")
        if other not in (path, ROOT / "app/pages/__init__.py") and views(other)
    }
    if path.stem != "__init__":
        assert not imported(path) & others


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [p for p in CODE if p.suffix == ".py" and p.stat().st_size], ids=relative)
def test_each_module_opens_with_a_sentence_on_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("setting", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented_with_help(setting: dataclasses.Field[object]) -> None:
    assert setting.metadata["help"].endswith(".")
    assert variable_name(setting.name) in (ROOT / "docs/drift.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    return sorted(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented_with_help(name: str) -> None:
    guides = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert f"pivi {name}" in guides
    command = main.get_command(click.Context(main), name)
    assert command is not None and command.help


def test_every_query_parses_and_opens_with_its_question() -> None:
    for path in (ROOT / "catalogue/queries").glob("*.rq"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), f"{path.name}: the first line is the question that the query answers"
        pyoxigraph.Store().query(text)


@pytest.mark.parametrize(
    "path",
    sorted(p for f in ("ontology", "vocab", "shapes", "catalogue") for p in (ROOT / f).rglob("*.ttl")),
    ids=relative,
)
def test_every_turtle_file_parses_without_blank_subjects(path: Path) -> None:
    quads = list(pyoxigraph.parse(path=str(path), base_iri="http://example.org/"))
    assert quads
    if path.parts[-2] != "shapes":
        assert not [quad for quad in quads if isinstance(quad.subject, pyoxigraph.BlankNode)]


def test_vendored_files_are_what_their_list_says() -> None:
    static = ROOT / "app/static"
    listing = (static / "vendor/VENDORED.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", listing, re.MULTILINE))
    found = {
        path.relative_to(static).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("vendor", "fonts")
        for path in (static / folder).iterdir()
        if path.name != "VENDORED.md"
    }
    assert listed == found


def test_the_repository_names_no_registry_host_or_machine_path() -> None:
    # Written in parts, so that this file does not find itself.
    hosts = ("py" + "pi.org", "python" + "hosted", "registry." + "npmjs", "deb." + "debian")
    paths = ("/wo" + "rk/", "/ro" + "ot/")
    forbidden = re.compile("|".join(map(re.escape, (*hosts, *paths))))
    found = [
        relative(path)
        for folder in ("app", "catalogue", "docs", "tests", "tools", "ontology", "vocab", "shapes")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sh", ".md", ".ttl", ".rq", ".html", ".toml", ".txt"}
        and "vendor" not in path.parts
        and forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert not found
