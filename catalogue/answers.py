"""What goes into a search and what comes out: questions, hits, counts, suggestions. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PAGE_SIZE = 20
SORTS = ("traff", "senast", "titel")
# The filter by source, beside those that the shapes declare, and its value for our own records.
SOURCE = "kalla"
OWN = "egna"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of plain text, not yet escaped; `marked` where it answers the question."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about how the question was read: a sentence and its values."""

    sentence: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Query:
    """A question: words, chosen facet values, order and page.

    `filters` holds the chosen values in URL form (concept slugs, references, years) by facet.
    Values of one facet widen, facets among each other narrow. `page` counts from 1. `sources` has the
    address under which the records of each harvested source lie, by the source's name: what `SOURCE` chooses among.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    language: str = "sv"
    size: int = PAGE_SIZE
    notices: tuple[Notice, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def order(self) -> str:
        """The sorting in force: by relevance where there are words, else the latest first."""
        if self.sort in ("senast", "titel"):
            return self.sort
        return "traff" if self.text else "senast"

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Every chosen facet value as (facet, value), in the order of the question."""
        return tuple((name, value) for name, values in self.filters.items() for value in values)

    def without(self, facet: str, value: str | None = None) -> Query:
        """The same question without one value of a facet, or without the facet; `q` takes the words away."""
        if facet == "q":
            return replace(self, text="", page=1, notices=())
        left = tuple(each for each in self.filters.get(facet, ()) if value is not None and each != value)
        filters = {name: values for name, values in self.filters.items() if name != facet}
        return replace(self, filters={**filters, facet: left} if left else filters, page=1)

    def having(self, facet: str, value: str) -> Query:
        """The same question with one more value of a facet."""
        values = dict.fromkeys((*self.filters.get(facet, ()), value))
        return replace(self, filters={**self.filters, facet: tuple(values)}, page=1)

    def parameters(self, *, page: int | None = None) -> list[tuple[str, str]]:
        """The question as URL parameters, without what is default."""
        parameters = [("q", self.text)] if self.text else []
        parameters += self.chosen
        if self.sort:
            parameters.append(("sortera", self.sort))
        wanted = self.page if page is None else page
        return parameters + ([("sida", str(wanted))] if wanted > 1 else [])


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that answers the question.

    `values` are the record's own facet values, as IRIs where they are concepts or records; `start`
    and `end` are ISO dates, `at` the ISO time (UTC) of its last published revision. `wish` tells
    whether it wants to collaborate.
    """

    iri: str
    title: tuple[Segment, ...]
    title_language: str
    snippet: tuple[Segment, ...]
    snippet_language: str
    why: str
    why_language: str
    values: Mapping[str, tuple[str, ...]]
    start: str | None
    end: str | None
    at: str
    wish: bool


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet and the number of hits that choosing it would give or gives.

    `value` is its URL form, `parent` the `value` of what it lies in (places), `depth` how deep.
    """

    value: str
    iri: str | None
    label: str
    count: int
    selected: bool
    parent: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """The values of a facet. Each count is exact and ignores what is chosen in this facet itself.

    `more` says that there are further values, which `SearchIndex.facet` gives.
    """

    name: str
    scheme: str | None
    values: tuple[FacetValue, ...]
    more: bool

    @property
    def chosen(self) -> bool:
        return any(value.selected for value in self.values)


@dataclass(frozen=True, slots=True)
class Correction:
    """Another spelling, ”menade du”: what it would find, and whether the hits shown are already its."""

    text: str
    total: int
    used: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What to take away from a question without hits: a facet, or the words (`q`), and the hits it gives."""

    facet: str
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: one page of hits and the counts of every facet.

    `relaxed` says that no record has all the words, so that hits with some of them are shown.
    `removals` is filled where nothing is found, the most helpful first. `words` is what was searched
    for in the end: as asked, or as corrected; empty where no words were.
    """

    query: Query
    total: int
    pages: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetCounts, ...]
    correction: Correction | None = None
    relaxed: bool = False
    removals: tuple[Removal, ...] = ()
    notices: tuple[Notice, ...] = ()
    words: str = ""

    def facet(self, name: str) -> FacetCounts | None:
        return next((facet for facet in self.facets if facet.name == name), None)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A proposal while typing: a title, a concept, an actor or a place. `kind` is its path word.

    `text` is the name that begins as typed; `of` is the record's own name where that is another one.
    """

    text: str
    of: str
    kind: str
    iri: str
    language: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An initiative like another one: its titles and summaries by language, and the concepts that both have.

    `values` are its own facet values, as in a `Hit`.
    """

    iri: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    shared: tuple[str, ...]
