"""A data directory with damaged files: what can be made anew from the journal is, the journal itself is named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.applier import wait_until_applied
from catalogue.errors import Damaged
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.attacks.conftest import BASE

Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("sound") / "data"
    with Projections.open(Settings(data=data, base=BASE), example=True):
        return data


@pytest.fixture
def copied(sound: Path, tmp_path: Path) -> Iterator[Settings]:
    shutil.copytree(sound, tmp_path / "data")
    yield Settings(data=tmp_path / "data", base=BASE)


def _says(name: str, content: bytes) -> Damage:
    def damage(data: Path) -> None:
        for path in list(data.glob(name)) or [data / name]:
            path.write_bytes(content)

    return damage


def _garbled(name: str, *, whole: bool = False) -> Damage:
    def damage(data: Path) -> None:
        for path in data.glob(name):
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.seek(0 if whole else size // 2)
                file.write(os.urandom(size if whole else min(200, size // 2)))

    return damage


def _cut(name: str) -> Damage:
    def damage(data: Path) -> None:
        for path in data.glob(name):
            os.truncate(path, path.stat().st_size // 2)

    return damage


def _foreign_things(data: Path) -> None:
    (data / "generation-x").mkdir()
    (data / "generation-2").write_text("no directory", encoding="ascii")


MENDABLE: dict[str, Damage] = {
    "applied": _says("applied", b"\xff{"),
    "applied, a list": _says("applied", b"[]"),
    "current": _says("current", b"\xff\xfe"),
    "current, elsewhere": _says("current", b"generation-1/../../elsewhere"),
    "rebuild": _says("rebuild", b"\xff\xfe"),
    "fingerprint": _says("generation-*/fingerprint", b"\xff"),
    "index.json": _says("generation-*/index.json", b"{"),
    "index.json, a number": _says("generation-*/index.json", b"7"),
    "foreign things": _foreign_things,
    "index meta": _says("generation-*/index/meta.json", b"x"),
    "index cut": _cut("generation-*/index/*.*"),
    "store CURRENT": _says("generation-*/store/CURRENT", b"MANIFEST-9\n"),
    "store manifest": _garbled("generation-*/store/MANIFEST*", whole=True),
    "store tables cut": _cut("generation-*/store/*.sst"),
}


@pytest.mark.parametrize("damage", MENDABLE.values(), ids=MENDABLE.keys())
def test_what_is_made_from_the_journal_is_made_anew(copied: Settings, damage: Damage) -> None:
    damage(copied.data)
    with Projections.open(copied) as projections, projections.snapshot() as snapshot:
        assert snapshot.index.search(snapshot.index.read({"q": ["kvällsöppet"]})).total > 0
        assert snapshot.store.describe(f"{BASE}id/insats/7k3f")
        wait_until_applied(copied, projections.version)


@pytest.mark.parametrize(
    "damage",
    [
        _garbled("journal.sqlite", whole=True),
        _cut("journal.sqlite"),
        _says("journal.sqlite", b"hello" * 1_000),
    ],
    ids=["garbled", "cut", "text"],
)
def test_a_damaged_journal_is_named_and_left_alone(copied: Settings, damage: Damage) -> None:
    damage(copied.data)
    before = (copied.data / "journal.sqlite").read_bytes()
    with pytest.raises(Damaged, match="säkerhetskopia"):
        Projections.open(copied)
    assert (copied.data / "journal.sqlite").read_bytes() == before
    with pytest.raises(Damaged):
        Journal.open(Layout(copied.data).journal)
