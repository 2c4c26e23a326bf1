"""Counts the hits of every facet value, exactly, with the facet's own choice left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tantivy import Occur, Query, Schema, Searcher

from catalogue.answers import FacetCounts, FacetValue
from catalogue.extraction import Named
from catalogue.facets import FacetRule, Plan, Values
from catalogue.indexing import KIND, field_of, holds_numbers
from catalogue.names import Names, code
from catalogue.remembering import remembering

SHOWN = 20  # of a facet with very many values
_LONG = 40  # places side by side; more of them are very many
_ALL = 100_000
_TOTAL = "total"

Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The counts of a facet as the index knows its values, and whether there are more of them."""

    counts: Mapping[str | int, int]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of hits, and of each facet: its counts, and the hits without its own choice."""

    total: int
    buckets: Mapping[str, Buckets]
    without: Mapping[str, int]


class Counting:
    """Counts in one version of the index. What was counted lately is remembered; threads may share it."""

    def __init__(self, searcher: Searcher, schema: Schema, plan: Plan, names: Names) -> None:
        self._searcher = searcher
        self._schema = schema
        self._plan = plan
        self._names = names
        self.remembered = remembering(self._counts, 512)
        self.total = remembering(self._total, 2048)
        self.pairs = remembering(self._pairs, None)
        self._outer = remembering(self._find_outer, None)

    def filtered(self, found: Query | None, filters: Filters, but: str = "") -> Query:
        """The query narrowed by the filters, except those of the facet `but`; without any, every initiative."""
        chosen = [
            (Occur.Must, Query.const_score_query(self._choice(rule, filters[rule.name]), 0.0))
            for rule in self._plan.facets
            if rule.name in filters and rule.name != but
        ]
        if found is None:
            if not chosen:
                return Query.term_query(self._schema, "kind", KIND, "basic")
            return Query.boolean_query(chosen)
        return Query.boolean_query([(Occur.Must, found), *chosen]) if chosen else found

    def _counts(self, key: Asked) -> Counts:
        """Every count that a page of hits needs: one aggregation, and one more for each facet with a choice."""
        filters = dict(key.filters)
        free = [rule for rule in self._plan.facets if rule.name not in filters]
        total, buckets = self._aggregate(self.filtered(key.found, filters), free)
        without: dict[str, int] = {}
        for rule in self._plan.facets:
            if rule.name in filters:
                query = self.filtered(key.found, filters, rule.name)
                without[rule.name], found = self._aggregate(query, [rule])
                buckets[rule.name] = self._with_chosen(query, rule, filters[rule.name], found[rule.name])
        return Counts(total, buckets, without)

    def _total(self, key: Asked) -> int:
        """How many hits there are, nothing else."""
        return self._aggregate(self.filtered(key.found, dict(key.filters)), [])[0]

    def every_value(self, found: Query | None, filters: Filters, rule: FacetRule) -> Buckets:
        """The counts of a facet with all its values."""
        return self._aggregate(self.filtered(found, filters, rule.name), [rule], size=_ALL)[1][rule.name]

    def _pairs(self, rule: FacetRule) -> Mapping[tuple[str | int, str | int], int]:
        """Of every two values of a facet, as the index knows them, in their order: what has both."""
        wanted = {"field": field_of(rule), "size": _ALL, "segment_size": _ALL * 10}
        answer = self._searcher.aggregate(
            self.filtered(None, {}), {"first": {"terms": wanted, "aggs": {"second": {"terms": wanted}}}}
        )
        return {
            (first["key"], second["key"]): second["doc_count"]
            for first in answer["first"]["buckets"]
            for second in first["second"]["buckets"]
            if first["key"] < second["key"]
        }

    def _aggregate(
        self, query: Query, rules: Sequence[FacetRule], size: int = 0
    ) -> tuple[int, dict[str, Buckets]]:
        wanted: dict[str, dict[str, dict[str, object]]] = {
            rule.name: {
                "terms": {
                    "field": field_of(rule),
                    "size": size or (SHOWN if rule.values is Values.RECORD else _ALL),
                    # Cut per segment the counts would not be exact.
                    "segment_size": _ALL * 10,
                }
            }
            for rule in rules
        }
        wanted[_TOTAL] = {"value_count": {"field": "order"}}
        answer = self._searcher.aggregate(query, wanted)
        buckets = {
            rule.name: Buckets(
                {bucket["key"]: bucket["doc_count"] for bucket in answer[rule.name]["buckets"]},
                bool(answer[rule.name]["sum_other_doc_count"]),
            )
            for rule in rules
        }
        return int(answer[_TOTAL]["value"]), buckets

    def _with_chosen(self, query: Query, rule: FacetRule, values: Sequence[str], found: Buckets) -> Buckets:
        """The chosen values too, where they are not among the most common."""
        counts = dict(found.counts)
        for term in self._terms(rule, values):
            if term not in counts:
                narrowed = [(Occur.Must, query), (Occur.Must, self._term(rule, term))]
                counts[term] = self._aggregate(Query.boolean_query(narrowed), [])[0] if found.more else 0
        return Buckets(counts, found.more)

    def _choice(self, rule: FacetRule, values: Sequence[str]) -> Query:
        terms = [self._term(rule, term) for term in self._terms(rule, values)]
        if not terms:
            return Query.empty_query()
        return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])

    def _term(self, rule: FacetRule, term: str | int) -> Query:
        return Query.term_query(self._schema, field_of(rule), term, "basic")

    def _terms(self, rule: FacetRule, values: Sequence[str]) -> list[str | int]:
        return [term for value in values if (term := self.term_of(rule, value)) is not None]

    def term_of(self, rule: FacetRule, value: str) -> str | int | None:
        """How the index writes a URL value; None where nothing has that value."""
        if rule.values is Values.YEARS:
            return int(value) if value.isdecimal() else None
        if rule.values in (Values.TRUTH, Values.TEXT):
            return value
        iri = self._names.iri_of(rule, value)
        if iri is None:
            return None
        return code(iri) if holds_numbers(rule) else iri

    def facet(
        self, rule: FacetRule, buckets: Buckets, chosen: Sequence[str], language: str, *, whole: bool = False
    ) -> FacetCounts:
        """The counts of a facet for a reader: with names, in order, and of a scheme every concept.

        Concepts in the order of their scheme's notations; places inside what they lie in, by the
        alphabet; years the latest first; everything else the most common first. Of very many places
        side by side, as a country's municipalities, the most common and the chosen, unless `whole`.
        """
        more = buckets.more
        if rule.values is Values.CONCEPT:
            values = self._concepts(rule, buckets, chosen, language)
        elif rule.values is Values.PLACE:
            values, cut = self._places(buckets, chosen, language, whole=whole)
            more = more or cut
        elif rule.values is Values.RECORD:
            values = self._records(buckets, chosen, language)
        else:
            values = self._plain(rule, buckets, chosen)
        return FacetCounts(rule.name, rule.scheme, tuple(values), more)

    def _concepts(
        self, rule: FacetRule, buckets: Buckets, chosen: Sequence[str], language: str
    ) -> list[FacetValue]:
        concepts = self._names.in_scheme(rule.scheme or "")
        return [
            _value(self._names, each, buckets.counts.get(each.iri, 0), chosen, language) for each in concepts
        ]

    def _records(self, buckets: Buckets, chosen: Sequence[str], language: str) -> list[FacetValue]:
        order = self._names.order[language]
        found = sorted(self._named(buckets), key=lambda each: (-each[1], order[each[0].iri]))
        return [_value(self._names, named, count, chosen, language) for named, count in found]

    def _places(
        self, buckets: Buckets, chosen: Sequence[str], language: str, *, whole: bool
    ) -> tuple[list[FacetValue], bool]:
        """The places, and whether some were left out."""
        order = self._names.order[language]
        places = {named.iri: (named, count) for named, count in self._named(buckets)}
        outer = {iri: next((each for each in self._outer(iri) if each in places), None) for iri in places}
        cut = not whole and len(places) > _LONG and not any(outer.values())
        if cut:
            ranked = sorted(places.values(), key=lambda each: (-each[1], order[each[0].iri]))
            kept = [
                *ranked[:SHOWN],
                *(each for each in ranked[SHOWN:] if self._names.value_of(each[0]) in chosen),
            ]
            places = {named.iri: (named, count) for named, count in kept}
        inside: dict[str | None, list[Named]] = {}
        for named, _ in places.values():
            inside.setdefault(outer[named.iri], []).append(named)
        values: list[FacetValue] = []

        def lay(outer: Named | None, depth: int) -> None:
            within = inside.pop(outer.iri if outer else None, [])
            for named in sorted(within, key=lambda each: order[each.iri]):
                parent = self._names.value_of(outer) if outer else None
                values.append(
                    _value(self._names, named, places[named.iri][1], chosen, language, parent, depth)
                )
                lay(named, depth + 1)

        lay(None, 0)
        return values, cut

    def _find_outer(self, iri: str) -> Sequence[str]:
        """What a place lies in, the smallest first: a city area before its municipality."""
        named = self._names.get(iri)
        return sorted(named.within if named else (), key=lambda each: -len(self._names.within(each)))

    def _plain(self, rule: FacetRule, buckets: Buckets, chosen: Sequence[str]) -> list[FacetValue]:
        counts = {str(key): count for key, count in buckets.counts.items()}
        if rule.values is Values.TRUTH:
            counts = {value: counts.get(value, 0) for value in ("ja", "nej")}
        counts = {**dict.fromkeys(chosen, 0), **counts}
        values = [FacetValue(key, None, key, count, key in chosen) for key, count in counts.items()]
        if rule.values is Values.YEARS:
            return sorted(values, key=lambda each: each.value, reverse=True)
        return values

    def _named(self, buckets: Buckets) -> list[tuple[Named, int]]:
        known = self._names.by_code
        found = ((known.get(key), count) for key, count in buckets.counts.items() if isinstance(key, int))
        named = ((self._names.get(iri), count) for iri, count in found if iri)
        return [(each, count) for each, count in named if each]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: equal for equal words and filters, whatever the query object."""

    text: str
    relaxed: bool
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    found: Query | None = field(compare=False)


def _value(
    names: Names,
    named: Named,
    count: int,
    chosen: Sequence[str],
    language: str,
    parent: str | None = None,
    depth: int = 0,
) -> FacetValue:
    value = names.value_of(named)
    return FacetValue(value, named.iri, named.label(language), count, value in chosen, parent, depth)
