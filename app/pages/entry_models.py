"""What the ways in hold: the start page and the search."""

from __future__ import annotations

from dataclasses import dataclass

from app.pages.models import Page
from app.pages.parts import (
    Card,
    Entrance,
    Link,
    Map,
    NavLink,
    Origin,
    Pagination,
    PlaceGroup,
    Rich,
    Row,
    Tag,
    Text,
)


@dataclass(frozen=True)
class Arc:
    """Two areas that meet in the same initiatives: positions in `areas`, and how many."""

    first: int
    second: int
    count: int
    width: int  # 1–5
    strong: bool  # one of the four strongest


@dataclass(frozen=True)
class Figure:
    """A number of the catalogue with its words."""

    number: int
    label: str


@dataclass(frozen=True)
class Happening:
    """A coming event with the parts of its date."""

    url: str
    title: Text
    date: str
    day: str
    month: str  # short and translated: "nov"
    facts: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """`/` – start.html"""

    figures: tuple[Figure, ...]
    areas: tuple[Entrance, ...]
    arcs: tuple[Arc, ...]
    target_groups: tuple[Entrance, ...]
    work_types: tuple[Entrance, ...]
    kinds: tuple[Entrance, ...]
    examples: tuple[NavLink, ...]  # searches to try
    picks: tuple[Card, ...]
    map: Map | None
    place_groups: tuple[PlaceGroup, ...]
    happenings: tuple[Happening, ...]
    latest: tuple[Row, ...]


@dataclass(frozen=True)
class FacetValue:
    """A row of a facet: a checkbox `name=value`. `level` indents what lies under another value."""

    name: str
    value: str
    label: Text
    count: int
    chosen: bool
    mark: str | None = None  # area slug
    level: int = 0


@dataclass(frozen=True)
class FacetGroup:
    """A labelled group. `values` are shown at once, `more` behind "Visa alla"."""

    name: str
    label: Text
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    open: bool
    filterable: bool  # long enough for its own filter box (script)
    chosen: int
    all_url: str | None = None  # every value, when the answer holds only the first


@dataclass(frozen=True)
class Chip:
    """A chosen filter and the address without it."""

    label: Text
    url: str


@dataclass(frozen=True)
class Removal:
    """A filter to remove and how many hits that gives."""

    label: Text
    url: str
    count: int


@dataclass(frozen=True)
class Names:
    """The first names of several, and how many are left out after them."""

    shown: tuple[Text, ...]
    left: int = 0


@dataclass(frozen=True)
class HitView:
    """A hit: tags, title, snippet, editors' sentence, then the meta row in fixed order."""

    url: str
    title: Rich  # words marked with <mark>
    snippet: Rich | None
    kind: Tag | None
    status: Tag | None
    picked: Text | None  # "Varför lyfter vi detta?", one sentence
    areas: tuple[Tag, ...]
    target_groups: tuple[Text, ...]
    places: Names
    actors: Names
    years: str  # "2018–", "2014–2016"
    evidence: Text | None
    wants_collaboration: bool = False
    origin: Origin | None = None  # of what is not our own


@dataclass(frozen=True)
class Option:
    """A choice in a select."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """`/sok` – search.html. The form's action is `action`, method GET."""

    action: str
    text: str
    total: int
    heading: str  # "23 insatser om ”läxhjälp”"
    groups: tuple[FacetGroup, ...]
    chosen_filters: int
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[Option, ...]
    hits: tuple[HitView, ...]
    pagination: Pagination | None
    # Nothing or little found:
    removals: tuple[Removal, ...]
    did_you_mean: NavLink | None
    broader: tuple[Removal, ...]
    named: tuple[Link, ...]  # actors, places and concepts that are called so
    relaxed: str  # a sentence when the answer is looser than what was asked, else ""
