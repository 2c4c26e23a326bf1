"""What the page of a cited query holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.pages.models import Page
from app.pages.parts import Citation, Format


class Verdict(StrEnum):
    """Whether the answer still is the same; the value picks the sign."""

    SAME = "same"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Compared:
    """A line of the table: something as it was when cited, and now (None where there is no answer now)."""

    name: str
    cited: str
    now: str | None
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class CitationPage(Page):
    """`/sparql/citat/{ref}` – citation.html"""

    query: str
    cite: Citation
    verdict: Verdict
    heading: str
    sentences: tuple[str, ...]
    table: tuple[Compared, ...]
    check: str  # how the checksum is made
    query_action: str  # the query page
    query_url: str  # the query in it, not yet run; empty where the query is too long for an address
    answers: tuple[Format, ...]  # today's answer as data; empty likewise
    json_url: str
