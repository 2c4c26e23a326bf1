"""What a question means to the index: which records match, how they are ranked, and which words to mark.

Queries are built of terms only; no text that somebody typed is ever parsed as a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from tantivy import Occur, Query, Schema

from catalogue.analysis import stopwords, words
from catalogue.asking import Clause, telling
from catalogue.dictionary import Dictionary, stems_of
from catalogue.extraction import last_part
from catalogue.facets import Plan, Tier
from catalogue.highlight import Marks
from catalogue.indexing import KIND, NAME_TIER, TIERS, field_of, stem_term
from catalogue.names import LONGEST_NAME, Names

WEIGHTS = {Tier.TITLE.value: 3.5, Tier.SUMMARY.value: 1.3, Tier.TEXT.value: 1.0, NAME_TIER: 1.0}
WRITTEN_APART = 1.5  # the compound that two words make
UNFOLDED = 0.7  # typed without dots
COMPOUND = 0.4  # of what the word itself would weigh
COMPOUND_IN_TITLE = 1.5
CONTINUED = 0.4
PART = 0.25  # a part of the word, where the record has not the whole word
TOGETHER = {Tier.TITLE.value: 3.0, Tier.SUMMARY.value: 1.5, Tier.TEXT.value: 0.5, NAME_TIER: 2.0}
CONCEPT = 1.2  # the record has the concept, whatever words it uses
CONCEPT_NAME = 0.1  # the record uses the concept's own name
_MOST_CONCEPTS = 8
_MOST_READINGS = 16
_SHORTEST_APART = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the question matches: `found` without score, `scored` the same records ranked.

    `extra` ranks further, whether or not it matches.
    """

    found: Query
    scored: Query
    extra: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The meaning of the words of a question. `found` is None where they ask for nothing."""

    found: Query | None
    ranked: Query | None
    marks: Marks


class Matching:
    """Turns clauses into queries, by the words and names of one version of the index."""

    def __init__(self, schema: Schema, dictionary: Dictionary, names: Names, plan: Plan) -> None:
        self._schema = schema
        self._dictionary = dictionary
        self._names = names
        self._field_of_scheme = {
            last_part(rule.scheme): field_of(rule) for rule in plan.facets if rule.scheme
        }

    def match(self, clauses: Sequence[Clause], *, relaxed: bool = False) -> Match:
        """All clauses must match; `relaxed`, most of them."""
        wanted = [each for each in clauses if not each.excluded]
        unwanted = [each for each in clauses if each.excluded]
        marks = Marks()
        parts = [self._part(each, marks, relaxed) for each in self._grouped(wanted)]
        if not parts and not unwanted:
            return Match(None, None, marks)
        marks.parts = max(1, len(parts))
        whole = self._together(parts, relaxed) if parts else Part(self._everything(), self._everything())
        extra = [(Occur.Should, query) for query in (*whole.extra, *self._adjacent(wanted))]
        refused = [(Occur.MustNot, self._refused(each)) for each in unwanted]
        found = Query.boolean_query([(Occur.Must, whole.found), *refused]) if refused else whole.found
        ranked = Query.boolean_query([(Occur.Must, whole.scored), *extra, *refused])
        return Match(found, ranked, marks)

    def _everything(self) -> Query:
        return self._term("kind", KIND)

    def _together(self, parts: Sequence[Part], relaxed: bool) -> Part:
        if not relaxed or len(parts) == 1:
            return _all(parts)
        least = max(1, len(parts) * 2 // 3)
        return Part(
            Query.boolean_query([(Occur.Should, part.found) for part in parts], least),
            Query.boolean_query([(Occur.Should, part.scored) for part in parts], least),
            tuple(query for part in parts for query in part.extra),
        )

    def _grouped(self, clauses: Sequence[Clause]) -> list[tuple[Clause, ...]]:
        """Neighbouring words that are the name of a concept belong together; stop words then go."""
        groups: list[tuple[Clause, ...]] = []
        at = 0
        while at < len(clauses):
            length = self._name_length(clauses, at)
            groups.append(tuple(clauses[at : at + length]))
            at += length
        told = set(telling([each for group in groups if len(group) == 1 for each in group]))
        if any(len(group) > 1 for group in groups):
            told = {each for each in told if each.quoted or not stopwords().issuperset(each.words)}
        return [group for group in groups if len(group) > 1 or group[0] in told]

    def _name_length(self, clauses: Sequence[Clause], at: int) -> int:
        for length in range(min(LONGEST_NAME, len(clauses) - at), 1, -1):
            span = clauses[at : at + length]
            if any(each.quoted for each in span):
                continue
            if self._concepts(_words(span)) or (length == 2 and self._written_apart(_words(span))):
                return length
        return 1

    def _written_apart(self, spoken: Sequence[str]) -> tuple[str, ...]:
        """The compound that two words make together, where the index has it: sommar jobb is sommarjobb."""
        if len(spoken) != 2 or min(map(len, spoken)) < _SHORTEST_APART:
            return ()
        first, last = spoken
        return self._dictionary.stems(first + last) or self._dictionary.stems(f"{first}s{last}")

    def _concepts(self, spoken: Sequence[str]) -> list[str]:
        """The concepts that these words name, in either language; where none is named so, with dots put in."""
        found: dict[str, None] = {}
        if len(spoken) <= LONGEST_NAME:
            for named in (self._names.concepts, self._names.concepts_without_dots):
                for reading in _readings(spoken):
                    found.update((iri, None) for iri in named.get(reading, ()))
                if found:
                    break
        return list(found)[:_MOST_CONCEPTS]

    def _part(self, group: tuple[Clause, ...], marks: Marks, relaxed: bool) -> Part:
        """The words themselves, or the compound that they make, or the concept that they name."""
        parts = [self._clause(each, marks, relaxed) for each in group]
        ways = [_all(parts)]
        spoken = _words(group)
        joined = self._written_apart(spoken) if len(group) == 2 else ()
        if joined:
            ways.append(self._exactly(joined, WRITTEN_APART, marks))
        if not any(each.quoted for each in group):
            ways += [self._concept(iri, marks) for iri in self._concepts(spoken)]
        whole = _any(ways)
        if len(parts) == 1 or len(ways) == 1:
            return whole
        # Of what has the concept, that which has some of the words ranks higher.
        told = [
            part.scored
            for each, part in zip(group, parts, strict=True)
            if not stopwords().issuperset(each.words)
        ]
        return Part(whole.found, whole.scored, (*whole.extra, *told))

    def _clause(self, clause: Clause, marks: Marks, relaxed: bool) -> Part:
        if len(clause.words) > 1:
            return self._phrase(clause.words, marks)
        word = clause.words[0]
        if clause.quoted:
            return self._exactly(self._dictionary.stems(word), 1.0, marks)
        forms = self._dictionary.forms(word, clause.prefix)
        marks.add(forms.any)
        if relaxed and not forms.any and forms.parts:
            return _all([self._exactly((part,), PART, marks) for part in forms.parts])
        weight = self._dictionary.weight(word)
        in_titles = [each for each in forms.compounds if self._dictionary.in_field("ta", each)]
        scored = [
            *self._scored(forms.exact, 1.0),
            *self._scored(forms.unfolded, UNFOLDED),
            *self._evenly("ta", in_titles, COMPOUND_IN_TITLE * weight),
            *self._evenly("stem", map(stem_term, forms.compounds), COMPOUND * weight),
            *self._evenly("stem", map(stem_term, forms.continued), CONTINUED),
        ]
        return Part(self._stems(forms.any), _should(scored), tuple(self._scored(forms.parts, PART)))

    def _exactly(self, stems: Sequence[str], factor: float, marks: Marks) -> Part:
        """Records with one of the stems, without compounds and other names."""
        marks.add(stems)
        return Part(self._stems(stems), _should(list(self._scored(stems, factor))))

    def _concept(self, iri: str, marks: Marks) -> Part:
        """Records about a concept: those that have it, and those that use its own name in either language."""
        concept = self._names.get(iri)
        field = self._field_of_scheme.get(concept.sort) if concept else None
        if concept is None or field is None:
            return _NOTHING
        # Scored by how common the concept is, and less where a record has many.
        having = Query.boost_query(self._term(field, iri), CONCEPT)
        ways = [Part(self._term(field, iri), having)]
        for label in concept.labels.values():
            name = tuple(words(label))
            if len(name) > 1:
                ways.append(self._phrase(name, marks.named, CONCEPT_NAME))
            elif name:
                ways.append(self._exactly(self._dictionary.stems(name[0]), CONCEPT_NAME, marks.named))
        return _any(ways)

    def _phrase(self, spoken: tuple[str, ...], marks: Marks, factor: float = 1.0) -> Part:
        found: list[Query] = []
        scored: list[Query] = []
        for reading in self._readings(spoken):
            marks.add_sequence(reading)
            for tier in TIERS:
                if self._all_in(tier, reading):
                    phrase = Query.phrase_query(self._schema, f"t{tier}", list(reading))
                    found.append(phrase)
                    scored.append(Query.boost_query(phrase, WEIGHTS[tier] * factor))
        return Part(_should(found), _should(scored))

    def _readings(self, spoken: Sequence[str]) -> list[tuple[str, ...]]:
        """The sequences of stems that the index may have for these words."""
        choices = [(self._dictionary.stems(word) or self._dictionary.unfolded(word))[:2] for word in spoken]
        return list(product(*choices))[:_MOST_READINGS] if all(choices) else []

    def _adjacent(self, wanted: Sequence[Clause]) -> list[Query]:
        """Words that stand beside each other as they were typed rank higher."""
        if not 2 <= len(wanted) <= 5 or any(each.quoted or len(each.words) > 1 for each in wanted):
            return []
        found = []
        for reading in self._readings(_words(wanted))[:2]:
            for tier, weight in TOGETHER.items():
                if self._all_in(tier, reading):
                    phrase = Query.phrase_query(self._schema, f"t{tier}", list(reading), slop=1)
                    found.append(Query.boost_query(phrase, weight))
        return found

    def _refused(self, clause: Clause) -> Query:
        if len(clause.words) > 1:
            return self._phrase(clause.words, Marks()).found
        word = clause.words[0]
        return self._stems(self._dictionary.stems(word) or self._dictionary.unfolded(word))

    def _all_in(self, tier: str, stems: Iterable[str]) -> bool:
        return all(self._dictionary.in_field(f"t{tier}", stem) for stem in stems)

    def _scored(self, stems: Iterable[str], factor: float) -> Iterable[Query]:
        """By relevance (BM25) in each tier."""
        for stem in stems:
            for tier in TIERS:
                if self._dictionary.in_field(f"t{tier}", stem):
                    yield Query.boost_query(self._term(f"t{tier}", stem), WEIGHTS[tier] * factor)

    def _evenly(self, field: str, terms: Iterable[str], score: float) -> Iterable[Query]:
        """The same score for all that have any of the terms."""
        found = [self._term(field, term) for term in terms]
        if found:
            yield Query.const_score_query(_should(found), score)

    def _stems(self, stems: Iterable[str]) -> Query:
        return _should([self._term("stem", stem_term(stem)) for stem in stems])

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")


def _should(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return (
        queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, each) for each in queries])
    )


def _must(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, each) for each in queries])


def _any(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    extra = tuple(query for part in parts for query in part.extra)
    return Part(_should([part.found for part in parts]), _should([part.scored for part in parts]), extra)


def _all(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    extra = tuple(query for part in parts for query in part.extra)
    return Part(_must([part.found for part in parts]), _must([part.scored for part in parts]), extra)


_NOTHING = Part(Query.empty_query(), Query.empty_query())


def _words(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return tuple(word for clause in clauses for word in clause.words)


def _readings(spoken: Sequence[str]) -> list[tuple[str, ...]]:
    """The words as stems, all Swedish, then all English."""
    return list(
        dict.fromkeys((tuple(stems_of(w)[0] for w in spoken), tuple(stems_of(w)[-1] for w in spoken)))
    )
