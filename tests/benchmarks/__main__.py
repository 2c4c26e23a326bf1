"""`make bench`: measure loading, pages, search and memory on generated catalogues, and print the table.

`python -m tests.benchmarks --write` puts the table into docs/benchmarks.md; `--size` takes fewer
initiatives for a quick look.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import dumps, feed, peer, sparql, trifid, visibility
from tests.benchmarks.machine import description
from tests.benchmarks.processes import memory, pivi_serving, run

DOCUMENT = Path(__file__).parents[2] / "docs/benchmarks.md"
Row = tuple[str, str, str]


def main() -> None:
    """Measure and print; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="initiatives in the large catalogue")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pivi-bench-") as folder:
        rows = measured(Path(folder), options.size)
    table = as_markdown(rows, options.size)
    sys.stdout.write(table)
    if options.write:
        DOCUMENT.write_text(table, encoding="utf-8")


def measured(folder: Path, size: int) -> list[Row]:
    """All rows of the table: what, figure, goal."""
    rows: list[Row] = []
    small, large = folder / "small.nt", folder / "large.nt"
    middle = folder / "middle.nt"
    for path, count in ((small, 1_000), (middle, 10_000), (large, size)):
        made = run(["generate", str(count), "--seed", "1", "--output", str(path)])
        say(f"generated {count} in {made.seconds:.1f} s")
    triples = sum(1 for _ in large.open("rb"))

    loaded = run(["load", "--trusted", str(large), "--data", str(folder / "large")])
    rate = triples / loaded.seconds
    rows.append(
        (f"`load --trusted`, {number(triples)} triples", f"{number(rate)} triples/s", "≥ 50 000 triples/s")
    )
    rows.append(("— its peak memory, all processes", mebibytes(loaded.peak_memory), "≤ 2 500 MB"))
    say(rows[-2][1])
    run(["load", "--trusted", str(small), "--data", str(folder / "small")])
    checked = run(["load", str(middle), "--data", str(folder / "middle")])
    rows.append(("validated load of 10 000 initiatives", f"{checked.seconds:.1f} s", "≤ 60 s"))
    say(rows[-1][1])

    figures = in_process(folder / "large", folder / "small")
    search, page = figures["search"], figures["initiative"]
    rows.append(("`/sok`, text and two facets, processor time p50", milliseconds(search["p50"]), "≤ 20 ms"))
    rows.append(("— p99", milliseconds(search["p99"]), "≤ 60 ms"))
    rows.append(("— of it in the answering thread", f"{search['share']:.1%}".replace("%", " %"), "–"))
    rows.append(("— mean size, gzip", f"{number(search['bytes'] / 1000)} kB", "≤ 150 kB"))
    rows.append(("an initiative's page, processor time p50", milliseconds(page["p50"]), "≤ 5 ms"))
    ratio = figures["of many"]["p50"] / figures["of few"]["p50"]
    rows.append(("— beside the same at 1 000 initiatives, by turns", f"{ratio:.2f} ×", "≤ 1.3 ×"))
    turtle = milliseconds(figures["turtle"]["p50"])
    rows.append(("an initiative as Turtle, processor time p50", turtle, "≤ 4 ms"))
    rows.append(("suggestions while typing, p50", milliseconds(figures["suggest"]["p50"]), "–"))

    with pivi_serving(folder / "large") as server:
        rows.append(
            ("start on an existing directory to the first answer", f"{server.first_answer:.1f} s", "≤ 3 s")
        )
        for address in ("/", "/sok", "/sok?q=skola", "/begrepp/"):
            server.get(address)
        seen = visibility.measure(server, folder / "large", 40)
        rows.append(
            ("a published revision on page and in search, p95", milliseconds(seen["p95"]), "≤ 200 ms")
        )
        html = server.get("/sok")[1].decode()
        addresses = re.findall(r'href="(/insats/[^"/.?#]+)"', html) * 15
        ours = peer.cost_per_request(server, addresses)
        rows.append(("server's memory after all this", mebibytes(memory(server.pid)), "≤ 700 MB"))

    iris = sorted(
        set(re.findall(r"<(\S+/id/insats/[^>#]+)>", small.read_text(encoding="utf-8")[:2_000_000]))
    )[:200]
    theirs = peer.cost_of_a_resource(small, iris)
    rows.append(
        (f"an initiative's page over HTTP at {number(size)}, processor time", milliseconds(ours), "–")
    )
    rows.append(("rdflib-endpoint, `DESCRIBE` of one at 1 000, the same", milliseconds(theirs["ms"]), "–"))
    rows.append(("— ratio, ours to theirs", f"{ours / theirs['ms']:.2f} ×", "–"))
    if "PIVI_BENCH_TRIFID" in os.environ:
        rows += trifid.rows(Path(os.environ["PIVI_BENCH_TRIFID"]), small, folder / "small", 1_000)
    rows += feed.rows(folder / "large")
    rows += dumps.rows(folder / "large")
    rows += sparql.rows(folder / "large", folder / "small", small, folder)
    return rows


def in_process(large: Path, small: Path) -> dict[str, dict[str, float]]:
    """The figures of tests.benchmarks.pages, from a process of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.pages", str(large), str(small)],
        check=True,
        stdout=subprocess.PIPE,
    )
    figures: dict[str, dict[str, float]] = json.loads(result.stdout)
    return figures


def as_markdown(rows: list[Row], size: int) -> str:
    """The page docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on a generated catalogue of {number(size)} initiatives, everything in one run.",
        "The machine is shared and noisy: trust the ratios more than the absolute figures.",
        "",
        f"Machine: {description()}",
        "",
        "| what | measured | goal |",
        "|---|---:|---:|",
        *(f"| {what} | {figure} | {goal} |" for what, figure, goal in rows),
        "",
        "Processor time is that of the whole process, all its threads and the system's part, from before a request",
        "until its last byte; nothing is taken off. It is counted once the process uses less than a tenth of a",
        "core by itself, for two seconds: after a bulk load RocksDB compacts in the background for minutes.",
        "450 pages of initiatives are asked for alone, then 450 others by turns with as many of the small catalogue.",
        "The share of the answering thread is told to show that a request is worked on in no other.",
        "The pages are rendered whole, gzipped, without any conditional request; each search and each initiative",
        "differs from all before it, so that no cache of answers takes part. What a search index remembers of a",
        "word it remembers here too: there are sixteen words, none of them asked for before the measurement.",
        "The peer answers one record as RDF from memory, without a page around it.",
        "",
    ]
    return "\n".join(lines)


def say(text: str) -> None:
    """Progress, for the one who waits."""
    sys.stderr.write(text + "\n")


def number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u00a0")


def milliseconds(value: float) -> str:
    return f"{value:.1f} ms"


def mebibytes(value: float) -> str:
    return f"{number(value / 1_000_000)} MB"


if __name__ == "__main__":
    main()
