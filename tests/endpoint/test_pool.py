"""The pool: who gets a worker, who waits, what replaces one that died, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from catalogue.endpoint.asking import Answer, Endpoint, Question
from catalogue.endpoint.problems import Failed, Problem, TooBusy, TooSlow, Vanished
from catalogue.endpoint.results import JSON
from tests.app.processes import children, runs

from .conftest import PATIENT, values
from .test_snapshots import SLOW, TITLES, until

Open = Callable[..., Endpoint]
QUICK = Question(TITLES, JSON)


def quick(endpoint: Endpoint, client: str = "quick") -> Answer:
    """A query that no cache answers."""
    return endpoint.ask(Question(f"{TITLES} # {time.monotonic_ns()}", JSON), client=client)


@contextmanager
def slow(
    endpoint: Endpoint, client: str = "slow", seconds: float = PATIENT
) -> Iterator[list[Problem | Answer]]:
    """A query under way in a thread of its own; the list gets how it ended."""
    ended: list[Problem | Answer] = []
    enough = threading.Event()

    def ask() -> None:
        try:
            question = Question(f"{SLOW} # {time.monotonic_ns()}", JSON, seconds=seconds)
            ended.append(endpoint.ask(question, client=client, unwanted=enough.is_set))
        except Problem as problem:
            ended.append(problem)

    thread = threading.Thread(target=ask)
    held = endpoint.pool._held.total()
    thread.start()
    until(lambda: endpoint.pool._held.total() > held or bool(ended))
    try:
        yield ended
    finally:
        enough.set()
        thread.join()


def busy(endpoint: Endpoint) -> list[int]:
    # Copied at one go, as other threads change it.
    return [member.worker.pid for member in list(endpoint.pool._busy)]


def ticks(pid: int) -> int:
    """The processor time that a process has used, in hundredths of a second."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def readers(endpoint: Endpoint) -> set[int]:
    """The processes of ours that have a snapshot of this endpoint open; others have workers in this process too."""
    snapshots = endpoint.settings.data / "snapshots"
    found = set()
    for pid in filter(runs, children(os.getpid())):
        with suppress(FileNotFoundError, ProcessLookupError):
            links = [each.readlink() for each in Path(f"/proc/{pid}/fd").iterdir()]
            if any(link.is_relative_to(snapshots) for link in links):
                found.add(pid)
    return found


@pytest.fixture
def endpoint(opened: Open) -> Endpoint:
    started = opened(sparql_workers=2)
    until(lambda: started.pool.ready == 3)
    return started


# --- workers --------------------------------------------------------------------------------------------


def test_there_are_as_many_workers_as_may_run_and_one_to_spare(endpoint: Endpoint) -> None:
    assert len(set(endpoint.pool.pids)) == 3
    assert all(os.getpriority(os.PRIO_PROCESS, pid) == 19 for pid in endpoint.pool.pids)


def test_a_worker_has_no_network_whatever_a_query_tells_it(endpoint: Endpoint) -> None:
    for pid in endpoint.pool.pids:
        status = Path(f"/proc/{pid}/status").read_text()
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status


def test_a_busy_worker_that_is_killed_is_replaced_by_another_once(endpoint: Endpoint) -> None:
    with slow(endpoint) as ended:
        until(lambda: bool(busy(endpoint)))
        [pid] = busy(endpoint)
        os.kill(pid, signal.SIGKILL)
        until(lambda: bool(set(busy(endpoint)) - {pid}))
        [second] = set(busy(endpoint)) - {pid}
        # It has the query once it works: before that it only shows that it lives.
        idle = ticks(second)
        until(lambda: ticks(second) > idle + 5)
        assert not ended
        os.kill(second, signal.SIGKILL)
        until(lambda: bool(ended))
        assert isinstance(ended[0], Failed)
        # The spare one stands ready: nobody waits for a new one to start.
        assert values(quick(endpoint))
    until(lambda: endpoint.pool.ready == 3)
    assert pid not in endpoint.pool.pids


def test_an_idle_worker_that_is_killed_is_never_given_a_query(endpoint: Endpoint) -> None:
    for _ in range(5):
        until(lambda: endpoint.pool.ready == 3)
        killed = endpoint.pool.pids
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        until(lambda killed=killed: all(not runs(pid) for pid in killed))  # type: ignore[misc]
        assert values(quick(endpoint))
        until(lambda killed=killed: not set(killed) & set(endpoint.pool.pids))  # type: ignore[misc]


def test_a_query_that_is_stopped_at_its_deadline_is_told_the_limit_and_its_worker_replaced(
    endpoint: Endpoint,
) -> None:
    before = set(endpoint.pool.pids)
    with pytest.raises(TooSlow) as caught:
        endpoint.ask(Question(SLOW, JSON, seconds=0.5), client="x")
    assert caught.value.params["seconds"] == 0.5
    until(lambda: endpoint.pool.ready == 3)
    assert len(set(endpoint.pool.pids) - before) == 1
    assert values(quick(endpoint))


def test_fifty_killed_queries_leave_no_worker_no_file_and_no_place_taken(endpoint: Endpoint) -> None:
    assert readers(endpoint) == set(endpoint.pool.pids)
    files = open_files()
    large = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} # {SLOW}"
    for number in range(50):
        until(lambda: endpoint.pool.ready > 0)
        with pytest.raises((TooSlow, Failed)):
            endpoint.ask(Question(f"{large} {number}", JSON, seconds=0.1), client="x")
    until(lambda: endpoint.pool.ready == 3)
    assert readers(endpoint) == set(endpoint.pool.pids)
    assert not list((endpoint.settings.data / "snapshots").glob("answer-*"))
    assert open_files() <= files + 6
    assert endpoint.pool._held.total() == endpoint.pool._running.total() == 0
    assert endpoint.snapshots.now.users == 3
    assert values(quick(endpoint))


