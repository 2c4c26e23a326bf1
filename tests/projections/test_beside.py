"""Commands beside a running server, beside none, and beside one that dies: they only write to the journal."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from catalogue.applier import Applier, rebuild, wait_until_applied
from catalogue.errors import Busy
from catalogue.journal import Journal, NewRevision
from catalogue.layout import Layout
from catalogue.projections import LARGE, Projections
from catalogue.publishing import publish
from catalogue.settings import Settings
from tests.conformance.conftest import until

Make = Callable[..., NewRevision]

HOLDER = """
import sys, signal
from pathlib import Path
from catalogue.applier import Applier
from catalogue.projections import Projections
from catalogue.settings import Settings
with Projections.open(Settings(data=Path(sys.argv[1]), base="http://x.example/")) as projections:
    applier = Applier(projections)
    if sys.argv[2] == "applies":
        applier.start()
    print("open", flush=True)
    sys.stdin.read()
    if sys.argv[2] == "applies":
        applier.stop()
"""


@contextmanager
def holder(settings: Settings, kind: str = "applies") -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the data directory, as a server does; `idle` holds it and does nothing."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(settings.data), kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.stdin.close()


def pivi(settings: Settings, *arguments: str, language: str = "sv") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PIVI_DATA": str(settings.data), "PIVI_BASE": settings.base, "PIVI_LANGUAGE": language
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments], env=environment, capture_output=True, text=True
    )


def iri(ref: str) -> str:
    return f"http://x.example/id/insats/{ref}"


def published(settings: Settings, *records: NewRevision) -> int:
    journal = Journal.open(Layout(settings.data).journal)
    numbers = publish(journal, records)
    journal.close()
    return numbers[-1]


def shown(settings: Settings, ref: str) -> bool:
    with Projections.open(settings) as projections, projections.snapshot() as now:
        return now.store.holds(iri(ref))


def test_a_command_returns_when_the_running_server_shows_its_revision(
    settings: Settings, initiative: Make
) -> None:
    with holder(settings) as server:
        seq = published(settings, initiative("bcdf"))
        wait_until_applied(settings, seq)
        assert Layout(settings.data).applied().progress.seq == seq
        assert server.poll() is None


def test_a_command_shows_its_revision_itself_when_no_server_runs(
    settings: Settings, initiative: Make
) -> None:
    seq = published(settings, initiative("bcdf"))
    wait_until_applied(settings, seq)
    assert Layout(settings.data).applied().progress.seq > seq, "the packaged vocabularies came after it"
    assert shown(settings, "bcdf")


def test_a_command_takes_over_from_a_server_that_dies(settings: Settings, initiative: Make) -> None:
    with holder(settings, "idle") as server:
        seq = published(settings, initiative("bcdf"))
        waiting = Thread(target=wait_until_applied, args=(settings, seq))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        server.send_signal(signal.SIGKILL)
        waiting.join()
    assert shown(settings, "bcdf")


def test_a_large_load_beside_a_server_is_built_by_the_server(settings: Settings, initiative: Make) -> None:
    with holder(settings):
        seq = published(settings, *(initiative(f"bcdf{n}") for n in range(LARGE + 1)))
        wait_until_applied(settings, seq)
        assert Layout(settings.data).applied().progress.seq == seq
    assert shown(settings, f"bcdf{LARGE}")


def test_a_number_announced_before_a_restored_backup_says_nothing(
    settings: Settings, initiative: Make
) -> None:
    with holder(settings):
        published(settings, initiative("bcdf"), initiative("ghjk"))
    for left in settings.data.glob("journal.sqlite*"):
        left.unlink()
    # As an older backup would be: a journal of its own that knows nothing of what is shown.
    seq = published(settings, initiative("mnpq"))
    wait_until_applied(settings, seq)
    assert shown(settings, "mnpq") and not shown(settings, "bcdf")


@pytest.mark.parametrize("running", [True, False])
def test_a_rebuild_makes_a_new_generation_beside_a_server_or_alone(
    settings: Settings, initiative: Make, running: bool
) -> None:
    published(settings, initiative("bcdf"))
    Projections.open(settings).close()
    before = Layout(settings.data).current()
    if running:
        with holder(settings):
            rebuild(settings)
    else:
        rebuild(settings)
    assert Layout(settings.data).current() not in (None, before)
    assert shown(settings, "bcdf")


def test_two_commands_that_write_at_once_both_see_their_revisions_shown(
    settings: Settings, initiative: Make
) -> None:
    done: list[int] = []

    def work(name: str) -> None:
        for turn in range(5):
            seq = published(settings, initiative(f"{name}{turn}"))
            wait_until_applied(settings, seq)
            done.append(seq)

    with holder(settings):
        commands = [Thread(target=work, args=(name,)) for name in ("bcdf", "ghjk")]
        for command in commands:
            command.start()
        for command in commands:
            command.join()
        assert Layout(settings.data).applied().progress.seq == max(done)
    assert len(set(done)) == 10


def test_a_server_that_cannot_write_says_why_and_then_builds_anew_beside(
    settings: Settings, initiative: Make
) -> None:
    with Projections.open(settings) as projections:
        layout = Layout(settings.data)
        generation = layout.current()
        assert generation is not None
        (generation / ".index.json.new").mkdir()
        seq = projections.journal.head() + 1
        with ThreadPoolExecutor(1) as commands:
            # A command that waits already when the trouble comes, which lasts for a moment only.
            waiting = commands.submit(wait_until_applied, settings, seq)
            assert published(settings, initiative("bcdf")) == seq
            with Applier(projections) as applier:
                with pytest.raises(Busy, match=r"finns i journalen men kan inte visas än.*index\.json\.new"):
                    waiting.result()
                until(lambda: layout.applied().progress.seq >= seq or not applier.alive)
                assert applier.alive
        assert layout.current() != generation


FULL_DISK = """
import resource, sys
from pathlib import Path
from catalogue.applier import Applier
from catalogue.errors import CatalogueError
from catalogue.journal import NewRevision
from catalogue.projections import Projections
from catalogue.settings import Settings
sys.path.insert(0, sys.argv[2])
from life import initiative

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

