"""Many records: judged in several processes as in one, with progress, and in good time."""

from __future__ import annotations

import re
import time

from catalogue.shapes import Shapes
from catalogue.validation import validate
from tests.validation.conftest import Stored
from tests.validation.samples import BASE, INITIATIVE, ORGANISATION, records


def copies(number: int, *, wrong: int = 0, turtle: str = INITIATIVE) -> dict[str, bytes]:
    """So many records, of which each `wrong`-th says its name without language."""
    ((original, content),) = records(turtle).items()
    made = {}
    for at in range(number):
        iri = f"{original.rpartition('/')[0]}/n{at}"
        copy = content.replace(original.encode(), iri.encode())
        if wrong and at % wrong == 0:
            copy = re.sub(rb'(title|name)> "[^"]*"@sv', rb'\1> "x %d"' % at, copy)
        made[iri] = copy
    return made


def test_several_processes_find_what_one_finds_in_the_same_order(shapes: Shapes, stored: Stored) -> None:
    many = copies(350, wrong=1, turtle=ORGANISATION)
    alone = validate(many, lookup=stored, shapes=shapes, processes=1)
    together = validate(many, lookup=stored, shapes=shapes, processes=2)
    assert together == alone
    assert len(alone.results) == 350
    assert [result.record for result in alone.results] == list(many)


def test_the_few_wrong_among_many_are_found(shapes: Shapes, stored: Stored) -> None:
    report = validate(copies(300, wrong=100), lookup=stored, shapes=shapes)
    assert [result.record for result in report.results] == [
        f"{BASE}id/insats/n0",
        f"{BASE}id/insats/n100",
        f"{BASE}id/insats/n200",
    ]
    assert report.checked == 300


def test_progress_ends_at_all(shapes: Shapes, stored: Stored) -> None:
    told: list[tuple[int, int]] = []
    validate(
        copies(250, wrong=50),
        lookup=stored,
        shapes=shapes,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (250, 250)


def test_a_thousand_valid_records_take_seconds(shapes: Shapes, stored: Stored) -> None:
    began = time.process_time()
    assert validate(copies(1_000), lookup=stored, shapes=shapes, processes=1).conforms
    assert time.process_time() - began < 6


def test_nothing_to_judge_conforms(shapes: Shapes) -> None:
    report = validate({}, shapes=shapes)
    assert report.conforms
    assert report.checked == 0
