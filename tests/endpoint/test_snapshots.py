"""Snapshots: new ones when something is published, old ones as long as anybody reads them, and none left behind."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from catalogue.endpoint.asking import Endpoint, Question
from catalogue.endpoint.problems import Vanished
from catalogue.endpoint.results import JSON
from catalogue.endpoint.snapshots import Snapshots
from catalogue.errors import CatalogueError
from catalogue.projections import Projections

from .conftest import PATIENT, publish, values

TITLES = "SELECT ?t { ?i a <https://w3id.org/pivi/ns#Initiative> ; <http://purl.org/dc/terms/title> ?t }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
Open = Callable[..., Endpoint]


@pytest.fixture
def snapshots(own: Projections, tmp_path: Path) -> Snapshots:
    return Snapshots(own, own._layout.data / "snapshots")


def titles(directory: Path) -> set[str]:
    return {row["t"].value for row in ox.Store.read_only(str(directory)).query(TITLES)}  # type: ignore[union-attr,index]


def directories(own: Projections) -> set[str]:
    return {each.name for each in (own._layout.data / "snapshots").iterdir()}


def until(what: Callable[[], bool]) -> None:
    """Wait for something that another thread does, as long as that may take on a busy machine."""
    end = time.monotonic() + 2 * PATIENT
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_snapshot_shows_the_data_of_its_version_whatever_is_published_later(
    own: Projections, snapshots: Snapshots
) -> None:
    with snapshots.held() as old:
        publish(own, "ghjk", "Lundbyvakten")
        assert snapshots.outdated and snapshots.refresh() and not snapshots.outdated
        assert titles(old.directory) == {"Nattpatrullen"}
        assert titles(snapshots.now.directory) == {"Nattpatrullen", "Lundbyvakten"}
        assert (old.version, snapshots.now.version) == (own.version - 1, own.version)


def test_nothing_new_makes_no_new_snapshot(snapshots: Snapshots) -> None:
    before = snapshots.now
    assert not snapshots.refresh()
    assert snapshots.now is before


def test_an_old_one_is_deleted_after_its_last_reader_and_not_before(
    own: Projections, snapshots: Snapshots
) -> None:
    one, other = snapshots.take(), snapshots.take()
    assert one is other
    publish(own, "ghjk", "Lundbyvakten")
    snapshots.refresh()
    for _ in range(2):
        snapshots.tidy()
        assert one.directory.is_dir()
        snapshots.give_back(one)
    snapshots.tidy()
    assert not one.directory.exists()
    assert snapshots.now.directory.is_dir()


def test_what_a_killed_process_left_is_removed(own: Projections) -> None:
    directory = own._layout.data / "snapshots"
    (directory / "7").mkdir(parents=True)
    (directory / "7" / "CURRENT").write_text("trasig")
    (directory / "answer-0123").write_text("halvt svar")
    Snapshots(own, directory)
    assert directories(own) == {"1"}


FULL_DISK = """
import resource, sys
from pathlib import Path
from catalogue.endpoint.snapshots import Snapshots
from catalogue.errors import CatalogueError
from catalogue.projections import Projections
from catalogue.settings import Settings
sys.path.insert(0, sys.argv[2])
from tests.endpoint.conftest import publish

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

with Projections.open(Settings(data=Path(sys.argv[1]), base="http://x.example/")) as own:
    snapshots = Snapshots(own, Path(sys.argv[1]) / "snapshots")
    kept = snapshots.now
    publish(own, "bcdf", "Nattpatrullen")
    limit(10)
    print([snapshots.refresh() for _ in range(3)], snapshots.now is kept)
    limit(resource.RLIM_INFINITY)
    print(sorted(each.name for each in (Path(sys.argv[1]) / "snapshots").iterdir()))
    # The store may have taken harm; the next change lets it be built anew.
    try:
        publish(own, "ghjk", "Lundbyvakten")
    except CatalogueError:
        own.catch_up()
    print(snapshots.refresh(), snapshots.now.version == own.version)
"""


def test_on_a_full_disk_the_old_one_stays_and_nothing_half_made(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "data"), root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.splitlines() == ["[False, False, False] True", "['1']", "True True"], run.stderr


def test_a_snapshot_that_cannot_be_made_is_said_and_keeps_the_old_one(
    own: Projections, snapshots: Snapshots
) -> None:
    kept = snapshots.now
    (own._layout.data / "snapshots" / "2").write_text("i vägen")
    publish(own, "ghjk", "Lundbyvakten")
    assert not snapshots.refresh()
    assert snapshots.now is kept and titles(kept.directory) == {"Nattpatrullen"}
    assert snapshots.refresh(), "the next one has another name"


def test_the_first_one_that_cannot_be_made_is_an_error_that_says_why(own: Projections) -> None:
    with pytest.raises((CatalogueError, OSError)):
        Snapshots(own, own._layout.data / "saknas" / "snapshots")


# --- beside queries -------------------------------------------------------------------------------------


def test_a_publication_is_seen_by_queries_and_the_old_snapshot_goes(own: Projections, opened: Open) -> None:
    endpoint = opened()
    assert len(values(endpoint.ask(Question(TITLES, JSON), client="x"))) == 1
    version = publish(own, "ghjk", "Lundbyvakten")
    until(lambda: endpoint.snapshots.now.version == version)
    answer = endpoint.ask(Question(TITLES, JSON), client="x")
    assert (len(values(answer)), answer.version, answer.cached) == (2, version, False)
    until(lambda: directories(own) == {endpoint.snapshots.now.directory.name})


def test_a_query_under_way_keeps_its_snapshot(own: Projections, opened: Open) -> None:
    endpoint = opened()
    lost: list[Exception] = []
    enough = threading.Event()
    old = endpoint.snapshots.now

    def ask() -> None:
        try:
            endpoint.ask(Question(SLOW, JSON), client="x", unwanted=enough.is_set)
        except Vanished as error:
            lost.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: bool(endpoint.pool._busy))
    version = publish(own, "ghjk", "Lundbyvakten")
    # All who do nothing have gone over to the new one, so the old one is there for this query only.
    until(lambda: endpoint.snapshots.now.version == version and endpoint.snapshots.now.users == 3)
    endpoint.snapshots.tidy()
    assert old.directory.is_dir() and not lost
    enough.set()
    asking.join()
    assert lost
    until(lambda: directories(own) == {endpoint.snapshots.now.directory.name})


def test_ten_publications_at_once_make_at_most_one_snapshot_a_second(own: Projections, opened: Open) -> None:
    endpoint = opened()
    began = time.monotonic()
    for number in range(10):
        publish(own, f"ghjk{number}", "Lundbyvakten")
    until(lambda: endpoint.snapshots.now.version == own.version)
    took = time.monotonic() - began
    # The directories are numbered; the first was made at the start.
    assert int(endpoint.snapshots.now.directory.name) - 1 <= took + 1


def test_closing_leaves_nothing_on_disk(own: Projections, opened: Open) -> None:
    endpoint = opened()
    endpoint.ask(Question(TITLES, JSON), client="x")
    endpoint.close()
    assert not (own._layout.data / "snapshots").exists()
