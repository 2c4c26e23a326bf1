"""The child that makes one self-test and ends: `python -m app.selftest PARENT TASK`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.selftest import agreeing, description, negotiation, paging
from app.selftest.agreeing import Findings
from app.selftest.client import Fault, Harvester, Nothing, OutOfTime
from app.selftest.criteria import CRITERIA
from app.selftest.report import (
    CANNOT_TELL,
    FAILED,
    INAPPLICABLE,
    PASSED,
    UNTESTED,
    Outcome,
    Report,
    Said,
    write,
)
from app.selftest.running import Task
from catalogue import children
from catalogue.errors import N_

_VERSION = "/sok.csv?kolumner=iri"

CHECKS: Mapping[str, Callable[[Findings], Said]] = {
    "insats": lambda found: negotiation.initiative(found.harvester),
    "begrepp": lambda found: negotiation.concept(found.harvester),
    "ontologi": lambda found: negotiation.ontology(found.harvester),
    "katalog": lambda found: negotiation.catalogue(found.harvester),
    "samma-graf": lambda found: negotiation.same_graph(found.harvester),
    "dcat-ap-se": lambda found: description.swedish(found.harvester),
    "dcat-ap": lambda found: description.european(found.harvester),
    "katalogflode": lambda found: description.stream(found.harvester),
    "lovade-adresser": lambda found: description.promised(found.harvester),
    "listor": lambda found: paging.lists(found.harvester),
    "oai": lambda found: paging.oai(found.harvester),
    "flodets-sidor": agreeing.feed_pages,
    "flode-mot-katalog": agreeing.feed_and_catalogue,
    "borttaget": agreeing.gone,
    "kontrollsummor": agreeing.checksums,
    "dumpens-version": agreeing.versions,
}


def run(task: Task) -> Report:
    """Make every check, keeping the report after each."""
    data = Path(task.data)
    report = Report(key=task.key, version=task.version, begun=datetime.now(UTC), ended=None)
    harvester = Harvester(task.host, task.port, task.base, deadline=time.monotonic() + task.seconds)
    found = Findings(harvester, task.version)
    write(data, report)
    for name in CRITERIA:
        report = report.with_outcome(_made(name, found))
        write(data, report)
    report = replace(report, ended=datetime.now(UTC))
    write(data, report)
    return report


def _made(name: str, found: Findings) -> Outcome:
    harvester = found.harvester
    harvester.begin()
    begun = time.monotonic()
    said: Said
    try:
        outcome, said = PASSED, CHECKS[name](found)
    except Nothing as nothing:
        outcome, said = INAPPLICABLE, nothing.said
    except Fault as fault:
        outcome, said = FAILED, fault.said
    except OutOfTime:
        outcome, said = UNTESTED, Said(N_("Tiden tog slut."), {})
    commands = harvester.commands(failed=outcome == FAILED)
    if outcome == FAILED and _moved_on(found):
        outcome = CANNOT_TELL
        said = Said(N_("Något publicerades under tiden. Prövas igen."), {})
    return Outcome(name, outcome, said, commands, round(time.monotonic() - begun, 2))


def _moved_on(found: Findings) -> bool:
    """Whether what is published has changed since the test began; two answers may then differ."""
    try:
        reply = found.harvester.get(_VERSION, method="HEAD")
    except (Fault, OutOfTime):
        return False
    return reply.headers.get("pivi-dataset-version", str(found.version)) != str(found.version)


def main(arguments: list[str]) -> None:
    """The child's side: make one test and end."""
    (task,) = children.begin(arguments)
    run(Task(**json.loads(task)))


if __name__ == "__main__":
    main(sys.argv[1:])
