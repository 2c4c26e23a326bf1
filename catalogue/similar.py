"""Initiatives like a given one: those that share its rare words, ranked with the concepts that both have."""

from __future__ import annotations

from math import log

from tantivy import Occur, Query, Schema, Searcher

from catalogue.analysis import stemmer, stopwords, words
from catalogue.answers import Similar
from catalogue.dictionary import Dictionary
from catalogue.extraction import Extract
from catalogue.facets import Plan, Tier, Values
from catalogue.indexing import kept, stem_term

_TERMS = 12  # rare words that are looked for
_CANDIDATES = 24
_COMMONEST = 2_000  # documents; commoner words cost time and tell little
_PER_CONCEPT = 1.5


def similar(
    source: Extract, searcher: Searcher, schema: Schema, dictionary: Dictionary, plan: Plan, limit: int
) -> tuple[Similar, ...]:
    """At most `limit` initiatives, the most alike first.

    The candidates are found by rare words alone, so that the cost does not grow with the catalogue.
    """
    rare = _rare_words(source, dictionary, searcher.num_docs)
    if not rare:
        return ()
    query = Query.boolean_query(
        [
            (Occur.Should, Query.boost_query(Query.term_query(schema, "stem", stem_term(stem), "basic"), weight))
            for stem, weight in rare
        ]
    )
    concepts = _concepts(source, plan)
    found = []
    for score, address in searcher.search(query, _CANDIDATES, count=False).hits:
        other = Extract.loaded(kept(searcher.doc(address)))
        if other.iri != source.iri:
            shared = tuple(iri for iri in _concepts(other, plan) if iri in concepts)
            found.append((-score - _PER_CONCEPT * len(shared), other.iri, other.titles(), shared))
    return tuple(Similar(iri, titles, shared) for _, iri, titles, shared in sorted(found, key=lambda e: e[:2])[:limit])


def _concepts(source: Extract, plan: Plan) -> dict[str, None]:
    """The concepts that tell what an initiative is about; not, as its kind and status, the one it has to have."""
    return {
        iri: None
        for rule in plan.facets
        if rule.values is Values.CONCEPT and rule.several
        for iri in source.values.get(rule.name, ())
    }


def _rare_words(source: Extract, dictionary: Dictionary, documents: int) -> list[tuple[str, float]]:
    """The words that tell the initiative from others, and how much: often here, rarely elsewhere."""
    weights: dict[str, float] = {}
    for passage in source.passages:
        weight = 3.0 if passage.tier is Tier.TITLE else 2.0 if passage.tier is Tier.SUMMARY else 1.0
        stem = stemmer(passage.language)
        for word in words(passage.text):
            if len(word) > 3 and word not in stopwords():
                stemmed = stem(word)
                weights[stemmed] = min(6.0, weights.get(stemmed, 0.0) + weight)
    ranked = []
    for stem_text, weight in weights.items():
        frequency = dictionary.documents(stem_text)
        if 1 < frequency <= _COMMONEST:
            ranked.append((stem_text, weight * log(1 + documents / frequency)))
    return sorted(ranked, key=lambda each: (-each[1], each[0]))[:_TERMS]
