"""Where the Turtle that ships with the product lies: ontology, vocabularies, shapes, example."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `ontology`, `vocab`, `shapes` or `example`: inside the package, else beside it."""
    if name == "example":
        return _PACKAGE / "example"
    inside = _PACKAGE / "packaged" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def turtle_files(name: str) -> list[Path]:
    """The Turtle files of a folder, in a stable order."""
    return sorted(folder(name).glob("*.ttl"))
