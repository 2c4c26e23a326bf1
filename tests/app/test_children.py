"""Child processes: in the server's session with the niceness that is promised, in groups of their own, and however much they say."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from catalogue import children
from catalogue.building import Build
from catalogue.children import Ended
from catalogue.endpoint.asking import Endpoint
from catalogue.export.dumping import Dumper
from catalogue.layout import Layout
from catalogue.projections import Projections
from catalogue.settings import Settings
from tests.app import processes
from tests.app.test_server import Server, events, serving
from tests.conformance.conftest import LONGEST, until

# What each child begins with: so it leaves word of itself at its end.
TELLING = """
import atexit, json, os, sys

def tell():
    said = {
        "arguments": sys.orig_argv, "session": os.getsid(0), "group": os.getpgid(0), "niceness": os.nice(0)
    }
    with open(f"FOLDER/{os.getpid()}.new", "w") as file:
        json.dump(said, file)
    os.replace(f"FOLDER/{os.getpid()}.new", f"FOLDER/{os.getpid()}.json")

atexit.register(tell)
"""

WORKING = """
import os, sys, time
from catalogue import children

[what] = children.begin(sys.argv[1:])
if what == "talk":
    for _ in range(20_000):
        print("Something that is of no interest to anybody.", file=sys.stderr)
    sys.exit("what went wrong")
if what == "end":
    sys.exit(7)
with open(f"{what}.new", "w") as begun:
    begun.write(str(os.getpid()))
os.replace(f"{what}.new", what)
time.sleep(600)
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Projections]:
    settings = Settings(data=tmp_path / "data", base="http://x.example/", dump_seconds=1)
    with Projections.open(settings, example=True) as opened:
        yield opened


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the children of a test leave word of themselves."""
    folder = tmp_path / "told"
    folder.mkdir()
    processes.run_in_each_child(TELLING.replace("FOLDER", str(folder)), tmp_path, monkeypatch)
    return folder


@pytest.fixture
def _work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_child.py").write_text(WORKING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def added(niceness: int) -> int:
    """That of a child of this process to which so much was added."""
    return min(19, os.nice(0) + niceness)


def apart(pid: int) -> bool:
    """Whether a process is in our session and in a group of its own."""
    return os.getsid(pid) == os.getsid(0) and os.getpgid(pid) == pid


def test_sparql_workers_are_in_the_session_in_groups_of_their_own_and_yield_to_everything(
    own: Projections,
) -> None:
    settings = Settings(data=own._layout.data, base="http://x.example/", sparql_workers=2)
    with Endpoint(settings, own) as endpoint:
        until(lambda: endpoint.pool.ready == 3)
        for pid in endpoint.pool.pids:
            assert apart(pid) and os.getpriority(os.PRIO_PROCESS, pid) == added(19)


def said(folder: Path) -> dict[str, int]:
    """The niceness of each child that has ended, by its module and the first thing it was told; all were apart."""
    found = {}
    for path in folder.glob("*.json"):
        each = json.loads(path.read_text())
        assert each["session"] == os.getsid(0) and each["group"] == int(path.stem) != os.getpgid(0)
        _, _, module, first, *_ = each["arguments"]
        found[f"{module} {first}"] = each["niceness"]
    return found


def test_the_parts_of_a_build_are_in_the_session_in_groups_of_their_own_and_yield_in_order(
    own: Projections, tmp_path: Path, told: Path
) -> None:
    for beside_pages, first in ((False, 0), (True, 10)):
        directory = tmp_path / f"built-{first}"
        directory.mkdir()
        journal = Layout(own._layout.data).journal
        build = Build.start(journal, directory, own.journal.head(), beside_pages=beside_pages)
        try:
            until(build.finished)
        finally:
            build.cancel()
        assert said(told) == {
            "catalogue.building index": added(first),
            "catalogue.building store": added(first + 5),
        }
        for path in told.iterdir():
            path.unlink()


def test_a_dump_is_made_in_the_session_in_a_group_of_its_own_and_yields_to_everything(
    own: Projections, told: Path
) -> None:
    with Dumper(Settings(data=own._layout.data, base="http://x.example/", dump_seconds=1), own):
        until(lambda: said(told))
    assert said(told) == {f"catalogue.export.dumping {os.getpid()}": added(19)}


def test_a_dump_is_made_however_much_its_process_says(
    own: Projections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONVERBOSE", "1")  # hundreds of kilobytes of error output
    settings = Settings(data=own._layout.data, base="http://x.example/", dump_seconds=1)
    with Dumper(settings, own) as dumper:
        until(lambda: dumper.dumps.newest)


@pytest.mark.usefixtures("_work")
def test_why_a_child_ended_is_its_last_line_or_its_status() -> None:
    stopping = threading.Event()
    assert children.run("a_child", "talk", stopping=stopping) == Ended(1, "what went wrong")
    assert children.run("a_child", "end", stopping=stopping) == Ended(7, "status 7")


@pytest.mark.usefixtures("_work")
def test_a_child_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    ended = children.run("a_child", str(tmp_path / "begun"), stopping=threading.Event(), seconds=1)
    assert ended == Ended(-signal.SIGKILL, "status -9")


@pytest.mark.usefixtures("_work")
def test_a_child_is_killed_when_the_server_ends(tmp_path: Path) -> None:
    stopping, begun = threading.Event(), tmp_path / "begun"
    ended: list[Ended | None] = []
    thread = threading.Thread(
        target=lambda: ended.append(children.run("a_child", str(begun), stopping=stopping))
    )
    thread.start()
    until(begun.exists)
    stopping.set()
    thread.join()
    assert ended == [None]
    assert not Path("/proc", begun.read_text()).exists()


# --- Ctrl-C --------------------------------------------------------------------------------------------

# A server's, as it comes: those that run queries, and a spare one.
WORKERS = 4
# The server as it is, but that answers under way have the time of a busy machine when it ends.
PATIENT = (
    sys.executable,
    "-c",
    f"import app.server, app.cli; app.server._GRACE = {LONGEST}; app.cli.main()",
)


def refuses(server: Server) -> bool:
    """Whether it listens no longer."""
    try:
        server.connect().close()
    except ConnectionRefusedError:
        return True
    return False


def test_ctrl_c_finishes_the_query_under_way_and_ends_the_server_and_its_children(tmp_path: Path) -> None:
    with serving(
        tmp_path / "data", program=PATIENT, PIVI_DUMP_SECONDS="0", PIVI_SPARQL_SECONDS="300"
    ) as server:
        query = "/sparql?query=" + quote("SELECT * { ?a ?b ?c } LIMIT 10")
        until(lambda: server.get(query, LONGEST)[0] == 200)
        # The first answer comes before the last worker, which is in our group for a moment when it has begun.
        until(lambda: len(processes.children(server.process.pid)) == WORKERS)
        pids = processes.children(server.process.pid)
        until(lambda: all(apart(pid) for pid in pids))
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        asked = HTTPConnection("127.0.0.1", server.port, timeout=LONGEST)
        asked.request("GET", query + quote(" # another one"))
        # What is answered now came after that one.
        assert server.get("/healthz", LONGEST)[0] == 200
        os.killpg(server.process.pid, signal.SIGINT)
        until(lambda: refuses(server))
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        assert asked.getresponse().status == 200
        asked.close()
        assert server.process.wait(timeout=LONGEST) == 0
        assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
        log = server.log.read_text("utf-8")
        assert "Traceback" not in log and events(server.log)[-1]["event"] == "stopped"
