"""The projections: they follow the journal, can be thrown away, and are never closed under a reader."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.errors import Busy, Damaged
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout
from catalogue.namespaces import CONCEPT, PIVI
from catalogue.projections import LARGE, Projections
from catalogue.publishing import publish, replace, withdraw
from catalogue.settings import Settings

Make = Callable[..., NewRevision]
State = tuple[frozenset[str], tuple[tuple[str, ...], ...]]
Read = Callable[[Projections], State]


def iri(ref: str) -> str:
    return f"http://x.example/id/insats/{ref}"


def journal_of(settings: Settings) -> Journal:
    return Journal.open(Layout(settings.data).journal)


def titles(projections: Projections, ref: str) -> list[str]:
    with projections.snapshot() as now:
        return [t.object.value for t in now.store.describe(iri(ref)) if t.predicate.value.endswith("/title")]


def test_a_new_directory_shows_the_packaged_vocabularies(settings: Settings) -> None:
    with Projections.open(settings) as projections, projections.snapshot() as now:
        assert now.vocabulary.scheme("malgrupp") is not None
        assert now.store.holds("https://w3id.org/pivi/ns")
        assert now.version == projections.version == projections.journal.head()
        assert not now.example


def test_the_example_is_marked_as_long_as_it_is_shown(settings: Settings) -> None:
    with Projections.open(settings, example=True) as projections, projections.snapshot() as now:
        assert now.example


def test_a_published_record_is_shown_by_store_and_index_under_its_number(
    settings: Settings, initiative: Make, state: Read
) -> None:
    with Projections.open(settings) as projections:
        seq = publish(projections.journal, [initiative("bcdf")])[-1]
        assert projections.version < seq
        assert projections.step()
        assert projections.version == seq
        assert titles(projections, "bcdf") == ["Nattpatrullen"]
        assert any(iri("bcdf") in document for document in state(projections)[1])
        with projections.snapshot() as now:
            newest = projections.journal.current(iri("bcdf"))
            assert newest is not None and now.changed == newest.at
        assert not projections.step()


def test_a_start_catches_up_with_what_was_published_meanwhile(settings: Settings, initiative: Make) -> None:
    Projections.open(settings).close()
    journal = journal_of(settings)
    publish(journal, [initiative("bcdf", "Före"), initiative("ghjk")])
    publish(journal, [initiative("bcdf", "Efter")])
    withdraw(journal, iri("ghjk"), reason="Fel", by="x")
    with Projections.open(settings) as projections:
        assert projections.version == journal.head()
        assert titles(projections, "bcdf") == ["Efter"]
        assert titles(projections, "ghjk") == []


def test_what_is_internal_never_leaves_the_journal(settings: Settings, initiative: Make, state: Read) -> None:
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf")])
        projections.step()
        triples, documents = state(projections)
        assert not [triple for triple in triples if "hemlig" in triple]
        assert not [document for document in documents if "hemlig" in " ".join(document)]


def test_a_snapshot_says_of_a_record_what_its_version_says(settings: Settings, initiative: Make) -> None:
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Före"), initiative("ghjk")])
        projections.step()
        with projections.snapshot() as now:
            publish(projections.journal, [initiative("bcdf", "Efter"), initiative("lmnp")])
            withdraw(projections.journal, iri("ghjk"), reason="Fel", by="x")
            for ref in ("bcdf", "ghjk", "lmnp"):
                assert now.content(iri(ref)) == now.store.content(iri(ref))
            assert "Före".encode() in now.content(iri("bcdf")) and b"hemlig" not in now.content(iri("bcdf"))
        projections.step()
        with projections.snapshot() as then:
            assert b"Efter" in then.content(iri("bcdf"))
            assert then.content(iri("ghjk")) == b"" and then.content(iri("lmnp")) != b""


def test_a_changed_concept_is_in_the_vocabulary_at_once(settings: Settings) -> None:
    with Projections.open(settings) as projections:
        concept = projections.journal.current(CONCEPT.iri + "malgrupp/barn")
        assert concept is not None
        changed = concept.content.replace(b'"Barn"@sv', '"Småfolk"@sv'.encode())
        publish(projections.journal, [NewRevision(concept.iri, concept.type, changed, "x", "load")])
        projections.step()
        with projections.snapshot() as now:
            shown = now.vocabulary.concept(concept.iri)
            assert shown is not None and shown.name("sv").text == "Småfolk"


def test_a_rebuild_shows_the_same_triples_and_documents(
    settings: Settings, initiative: Make, state: Read
) -> None:
    with Projections.open(settings, example=True) as projections:
        journal = projections.journal
        publish(journal, [initiative(f"bcdf{n}", f"Insats nummer {n}") for n in range(30)])
        projections.step()
        publish(journal, [initiative("bcdf3", "Ändrad", area="fritid"), initiative("zzzz")])
        projections.step()
        withdraw(journal, iri("bcdf4"), reason="Fel", by="x")
        replace(journal, iri("bcdf5"), [iri("bcdf6")], by="x")
        concept = journal.current(CONCEPT.iri + "omrade/fritid")
        actor = next(r for r in journal.current_all() if r.type == PIVI.Organisation.value)
        assert concept is not None
        for changed in (concept, actor):
            content = changed.content.replace(b'"@sv .', b' (ny)"@sv .')
            publish(journal, [NewRevision(changed.iri, changed.type, content, "x", "load")])
        projections.catch_up()
        followed = state(projections)
        version = projections.version
    Layout(settings.data).rebuild_request.write_text("token")
    with Projections.open(settings) as projections:
        assert state(projections) == followed
        assert projections.version == version
    assert not Layout(settings.data).rebuild_request.exists()


def test_a_snapshot_stays_readable_while_the_projections_are_swapped(
    settings: Settings, initiative: Make
) -> None:
    layout = Layout(settings.data)
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Före")])
        projections.step()
        old = layout.current()
        with projections.snapshot() as held:
            layout.rebuild_request.write_text("token")
            projections.catch_up()
            publish(projections.journal, [initiative("bcdf", "Efter")])
            projections.catch_up()
            assert old is not None and old.is_dir() and layout.current() != old
            assert [t for t in held.store.describe(iri("bcdf")) if "Före" in str(t)]
            assert list(held.index.documents())
            assert titles(projections, "bcdf") == ["Efter"]
        projections.step()
        assert not old.exists()


def test_a_large_load_is_built_beside_and_shown_whole(
    settings: Settings, initiative: Make, state: Read
) -> None:
    with Projections.open(settings) as projections:
        before = projections.version
        head = publish(projections.journal, (initiative(f"bcdf{n}") for n in range(LARGE + 1)))[-1]
        versions = set()
        told: list[float] = []
        while projections.version != head:
            versions.add(projections.version)
            projections.catch_up(told.append)
        assert versions == {before}
        assert told and all(0 <= part <= 1 for part in told)
        assert len([d for d in state(projections)[1] if iri("bcdf") in " ".join(d)]) == LARGE + 1
        assert Layout(settings.data).generations() == [Layout(settings.data).current()]


def test_what_is_published_during_a_build_is_shown_after_it(settings: Settings, initiative: Make) -> None:
    with Projections.open(settings) as projections:
        publish(projections.journal, (initiative(f"bcdf{n}") for n in range(LARGE + 1)))
        assert projections.step()
        seq = publish(projections.journal, [initiative("zzzz", "Sist")])[-1]
        projections.catch_up()
        assert projections.version == seq and titles(projections, "zzzz") == ["Sist"]


def test_a_store_behind_the_journal_catches_up(settings: Settings, initiative: Make, tmp_path: Path) -> None:
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Ett")])
        projections.step()
    generation = Layout(settings.data).current()
    assert generation is not None
    shutil.copytree(generation / "store", tmp_path / "earlier")
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Två"), initiative("ghjk", "Tre")])
        projections.step()
    # As after a power cut: the index is on disk, the last transactions of the store are not.
    shutil.rmtree(generation / "store")
    shutil.copytree(tmp_path / "earlier", generation / "store")
    with Projections.open(settings) as projections:
        assert titles(projections, "bcdf") == ["Två"] and titles(projections, "ghjk") == ["Tre"]
        assert Layout(settings.data).current() == generation


def test_an_index_behind_the_store_catches_up(
    settings: Settings, initiative: Make, state: Read, tmp_path: Path
) -> None:
    Projections.open(settings).close()
    generation = Layout(settings.data).current()
    assert generation is not None
    shutil.copytree(generation, tmp_path / "earlier")
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Två")])
        projections.step()
        expected = state(projections)
    shutil.rmtree(generation / "index")
    shutil.copytree(tmp_path / "earlier" / "index", generation / "index")
    shutil.copy(tmp_path / "earlier" / "index.json", generation / "index.json")
    with Projections.open(settings) as projections:
        assert state(projections) == expected
        assert Layout(settings.data).current() == generation


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_projections_of_a_journal_that_was_restored_from_a_backup_are_built_anew(
    settings: Settings, initiative: Make, tmp_path: Path, after: int
) -> None:
    """Restored, the journal goes on with other revisions: fewer, as many or more than were lost."""
    Projections.open(settings).close()
    journal = Layout(settings.data).journal
    shutil.copy(journal, tmp_path / "backup")
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf", "Förlorad"), initiative("ghjk", "Förlorad")])
        projections.step()
    for left in settings.data.glob("journal.sqlite*"):
        left.unlink()
    shutil.copy(tmp_path / "backup", journal)
    restored = journal_of(settings)
    for number in range(after):
        publish(restored, [initiative(f"mnpq{number}", "Ny")])
    with Projections.open(settings) as projections:
        assert titles(projections, "bcdf") == titles(projections, "ghjk") == []
        assert [titles(projections, f"mnpq{n}") for n in range(after)] == [["Ny"]] * after
        assert projections.version == restored.head()


def damage_store(generation: Path) -> None:
    (generation / "store" / "CURRENT").write_text("no manifest")


def lose_index(generation: Path) -> None:
    shutil.rmtree(generation / "index")


def other_release(generation: Path) -> None:
    (generation / "fingerprint").write_text("of an earlier release")


def unfinished(generation: Path) -> None:
    (generation / "fingerprint").unlink()


def wrong_pointer(generation: Path) -> None:
    (generation.parent / "current").write_text("generation-99\n")


@pytest.mark.parametrize("harm", [damage_store, lose_index, other_release, unfinished, wrong_pointer])
def test_projections_that_cannot_be_used_are_built_anew(
    settings: Settings, initiative: Make, state: Read, harm: Callable[[Path], None]
) -> None:
    with Projections.open(settings) as projections:
        publish(projections.journal, [initiative("bcdf")])
        projections.step()
        expected = state(projections)
    old = Layout(settings.data).current()
    assert old is not None
    harm(old)
    with Projections.open(settings) as projections:
        assert state(projections) == expected
    assert Layout(settings.data).generations() == [Layout(settings.data).current()]


@pytest.mark.parametrize("left", [None, b""])
def test_a_journal_that_is_missing_beside_its_projections_is_not_begun_anew(
    settings: Settings, left: bytes | None
) -> None:
    Projections.open(settings).close()
    layout = Layout(settings.data)
    for file in settings.data.glob("journal.sqlite*"):
        file.unlink()
    if left is not None:
        layout.journal.write_bytes(left)
    with pytest.raises(Damaged, match=r"journal\.sqlite saknas eller är tom"):
        Projections.open(settings)
    assert layout.generations()


def test_a_new_data_directory_is_for_its_owner_alone(settings: Settings) -> None:
    Projections.open(settings).close()
    assert settings.data.stat().st_mode & 0o077 == 0


def test_usable_projections_are_not_built_anew(settings: Settings) -> None:
    Projections.open(settings).close()
    first = Layout(settings.data).current()
    Projections.open(settings).close()
    assert Layout(settings.data).current() == first


def test_a_second_process_is_told_who_holds_the_directory(settings: Settings) -> None:
    with Projections.open(settings), pytest.raises(Busy, match=str(os.getpid())):
        Projections.open(settings, wait=0)


def test_the_announced_number_is_what_store_and_index_show(settings: Settings, initiative: Make) -> None:
    layout = Layout(settings.data)
    with Projections.open(settings) as projections:
        assert layout.applied().progress.seq == projections.version
        seq = publish(projections.journal, [initiative("bcdf")])[-1]
        assert layout.applied().progress.seq == seq - 1
        projections.step()
        assert layout.applied().progress.seq == seq
        with projections.snapshot() as now:
            assert abs(now.changed - projections.journal.history(iri("bcdf"))[0].at) < timedelta(seconds=1)
