"""SPARQL beside a floor and two peers on the same data: in-process pyoxigraph, the native server, rdflib-endpoint."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import pyoxigraph as ox

from tests.benchmarks.processes import Server, pivi_serving, run, serving

JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"
_PREFIXES = "PREFIX pivi: <https://w3id.org/pivi/ns#> PREFIX dct: <http://purl.org/dc/terms/> "
SELECT = _PREFIXES + "SELECT ?title ?area WHERE {{ <{iri}> dct:title ?title ; pivi:area ?area }}"
CONSTRUCT = "CONSTRUCT {{ <{iri}> ?p ?o }} WHERE {{ <{iri}> ?p ?o }}"
AGGREGATE = (
    _PREFIXES
    + "SELECT ?area ?kind (COUNT(DISTINCT ?i) AS ?n) WHERE {{ ?i a pivi:Initiative ; pivi:area ?area ; "
    "pivi:kind ?kind }} GROUP BY ?area ?kind ORDER BY ?area ?kind # {iri}"
)
_SECONDS = 3.0
_ROUNDS = 3
_AGGREGATES = 12
_CONNECTIONS = 4


@dataclass(frozen=True)
class Figures:
    """Answers a second and the median in milliseconds, over HTTP."""

    rate: float
    ms: float


def load(server: Server, accept: str, queries: Sequence[str], connections: int, base: str = "") -> Figures:
    """Ask a server over and over, each connection its own queries."""
    path = base or "/sparql"
    result = subprocess.run(
        [
            *(sys.executable, "-m", "tests.benchmarks.client"),
            *(str(server.port), str(_SECONDS), str(connections), accept),
        ],
        input="\n".join(f"{path}?query={quote(each)}" for each in queries).encode(),
        check=True,
        stdout=subprocess.PIPE,
    )
    figures = json.loads(result.stdout)
    if figures["failed"]:
        raise RuntimeError(f"{figures['failed']} answers were not 200")
    return Figures(figures["rate"], figures["ms"])


def once(server: Server, query: str, path: str = "/sparql") -> float:
    """Seconds of one answer, as JSON."""
    start = time.perf_counter()
    status, body = server.get(f"{path}?query={quote(query)}", Accept=JSON)
    if status != 200:
        raise RuntimeError(f"{query} answered {status}: {body.decode()}")
    return time.perf_counter() - start


@contextmanager
def native(store: Path) -> Iterator[Server]:
    """`oxigraph serve-read-only`, answering at /query."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
    command = [program, "serve-read-only", "--location", str(store), "--bind", "127.0.0.1:{port}"]
    with serving(command, path="/query?query=" + quote("ASK {}")) as server:
        yield server


