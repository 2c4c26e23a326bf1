"""What the pages about records hold: initiative, actor, place, and any other."""

from __future__ import annotations

from dataclasses import dataclass

from app.pages.models import Page
from app.pages.parts import (
    Card,
    Citation,
    Fact,
    Link,
    Map,
    PlaceCount,
    Rich,
    Row,
    RowGroup,
    Section,
    Share,
    Tag,
    Text,
    Version,
)


@dataclass(frozen=True)
class KeyFigure:
    figure: Text
    description: Text


@dataclass(frozen=True)
class Role:
    """An actor in an initiative. `successor` is said below the table: "Från 2021: X är drivande."."""

    actor: Link
    kind: Text | None
    years: str  # "2011–2020", "till 2020" or ""
    role: Tag
    description: Text | None
    successors: tuple[Link, ...] = ()
    successor_year: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the evidence ladder."""

    label: Text
    filled: bool
    reached: bool


@dataclass(frozen=True)
class Evidence:
    """How far the follow-up has come. Without `steps` it is said in words only."""

    label: Text
    sentence: str
    steps: tuple[Step, ...]
    documents: tuple[Row, ...]


@dataclass(frozen=True)
class Contact:
    """A function, never a person."""

    name: Text | None
    mailto: str | None
    email: str | None
    telephone: str | None
    page: str | None


@dataclass(frozen=True, kw_only=True)
class InitiativePage(Page):
    """`/insats/{ref}` – initiative.html"""

    ref: str
    kind: Tag
    status: Tag
    areas: tuple[Tag, ...]
    abstract: Text
    why_lifted: Text
    lifted_by: Link | None
    sections: tuple[Section, ...]  # Vad, Varför, Hur
    key_figures: tuple[KeyFigure, ...]
    results: Rich | None
    lessons: Rich | None
    facts: tuple[Fact, ...]
    facts_summary: str  # narrow: "Unga · 2017 till i dag"
    roles: tuple[Role, ...]
    evidence: Evidence | None
    contacts: tuple[Contact, ...]
    wants_collaboration: bool
    collaboration_wish: Text | None
    inspired_by: tuple[Row, ...]
    tried_in: tuple[Row, ...]
    stories: tuple[Row, ...]
    films: tuple[Row, ...]
    partnerships: tuple[Row, ...]
    similar: tuple[Card, ...]
    similar_url: str | None
    history: tuple[Version, ...]
    citation: Citation
    share: Share


@dataclass(frozen=True, kw_only=True)
class ActorPage(Page):
    """`/aktor/{ref}` – actor.html"""

    kind: Tag
    years: str  # "2011–2020"
    text: Rich | None
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    facts: tuple[Fact, ...]
    contacts: tuple[Contact, ...]
    involvement: tuple[RowGroup, ...]  # leads, takes part
    partners: tuple[PartnerCount, ...]
    partners_sparql_url: str
    connected: tuple[RowGroup, ...]  # partnerships, groups, documents …
    history: tuple[Version, ...]
    share: Share


@dataclass(frozen=True)
class PartnerCount:
    """Somebody the actor co-operates with, in how many initiatives. `share` is 0–100."""

    label: Text
    url: str
    count: int
    share: int


@dataclass(frozen=True, kw_only=True)
class PlacePage(Page):
    """`/plats/{ref}` – place.html"""

    kind: Tag
    years: str
    text: Rich | None
    map: Map | None
    within: tuple[Link, ...]
    contains: tuple[PlaceCount, ...]
    contains_sparql_url: str
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    facts: tuple[Fact, ...]
    initiatives: RowGroup
    actors: RowGroup
    connected: tuple[RowGroup, ...]
    share: Share


@dataclass(frozen=True, kw_only=True)
class RecordPage(Page):
    """Any other record, made from its shape – record.html"""

    type_label: str
    abstract: Text | None
    status: Tag | None
    sections: tuple[Section, ...]  # long texts
    facts: tuple[Fact, ...]
    parts: tuple[FactGroup, ...]  # fragments: questions, decisions, participations
    contacts: tuple[Contact, ...]
    connected: tuple[RowGroup, ...]  # what points here
    history: tuple[Version, ...]
    share: Share


@dataclass(frozen=True)
class FactGroup:
    """A fragment of a record with its own facts."""

    heading: Text
    anchor: str
    facts: tuple[Fact, ...]
    url: str | None = None  # of the actor that the heading names
