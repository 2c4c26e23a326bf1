"""When a source is harvested next, `pivi harvest --due` and `--all`, and that only one harvest goes on at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from catalogue.harvest.frequencies import frequencies
from catalogue.harvest.runs import Outcome, Run
from catalogue.harvest.schedule import next_at
from catalogue.harvest.scheduler import Scheduler
from catalogue.journal import Journal
from catalogue.layout import Layout
from catalogue.locking import DataLock
from catalogue.settings import Settings
from tests.harvest.conftest import BASE, Elsewhere, Here

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"


def run(ago: timedelta, outcome: Outcome = Outcome.DONE, took: timedelta = timedelta(minutes=1)) -> Run:
    began = NOW - ago
    return Run("boras", began, outcome, None if outcome is Outcome.BEGUN else began + took)


def failed(*ago: timedelta) -> list[Run]:
    return [run(each, Outcome.FAILED) for each in ago]


def test_a_source_that_has_never_been_harvested_comes_at_once() -> None:
    assert next_at([], DAY, "x", NOW) == NOW


def test_it_comes_once_in_each_piece_of_time_however_long_the_last_one_took() -> None:
    for took in (timedelta(seconds=1), timedelta(hours=3)):
        at = next_at([run(HOUR, took=took)], DAY, "x", NOW)
        assert timedelta() < at - (NOW - HOUR) <= DAY
        # Begun late, as when the server was down, the one after comes when it would have come.
        late = next_at([Run("boras", at + timedelta(hours=7), Outcome.UNCHANGED)], DAY, "x", NOW)
        assert late == at + DAY
        assert next_at([Run("boras", at, Outcome.DONE)], DAY, "x", NOW) == at + DAY


def test_sources_and_installations_are_spread_over_the_day() -> None:
    hours = {
        next_at([run(HOUR)], DAY, f"https://pivi.{each}.example/ boras", NOW).hour for each in range(200)
    }
    assert len(hours) == 24


def test_after_failures_the_pauses_grow_to_a_day_and_end_with_the_first_success() -> None:
    minutes = timedelta(minutes=1)

    def pause(known: list[Run]) -> timedelta:
        assert known[0].ended is not None
        return next_at(known, HOUR, "x", NOW) - known[0].ended

    ago = [HOUR * number for number in range(1, 21)]
    assert [pause(failed(*ago[:count])) / minutes for count in (1, 2, 3, 7, 8, 20)] == [
        15,
        30,
        60,
        960,
        1440,
        1440,
    ]
    assert pause([*failed(*ago[:2]), run(3 * HOUR), *failed(4 * HOUR)]) == 30 * minutes
    assert next_at([run(HOUR), *failed(2 * HOUR)], HOUR, "x", NOW) <= NOW
    # One that was killed, or that stopped since much had vanished, is a failure too.
    assert next_at([run(HOUR, Outcome.BEGUN)], DAY, "x", NOW) == NOW - HOUR + 15 * minutes
    assert pause([run(HOUR, Outcome.STOPPED), run(2 * HOUR)]) == 15 * minutes


def test_the_frequencies_are_those_of_the_eu() -> None:
    known = frequencies()
    assert known[FREQUENCY + "DAILY"] == 24 and known[FREQUENCY + "WEEKLY"] == 168
    assert known[FREQUENCY + "NEVER"] is None
    assert all(iri.startswith(FREQUENCY) for iri in known)


@pytest.fixture
def two(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> Iterator[Here]:
    """Two sources: boras every day, and lund every hour, which is down."""
    here.configure(
        f"{elsewhere.address}/dump.nt",
        more=f"harvest:privateAddresses true ; dct:accrualPeriodicity <{FREQUENCY}ANNUAL> ;",
    )
    lund = (
        here.sources.read_text()
        .replace("boras", "lund")
        .replace("ANNUAL", "HOURLY")
        .replace("dump.nt", "gone.nt")
    )
    here.sources.write_text(here.sources.read_text() + lund)
    elsewhere.has(b"".join(records))
    yield here


def test_due_harvests_what_is_due_and_report_tells_when_the_next_time_is(two: Here) -> None:
    said = two.harvest("--report").output
    assert "boras ska hämtas nu." in said and "lund ska hämtas nu." in said
    result = two.harvest("--due")
    assert result.exit_code == 1, result.output
    assert "14 nya" in result.output and "lund: " in result.output and "svarade 404" in result.output
    assert "1 av 2 källor gick inte att hämta." in result.output
    said = two.harvest("--report").output
    assert re.search(r"boras hämtas nästa gång 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.", said), said
    assert re.search(r"lund hämtas nästa gång 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.", said), said
    result = two.harvest("--due")
    assert result.exit_code == 0 and "Det är inte dags för någon källa." in result.output
    assert two.harvest("--due", "--quiet").output == ""
    assert "lund" not in two.harvest("--report", "boras").output


def test_the_scheduler_takes_the_turn_that_has_waited_longest_by_its_clock(two: Here) -> None:
    two.harvest("--due", "--quiet")
    settings = Settings(data=two.data, base=BASE, sources=str(two.sources))
    journal = Journal.open(Layout(two.data).journal)
    try:
        now = datetime.now(UTC)
        first = Scheduler(settings, clock=lambda: now).next(journal)
        assert first is not None and first.source.name == "lund" and now < first.at <= now + HOUR
        # A source that is new comes before those whose turn is to come.
        boras = two.sources.read_text().partition("lund")[0].rpartition("@prefix dcat")[0]
        two.sources.write_text(two.sources.read_text() + boras.replace("boras", "kil"))
        new = Scheduler(settings, clock=lambda: now).next(journal)
        assert new is not None and (new.source.name, new.at) == ("kil", now)
    finally:
        journal.close()


def test_all_harvests_every_source_whenever_it_was_last(two: Here) -> None:
    two.harvest("boras")
    result = two.harvest("--all")
    assert result.exit_code == 1 and "Inget har ändrats hos boras" in result.output, result.output
    assert "1 av 2 källor gick inte att hämta." in result.output
    for arguments in (["boras", "--all"], ["--all", "--due"], ["--report", "--due"]):
        result = two.harvest(*arguments)
        assert result.exit_code == 2 and "Ange bara en av" in result.output, result.output
    assert "boras, lund), eller --all" in two.harvest().output


def test_a_source_without_a_frequency_comes_by_command_only(here: Here, elsewhere: Elsewhere) -> None:
    assert "boras hämtas bara med pivi harvest boras." in here.harvest("--report").output
    assert "Det är inte dags" in here.harvest("--due").output
    assert elsewhere.asked == []


def test_an_unknown_frequency_is_named(here: Here, elsewhere: Elsewhere) -> None:
    here.configure(f"{elsewhere.address}/dump.nt", more="dct:accrualPeriodicity <urn:x:ofta> ;")
    result = here.harvest("--due")
    assert result.exit_code == 1 and "urn:x:ofta" in result.output and "frequency/DAILY" in result.output


def test_only_one_harvest_goes_on_at_a_time(here: Here, elsewhere: Elsewhere, records: list[bytes]) -> None:
    elsewhere.has(b"".join(records))
    lock = DataLock.take(here.data, "harvest.lock")
    assert lock is not None
    with lock:
        result = here.harvest("boras")
        assert result.exit_code == 1, result.output
        assert "En annan skörd pågår redan" in result.output and "boras hämtas inte nu" in result.output
    left = here.data / "harvest-killed"
    left.mkdir()
    assert here.harvest("boras").exit_code == 0
    assert not left.exists()
