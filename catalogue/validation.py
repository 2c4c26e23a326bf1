"""Validation: whether records may be published, and what to mend where they may not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from catalogue.descriptions import Description, Lookup, nothing_stored
from catalogue.judges import judged_by_workers
from catalogue.judging import Judge
from catalogue.outline import Outline
from catalogue.reports import Report, Result, Severity
from catalogue.shapes import Shapes

__all__ = ["Description", "Report", "Result", "Severity", "validate"]

# Up to so many records pyshacl judges every one; of more, those that a first look is not sure of.
_FEW = 100
# Records that pyshacl judges together: more would cost more each.
_TOGETHER = 100
# From so many on it is worth starting other processes.
_MANY = 300

# Called with the records judged so far and the number of all.
Progress = Callable[[int, int], None]


def validate(
    records: Mapping[str, bytes],
    *,
    lookup: Lookup = nothing_stored,
    shapes: Shapes | None = None,
    source_of: Callable[[str], str | None] = lambda iri: None,
    on_progress: Progress = lambda done, total: None,
    processes: int | None = None,
) -> Report:
    """Judge records, each as canonical N-Triples by its IRI, by the shapes.

    Records of one call may point at each other; `lookup` gives what is stored of the rest. `source_of`
    tells the file that a record came from, for the report. Many records are judged in `processes`
    processes, by default one for each core. Never raises for what is in a record: that is a result.
    """
    shapes = shapes or _packaged()
    judge = _judge(shapes)
    outline = Outline(shapes)
    nearby: set[str] = set()
    for record in records.values():
        outline.add(record)
        nearby |= outline.references(record)
    described = dict(lookup(nearby - outline.described.keys())) | outline.described
    total = len(records)

    def known(record: bytes) -> dict[str, Description]:
        return {iri: described[iri] for iri in outline.references(record) if iri in described}

    doubtful = list(records)
    if total > _FEW:
        doubtful = []
        for number, (iri, record) in enumerate(records.items(), start=1):
            if not judge.passes(iri, record, known(record)):
                doubtful.append(iri)
            elif number % 100 == 0:
                on_progress(number - len(doubtful), total)
    sure = total - len(doubtful)
    chunks = _chunks(doubtful, records, known)
    results: list[Result] = []
    processes = processes or os.cpu_count() or 1
    if processes > 1 and len(doubtful) >= _MANY and shapes.folders is not None:
        for done, found in judged_by_workers(chunks, shapes.folders, processes):
            results.extend(found)
            on_progress(sure + done, total)
    else:
        done = 0
        for chunk, near in chunks:
            results.extend(judge.results(chunk, near))
            done += len(chunk)
            on_progress(sure + done, total)
    return Report(tuple(replace(each, source=source_of(each.record)) for each in results), total)


def _chunks(
    iris: list[str], records: Mapping[str, bytes], known: Callable[[bytes], dict[str, Description]]
) -> Iterator[tuple[dict[str, bytes], dict[str, Description]]]:
    """The records that are judged together, each with what is known of what they point at."""
    for start in range(0, len(iris), _TOGETHER):
        chunk = {iri: records[iri] for iri in iris[start : start + _TOGETHER]}
        near: dict[str, Description] = {}
        for record in chunk.values():
            near.update(known(record))
        yield chunk, near


@lru_cache(maxsize=1)
def _packaged() -> Shapes:
    return Shapes.load()


@lru_cache(maxsize=2)
def _judge(shapes: Shapes) -> Judge:
    return Judge(shapes)
