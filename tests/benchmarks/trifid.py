"""A peer that renders pages: Trifid, a linked data server on Node.js, beside Pivi on the same records in the same run.

`python -m tests.benchmarks.trifid FOLDER [SIZE]`, where FOLDER is where `npm install trifid` has been done.
`make bench` measures it too where the environment variable PIVI_BENCH_TRIFID names that folder.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from playwright._impl._driver import compute_driver_executable

from tests.benchmarks.peer import cost_per_request
from tests.benchmarks.processes import Server, memory, pivi_serving, run, serving

# Trifid loads the file into a store in memory and asks it by SPARQL, as its own example does.
_CONFIGURATION = """
server: {{ listener: {{ host: 127.0.0.1 }}, logLevel: warn }}
globals: {{ datasetBaseUrl: "http://127.0.0.1:8000/", endpoints: {{ default: {{ url: /query }} }} }}
plugins:
  entity-renderer: {{ module: "@zazuko/trifid-entity-renderer" }}
  store:
    module: trifid-handler-fetch
    paths: /query
    config: {{ url: "{file}", contentType: application/n-triples, unionDefaultGraph: true }}
"""
_KINDS = {"page": "text/html", "Turtle": "text/turtle"}
_ADDRESSES = 100
Row = tuple[str, str, str]


def rows(folder: Path, ntriples: Path, data: Path, size: int) -> list[Row]:
    """The rows of the table: one record as a page and as Turtle, ours and theirs. `data` holds what `ntriples` does."""
    iris = sorted(
        set(re.findall(r"<(\S+/id/insats/[^>#]+)>", ntriples.read_text(encoding="utf-8")[:20_000_000]))
    )
    things = ["/id/" + iri.partition("/id/")[2] for iri in iris[:: max(1, len(iris) // _ADDRESSES)]][
        :_ADDRESSES
    ]
    found: list[Row] = []
    with pivi_serving(data) as server:
        own = [each.removeprefix("/id") for each in things]
        ours = _costs(server, own)
        held = memory(server.pid)
    node, program = compute_driver_executable()[0], str(folder / "node_modules/trifid/server.js")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(_CONFIGURATION.format(file=ntriples))
        file.flush()
        command = [node, program, "-c", file.name, "-p", "{port}"]
        with serving(command, path="/query?query=" + quote("ASK {}")) as server:
            theirs = _costs(server, things)
            theirs_held = memory(server.pid)
    for kind in _KINDS:
        found.append(
            (f"an initiative as {kind} over HTTP at {size}, processor time", f"{ours[kind]:.1f} ms", "–")
        )
        found.append((f"Trifid, the same {kind}", f"{theirs[kind]:.1f} ms", "–"))
        found.append(("— ratio, ours to theirs", f"{ours[kind] / theirs[kind]:.2f} ×", "–"))
    found.append(("server's memory, ours", f"{held / 2**20:.0f} MB", "–"))
    found.append(("server's memory, Trifid", f"{theirs_held / 2**20:.0f} MB", "–"))
    return found


def _costs(server: Server, addresses: list[str]) -> dict[str, float]:
    """Processor milliseconds per request of each kind, in a second round: Node.js compiles what is used in the first."""
    for accept in _KINDS.values():
        cost_per_request(server, addresses, Accept=accept)
    return {kind: cost_per_request(server, addresses, Accept=accept) for kind, accept in _KINDS.items()}


def main() -> None:
    """Generate a catalogue, measure both servers on it and print the rows."""
    folder, size = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    with tempfile.TemporaryDirectory(prefix="pivi-bench-") as made:
        ntriples, data = Path(made) / "made.nt", Path(made) / "data"
        run(["generate", str(size), "--seed", "1", "--output", str(ntriples)])
        run(["load", "--trusted", str(ntriples), "--data", str(data)])
        for what, figure, _goal in rows(folder, ntriples, data, size):
            sys.stdout.write(f"{what}: {figure}\n")


if __name__ == "__main__":
    main()
