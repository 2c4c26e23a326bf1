"""Initiatives like a given one: those that share its rare words, ranked with the concepts that both have."""

from __future__ import annotations

from functools import cache
from math import log
from typing import NamedTuple

from tantivy import DocAddress, Occur, Query, Schema, Searcher

from catalogue.analysis import TokenStems, stopwords
from catalogue.answers import Similar
from catalogue.dictionary import Dictionary
from catalogue.extraction import SUMMARY, Extract
from catalogue.facets import Plan, Tier, Values
from catalogue.indexing import kept, stem_term, topics

_LOOKED_AT = 40  # words of the initiative
_TERMS = 10  # rare words among them that are looked for
_CANDIDATES = 24
_TIES = 40  # how many more are fetched to put equals in order
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
            (
                Occur.Should,
                Query.boost_query(Query.term_query(schema, "stem", stem_term(stem), "basic"), weight),
            )
            for stem, weight in rare
        ]
    )
    own = topics(plan, source)
    ranked = sorted(
        _candidates(query, searcher),
        key=lambda each: (-each.score - _PER_CONCEPT * (each.topics & own).bit_count(), each.order),
    )
    concepts = _concepts(source, plan)
    found = []
    for each in ranked[: limit + 1]:
        other = Extract.loaded(kept(searcher.doc(each.address)))
        if other.iri != source.iri:
            shared = tuple(iri for iri in _concepts(other, plan) if iri in concepts)
            found.append(Similar(other.iri, other.titles(), other.texts(SUMMARY), other.values, shared))
    return tuple(found[:limit])


class _Candidate(NamedTuple):
    score: float
    order: int
    topics: int
    address: DocAddress


def _candidates(query: Query, searcher: Searcher) -> list[_Candidate]:
    """The best hits; of equals those that come first by `order`, wherever they lie in the index."""
    hits = searcher.search(query, _CANDIDATES + _TIES, count=False).hits
    addresses = [address for _, address in hits]
    orders = searcher.fast_field_values("order", addresses)
    bits = searcher.fast_field_values("topics", addresses)
    found = [
        _Candidate(float(score or 0), int(order or 0), int(topic or 0), address)
        for (score, address), order, topic in zip(hits, orders, bits, strict=True)
    ]
    return sorted(found, key=lambda each: (-each.score, each.order))[:_CANDIDATES]


def _concepts(source: Extract, plan: Plan) -> dict[str, None]:
    """The concepts that tell what an initiative is about; not, as its kind and status, the one it has to have."""
    return {
        iri: None
        for rule in plan.facets
        if rule.values is Values.CONCEPT and rule.several
        for iri in source.values.get(rule.name, ())
    }


def _tells(word: str) -> bool:
    return len(word) > 3 and word not in stopwords()


@cache
def _telling(language: str) -> TokenStems:
    return TokenStems(language, _tells)


def _rare_words(source: Extract, dictionary: Dictionary, documents: int) -> list[tuple[str, float]]:
    """The words that tell the initiative from others, and how much: often here, rarely elsewhere."""
    weights: dict[str, float] = {}
    for passage in source.passages:
        weight = 3.0 if passage.tier is Tier.TITLE else 2.0 if passage.tier is Tier.SUMMARY else 1.0
        telling = _telling(passage.language)
        for token in passage.text.lower().split():
            for stem in telling[token]:
                weights[stem] = min(6.0, weights.get(stem, 0.0) + weight)
        if len(weights) >= _LOOKED_AT:  # the title, the summary and some text; enough to choose from
            break
    ranked = []
    for stem_text, weight in weights.items():
        frequency = dictionary.frequency(stem_text)
        if 1 < frequency <= _COMMONEST:
            ranked.append((stem_text, weight * log(1 + documents / frequency)))
    return sorted(ranked, key=lambda each: (-each[1], each[0]))[:_TERMS]
