"""The journal: numbers, durability, versions, and what it answers about records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from catalogue.database import SCHEMA, Database
from catalogue.errors import Busy, Conflict, Damaged
from catalogue.journal import Journal, NewRevision, Share

TYPE = "https://w3id.org/pivi/ns#Initiative"


def revision(iri: str, text: str = "En insats", origin: str = "load") -> NewRevision:
    line = f'<{iri}> <http://purl.org/dc/terms/title> "{text}"@sv .\n'
    return NewRevision(iri, TYPE, line.encode(), by="pivi load", origin=origin)


def withdrawal(iri: str, *successors: str) -> NewRevision:
    return NewRevision(iri, TYPE, b"", "pivi withdraw", "withdraw", "withdrawn", "Upphörd", successors)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def test_an_empty_journal_has_number_zero(journal: Journal) -> None:
    assert journal.head() == 0
    assert list(journal.since(0)) == []
    assert journal.current("http://x/id/insats/bcdf") is None


def test_revisions_are_numbered_from_one_without_gaps(journal: Journal) -> None:
    assert journal.append([revision("http://x/a"), revision("http://x/b")]) == range(1, 3)
    assert journal.append([revision("http://x/c")]) == range(3, 4)
    assert [(r.seq, r.iri) for r in journal.since(0)] == [
        (1, "http://x/a"),
        (2, "http://x/b"),
        (3, "http://x/c"),
    ]


def test_a_revision_comes_back_as_it_was_written(journal: Journal) -> None:
    before = datetime.now(UTC)
    new = NewRevision(
        "http://x/å", TYPE, "”ö” 😀".encode(), "redaktör", "load", "replaced", "Sammanslagen", ("http://x/b",)
    )
    journal.append([new])
    found = journal.current("http://x/å")
    assert found is not None
    assert (found.iri, found.type, found.content, found.by) == (new.iri, new.type, new.content, new.by)
    assert (found.origin, found.state, found.reason, found.successors) == (
        "load",
        "replaced",
        "Sammanslagen",
        ("http://x/b",),
    )
    assert before <= found.at <= datetime.now(UTC)


def test_all_revisions_of_one_append_share_their_time_and_time_never_runs_backwards(journal: Journal) -> None:
    journal.append([revision("http://x/a"), revision("http://x/b")])
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="microseconds")
    with journal._database.write() as connection:
        connection.execute(sa.text("UPDATE revisions SET at = :at"), {"at": future})
    journal.append([revision("http://x/c")])
    assert {r.at for r in journal.since(0)} == {datetime.fromisoformat(future)}


def test_the_current_revision_is_the_last_and_can_be_asked_for_an_earlier_number(journal: Journal) -> None:
    journal.append([revision("http://x/a", "ett")])
    journal.append([revision("http://x/a", "två"), revision("http://x/b")])
    journal.append([withdrawal("http://x/a", "http://x/b")])
    assert [r.seq for r in journal.current_all()] == [3, 4]
    assert [r.seq for r in journal.current_all(upto=3)] == [2, 3]
    assert [r.seq for r in journal.history("http://x/a")] == [1, 2, 4]
    assert {iri: r.seq for iri, r in journal.current_of(["http://x/a", "http://x/z"]).items()} == {
        "http://x/a": 4
    }
    assert {iri: r.seq for iri, r in journal.current_of(["http://x/a"], upto=2).items()} == {"http://x/a": 2}
    current = journal.current("http://x/a")
    assert current is not None and current.state == "withdrawn" and current.successors == ("http://x/b",)


def test_reading_goes_on_over_many_pages(journal: Journal) -> None:
    journal.append(revision(f"http://x/{number}") for number in range(2_500))
    assert [r.seq for r in journal.since(400)] == list(range(401, 2_501))
    assert [r.seq for r in journal.since(400, 1_200)] == list(range(401, 1_601))
    assert [r.seq for r in journal.since(2_000, upto=2_010)] == list(range(2_001, 2_011))
    assert len(list(journal.current_all())) == 2_500


def test_every_record_is_in_one_of_the_shares(journal: Journal) -> None:
    journal.append(revision(f"http://x/{number}") for number in range(2_345))
    journal.append(revision(f"http://x/{number}", "Ändrad") for number in range(0, 2_345, 7))
    shares = [[r.iri for r in journal.current_all(share=Share(place, 2))] for place in range(2)]
    assert sorted(shares[0] + shares[1]) == sorted(r.iri for r in journal.current_all())
    assert abs(len(shares[0]) - len(shares[1])) <= 100
    assert list(journal.current_all(share=Share(0, 1))) == list(journal.current_all())


def test_an_origin_counts_only_while_a_record_of_it_is_published(journal: Journal) -> None:
    journal.append([revision("http://x/a", origin="example")])
    assert journal.has_origin("example")
    journal.append([withdrawal("http://x/a")])
    assert not journal.has_origin("example")


def test_an_append_that_expects_an_older_revision_is_refused_and_adds_nothing(journal: Journal) -> None:
    journal.append([revision("http://x/a")])
    journal.append([revision("http://x/a", "ny")], expect={"http://x/a": 1})
    with pytest.raises(Conflict, match="http://x/a har ändrats"):
        journal.append(
            [revision("http://x/b"), revision("http://x/a")], expect={"http://x/b": 0, "http://x/a": 1}
        )
    assert journal.head() == 2


def test_an_append_that_fails_half_way_adds_nothing(journal: Journal) -> None:
    def broken() -> Iterator[NewRevision]:
        for number in range(3_000):
            yield revision(f"http://x/{number}")
        raise ValueError("the source broke")

    with pytest.raises(ValueError, match="the source broke"):
        journal.append(broken())
    assert journal.head() == 0
    assert journal.append([revision("http://x/a")]) == range(1, 2)


def test_writers_at_the_same_time_get_whole_runs_of_numbers(journal: Journal, tmp_path: Path) -> None:
    other = Journal.open(tmp_path / "journal.sqlite")
    given: list[range] = []

    def write(to: Journal, name: str) -> None:
        for turn in range(20):
            given.append(to.append([revision(f"http://x/{name}{turn}/{part}") for part in range(5)]))

    threads = [
        Thread(target=write, args=(to, name)) for to, name in ((journal, "a"), (other, "b"), (journal, "c"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for numbers in given for number in numbers) == list(range(1, 301))
    seen = {r.seq: r.iri.rpartition("/")[0] for r in journal.since(0)}
    assert all(len({seen[number] for number in numbers}) == 1 for numbers in given)
    other.close()


def test_the_last_number_is_never_an_old_one_whoever_wrote(journal: Journal, tmp_path: Path) -> None:
    other = Journal.open(tmp_path / "journal.sqlite")
    backwards: list[tuple[int, int]] = []
    done = Event()

    def read() -> None:
        last = 0
        while not done.is_set():
            now = journal.head()
            if now < last:
                backwards.append((last, now))
            last = now

    reader = Thread(target=read)
    reader.start()
    for number in range(100):
        (journal if number % 2 else other).append([revision(f"http://x/{number}")])
        assert journal.head() == other.head() == number + 1
    done.set()
    reader.join()
    other.close()
    assert not backwards


def test_a_reader_sees_nothing_of_an_append_before_all_of_it(journal: Journal) -> None:
    heads: set[int] = set()

    def slow() -> Iterator[NewRevision]:
        for number in range(2_500):
            heads.add(journal.head())
            yield revision(f"http://x/{number}")

    journal.append(slow())
    assert heads == {0}
    assert journal.head() == 2_500


def test_the_stamp_tells_a_restored_and_continued_journal_from_the_old_one(tmp_path: Path) -> None:
    one, other = (Journal.open(tmp_path / name / "journal.sqlite") for name in ("one", "other"))
    for opened in (one, other):
        opened.append([revision("http://x/a")])
    assert one.stamp(0) == other.stamp(0)
    assert one.stamp(1) not in (None, other.stamp(1))
    assert one.stamp(1) == one.stamp(1)
    assert one.stamp(2) is None


def test_a_commit_reaches_the_disk_before_append_returns(journal: Journal) -> None:
    with journal._database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_the_schema_constant_is_the_newest_step(journal: Journal) -> None:
    steps = sorted(
        (Path(sys.modules[Journal.__module__].__file__ or "").parent / "migrations/versions").glob("0*.py")
    )
    assert steps[-1].name.startswith(SCHEMA + "_")
    with journal._database.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == SCHEMA


def test_a_journal_of_a_newer_release_is_refused(journal: Journal, tmp_path: Path) -> None:
    with journal._database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Damaged, match="nyare version"):
        Journal.open(tmp_path / "journal.sqlite")


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"Det var en gang en insats. " * 100)
    with pytest.raises(Damaged, match="skadad"):
        Journal.open(tmp_path / "journal.sqlite")


def test_another_database_is_refused(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/other.sqlite")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE guests (name TEXT)")
    with pytest.raises(Damaged, match="andra tabeller"):
        Journal.open(tmp_path / "other.sqlite")


def test_a_writer_that_waits_too_long_is_told_that_the_journal_is_busy(
    journal: Journal, tmp_path: Path
) -> None:
    other = Journal.open(tmp_path / "journal.sqlite", busy_seconds=0.05)

    def meanwhile() -> Iterator[NewRevision]:
        yield revision("http://x/a")
        with pytest.raises(Busy):
            other.append([revision("http://x/b")])

    assert journal.append(meanwhile()) == range(1, 2)
    other.close()


def test_a_full_disk_is_named_and_nothing_is_changed(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(file)
    journal.append([revision("http://x/a")])
    journal.close()
    program = (
        "import os, resource, sys; from pathlib import Path\n"
        "from catalogue.journal import Journal, NewRevision\n"
        "from catalogue.errors import NoSpace\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "journal = Journal.open(Path(sys.argv[1]))\n"
        "try:\n"
        "    journal.append(NewRevision(f'http://x/{n}', 't', os.urandom(4000), 'c', 'load') for n in range(5_000))\n"
        "except NoSpace as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    assert "disken är full" in run.stdout and "Inget har ändrats" in run.stdout
    assert Journal.open(file).head() == 1


def test_the_dates_of_a_damaged_journal_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.append([revision(f"http://x/{number}", "ord " * 500) for number in range(200)])
    journal.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    damaged = Journal(Database(sa.create_engine(f"sqlite:///{path}")))
    with pytest.raises(Damaged, match="skadad"):
        damaged.dates("http://x/7")
    damaged.close()
