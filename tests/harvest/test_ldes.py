"""`pivi harvest` of a change feed: all that is published there, then only what is new, and nothing twice."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import Result

from catalogue.formats import RECORD_FORMATS, Format
from catalogue.generator import generate
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.origins import without_origin
from catalogue.publishing import replace, tombstone, undo, withdraw
from tests.app.test_server import PIVI
from tests.conformance.conftest import LONGEST
from tests.harvest.conftest import Elsewhere, Here
from tests.harvest.feeds import Theirs, iri_of, retitled


@pytest.fixture
def theirs(elsewhere: Elsewhere, here: Here, tmp_path: Path) -> Theirs:
    """Twenty initiatives and their actors, in a feed of several full pages and an open one."""
    theirs = Theirs(elsewhere, tmp_path / "theirs.sqlite")
    theirs.publish(*generate(20, 1, theirs.base))
    here.space = theirs.base
    here.configure(theirs.feed, profile="ldes")
    return theirs


@pytest.fixture
def harvest(here: Here, theirs: Theirs) -> Callable[..., Result]:
    """Harvest, and compare what is here with what is published there."""

    def harvested(*arguments: str) -> Result:
        result = here.harvest("boras", *arguments)
        assert result.exit_code == 0, result.output
        assert _here(here) == theirs.published()
        return result

    return harvested


def _here(here: Here) -> dict[str, bytes]:
    return {iri: without_origin(each.content, iri) for iri, each in here.theirs().items() if each.published}


@pytest.mark.parametrize("format", RECORD_FORMATS, ids=lambda each: each.extension)
def test_all_that_is_published_comes_as_it_is_from_every_format(
    harvest: Callable[..., Result], theirs: Theirs, format: Format
) -> None:
    theirs.format = format
    assert f"{len(theirs.published())} nya" in harvest().output


@pytest.mark.parametrize("start", ["open", "full", "group"])
def test_any_page_leads_to_the_whole_feed(
    harvest: Callable[..., Result], here: Here, theirs: Theirs, start: str
) -> None:
    harvest()
    names = theirs.asked()
    page = {
        "open": next(each for each in names if each.isdigit()),
        "full": next(each for each in names if "-" in each and each[0] != "g"),
        "group": next(each for each in names if each.startswith("g")),
    }[start]
    here.configure(f"{theirs.feed}/{page}", profile="ldes")
    harvest()
    theirs.publish(*generate(3, 2, theirs.base))
    assert "nya" in harvest().output
    harvest()


def test_only_what_is_new_is_asked_for(harvest: Callable[..., Result], here: Here, theirs: Theirs) -> None:
    harvest()
    first = theirs.asked()
    assert len(first) == len(set(first)) >= 5
    assert "Inget har ändrats" in harvest().output
    open_page = next(each for each in first if each.isdigit())
    assert theirs.asked() == ["", open_page], "and both answer that they are as they were"
    head = here.head()
    theirs.publish(*generate(12, 2, theirs.base))
    result = harvest()
    # The open page is full now; a few that came after it, and not one of the others.
    later = theirs.asked()
    assert not set(later) & set(first) - {"", open_page}
    assert len(later) <= 6
    assert "12 poster" not in result.output
    assert here.head() - head == len(theirs.published()) - 22


def test_a_harvest_that_was_killed_is_done_again_and_asks_only_for_what_is_new(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    before = set(theirs.asked()), _here(here)
    theirs.publish(*generate(12, 2, theirs.base))
    # The last of the pages never comes to its end before the harvest is killed.
    page = f"/data/feed/{theirs.journal.head() // 7}"
    reached, killed = threading.Event(), threading.Event()

    def stuck(request: BaseHTTPRequestHandler) -> None:
        reached.set()
        killed.wait(LONGEST)
        raise ConnectionError

    theirs.elsewhere.answers[page] = stuck
    process = subprocess.Popen([PIVI, "harvest", "boras", "--data", here.data])
    assert reached.wait(LONGEST)
    process.kill()
    process.wait()
    killed.set()
    del theirs.elsewhere.answers[page]
    interrupted = theirs.asked()
    assert _here(here) == before[1], "nothing of it has come"
    harvest()
    again = theirs.asked()
    assert again == interrupted, "what the killed one had not kept, and nothing else"
    full = {each for each in before[0] if "-" in each}
    assert not full & set(again)
    assert "pågår eller avbröts" in here.harvest("--report").output


def test_what_was_read_is_not_asked_for_again_when_pages_have_been_grouped(
    harvest: Callable[..., Result], theirs: Theirs
) -> None:
    read: set[str] = set()
    for seed in range(2, 12):
        theirs.publish(*generate(5, seed, theirs.base))
        harvest()
        asked = [each for each in theirs.asked() if each and not each.isdigit()]
        assert not read & set(asked), "a full page is asked for once"
        read |= set(asked)
        harvest()
        assert len(theirs.asked()) == 2


def test_changes_withdrawals_and_returns_come_over(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    records = list(generate(20, 1, theirs.base))
    theirs.publish(retitled(records[-1], "ny"))
    withdraw(theirs.journal, iri_of(records[-2]), reason="Insatsen blev aldrig av.", by="test", anyway=True)
    assert "0 nya, 1 ändrade, 1 borttagna" in harvest().output
    gone = here.theirs()[iri_of(records[-2])]
    assert (gone.state, gone.reason) == ("withdrawn", "Insatsen blev aldrig av.")
    undo(theirs.journal, iri_of(records[-2]), by="test")
    assert "1 nya, 0 ändrade, 0 borttagna" in harvest().output


def test_a_successor_there_is_the_successor_here(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    old, *new = [iri_of(each) for each in generate(20, 1, theirs.base)][-3:]
    replace(theirs.journal, old, new, by="test", anyway=True)
    harvest()
    with closing(Journal.open(Layout(here.data).journal)) as journal:
        stone = tombstone(journal, old)
    assert stone is not None
    assert (stone.state, set(stone.successors)) == ("replaced", set(new))


def test_a_record_that_came_and_went_between_two_harvests_is_not_here(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    (record,) = list(generate(1, 9, theirs.base))[-1:]
    theirs.publish(record)
    withdraw(theirs.journal, iri_of(record), reason="prov", by="test", anyway=True)
    harvest()
    assert iri_of(record) not in here.theirs()


def test_a_third_withdrawn_is_an_accident_and_the_position_stays(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    before = _here(here)
    for each in list(generate(20, 1, theirs.base))[-10:]:
        withdraw(theirs.journal, iri_of(each), reason="prov", by="test", anyway=True)
    for _ in range(2):
        result = here.harvest("boras")
        assert result.exit_code == 1
        assert "10 av 22 poster från boras finns inte längre hos källan" in result.output
        assert _here(here) == before
    assert "10 borttagna" in harvest("--accept").output


def test_a_feed_that_was_restored_from_a_backup_is_read_from_its_start(
    harvest: Callable[..., Result], theirs: Theirs, tmp_path: Path
) -> None:
    harvest()
    theirs.journal.close()
    shutil.copy(tmp_path / "theirs.sqlite", tmp_path / "backup")
    theirs.open()
    records = list(generate(20, 1, theirs.base))
    theirs.publish(retitled(records[-1], "förlorad"), *list(generate(2, 5, theirs.base))[-2:])
    harvest()
    theirs.journal.close()
    shutil.copy(tmp_path / "backup", tmp_path / "theirs.sqlite")
    for name in ("theirs.sqlite-wal", "theirs.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    theirs.open()
    assert "1 ändrade, 2 borttagna" in harvest().output
    # Numbers that were used before the loss are used again.
    theirs.publish(retitled(records[-2], "senare"))
    assert "1 ändrade, 0 borttagna" in harvest().output


def test_another_release_there_that_cuts_the_pages_anew_makes_nothing_twice(
    harvest: Callable[..., Result], here: Here, theirs: Theirs, tmp_path: Path
) -> None:
    harvest()
    head = here.head()
    theirs.journal.close()
    again = Theirs(theirs.elsewhere, tmp_path / "theirs.sqlite", page=9)
    theirs.open()
    again.asked()
    assert "0 nya, 0 ändrade, 0 borttagna" in harvest().output
    assert len(again.asked()) > 2
    assert here.head() == head


def test_a_page_that_is_drawn_in_while_it_is_read_is_read_under_its_new_name(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    records = list(generate(20, 1, theirs.base))
    page = next(name for name in _names(theirs) if name.startswith("1-"))
    answer = theirs.elsewhere.answers.get(f"/data/feed/{page}")
    assert answer is not None

    def meanwhile(request: object) -> None:
        if here_is_first.pop("first", None):
            for each in records[5:9]:
                withdraw(theirs.journal, iri_of(each), reason="prov", by="test", anyway=True)
        answer(request)  # type: ignore[arg-type]

    here_is_first = {"first": True}
    theirs.elsewhere.answers[f"/data/feed/{page}"] = meanwhile
    harvest()


def _names(theirs: Theirs) -> list[str]:
    outline = theirs._feed.outline(theirs.journal.head())
    return [each.name for each in outline.closed]


def test_what_is_hidden_here_comes_back_as_it_is_now(
    harvest: Callable[..., Result], here: Here, theirs: Theirs
) -> None:
    harvest()
    record = list(generate(20, 1, theirs.base))[-1]
    here.run("withdraw", iri_of(record), "--reason", "Visas inte här.")
    theirs.publish(retitled(record, "ny"))
    result = here.harvest("boras")
    assert "dolda här" in result.output
    assert here.theirs()[iri_of(record)].reason == "Visas inte här."
    here.run("withdraw", iri_of(record), "--undo")
    harvest()
