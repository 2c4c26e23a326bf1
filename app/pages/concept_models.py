"""What the pages about words hold: schemes, concepts, the ontology."""

from __future__ import annotations

from dataclasses import dataclass

from app.pages.models import Page
from app.pages.parts import (
    Entrance,
    Fact,
    Letter,
    Link,
    Rich,
    Row,
    Text,
)


@dataclass(frozen=True)
class Branch:
    """A concept in the tree of its scheme."""

    slug: str
    label: Text
    url: str
    count: int
    current: bool
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A line in A–Ö; with `see`, another name for a concept."""

    label: Text
    url: str
    scheme: Text
    see: Text | None = None


@dataclass(frozen=True)
class EntryGroup:
    letter: str
    anchor: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class SchemeSummary:
    slug: str
    label: Text
    url: str
    definition: Text | None
    count: int


@dataclass(frozen=True, kw_only=True)
class SchemesPage(Page):
    """`/begrepp/` – schemes.html"""

    schemes: tuple[SchemeSummary, ...]
    letters: tuple[Letter, ...]
    entries: tuple[EntryGroup, ...]


@dataclass(frozen=True, kw_only=True)
class SchemePage(Page):
    """`/begrepp/{scheme}` – scheme.html"""

    definition: Text | None
    tree: tuple[Branch, ...]
    facts: tuple[Fact, ...]
    letters: tuple[Letter, ...]
    entries: tuple[EntryGroup, ...]


@dataclass(frozen=True, kw_only=True)
class ConceptPage(Page):
    """`/begrepp/{scheme}/{concept}` – concept.html"""

    slug: str
    scheme_slug: str
    scheme: Link
    definition: Text | None
    tree: tuple[Branch, ...]
    facts: tuple[Fact, ...]
    count: int
    search_url: str | None
    uses: tuple[Row, ...]
    reached: tuple[Entrance, ...]  # "Vilka når insatserna?": target groups within the concept
    letters: tuple[Letter, ...]
    entries: tuple[EntryGroup, ...]


@dataclass(frozen=True)
class Term:
    """A class or property of the ontology."""

    anchor: str
    name: str  # pivi:Initiative
    label: Text
    definition: Text | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class TermGroup:
    heading: str
    anchor: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class OntologyPage(Page):
    """`/ns` – ontology.html"""

    lead: Rich | None
    facts: tuple[Fact, ...]
    groups: tuple[TermGroup, ...]
