"""How long a published revision takes until a visitor's page and search show it."""

from __future__ import annotations

import dataclasses
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from catalogue.journal import Journal, NewRevision
from catalogue.settings import Settings
from tests.benchmarks.machine import percentile
from tests.benchmarks.processes import Server

_TITLE = b"<http://purl.org/dc/terms/title>"


def measure(server: Server, data: Path, rounds: int) -> dict[str, float]:
    """p50 and p95 in milliseconds from the acknowledged revision to page and search, one at a time."""
    settings = dataclasses.replace(Settings.from_environment(), data=data)
    times: list[float] = []
    with closing(Journal.open(settings.data / "journal.sqlite")) as journal:
        chosen = [r for r in journal.current_all() if r.type.endswith("#Initiative")][:rounds]
        for number, revision in enumerate(chosen):
            word = f"mätord{number:04d}xq"
            lines = [
                line if _TITLE not in line else line[: line.index(b'"') + 1] + word.encode() + b' "@sv .\n'
                for line in revision.content.splitlines(keepends=True)
                if _TITLE not in line or b"@sv" in line
            ]
            journal.append(
                [
                    NewRevision(
                        iri=revision.iri,
                        type=revision.type,
                        state="published",
                        content=b"".join(sorted(lines)),
                        by="benchmark",
                        origin="load",
                    )
                ]
            )
            start = time.perf_counter()
            path = urlsplit(revision.iri).path.removeprefix("/id")
            _until(server, path, word)
            _until(server, "/sok?q=" + quote(word), path)
            times.append((time.perf_counter() - start) * 1000)
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95), "rounds": len(times)}


def _until(server: Server, path: str, expected: str) -> None:
    end = time.perf_counter() + 30
    while expected.encode() not in server.get(path)[1]:
        if time.perf_counter() > end:
            raise RuntimeError(f"{path} did not show {expected} within 30 s")
