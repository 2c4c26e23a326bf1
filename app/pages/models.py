"""What each page holds, as the templates get it: `page` is one of these, or of the models beside."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from app.pages.parts import (
    Fact,
    Format,
    Letter,
    Link,
    Map,
    NavLink,
    Origin,
    Pagination,
    RowGroup,
    Section,
    Text,
    Version,
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What every page has. The template's name is `template`."""

    template: str
    title: Text  # the h1
    section: str = ""  # start, search, actors, places, concepts, about: which link of the header is current
    description: str = ""  # for <meta name="description">
    crumbs: tuple[NavLink, ...] = ()  # from Start to the page above; the page itself is `title`
    iri: str | None = None  # the permanent address of what the page is about
    formats: tuple[Format, ...] = ()
    formats_hold: int = 0  # how many records a file of `formats` holds at most; 0 when it holds them all
    foreign: str = ""  # "whole" or "part" when texts stand in Swedish on an English page: say so in a note
    reviewed: str | None = None  # "Senast granskad", ISO date
    sparql_url: str = ""  # the query for all that the page lists
    robots: str | None = None  # "noindex" where it should be said
    origin: Origin | None = None  # where it is about a record that was harvested
    doubles: tuple[Link, ...] = ()  # records of other sources that may be about the same thing
    data_block: Markup | None = None  # JSON-LD for <script type="application/ld+json">


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """`/aktor/`, `/plats/` and every other type – list.html"""

    lead: str
    total: int
    letters: tuple[Letter, ...]  # A–Ö row, empty when the list is not alphabetical
    groups: tuple[RowGroup, ...]
    pagination: Pagination | None
    map: Map | None = None
    filters: tuple[NavLink, ...] = ()  # by kind of actor, kind of place


@dataclass(frozen=True, kw_only=True)
class TextPage(Page):
    """`/om`, `/personuppgifter` – text.html"""

    lead: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Flaw:
    """A known accessibility flaw."""

    what: str
    where: str
    reason: str
    criterion: str  # "WCAG 2.1, 1.2.2"
    planned: str  # when it is to be mended


@dataclass(frozen=True, kw_only=True)
class AccessibilityPage(Page):
    """`/tillganglighet` – accessibility.html"""

    lead: str
    degree: str
    flaws: tuple[Flaw, ...]
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]  # dates, method


@dataclass(frozen=True, kw_only=True)
class ErrorPage(Page):
    """400, 404, 405, 500, 503 … – error.html. `search_text` prefills the search box where it is not None."""

    status: int
    sentence: str
    advice: str
    search_text: str | None
    links: tuple[NavLink, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GonePage(Page):
    """410 – gone.html: what it was, when and why it went, what came after."""

    type_label: str
    date: str  # ISO
    reason: Text | None
    successors: tuple[Link, ...]
    history: tuple[Version, ...]


@dataclass(frozen=True, kw_only=True)
class ChoicePage(Page):
    """300 – choice.html: a record that became several."""

    date: str
    successors: tuple[Link, ...]
