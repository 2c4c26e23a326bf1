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

WEIGHTS = {Tier.TITLE.value: 4.0, Tier.SUMMARY.value: 2.0, Tier.TEXT.value: 1.0, NAME_TIER: 1.6}
UNFOLDED = 0.7  # typed without dots
COMPOUND = {Tier.TITLE.value: 3.0, Tier.SUMMARY.value: 1.5}
COMPOUND_ANYWHERE = 1.0
CONTINUED = 0.4
TOGETHER = {Tier.TITLE.value: 3.0, Tier.SUMMARY.value: 1.5, Tier.TEXT.value: 0.5, NAME_TIER: 2.0}
CONCEPT = 1.2  # the record has the concept, whatever words it uses
CONCEPT_NAME = 0.5  # the record uses the concept's own name
_MOST_CONCEPTS = 8
_MOST_READINGS = 16


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the question matches (`found`, without score), and what ranks it."""

    found: Query
    ranking: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The meaning of the words of a question. `found` is None where they ask for nothing."""

    found: Query | None
    ranked: Query | None
    marks: Marks
    parts: int


class Matching:
    """Turns clauses into queries, by the words and names of one version of the index."""

    def __init__(self, schema: Schema, dictionary: Dictionary, names: Names, plan: Plan) -> None:
        self._schema = schema
        self._dictionary = dictionary
        self._names = names
        self._field_of_scheme = {last_part(rule.scheme): field_of(rule) for rule in plan.facets if rule.scheme}

    def match(self, clauses: Sequence[Clause], *, relaxed: bool = False) -> Match:
        """All clauses must match; `relaxed`, most of them."""
        wanted = [each for each in clauses if not each.excluded]
        unwanted = [each for each in clauses if each.excluded]
        marks = Marks()
        parts = [self._part(each, marks) for each in self._grouped(wanted)]
        if not parts and not unwanted:
            return Match(None, None, marks, 0)
        found = self._together(parts, relaxed)
        ranking = [query for part in parts for query in part.ranking] + self._adjacent(wanted)
        refused = [(Occur.MustNot, self._refused(each)) for each in unwanted]
        if refused:
            found = Query.boolean_query([(Occur.Must, found), *refused])
        ranked = Query.boolean_query(
            [(Occur.Must, Query.const_score_query(found, 0.0)), *((Occur.Should, each) for each in ranking)]
        )
        return Match(found, ranked if ranking else found, marks, len(parts))

    def everything(self) -> Query:
        return self._term("kind", KIND)

    def _together(self, parts: Sequence[Part], relaxed: bool) -> Query:
        if not parts:
            return self.everything()
        if len(parts) == 1:
            return parts[0].found
        if relaxed:
            least = max(1, len(parts) * 2 // 3)
            return Query.boolean_query([(Occur.Should, part.found) for part in parts], least)
        return Query.boolean_query([(Occur.Must, part.found) for part in parts])

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
            if not any(each.quoted for each in span) and self._concepts(_words(span)):
                return length
        return 1

    def _concepts(self, spoken: Sequence[str]) -> list[str]:
        """The concepts that these words name, in either language."""
        found: dict[str, None] = {}
        if len(spoken) <= LONGEST_NAME:
            for reading in _readings(spoken):
                found.update((iri, None) for iri in self._names.concepts.get(reading, ()))
        return list(found)[:_MOST_CONCEPTS]

    def _part(self, group: tuple[Clause, ...], marks: Marks) -> Part:
        parts = [self._clause(each, marks) for each in group]
        found = [self._all([part.found for part in parts])]
        ranking = [query for part in parts for query in part.ranking]
        if not any(each.quoted for each in group):
            for iri in self._concepts(_words(group)):
                concept = self._concept(iri, marks)
                found.append(concept.found)
                ranking.extend(concept.ranking)
        return Part(_any(found), tuple(ranking))

    def _clause(self, clause: Clause, marks: Marks) -> Part:
        if len(clause.words) > 1:
            return self._phrase(clause.words, marks)
        word = clause.words[0]
        if clause.quoted:
            exact = self._dictionary.stems(word)
            marks.add(exact)
            return Part(self._stems(exact), tuple(self._scored(exact, 1.0)))
        forms = self._dictionary.forms(word, clause.prefix)
        marks.add(forms.any)
        ranking = [*self._scored(forms.exact, 1.0), *self._scored(forms.unfolded, UNFOLDED)]
        if forms.compounds:
            ranking += [
                Query.boost_query(self._set(f"t{tier}", forms.compounds), weight)
                for tier, weight in COMPOUND.items()
            ]
            ranking.append(Query.boost_query(self._stems(forms.compounds), COMPOUND_ANYWHERE))
        if forms.continued:
            ranking.append(Query.boost_query(self._stems(forms.continued), CONTINUED))
        return Part(self._stems(forms.any), tuple(ranking))

    def _concept(self, iri: str, marks: Marks) -> Part:
        """Records about a concept: those that have it, and those that use its own name in either language."""
        concept = self._names.get(iri)
        if concept is None:
            return Part(Query.empty_query(), ())
        found: list[Query] = []
        ranking: list[Query] = []
        field = self._field_of_scheme.get(concept.sort)
        if field:
            found.append(Query.const_score_query(self._term(field, iri), 1.0))
            ranking.append(Query.boost_query(found[0], CONCEPT))
        for label in concept.labels.values():
            name = tuple(words(label))
            if len(name) > 1:
                part = self._phrase(name, marks.named)
            else:
                exact = self._dictionary.stems(name[0]) if name else ()
                marks.named.add(exact)
                part = Part(self._stems(exact), tuple(self._scored(exact, 1.0)))
            found.append(part.found)
            ranking += [Query.boost_query(query, CONCEPT_NAME) for query in part.ranking]
        return Part(_any(found), tuple(ranking))

    def _phrase(self, spoken: tuple[str, ...], marks: Marks) -> Part:
        phrases = []
        for reading in self._readings(spoken):
            marks.add_sequence(reading)
            for tier in TIERS:
                if all(self._dictionary.in_field(f"t{tier}", stem) for stem in reading):
                    phrase = Query.phrase_query(self._schema, f"t{tier}", list(reading))
                    phrases.append((phrase, WEIGHTS[tier]))
        found = _any([Query.const_score_query(phrase, 1.0) for phrase, _ in phrases])
        return Part(found, tuple(Query.boost_query(phrase, weight) for phrase, weight in phrases))

    def _readings(self, spoken: Sequence[str]) -> list[tuple[str, ...]]:
        """The sequences of stems that the index may have for these words."""
        choices = [
            (self._dictionary.stems(word) or self._dictionary.unfolded(word))[:2] for word in spoken
        ]
        return list(product(*choices))[:_MOST_READINGS] if all(choices) else []

    def _adjacent(self, wanted: Sequence[Clause]) -> list[Query]:
        """Words that stand beside each other as they were typed rank higher."""
        if not 2 <= len(wanted) <= 5 or any(each.quoted or len(each.words) > 1 for each in wanted):
            return []
        found = []
        for reading in self._readings(_words(wanted))[:2]:
            for tier, weight in TOGETHER.items():
                if all(self._dictionary.in_field(f"t{tier}", stem) for stem in reading):
                    phrase = Query.phrase_query(self._schema, f"t{tier}", list(reading), slop=1)
                    found.append(Query.boost_query(phrase, weight))
        return found

    def _refused(self, clause: Clause) -> Query:
        if len(clause.words) > 1:
            return self._phrase(clause.words, Marks()).found
        word = clause.words[0]
        return self._stems(self._dictionary.stems(word) or self._dictionary.unfolded(word))

    def _scored(self, stems: Iterable[str], factor: float) -> Iterable[Query]:
        for stem in stems:
            for tier in TIERS:
                if self._dictionary.in_field(f"t{tier}", stem):
                    yield Query.boost_query(self._term(f"t{tier}", stem), WEIGHTS[tier] * factor)

    def _stems(self, stems: Sequence[str]) -> Query:
        """Records that have one of the stems; each counts the same."""
        return self._set("stem", [stem_term(stem) for stem in stems])

    def _set(self, field: str, terms: Sequence[str]) -> Query:
        if not terms:
            return Query.empty_query()
        if len(terms) == 1:
            return Query.const_score_query(self._term(field, terms[0]), 1.0)
        return Query.term_set_query(self._schema, field, list(terms))

    def _all(self, queries: Sequence[Query]) -> Query:
        if len(queries) == 1:
            return queries[0]
        return Query.boolean_query([(Occur.Must, each) for each in queries])

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")


def _any(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, each) for each in queries])


def _words(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return tuple(word for clause in clauses for word in clause.words)


def _readings(spoken: Sequence[str]) -> list[tuple[str, ...]]:
    """The words as stems, all Swedish, then all English."""
    return list(dict.fromkeys((tuple(stems_of(w)[0] for w in spoken), tuple(stems_of(w)[-1] for w in spoken))))
