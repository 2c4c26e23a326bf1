"""What a self-test found: one outcome per check, kept in a file beside the dumps until the next one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.translating import phrase

# The words of EARL (Evaluation and Report Language 1.0 Schema, section 2.7) for how a check went.
PASSED, FAILED, CANNOT_TELL, INAPPLICABLE, UNTESTED = (
    "passed",
    "failed",
    "cantTell",
    "inapplicable",
    "untested",
)
_NAME = "selftest.json"
Value = str | int


@dataclass(frozen=True)
class Said:
    """A sentence of ours and what fills its places, so that each reader gets it in their language."""

    sentence: str
    params: Mapping[str, Value]

    def in_language(self, language: str) -> str:
        text = phrase(self.sentence, language)
        return text % self.params if self.params else text


@dataclass(frozen=True)
class Outcome:
    """How one check went. `requests` are commands for a shell that ask the same."""

    check: str
    outcome: str
    said: Said | None
    requests: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Report:
    """A test of dataset version `version`. `key` tells what was tested; `ended` is None while it goes on."""

    key: str
    version: int
    begun: datetime
    ended: datetime | None
    outcomes: tuple[Outcome, ...] = ()

    def of(self, check: str) -> Outcome | None:
        return next((each for each in self.outcomes if each.check == check), None)

    def count(self, outcome: str) -> int:
        return sum(each.outcome == outcome for each in self.outcomes)

    def with_outcome(self, outcome: Outcome) -> Report:
        return replace(self, outcomes=(*self.outcomes, outcome))


def path_in(data: Path) -> Path:
    """Where the report of a data directory is."""
    return data / _NAME


def read(data: Path) -> Report | None:
    """The last report; None before the first one, and for one that another release wrote in another way."""
    try:
        said: dict[str, Any] = json.loads(path_in(data).read_text("utf-8"))
        return Report(
            key=said["key"],
            version=said["version"],
            begun=datetime.fromisoformat(said["begun"]),
            ended=datetime.fromisoformat(said["ended"]) if said["ended"] else None,
            outcomes=tuple(_outcome(each) for each in said["outcomes"]),
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _outcome(said: dict[str, Any]) -> Outcome:
    told = said["said"]
    return Outcome(
        check=said["check"],
        outcome=said["outcome"],
        said=Said(told["sentence"], told["params"]) if told else None,
        requests=tuple(said["requests"]),
        seconds=said["seconds"],
    )


def write(data: Path, report: Report) -> None:
    """Keep a report; whoever reads meanwhile gets the one before or this one, whole."""
    said = asdict(report) | {
        "begun": report.begun.isoformat(),
        "ended": report.ended.isoformat() if report.ended else None,
    }
    beside = path_in(data).with_suffix(".new")
    beside.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
    beside.replace(path_in(data))
