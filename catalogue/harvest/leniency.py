"""Which results of a validation keep a harvested record out, and which only warn: read from `lenient.ttl`."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from catalogue.namespaces import HARVEST
from catalogue.reports import Result, Severity

_FILE = Path(__file__).with_name("lenient.ttl")


def keeps_out(result: Result) -> bool:
    """Whether a result keeps the record out; else it is a warning."""
    if result.severity is not Severity.VIOLATION:
        return False
    exceptions = _rules().get(result.component)
    return exceptions is None or result.path in exceptions


@cache
def _rules() -> dict[str, frozenset[str]]:
    """The components that only warn, each with the properties for which they keep out all the same."""
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: {"component": set(), "except": set()})
    for quad in parse(_FILE.read_bytes(), format=RdfFormat.TURTLE, base_iri=HARVEST.iri):
        for name, values in said[str(quad.subject)].items():
            if quad.predicate == HARVEST[name]:
                values.add(getattr(quad.object, "value", ""))
    return {component: frozenset(rule["except"]) for rule in said.values() for component in rule["component"]}
