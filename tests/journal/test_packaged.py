"""The Turtle of a release in the journal: appended once, followed when it changes, never over local changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue import knowledge
from catalogue.errors import Conflict, Damaged
from catalogue.journal import Journal, NewRevision
from catalogue.namespaces import CONCEPT, PIVI
from catalogue.packaged import append_packaged

BASE = "http://x/"
TARGET_GROUPS = CONCEPT.iri + "malgrupp"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is packaged, to change as a later release would."""
    copy = tmp_path / "packaged"
    for name in ("ontology", "vocab", "example"):
        shutil.copytree(knowledge.folder(name), copy / name)
    monkeypatch.setattr(knowledge, "folder", copy.joinpath)
    return copy


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_ontology_and_vocabularies_are_appended_once(journal: Journal) -> None:
    first = append_packaged(journal, BASE)
    assert len(first) > 100
    assert journal.current("https://w3id.org/pivi/ns") is not None
    assert journal.current(CONCEPT.iri + "malgrupp/barn") is not None
    assert append_packaged(journal, BASE) == range(0)
    assert not journal.has_origin("example")


def test_a_later_release_appends_what_it_changed(journal: Journal, release: Path) -> None:
    append_packaged(journal, BASE)
    change(release / "vocab/malgrupp.ttl", '"Barn"@sv', '"Barnen"@sv')
    numbers = append_packaged(journal, BASE)
    assert [revision.iri for revision in journal.since(numbers[0] - 1)] == [TARGET_GROUPS + "/barn"]


def test_the_example_comes_into_an_empty_catalogue_and_follows_later_releases(
    journal: Journal, release: Path
) -> None:
    append_packaged(journal, BASE)
    assert len(append_packaged(journal, BASE, example=True)) >= 60
    assert journal.has_origin("example")
    change(release / "example/insatser-halsa.ttl", "@sv", "@sv-SE")
    assert len(append_packaged(journal, BASE)) > 0


def test_the_example_does_not_come_among_records_of_ones_own(journal: Journal) -> None:
    own = NewRevision(BASE + "id/insats/bcdf", PIVI.Initiative.value, b"", by="pivi load", origin="load")
    journal.append([own])
    with pytest.raises(Conflict, match="tom katalog"):
        append_packaged(journal, BASE, example=True)


def test_an_organisation_that_was_changed_here_is_not_overwritten(journal: Journal, release: Path) -> None:
    append_packaged(journal, BASE)
    iri = next(revision.iri for revision in journal.since(0) if "/id/aktor/" in revision.iri)
    before = journal.current(iri)
    assert before is not None
    own = NewRevision(iri, before.type, before.content.replace(b"@sv", b"@fi"), by="redaktör", origin="form")
    seq = journal.append([own])[-1]
    change(release / "vocab/organisationer.ttl", "@sv", "@sv-SE")
    append_packaged(journal, BASE)
    current = journal.current(iri)
    assert current is not None and current.seq == seq


def test_a_journal_of_another_address_is_refused(journal: Journal) -> None:
    append_packaged(journal, BASE)
    with pytest.raises(Conflict, match="PIVI_BASE"):
        append_packaged(journal, "http://y/")


def test_two_files_that_describe_one_record_are_refused(journal: Journal, release: Path) -> None:
    shutil.copy(release / "vocab/malgrupp.ttl", release / "vocab/typ2.ttl")
    with pytest.raises(Damaged, match="redan finns i en annan fil"):
        append_packaged(journal, BASE)


def test_two_processes_that_start_at_once_append_it_once(journal: Journal, tmp_path: Path) -> None:
    other = Journal.open(tmp_path / "journal.sqlite")
    appended = [len(append_packaged(each, BASE)) for each in (journal, other)]
    assert appended[1] == 0 and other.head() == appended[0]
    other.close()
