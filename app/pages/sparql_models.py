"""What the query page holds, as its templates get it."""

from __future__ import annotations

from dataclasses import dataclass

from app.pages.models import Page
from app.pages.parts import Map, PlaceCount, Text

_NOTHING = Text("")


@dataclass(frozen=True)
class Cell:
    """One value of an answer.

    `kind` is iri, literal, number, blank, triple or none. `name` is how an IRI is written for short, `note`
    the language or datatype of a literal, `value` what a number is sorted by.
    """

    kind: str
    text: Text = _NOTHING
    url: str | None = None
    name: str = ""
    note: str = ""
    value: str = ""
    cut: bool = False
    iri: str = ""
    origin: str = ""  # "Från Borås", of a record that was harvested


@dataclass(frozen=True)
class Column:
    """A column of an answer."""

    name: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """The first rows of an answer; `total` counts all of them, `columns_left_out` what is not shown beside."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    columns_left_out: int = 0

    @property
    def whole(self) -> bool:
        """Whether every row is shown."""
        return len(self.rows) == self.total


@dataclass(frozen=True)
class Bar:
    """A bar of the diagram. `share` is 0–100 of the longest."""

    label: Text
    shown: str
    share: int
    url: str | None = None


@dataclass(frozen=True)
class Bars:
    """A diagram of one number for each label; the same figures stand in the table."""

    label: str
    number: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class AnswerMap:
    """A map of one number for each place, and the list beside it."""

    map: Map
    places: tuple[PlaceCount, ...]


@dataclass(frozen=True)
class Download:
    """The same answer in another format; `url` leads to it, or a form is sent there."""

    name: str
    label: str
    media_type: str
    url: str


@dataclass(frozen=True)
class Recipe:
    """A program that asks the same question."""

    name: str
    label: str
    code: str
    needs: str


@dataclass(frozen=True)
class Shown:
    """An answer, ready to be shown: a table, or a truth, with what belongs to it."""

    heading: str
    seconds: str
    version: int
    date: str  # ISO
    table: Table | None = None
    truth: str = ""  # the sentence that answers an ASK
    note: str = ""  # which rows are not shown
    source: str = ""  # a graph as Turtle
    bars: Bars | None = None
    map: AnswerMap | None = None
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True)
class Excerpt:
    """A line of the query; in `marked` lies the fault, between what stands `before` and `after`."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


@dataclass(frozen=True)
class Fault:
    """Why there is no answer. `line` and `column` are 0 where no place is known."""

    name: str
    title: str
    sentence: str
    line: int = 0
    column: int = 0
    excerpt: tuple[Excerpt, ...] = ()


@dataclass(frozen=True)
class Example:
    """A question in plain words."""

    name: str
    question: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class ExampleGroup:
    """Questions that belong together."""

    heading: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Limit:
    """A limit in few words, its figure set apart."""

    before: str
    figure: str = ""


@dataclass(frozen=True)
class Rule:
    """A problem that a query can meet: what it means and how to avoid it."""

    name: str
    status: int
    title: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class SparqlPage(Page):
    """`/sparql` – sparql.html"""

    text: str
    action: str
    words_url: str
    limits: tuple[Limit, ...]
    rules: tuple[Rule, ...]
    protocol_rules: tuple[Rule, ...]
    endpoint: str
    groups: tuple[ExampleGroup, ...] = ()
    learn: tuple[Example, ...] = ()
    question: str = ""
    asked: bool = False
    shown: Shown | None = None
    fault: Fault | None = None
    share_url: str = ""  # "" where the query is too long for an address
    other_language_action: str = ""  # the same, by form, for such a query
    recipes: tuple[Recipe, ...] = ()
