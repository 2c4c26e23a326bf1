"""Judges in processes of their own, for loads in which pyshacl has much to do."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from catalogue.descriptions import Description
from catalogue.errors import N_, Busy
from catalogue.fields import Wording
from catalogue.judging import Judge
from catalogue.reports import Result, Severity
from catalogue.shape_graph import Term
from catalogue.shapes import Shapes
from catalogue.workers import Limits, Worker, WorkerLost

# Records to judge together, and what is known of the records and concepts that they point at.
Chunk = tuple[Mapping[str, bytes], Mapping[str, Description]]

# One chunk takes about two seconds; so much patience is for a machine that does other things.
_SECONDS = 600.0


def judged_by_workers(
    chunks: Iterable[Chunk], folders: tuple[Path, Path], processes: int
) -> Iterator[tuple[int, list[Result]]]:
    """Judge chunks in several processes; yields, in their order, how many records are done and the results.

    `folders` hold the shapes and the ontology. Raises Busy when a process is lost.
    """
    waiting: deque[tuple[int, Future[list[Result]]]] = deque()
    remaining, done = iter(chunks), 0
    with _Judges(folders) as judges, ThreadPoolExecutor(processes) as pool:
        while True:
            # Chunks are read from disk only shortly before their turn.
            for chunk in islice(remaining, 2 * processes - len(waiting)):
                waiting.append((len(chunk[0]), pool.submit(judges.judge, chunk)))
            if not waiting:
                return
            size, found = waiting.popleft()
            results = found.result()
            done += size
            yield done, results


class _Judges:
    """One worker for each thread that asks."""

    def __init__(self, folders: tuple[Path, Path]) -> None:
        self._folders = [str(folder) for folder in folders]
        self._own = threading.local()
        self._workers: list[Worker] = []

    def judge(self, chunk: Chunk) -> list[Result]:
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = Worker.start("catalogue.judges", Limits())
            self._workers.append(worker)
        request = json.dumps(
            {
                "folders": self._folders,
                "records": {iri: record.decode() for iri, record in chunk[0].items()},
                "described": {
                    iri: [sorted(each.types), sorted(each.schemes), sorted(each.kinds)]
                    for iri, each in chunk[1].items()
                },
            }
        ).encode()
        try:
            return [_result(json.loads(message)) for message in worker.ask(request, seconds=_SECONDS)]
        except WorkerLost as lost:
            raise Busy(
                N_("Granskningen avbröts (%(detail)s); inget har ändrats. Försök igen med färre poster."),
                detail=str(lost),
            ) from lost

    def __enter__(self) -> _Judges:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.close()


def work(request: bytes) -> Iterator[bytes]:
    """The worker's side: one message for each result."""
    asked = json.loads(request)
    described = {
        iri: Description(*(frozenset(each) for each in known)) for iri, known in asked["described"].items()
    }
    records = {iri: record.encode() for iri, record in asked["records"].items()}
    for result in _judge(*asked["folders"]).results(records, described):
        yield json.dumps(asdict(result) | {"value": _told(result.value)}).encode()


@lru_cache(maxsize=1)
def _judge(shapes: str, ontology: str) -> Judge:
    return Judge(Shapes.load(Path(shapes), Path(ontology)))


def _told(term: Term | None) -> list[str | None] | None:
    if isinstance(term, Literal):
        return [term.value, term.language, None if term.language else term.datatype.value]
    return None if term is None else [term.value]


def _result(told: dict[str, Any]) -> Result:
    value: Term | None = None
    match told["value"]:
        case [iri]:
            value = NamedNode(iri)
        case [text, None, datatype]:
            value = Literal(text, datatype=NamedNode(datatype))
        case [text, language, None]:
            value = Literal(text, language=language)
    return Result(
        **told
        | {
            "value": value,
            "field": Wording(**told["field"]),
            "message": Wording(**told["message"]),
            "severity": Severity(told["severity"]),
        }
    )
