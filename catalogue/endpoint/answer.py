"""A question to the endpoint, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from catalogue.endpoint.results import Format


@dataclass(frozen=True)
class Question:
    """A query with the dataset that the protocol names for it (SPARQL 1.1 Protocol, section 2.1.4).

    `seconds`: at most this long, less than the usual limit. `packed`: gzipped, if that pays.
    """

    text: str
    format: Format
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None
    packed: bool = False


@dataclass(frozen=True)
class Answer:
    """A whole answer: its bytes in `body`, or in `file`, which is read once and gone when it is closed.

    `size` is the length of what is sent. `version` and `changed` are those of the data it was computed on.
    """

    format: Format
    body: bytes
    file: IO[bytes] | None
    size: int
    packed: bool
    version: int
    changed: datetime
    cached: bool = False