@contextmanager
def floor(store: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.benchmarks.floor", str(store), "{port}"]
    with serving(command, path="/sparql?query=" + quote("SELECT * {} LIMIT 1")) as server:
        yield server


@contextmanager
def rdflib_endpoint(ntriples: Path) -> Iterator[Server]:
    command = [
        *(sys.executable, "-m", "rdflib_endpoint", "serve"),
        *("--host", "127.0.0.1", "--port", "{port}", str(ntriples)),
    ]
    with serving(command, path="/?query=" + quote("ASK {}")) as server:
        yield server


def copied_store(data: Path, copy: Path) -> Path:
    """A copy of the store of a data directory that no server holds.

    Its tables, which nothing ever changes, are the same files: so all who are compared find them in the same
    memory of the operating system, or have to read them from the same disk.
    """
    generation = (data / "current").read_text().strip()
    shutil.copytree(data / generation / "store", copy, copy_function=_copied)
    return copy


def _copied(source: str, target: str) -> None:
    if source.endswith(".sst"):
        os.link(source, target)
    else:
        shutil.copyfile(source, target)


def initiatives(store: Path, count: int) -> list[str]:
    """IRIs of some initiatives, spread over the store."""
    found = ox.Store.read_only(str(store)).query(
        "SELECT ?i WHERE { ?i a <https://w3id.org/pivi/ns#Initiative> }"
    )
    assert isinstance(found, ox.QuerySolutions)
    iris = [str(row[0].value) for row in found]
    step = max(1, len(iris) // count)
    return iris[::step][:count]


def median(figures: Sequence[Figures]) -> Figures:
    return Figures(
        statistics.median(each.rate for each in figures), statistics.median(each.ms for each in figures)
    )


def beside_the_native_server(data: Path, folder: Path) -> dict[str, float]:
    """Latencies, throughputs and the aggregate at full size: ours, the floor, the native server, by turns."""
    store = copied_store(data, folder / "store-copy")
    iris = initiatives(store, 20_000)
    figures: dict[str, float] = {}
    with pivi_serving(data) as ours, floor(store) as inside, native(store) as theirs:
        for name, template, accept in (("select", SELECT, JSON), ("construct", CONSTRUCT, N_TRIPLES)):
            for what, connections in (("p50", 1), ("rate", _CONNECTIONS)):
                found: dict[str, list[Figures]] = {"ours": [], "floor": [], "native": []}
                for turn in range(_ROUNDS):  # by turns: noise hits all of them
                    # In other words each time, so that no cache of answers takes part.
                    part = [f"{template.format(iri=iri)} # {what} {turn}" for iri in iris]
                    found["ours"].append(load(ours, accept, part, connections))
                    found["floor"].append(load(inside, accept, part, connections))
                    found["native"].append(load(theirs, accept, part, connections, "/query"))
                for who, each in found.items():
                    middle = median(each)
                    figures[f"{name} {what} {who}"] = middle.ms if what == "p50" else middle.rate
        same = [SELECT.format(iri=iris[0])]
        figures["repeated rate ours"] = median(
            [load(ours, JSON, same, _CONNECTIONS) for _ in range(_ROUNDS)]
        ).rate
        aggregate: dict[str, list[float]] = {"ours": [], "native": []}
        for turn in range(_AGGREGATES):
            # By turns, and each of them first as often: what comes second finds the tables in memory.
            for who in ("ours", "native") if turn % 2 else ("native", "ours"):
                server, path = (ours, "/sparql") if who == "ours" else (theirs, "/query")
                aggregate[who].append(once(server, AGGREGATE.format(iri=turn), path))
        for who, seconds in aggregate.items():
            figures[f"aggregate {who}"] = statistics.median(seconds)
        pairs = zip(aggregate["native"], aggregate["ours"], strict=True)
        figures["aggregate speed"] = statistics.median(theirs / ours for theirs, ours in pairs)
    shutil.rmtree(store)
    return figures


def beside_rdflib_endpoint(data: Path, ntriples: Path, folder: Path) -> dict[str, float]:
    """Throughput of small queries on the small catalogue: rdflib holds no large one in a time that anybody waits."""
    store = copied_store(data, folder / "small-copy")
    queries = [SELECT.format(iri=iri) for iri in initiatives(store, 1_000)]
    with pivi_serving(data) as ours, rdflib_endpoint(ntriples) as theirs:
        # Answered from the cache after the first round, so each round asks in other words.
        mine = [
            load(ours, JSON, [f"{each} # {turn} {n}" for n in range(20) for each in queries], _CONNECTIONS)
            for turn in range(_ROUNDS)
        ]
        other = [load(theirs, JSON, queries, _CONNECTIONS, "/") for _ in range(_ROUNDS)]
    shutil.rmtree(store)
    return {"rate ours": median(mine).rate, "rate rdflib": median(other).rate}


def visible_after(data: Path, folder: Path) -> float:
    """Seconds until SPARQL shows what a command has published, the worst of five."""
    worst = 0.0
    with pivi_serving(data) as server:
        for turn in range(5):
            title = f"Synlig {turn} {time.time_ns()}"
            file = folder / "one.nt"
            iri = f"http://127.0.0.1:8000/id/aktor/zz{'23456'[turn]}z"
            file.write_text(
                f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/pivi/ns#Organisation> .\n"
                f'<{iri}> <http://xmlns.com/foaf/0.1/name> "{title}"@sv .\n',
                encoding="utf-8",
            )
            run(["load", "--trusted", str(file), "--data", str(data)])
            start = time.perf_counter()
            query = f'ASK {{ <{iri}> <http://xmlns.com/foaf/0.1/name> "{title}"@sv }}'
            while b"true" not in server.get(f"/sparql?query={quote(query)}", Accept=JSON)[1]:
                time.sleep(0.01)
            worst = max(worst, time.perf_counter() - start)
    return worst


@dataclass(frozen=True)
class Replaced:
    """Milliseconds from the death of a worker until a query was answered, and until as many as before stood ready."""

    answered: float
    whole: float


def replaced(data: Path, turns: int) -> list[Replaced]:
    """Kill one worker after the other with SIGKILL while nobody asks, and then ask at once."""
    found = []
    with pivi_serving(data) as server:
        count = len(_ready(server))
        for turn in range(turns):
            while len(members := sorted(_ready(server), key=lambda each: each.create_time())) < count:
                time.sleep(0.01)
            victim = members[turn % count]
            start = time.perf_counter()
            victim.kill()
            once(server, f"SELECT (COUNT(*) AS ?n) {{ ?i a <http://e/{turn}> }}")
            answered = time.perf_counter() - start
            seen = {each.pid for each in members}
            newcomer = None
            while newcomer is None:
                time.sleep(0.001)  # the newcomer has the lowest priority: do not stand in its way
                newcomer = next((each for each in _workers(server) if each.pid not in seen), None)
            found.append(Replaced(answered * 1000, (_waits_since(newcomer) - start) * 1000))
    return found


def _workers(server: Server) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children()
    return [each for each in children if _answers_queries(each)]


def _answers_queries(process: psutil.Process) -> bool:
    try:
        lives = process.status() != psutil.STATUS_ZOMBIE
        return lives and "catalogue.endpoint.execution" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _ready(server: Server) -> list[psutil.Process]:
    found = _workers(server)
    for each in found:
        _waits_since(each)
    return found


def _waits_since(process: psutil.Process) -> float:
    """When a worker began to wait for an order: from then on it has slept, without a break, for 30 ms."""
    while True:
        began = time.perf_counter()
        switches = process.num_ctx_switches()
        time.sleep(0.002)
        while process.status() == psutil.STATUS_SLEEPING and process.num_ctx_switches() == switches:
            time.sleep(0.002)
            if time.perf_counter() - began > 0.03:
                return began


def rows(large: Path, small: Path, small_triples: Path, folder: Path) -> list[tuple[str, str, str]]:
    """The rows of the table: what, figure, goal."""
    f = beside_the_native_server(large, folder)
    r = beside_rdflib_endpoint(small, small_triples, folder)
    found: list[tuple[str, str, str]] = []
    for name, words in (("select", "small SELECT"), ("construct", "one-record CONSTRUCT")):
        ours, inside, theirs = (f[f"{name} p50 {who}"] for who in ("ours", "floor", "native"))
        found += [
            (f"SPARQL over HTTP, {words}, p50 (native server {theirs:.2f} ms)", f"{ours:.2f} ms", "–"),
            (
                f"— beside pyoxigraph in the process of the same web server, {inside:.2f} ms",
                _times(ours / inside),
                "≤ 1.5 ×",
            ),
        ]
        ours, inside, theirs = (f[f"{name} rate {who}"] for who in ("ours", "floor", "native"))
        found += [
            (f"{words}, four connections, answers a second", f"{ours:.0f}", "–"),
            (f"— beside the native server, {theirs:.0f}", _times(ours / theirs), "≥ 0.2 ×"),
        ]
    found += [
        (
            f"small SELECT at 1 000 initiatives, {r['rate ours']:.0f} a second, beside rdflib-endpoint, {r['rate rdflib']:.0f}",
            _times(r["rate ours"] / r["rate rdflib"]),
            "≥ 8 ×",
        ),
        (
            f"the same SELECT again, {f['repeated rate ours']:.0f} a second, beside a new one each time",
            _times(f["repeated rate ours"] / f["select rate ours"]),
            "≥ 2 ×",
        ),
        ("— beside the native server", _times(f["repeated rate ours"] / f["select rate native"]), "≥ 0.4 ×"),
        (
            f"counting all initiatives by area and kind, {f['aggregate ours']:.2f} s; speed beside the native server",
            _times(f["aggregate speed"]),
            "≥ 0.9 ×",
        ),
        ("published until SPARQL shows it, the longest of five", f"{visible_after(small, folder):.2f} s", "≤ 1.5 s"),
    ]  # fmt: skip
    deaths = replaced(small, 9)
    for what, times in (
        ("a query is answered", [each.answered for each in deaths]),
        ("as many workers stand ready as before", [each.whole for each in deaths]),
    ):
        found.append(
            (
                f"after a worker was killed, until {what}, the longest of nine (median {statistics.median(times):.0f} ms)",
                f"{max(times):.0f} ms",
                "≤ 100 ms",
            )
        )
    return found


def _times(ratio: float) -> str:
    return f"{ratio:.2f} ×"
