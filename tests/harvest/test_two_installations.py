"""Two installations: whatever happens to either, the second ends with exactly what the first publishes."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from catalogue.generator import generate
from catalogue.journal import Journal, NewRevision, Revision
from catalogue.namespaces import PIVI
from catalogue.publishing import publish, replace, undo, withdraw
from catalogue.turtle import canonical_lines
from tests.conformance.conftest import LONGEST, Client, Reply, until
from tests.harvest.feeds import iri_of, retitled
from tests.harvest.installations import Installation, installation

_CHANGES = 100


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "first") as found:
        yield found


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path / "second") as found:
        yield found


class Editors:
    """Those who change the first installation beside its running server, at random but always the same."""

    def __init__(self, journal: Journal, base: str, chance: random.Random) -> None:
        self._journal = journal
        self._chance = chance
        records = {iri_of(each): each for each in generate(60, 7, base)}
        self._new = [each for iri, each in records.items() if "/insats/" in iri]
        publish(
            journal,
            [_new(each, PIVI.Organisation.value) for iri, each in records.items() if "/aktor/" in iri],
        )
        self.done: dict[str, int] = {"create": 0, "change": 0, "withdraw": 0, "replace": 0, "undo": 0}

    def change(self) -> None:
        """Make one change of a kind that is possible now."""
        published, gone = self._initiatives()
        kind = self._chance.choices(list(self.done), weights=[4, 5, 2, 2, 1])[0]
        chosen = self._chance.sample(published, 3)
        if kind == "create" and self._new:
            publish(self._journal, [_new(self._new.pop(), PIVI.Initiative.value)])
        elif kind == "withdraw":
            withdraw(self._journal, chosen[0].iri, reason="Insatsen blev aldrig av.", by="test", anyway=True)
        elif kind == "replace":
            successors = [each.iri for each in chosen[1 : self._chance.choice((2, 3))]]
            replace(self._journal, chosen[0].iri, successors, by="test", anyway=True)
        elif kind == "undo" and gone:
            undo(self._journal, self._chance.choice(gone).iri, by="test")
        else:
            kind = "change"
            content = retitled(chosen[0].content, f"({sum(self.done.values())})")
            publish(self._journal, [NewRevision(chosen[0].iri, chosen[0].type, content, "test", "test")])
        self.done[kind] += 1

    def _initiatives(self) -> tuple[list[Revision], list[Revision]]:
        all = list(self._journal.current_all(types=[PIVI.Initiative.value]))
        return [each for each in all if each.published], [each for each in all if not each.published]


def _new(record: bytes, type: str) -> NewRevision:
    return NewRevision(iri_of(record), type, canonical_lines(record), "test", "test")


def test_after_a_hundred_changes_and_kills_the_second_has_what_the_first_publishes(
    first: Installation, second: Installation
) -> None:
    chance = random.Random(20261122)
    first.start()
    second.start()
    second.may_harvest("forsta", first)
    second.harvest("forsta")
    with first.journal() as journal:
        editors = Editors(journal, first.base, chance)
        for number in range(1, _CHANGES + 1):
            editors.change()
            if number in (15, 85):
                second.harvest("forsta")
            elif number in (30, 65):
                _harvest_with_a_kill(second, chance, editors)
            elif number == 40:
                first.kill()
                editors.change()
                first.start()
            elif number == 75:
                second.kill()
                second.harvest("forsta")
                second.start()
    assert all(editors.done.values()), editors.done
    _harvest_while(first, second)
    until(lambda: first.shows(first.head()))
    second.harvest("forsta")
    _compare(first, second)
    head = second.head()
    assert "Inget har ändrats" in second.harvest("forsta")
    assert second.head() == head

    # And the other way: what came from there does not go back, nor round.
    first.may_harvest("andra", second)
    first.harvest("andra")
    assert first.harvested(second) == second.published()
    own = first.published()
    heads = first.head(), second.head()
    for _ in range(2):
        second.harvest("forsta")
        first.harvest("andra")
    assert (first.head(), second.head()) == heads
    assert first.published() == own == second.harvested(first)
    for each, other in ((first, second), (second, first)):
        assert f"<{other.base}".encode() not in each.everything_offered()


def _compare(first: Installation, second: Installation) -> None:
    """What the second holds of the first is what the first publishes: journal, store, SPARQL and dump."""
    published = first.published()
    assert second.harvested(first) == published
    gone, there = second.gone(first), first.gone(first)
    assert gone.keys() <= there.keys(), "some came and went unseen"
    assert len(gone) > 5
    assert gone == {iri: there[iri] for iri in gone}, "with reasons and successors"
    old, new = next(
        (iri, each[0]) for iri, (_, _, each) in gone.items() if len(each) == 1 and each[0] in published
    )
    # Its server shows a moment later what the harvest has brought.
    until(lambda: _page(second, first, old).status == 308)
    assert _page(second, first, old).headers["location"] == _path(first, new)
    everything = canonical_lines(b"".join(published.values()))
    assert len(published) > 100
    until(lambda: first.queried(first) == everything)
    until(lambda: second.queried(first) == everything)
    until(lambda: first.dump() == everything)


def _page(second: Installation, first: Installation, iri: str) -> Reply:
    """The second's page of a record of the first."""
    assert second.server is not None
    return Client(second.server).send("GET", _path(first, iri))


def _path(first: Installation, iri: str) -> str:
    return f"/extern/forsta/{iri.removeprefix(first.base + 'id/')}"


def _harvest_with_a_kill(second: Installation, chance: random.Random, editors: Editors) -> None:
    """Kill a harvest at a random point, while what it harvests changes."""
    process = second.begin("harvest", "forsta")
    sleep(chance.uniform(0.3, 2.0))
    editors.change()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=LONGEST)


def _harvest_while(first: Installation, second: Installation) -> None:
    """Kill the servers at random points of a harvest, and start them again."""
    process = second.begin("harvest", "forsta")
    sleep(1)
    second.kill()
    first.kill()
    # It may have ended well before that; if not, it says what it lacked.
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0 or "gick inte att hämta" in said, said
    first.start()
    second.start()