HOLDER = """
import sys, time
from pathlib import Path
from catalogue.endpoint.asking import Endpoint
from catalogue.projections import Projections
from catalogue.settings import Settings
settings = Settings(data=Path(sys.argv[1]), base="http://x.example/", sparql_workers=2)
with Projections.open(settings) as own, Endpoint(settings, own) as endpoint:
    while endpoint.pool.ready < 3:
        time.sleep(0.01)
    print(*endpoint.pool.pids, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_workers_die_with_their_parent_however_it_ends(tmp_path: Path, how: signal.Signals | None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None and parent.stdin is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 3
        if how is None:
            parent.stdin.close()
        else:
            parent.send_signal(how)
        parent.wait()
    until(lambda: all(not runs(pid) for pid in pids))


def test_closing_ends_all_workers_and_fails_the_query_under_way(opened: Open) -> None:
    endpoint = opened(sparql_workers=2)
    until(lambda: endpoint.pool.ready == 3)
    pids = endpoint.pool.pids
    with slow(endpoint) as ended:
        until(lambda: bool(busy(endpoint)))
        endpoint.close()
        until(lambda: bool(ended))
    assert isinstance(ended[0], Failed)
    until(lambda: all(not runs(pid) for pid in pids))
    with pytest.raises(TooBusy):
        quick(endpoint)


# --- who gets one ---------------------------------------------------------------------------------------


def test_one_client_leaves_a_worker_to_the_others(endpoint: Endpoint) -> None:
    with slow(endpoint, "greedy"), slow(endpoint, "greedy"), slow(endpoint, "greedy"):
        until(lambda: len(busy(endpoint)) == 1)
        for number in range(5):
            assert values(quick(endpoint, f"other {number}"))
        assert len(busy(endpoint)) == 1


def test_a_client_with_its_share_under_way_is_told_the_share_at_once(opened: Open) -> None:
    endpoint = opened(sparql_workers=2, sparql_share=2)
    with slow(endpoint, "greedy"), slow(endpoint, "greedy"):
        with pytest.raises(TooBusy) as caught:
            quick(endpoint, "greedy")
        assert caught.value.params == {"share": 2}
        assert values(quick(endpoint, "other"))
    assert values(quick(endpoint, "greedy"))


def test_when_the_line_is_full_the_next_one_is_told_so_at_once(opened: Open) -> None:
    endpoint = opened(sparql_workers=2, sparql_line=2)
    with slow(endpoint, "a"), slow(endpoint, "b"), slow(endpoint, "c"), slow(endpoint, "d"):
        with pytest.raises(TooBusy) as caught:
            quick(endpoint, "e")
        assert caught.value.params == {"line": 2}
    assert values(quick(endpoint, "e"))


def test_who_waits_longer_than_a_query_may_take_is_told_to_come_back(opened: Open) -> None:
    endpoint = opened(sparql_workers=2)
    with slow(endpoint, "a"), slow(endpoint, "b"):
        until(lambda: len(busy(endpoint)) == 2)
        with pytest.raises(TooBusy) as caught:
            endpoint.ask(Question(TITLES, JSON, seconds=0.3), client="c")
        assert caught.value.params == {"seconds": 0.3}


def test_those_who_wait_get_their_turn_in_the_order_of_coming_but_for_shares(opened: Open) -> None:
    endpoint = opened(sparql_workers=2)
    pool = endpoint.pool

    def have(*clients: str) -> bool:
        return set(pool._running) == set(clients)

    with ExitStack() as a, ExitStack() as b, ExitStack() as again, ExitStack() as c, ExitStack() as d:
        a.enter_context(slow(endpoint, "a"))
        b.enter_context(slow(endpoint, "b"))
        until(lambda: have("a", "b"))
        for place, (client, stack) in enumerate((("a", again), ("c", c), ("d", d)), start=1):
            stack.enter_context(slow(endpoint, client))
            until(lambda place=place: len(pool._waiting) == place)  # type: ignore[misc]
        b.close()
        until(lambda: have("a", "c"))
        c.close()
        until(lambda: have("a", "d"))
        d.close()
        until(lambda: have("a"))
        assert len(pool._waiting) == 1, "the first client has its worker already"
        a.close()
        until(lambda: have("a") and not pool._waiting)


# --- nobody waits any more ------------------------------------------------------------------------------


def test_a_query_that_nobody_waits_for_is_stopped(endpoint: Endpoint) -> None:
    with slow(endpoint) as ended:
        until(lambda: bool(busy(endpoint)))
        [pid] = busy(endpoint)
    assert isinstance(ended[0], Vanished)
    assert not runs(pid)


def test_somebody_who_hangs_up_in_the_line_leaves_it(opened: Open) -> None:
    endpoint = opened(sparql_workers=2)
    with slow(endpoint, "a"), slow(endpoint, "b"):
        until(lambda: len(busy(endpoint)) == 2)
        with slow(endpoint, "c") as ended:
            until(lambda: len(endpoint.pool._waiting) == 1)
        assert isinstance(ended[0], Vanished)
        assert not endpoint.pool._waiting and len(busy(endpoint)) == 2
