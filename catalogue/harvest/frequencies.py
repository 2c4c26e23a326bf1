"""The frequencies that a source can say, and how often it is then harvested: read from `frequencies.ttl`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from catalogue.namespaces import HARVEST

_FILE = Path(__file__).with_name("frequencies.ttl")


@cache
def frequencies() -> Mapping[str, float | None]:
    """The frequencies that are known, by IRI, in hours; None for those that are by command only."""
    found: dict[str, float | None] = {}
    for quad in parse(_FILE.read_bytes(), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
        found[quad.subject.value] = float(quad.object.value) if quad.predicate == HARVEST.hours else None
    return found
