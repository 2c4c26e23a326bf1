"""From a search to the SPARQL query that gives the same rows: to be read, run and changed.

IRIs come from the index and the shapes, never from what somebody typed; words that were typed become
a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.answers import OWN, SOURCE, Answer, Query
from catalogue.endpoint.sheet import Says, Sheet, string
from catalogue.errors import N_
from catalogue.facets import END_OF, FacetRule, Plan, Values
from catalogue.fields import Facet
from catalogue.names import Names
from catalogue.namespaces import DCT, PIVI

_INITIATIVE = PIVI.Initiative.value
_TITLE = DCT.title.value
# What the index follows from a place to what it lies in (`extraction`).
_LIES_IN = (DCT.isPartOf.value, PIVI.correspondsTo.value)
# The index counts no more years than these from a start.
_LONGEST_RUN = 100


@dataclass(frozen=True)
class Searched:
    """What a search went by: the facets with their paths, the names, and what a reader calls the facets.

    `published` are the years in which the oldest and the newest initiative were published
    (`View.published_years`); `sources` what a reader calls the values of the filter by source.
    """

    plan: Plan
    facets: Sequence[Facet]
    names: Names
    titles: Mapping[str, str]
    published: tuple[int, int] | None
    sources: Mapping[str, str] = field(default_factory=dict)


def of_search(
    query: Query, answer: Answer, searched: Searched, *, heading: str, address: str, says: Says
) -> str:
    """The query for all the initiatives that a search finds, on every page of it.

    Words are searched for as they were in the end: in the corrected spelling, or with most of them
    enough. `heading` and `address` become the first comments.
    """
    sheet = Sheet(query.language, says)
    sheet.head(heading)
    sheet.head(says(N_("Samma insatser som på %(address)s")) % {"address": address})
    wording = _Wording(sheet, query, answer, searched)
    wording.write()
    return sheet.text()


class _Wording:
    """Writes one search on a sheet."""

    def __init__(self, sheet: Sheet, query: Query, answer: Answer, searched: Searched) -> None:
        self._sheet = sheet
        self._query = query
        self._answer = answer
        self._searched = searched
        self._thing = sheet.var("insats")
        self._ranked = bool(answer.words) and query.order == "traff"

    def write(self) -> None:
        sheet, title, score = self._sheet, self._sheet.var("titel"), self._sheet.var("poang")
        # The scores are not shown: they change when anything in the catalogue does, and a cited answer with them.
        sheet.add(f"SELECT DISTINCT {self._thing} {title} WHERE {{")
        sheet.add(f"  {self._thing} a {sheet.iri(_INITIATIVE)} .")
        self._words(score)
        chosen = [rule for rule in self._searched.plan.facets if rule.name in self._query.filters]
        # Years last: optional parts come after what is required.
        for rule in sorted(chosen, key=lambda rule: rule.values is Values.YEARS):
            self._facet(rule, self._query.filters[rule.name])
        self._whose(self._query.filters.get(SOURCE, ()))
        sheet.add("")
        sheet.name(self._thing, _TITLE, title)
        sheet.add("}")
        self._order(title, score)

    def _words(self, score: str) -> None:
        words = self._answer.words
        if not words:
            return
        sheet = self._sheet
        correction = self._answer.correction
        if correction is not None and correction.used:
            sheet.comment(
                sheet.says(N_("Ingen insats har orden som de skrevs; de är rättade till ”%(words)s”."))
                % {"words": correction.text}
            )
        elif self._answer.relaxed:
            sheet.comment(sheet.says(N_("Ingen insats har alla orden; det räcker med de flesta av dem.")))
        else:
            sheet.comment(sheet.says(N_("Orden söks i samma index som på söksidan.")))
        said = [f"{sheet.iri(PIVI.matches.value)} {string(words)}"]
        if self._ranked:
            said.append(f"{sheet.iri(PIVI.score.value)} {score}")
        if self._answer.relaxed:
            said.append(f"{sheet.iri(PIVI.relaxed.value)} true")
        sheet.add(f"  SERVICE {sheet.iri(PIVI.search.value)} {{")
        *first, last = said
        lines = [*(f"{each} ;" for each in first), f"{last} ."]
        sheet.add(f"    {self._thing} {lines[0]}", *(f"      {each}" for each in lines[1:]), "  }")

    # --- facets

    def _whose(self, chosen: Sequence[str]) -> None:
        """Our own records are those that lie under no source's address."""
        if not chosen:
            return
        sheet = self._sheet

        def under(spaces: Iterable[str]) -> list[str]:
            return [f"STRSTARTS(STR({self._thing}), {string(space)})" for space in spaces]

        sources = self._query.sources
        ways = under(sources[each] for each in chosen if each != OWN)
        if OWN in chosen:
            ways.append(f"!({' || '.join(under(sources.values()))})")
        self._told(SOURCE, [self._searched.sources.get(each, each) for each in chosen])
        sheet.add(f"  FILTER ({' || '.join(ways)})")

    def _facet(self, rule: FacetRule, values: Sequence[str]) -> None:
        if rule.values is Values.YEARS:
            self._years(rule, sorted({int(each) for each in values}))
        elif rule.values is Values.TRUTH:
            said = {"ja": self._sheet.says(N_("ja")), "nej": self._sheet.says(N_("nej"))}
            self._comment(rule, [said[each] for each in values])
            self._having(rule, self._path(rule), ["true" if each == "ja" else "false" for each in values])
        elif rule.values is Values.TEXT:
            self._comment(rule, values)
            self._text(rule, values)
        else:
            self._things(rule, values)

    def _things(self, rule: FacetRule, values: Sequence[str]) -> None:
        """Concepts, records, or places with what lies in them."""
        names, sheet = self._searched.names, self._sheet
        iris = [iri for value in values if (iri := names.iri_of(rule, value)) is not None]
        found = [named for iri in iris if (named := names.get(iri)) is not None]
        self._comment(rule, [each.label(sheet.language) for each in found])
        if rule.values is Values.PLACE:
            # A place of another kind than the facet's counts nowhere in it.
            found = [each for each in found if each.sort in rule.place_kinds]
        terms = [sheet.iri(each.iri) for each in found]
        if rule.values is Values.PLACE and terms:
            self._in_places(rule, terms)
        else:
            self._having(rule, self._path(rule), terms)

    def _in_places(self, rule: FacetRule, places: Sequence[str]) -> None:
        """The places that lie in one of the chosen come first, in braces of their own: so Oxigraph is ten times as fast."""
        sheet, inner, outer = self._sheet, self._sheet.var("plats_" + rule.name), self._sheet.var(rule.name)
        sheet.add(f"  {{ SELECT DISTINCT {inner} WHERE {{")
        sheet.add(f"    VALUES {outer} {{ {' '.join(places)} }}")
        sheet.add(f"    {inner} {sheet.path(_LIES_IN)}* {outer}", "  } }")
        sheet.add(f"  {self._thing} {self._path(rule)} {inner} .")

    def _having(self, rule: FacetRule, path: str, terms: Sequence[str]) -> None:
        sheet = self._sheet
        if not terms:
            sheet.add("  FILTER (false)")
        elif len(terms) == 1:
            sheet.add(f"  {self._thing} {path} {terms[0]} .")
        else:
            value = sheet.var(rule.name)
            sheet.add(f"  VALUES {value} {{ {' '.join(terms)} }}")
            sheet.add(f"  {self._thing} {path} {value} .")

    def _text(self, rule: FacetRule, values: Sequence[str]) -> None:
        value = self._sheet.var(rule.name)
        self._sheet.add(f"  {self._thing} {self._path(rule)} {value} .")
        self._sheet.add(f"  FILTER (STR({value}) IN ({', '.join(map(string, values))}))")

    def _years(self, rule: FacetRule, years: Sequence[int]) -> None:
        """Each year from the start to the end; without an end to the year of publication, which is no data."""
        sheet = self._sheet
        begin, start, end = rule.predicates[0], sheet.var("start"), sheet.var("slut")
        first, last = sheet.var("fran"), sheet.var("till")
        self._comment(rule, [str(each) for each in years])
        oldest, newest = self._searched.published or (years[0], years[0])
        if any(oldest < year <= newest for year in years):
            sheet.add(
                "  # "
                + sheet.says(
                    N_(
                        "Söksidan räknar en insats utan slut till året den senast publicerades, som inte står i datan. "
                        "Här räknas den till %(year)s."
                    )
                )
                % {"year": newest}
            )
        else:
            sheet.add("  # " + sheet.says(N_("En insats utan slut räknas till %(year)s.")) % {"year": newest})
        sheet.add(f"  OPTIONAL {{ {self._thing} {sheet.iri(begin)} {start} }}")
        if begin in END_OF:
            sheet.add(f"  OPTIONAL {{ {self._thing} {sheet.iri(END_OF[begin])} {end} }}")
        sheet.add(f"  BIND (YEAR(COALESCE({start}, {end})) AS {first})")
        sheet.add(f"  BIND (COALESCE(YEAR({end}), {newest}) AS {last})")
        spans = [
            f"{first} <= {high} && ({first} >= {low} || {last} >= {low} && {first} >= {low - _LONGEST_RUN})"
            for low, high in _spans(years)
        ]
        either = spans[0] if len(spans) == 1 else " || ".join(f"({each})" for each in spans)
        sheet.add(f"  FILTER ({either})")

    def _comment(self, rule: FacetRule, labels: Sequence[str]) -> None:
        self._told(rule.name, labels)

    def _told(self, facet: str, labels: Sequence[str]) -> None:
        # Not inside an f-string: Python 3.11 shows the collector of phrases nothing of what is in one.
        word = self._sheet.says(N_("eller"))
        either = f" {word} ".join(labels)
        self._sheet.comment(f"{self._searched.titles.get(facet, facet)}: {either}")

    def _path(self, rule: FacetRule) -> str:
        """From the initiative to a value: directly, or by the part of the record that has it."""
        steps = {
            each.path[:-1]
            for each in self._searched.facets
            if each.parameter == rule.name and each.type == _INITIATIVE and each.path[-1] in rule.predicates
        }
        before = sorted(steps)[0] if steps else ()
        return self._sheet.path(*before, rule.predicates)

    # --- order

    def _order(self, title: str, score: str) -> None:
        sheet = self._sheet
        if self._ranked:
            sheet.add(f"ORDER BY DESC({score}) {self._thing}")
            return
        if self._query.order == "titel":
            said = N_(
                "Efter titel. Databasen sorterar efter teckenkod, så å, ä och ö kan komma i annan ordning än på sidan."
            )
        else:
            said = N_("Efter titel: när en insats publicerades, som sidan sorterar efter, står inte i datan.")
        sheet.add(f"# {sheet.says(said)}", f"ORDER BY LCASE(STR({title})) {self._thing}")


def _spans(years: Sequence[int]) -> list[tuple[int, int]]:
    """Years in order as spans from a first to a last one."""
    spans: list[tuple[int, int]] = []
    for year in years:
        if spans and spans[-1][1] == year - 1:
            spans[-1] = (spans[-1][0], year)
        else:
            spans.append((year, year))
    return spans
