"""The parts that pages are made of: texts with their language, links, tags, counts, cards."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Text:
    """A text out of a record. `lang` is set only where it differs from the page's language."""

    text: str
    lang: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Rich:
    """A text as safe HTML (from Markdown, or a snippet with marked words)."""

    html: Markup
    lang: str | None = None


@dataclass(frozen=True)
class Link:
    """Something that can be gone to. Without `url` it is only named."""

    label: Text
    url: str | None = None
    note: Text | None = None  # a muted word after it: a kind, a year, "till 2020"


@dataclass(frozen=True)
class Origin:
    """Where a harvested record comes from. `at` is the ISO date when it was read, "" when nobody knows."""

    name: Text  # the source or its municipality
    url: str  # the record's own address, where it is edited
    licence: Link
    at: str
    read_from: str  # the file or the page that it was read from


@dataclass(frozen=True)
class NavLink:
    """A link whose label is a phrase of the interface, already translated."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Tag:
    """A concept that is shown as a tag or a mark. `slug` picks icon and colour (`fritid`, `pagaende`)."""

    slug: str
    label: Text
    url: str | None = None  # the search for it, where the tag may be a link


@dataclass(frozen=True)
class Entrance:
    """A way into the search with the number of hits. `share` is 0–100 of the group's greatest."""

    slug: str
    label: Text
    url: str
    count: int
    share: int = 0


@dataclass(frozen=True)
class Fact:
    """One row of a fact box or definition list: a small name above one or several values."""

    name: Text
    values: tuple[Link, ...] = ()
    rich: Rich | None = None  # instead of `values` for a long text
    code: bool = False  # an address or identifier, set in the code typeface
    key: str = ""  # a stable word for styling and tests: period, places, case-number …


@dataclass(frozen=True)
class Format:
    """A download: Turtle, JSON-LD, RDF/XML, N-Triples."""

    label: str
    url: str
    media_type: str


@dataclass(frozen=True)
class Card:
    """An initiative as a card."""

    url: str
    ref: str
    title: Text
    abstract: Text | None = None
    kind: Tag | None = None
    status: Tag | None = None
    areas: tuple[Tag, ...] = ()
    why_lifted: Text | None = None
    lifted_by: Text | None = None
    shares: tuple[Text, ...] = ()  # what it has in common with the page's initiative
    origin: Origin | None = None  # of what is not our own


@dataclass(frozen=True)
class Row:
    """A record in a plain list: linked title and a muted line of short facts."""

    url: str
    title: Text
    facts: tuple[Text, ...] = ()
    abstract: Text | None = None
    area: Tag | None = None
    date: str | None = None  # ISO, for <time>
    origin: Origin | None = None  # of what is not our own


@dataclass(frozen=True)
class RowGroup:
    """Rows under a heading: a letter, a role, a record type."""

    heading: Text
    rows: tuple[Row, ...]
    total: int = 0  # more than len(rows) when only the first are shown
    more_url: str | None = None
    anchor: str = ""
    sparql_url: str = ""  # the query for all of them


@dataclass(frozen=True)
class Letter:
    """A letter of an A–Ö row. `anchor` is None where nothing begins with it."""

    letter: str
    anchor: str | None


@dataclass(frozen=True)
class Shape:
    """One area of a map as an SVG path in the map's own coordinates."""

    path: str
    x: str  # the numbered disc
    y: str
    number: int
    label: Text
    url: str | None
    count: int
    shade: int  # 1–4, strong = many; 0 = none
    current: bool = False


@dataclass(frozen=True)
class Map:
    """A map; the same things stand in a list beside it, which is the accessible path."""

    label: str
    view_box: str
    shapes: tuple[Shape, ...]
    note: str = ""  # on accuracy and source


@dataclass(frozen=True)
class Version:
    """A public version of a record, out of the journal."""

    number: int  # the journal number = dataset version
    date: str  # ISO
    label: str  # "Publicerad", "Ändrad" … translated
    url: str | None = None


@dataclass(frozen=True)
class Citation:
    """How to cite a record: IRI, version, date."""

    text: str
    bibtex_url: str
    ris_url: str


@dataclass(frozen=True)
class Share:
    """How to pass a record on without any third party."""

    url: str  # permanent, absolute
    mailto: str


@dataclass(frozen=True)
class PlaceCount:
    """A place in the list beside the map. `number` is that of the disc on the map, 0 without one."""

    number: int
    label: Text
    url: str
    count: int


@dataclass(frozen=True)
class PageLink:
    """A number in the pagination; `number` 0 is a gap ("…")."""

    number: int
    url: str
    current: bool = False


@dataclass(frozen=True)
class Pagination:
    """Where in a long list the page stands."""

    page: int
    pages: int
    links: tuple[PageLink, ...]
    previous_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class Section:
    """A named text of a record: Vad, Varför, Hur. `anchor` is its fragment."""

    heading: str
    anchor: str
    text: Rich


@dataclass(frozen=True)
class PlaceGroup:
    """Places under the city area, municipality or county that they belong to."""

    heading: Link
    places: tuple[PlaceCount, ...]
