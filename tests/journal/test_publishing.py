"""Publishing and taking out of publication: what is refused and why, and what is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.errors import Conflict, InvalidInput, NotFound
from catalogue.journal import Journal, NewRevision
from catalogue.namespaces import PIVI
from catalogue.publishing import publish, replace, tombstone, undo, withdraw

BASE = "http://x/id/insats/"
OLD, NEW, OTHER = BASE + "bcdf", BASE + "ghjk", BASE + "mnpq"
RELATION = "http://purl.org/dc/terms/relation"


def record(
    iri: str, title: str = "Nattpatrullen", *points_at: str, type: str = PIVI.Initiative.value
) -> NewRevision:
    lines = [f'<{iri}> <http://purl.org/dc/terms/title> "{title}"@sv .\n']
    lines += [f"<{iri}> <{RELATION}> <{target}> .\n" for target in points_at]
    return NewRevision(iri, type, "".join(sorted(lines)).encode(), by="pivi load", origin="load")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def content(journal: Journal, iri: str) -> str:
    current = journal.current(iri)
    assert current is not None
    return current.content.decode()


def test_what_is_published_unchanged_already_gets_no_new_revision(journal: Journal) -> None:
    publish(journal, [record(OLD), record(NEW)])
    assert publish(journal, [record(OLD), record(NEW, "Ändrad"), record(OTHER)]) == range(3, 5)
    assert publish(journal, [record(OLD), record(OTHER)]) == range(5, 5)


def test_a_withdrawn_record_leaves_a_tombstone(journal: Journal) -> None:
    publish(journal, [record(OLD), record(NEW)])
    assert withdraw(journal, OLD, reason="Samtycket togs tillbaka", by="pivi withdraw", successor=NEW) == 3
    left = tombstone(journal, OLD)
    assert left is not None
    assert (left.type, left.title, left.state) == (PIVI.Initiative.value, ("Nattpatrullen",), "withdrawn")
    assert (left.reason, left.successors) == ("Samtycket togs tillbaka", (NEW,))
    assert content(journal, OLD) == ""


def test_what_is_published_or_never_was_has_no_tombstone(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    assert tombstone(journal, OLD) is None and tombstone(journal, NEW) is None


def test_a_load_does_not_bring_back_what_was_withdrawn(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    withdraw(journal, OLD, reason="Fel", by="pivi withdraw")
    with pytest.raises(Conflict, match=r"bcdf är tagen ur publicering.*--undo"):
        publish(journal, [record(NEW), record(OLD)])
    assert journal.head() == 2


def test_a_withdrawal_can_be_undone(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    withdraw(journal, OLD, reason="Fel", by="pivi withdraw")
    assert undo(journal, OLD, by="pivi withdraw") == 3
    assert "Nattpatrullen" in content(journal, OLD) and tombstone(journal, OLD) is None
    with pytest.raises(Conflict, match="inget att ångra"):
        undo(journal, OLD, by="pivi withdraw")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Anna 850312-1233 bad om det", "personnummer: 850312-••••"),
        ("Fråga ８５０３１２ １２３３", "personnummer"),
        ("mejla anna.k@example.org", "e-postadress"),
        ("ring 070-123 45 67", "telefonnummer"),
    ],
)
def test_a_reason_points_out_no_person(journal: Journal, reason: str, told: str) -> None:
    publish(journal, [record(OLD), record(NEW)])
    with pytest.raises(InvalidInput, match=told):
        withdraw(journal, OLD, reason=reason, by="x")
    with pytest.raises(InvalidInput, match=told):
        replace(journal, OLD, [NEW], by="x", reason=reason)
    assert tombstone(journal, OLD) is None


def test_an_unknown_record_is_named(journal: Journal) -> None:
    for action in (
        lambda: withdraw(journal, OLD, reason="Fel", by="x"),
        lambda: replace(journal, OLD, [NEW], by="x"),
        lambda: undo(journal, OLD, by="x"),
    ):
        with pytest.raises(NotFound, match=f"Ingen post heter {OLD}"):
            action()


def test_a_withdrawal_needs_a_reason(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    with pytest.raises(InvalidInput, match="Ange varför"):
        withdraw(journal, OLD, reason="  ", by="x")


def test_nothing_is_withdrawn_twice(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    withdraw(journal, OLD, reason="Fel", by="x")
    with pytest.raises(Conflict, match="redan tagen ur publicering"):
        withdraw(journal, OLD, reason="Fel", by="x")


def test_what_others_point_at_is_not_withdrawn_unless_asked_twice(journal: Journal) -> None:
    publish(
        journal,
        [record(OLD), record(NEW, "Ny", OLD), record(OTHER, "Del", OLD + "#resultat"), record(OLD + "z")],
    )
    with pytest.raises(Conflict) as refused:
        withdraw(journal, OLD, reason="Fel", by="x")
    assert str(refused.value).startswith(f"Poster som pekar på {OLD}: 2\n  {NEW}\n  {OTHER}\n")
    assert "--anyway" in str(refused.value)
    assert withdraw(journal, OLD, reason="Fel", by="x", anyway=True) == 5


def test_a_long_list_of_those_who_point_is_cut(journal: Journal) -> None:
    publish(journal, [record(OLD), *(record(f"{NEW}{number}", "Ny", OLD) for number in range(12))])
    with pytest.raises(Conflict) as refused:
        withdraw(journal, OLD, reason="Fel", by="x")
    assert (
        str(refused.value).startswith(f"Poster som pekar på {OLD}: 12\n")
        and str(refused.value).count(NEW) == 10
    )


def test_a_record_that_points_at_itself_can_be_withdrawn(journal: Journal) -> None:
    publish(journal, [record(OLD, "Själv", OLD, OLD + "#del")])
    assert withdraw(journal, OLD, reason="Fel", by="x") == 2


def test_a_successor_is_another_published_record(journal: Journal) -> None:
    publish(journal, [record(OLD), record(OTHER)])
    withdraw(journal, OTHER, reason="Fel", by="x")
    with pytest.raises(Conflict, match="av sig själv"):
        replace(journal, OLD, [OLD], by="x")
    for unpublished in (NEW, OTHER):
        with pytest.raises(Conflict, match=f"{unpublished} är inte publicerad"):
            replace(journal, OLD, [unpublished], by="x")
    with pytest.raises(InvalidInput, match="minst en post"):
        replace(journal, OLD, [], by="x")


def test_a_successor_is_of_the_same_type(journal: Journal) -> None:
    publish(journal, [record(OLD), record(NEW, type=PIVI.Organisation.value)])
    with pytest.raises(Conflict, match="annat slag"):
        replace(journal, OLD, [NEW], by="x")


def test_those_who_point_at_a_replaced_record_point_at_its_successor(journal: Journal) -> None:
    publish(journal, [record(OLD), record(NEW), record(OTHER, "Del", OLD, OLD + "z", NEW), record(OLD + "z")])
    done = replace(journal, OLD, [NEW], by="pivi replace", reason="Dubblett")
    assert (done.seq, done.pointing) == (6, (OTHER,))
    assert content(journal, OTHER) == record(OTHER, "Del", OLD + "z", NEW).content.decode()
    left = tombstone(journal, OLD)
    assert left is not None and (left.state, left.successors, left.reason) == ("replaced", (NEW,), "Dubblett")


def test_a_successor_that_points_at_what_it_replaces_must_be_changed_first(journal: Journal) -> None:
    publish(journal, [record(OLD), record(NEW, "Ny", OLD), record(OTHER, "Del", OLD)])
    with pytest.raises(Conflict, match=f"Poster som pekar på {OLD}: 1\n  {NEW}\n"):
        replace(journal, OLD, [NEW], by="x")
    assert journal.head() == 3
    assert replace(journal, OLD, [NEW], by="x", anyway=True).pointing == (OTHER,)
    assert OLD in content(journal, NEW)


def test_a_record_that_others_point_at_is_not_split_unless_asked_twice(journal: Journal) -> None:
    third = BASE + "rstv"
    publish(journal, [record(OLD), record(NEW), record(third), record(OTHER, "Del", OLD)])
    with pytest.raises(Conflict, match=f"Poster som pekar på {OLD}: 1\n"):
        replace(journal, OLD, [NEW, third], by="x")
    assert replace(journal, OLD, [NEW, third], by="x", anyway=True).pointing == ()
    left = tombstone(journal, OLD)
    assert left is not None and left.successors == (NEW, third)


def test_somebody_who_changes_the_record_meanwhile_is_not_overwritten(journal: Journal) -> None:
    publish(journal, [record(OLD)])
    with pytest.raises(Conflict, match="ändrats av någon annan"):
        publish(journal, [record(OLD, "Min")], expect={OLD: 0})
