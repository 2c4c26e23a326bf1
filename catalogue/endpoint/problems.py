"""What a query can meet instead of an answer: each problem says which limit or rule, and how to keep it."""

from __future__ import annotations

from catalogue.endpoint.lexer import Place
from catalogue.errors import CatalogueError


class Problem(CatalogueError):
    """A query got no answer. `name` is what programs know the problem by, `place` where in the query it lies."""

    name = "problem"

    def __init__(self, sentence: str, *, place: Place | None = None, **params: object) -> None:
        super().__init__(sentence, **params)
        self.place = place


class Malformed(Problem):
    """The query breaks the grammar, or names a function that does not exist."""

    name = "malformed-query"


class Refused(Problem):
    """The query asks for what this service does not do: updates, other services, graphs that it lacks."""

    name = "refused"


class TooDeep(Problem):
    """The query is nested more deeply than the engine can follow."""

    name = "too-deep"


class TooLong(Problem):
    """The query text is longer than the service reads."""

    name = "query-too-long"


class TooLarge(Problem):
    """The answer, or what it takes to make it, is larger than a limit."""

    name = "too-large"


class TooSlow(Problem):
    """The query did not end in time."""

    name = "too-slow"


class TooBusy(Problem):
    """Too many queries at once, from everybody or from this client."""

    name = "busy"


class Vanished(Problem):
    """The client hung up; nobody reads an answer any longer."""

    name = "vanished"


class Failed(Problem):
    """The engine failed; the fault is ours."""

    name = "failed"


class TooMany(Problem):
    """More is not kept: from this client within the hour, or from anybody."""

    name = "too-many"
