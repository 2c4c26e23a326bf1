"""What a rule needs to know about the things that a record points at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Description:
    """A record, part or concept as others see it: its classes, its schemes and, for an actor, its kinds.

    All are IRIs: the objects of `rdf:type`, `skos:inScheme` and `pivi:actorKind`.
    """

    types: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


# Answers with what is stored of the IRIs asked for; what is not stored is left out.
Lookup = Callable[[set[str]], Mapping[str, Description]]


def nothing_stored(iris: set[str]) -> Mapping[str, Description]:
    """The lookup of an empty catalogue."""
    return {}