with Projections.open(Settings(data=Path(sys.argv[1]), base="http://x.example/")) as projections:
    for number, kind in ((600, "följs"), (2_100, "byggs")):
        head = projections.journal.append(initiative(f"{kind}{n}", kind * 20) for n in range(number))[-1]
        before = projections.version
        limit(40_000)
        try:
            projections.catch_up()
        except CatalogueError as error:
            print(kind, type(error).__name__, error)
        assert projections.version == before
        limit(resource.RLIM_INFINITY)
        projections.catch_up()
        assert projections.version == head
"""


def test_a_full_disk_is_named_and_what_was_shown_is_shown_on(settings: Settings) -> None:
    here = str(Path(__file__).parent)
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(settings.data), here], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    followed, built = run.stdout.splitlines()
    assert followed.startswith("följs NoSpace Disken är full, så ändringar kan inte visas")
    assert built.startswith("byggs NoSpace Disken är full") and "kunde inte byggas" in built


def test_withdraw_beside_a_server_takes_the_record_away(settings: Settings, initiative: Make) -> None:
    published(settings, initiative("bcdf"))
    with holder(settings):
        run = pivi(settings, "withdraw", iri("bcdf"), "--reason", "Upphörde")
        assert (run.returncode, run.stderr) == (0, "")
        assert "är tagen ur publicering" in run.stdout
    assert not shown(settings, "bcdf")
    assert pivi(settings, "withdraw", iri("bcdf"), "--undo").returncode == 0
    assert shown(settings, "bcdf")


def test_replace_tells_who_points_at_the_successor_now(settings: Settings, initiative: Make) -> None:
    old, new, other = initiative("bcdf"), initiative("ghjk"), initiative("mnpq")
    line = f"<{other.iri}> <https://w3id.org/pivi/ns#inspiredBy> <{old.iri}> .\n".encode()
    content = b"".join(sorted([*other.content.splitlines(True), line]))
    published(settings, old, new, NewRevision(other.iri, other.type, content, "x", "load"))
    run = pivi(settings, "replace", old.iri, new.iri, "--reason", "Dubblett")
    assert run.returncode == 0, run.stderr
    assert f"{old.iri} är ersatt av {new.iri}." in run.stdout and other.iri in run.stdout
    assert not shown(settings, "bcdf")


def test_a_command_that_is_refused_says_so_in_the_language_asked_for(
    settings: Settings, initiative: Make
) -> None:
    published(settings, initiative("bcdf"))
    run = pivi(settings, "withdraw", iri("zzzz"), "--reason", "Fel")
    assert run.returncode == 1 and f"Ingen post heter {iri('zzzz')}" in run.stderr
    run = pivi(settings, "withdraw", iri("zzzz"), "--reason", "Wrong", language="en")
    assert run.returncode == 1 and "No record is called" in run.stderr


def test_rebuild_on_the_command_line_says_when_it_is_done(settings: Settings, initiative: Make) -> None:
    published(settings, initiative("bcdf"))
    run = pivi(settings, "rebuild")
    assert run.returncode == 0, run.stderr
    assert "ombyggda" in run.stdout


def test_the_path_of_a_data_directory_may_have_spaces_and_dots(tmp_path: Path, initiative: Make) -> None:
    settings = Settings(data=tmp_path / "Pivi data å.ä", base="http://x.example/")
    seq = published(settings, *(initiative(f"bcdf{n}") for n in range(LARGE + 1)))
    wait_until_applied(settings, seq)
    assert shown(settings, "bcdf7")


def test_tidying_memory_passes_by_what_is_shown_of_a_rebuilt_generation_too(settings: Settings) -> None:
    def looks_at(names: object) -> bool:
        # What is frozen is not among these.
        return any(each is names for each in gc.get_objects())

    try:
        with Projections.open(settings) as projections, Applier(projections):
            for _ in range(2):
                until(lambda: not looks_at(projections._now.snapshot.index.names))
                before = projections.generation
                rebuild(settings)
                until(lambda before=before: projections.generation != before)  # type: ignore[misc]
            until(lambda: not looks_at(projections._now.snapshot.index.names))
    finally:
        gc.unfreeze()
