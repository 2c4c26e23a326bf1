"""One version of the index, as questions see it: searching, counting, correcting, reading hits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tantivy import DocAddress, Order, Schema, Searcher
from tantivy import Query as IndexQuery

from catalogue.analysis import normal
from catalogue.answers import (
    OWN,
    SOURCE,
    Answer,
    Correction,
    FacetCounts,
    FacetValue,
    Hit,
    Query,
    Removal,
    Similar,
    Suggestion,
)
from catalogue.asking import LONGEST_TEXT, MOST_CLAUSES, Clause, clauses, too_long, written
from catalogue.counting import Asked, Counting, Counts
from catalogue.dictionary import Dictionary
from catalogue.errors import N_, InvalidInput, NotFound
from catalogue.extraction import SUMMARY, TITLE, WHY, Extract, Passage
from catalogue.facets import Plan, Values
from catalogue.highlight import Marks, marked, snippet
from catalogue.indexing import kept
from catalogue.matching import Match, Matching
from catalogue.names import Names
from catalogue.remembering import remembering
from catalogue.similar import similar
from catalogue.spelling import corrected, spoken
from catalogue.suggestions import Suggesting
from catalogue.whose import narrowed

_LITTLE = 3  # hits; below it another spelling is looked for
_TIES = 40  # how many hits after the page are fetched to put equals in order
_MOST_TIES = 4_000


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as this version understands it."""

    asked: tuple[Clause, ...]
    match: Match
    counts: Counts
    relaxed: bool = False
    correction: Correction | None = None


class View:
    """Everything needed to answer questions on one version. Threads may share it."""

    def __init__(self, searcher: Searcher, schema: Schema, plan: Plan, names: Names) -> None:
        self.names = names
        self._searcher = searcher
        self._schema = schema
        self._plan = plan
        self._dictionary = Dictionary(searcher)
        self._matching = Matching(schema, self._dictionary, names, plan)
        self._counting = Counting(searcher, schema, plan, names)
        self._suggesting = Suggesting(searcher, schema, plan)
        self._match = remembering(self._matching.match, 512)

    def search(self, query: Query) -> Answer:
        """Raises NotFound for a page after the last one."""
        asked = clauses(_readable(query.text))
        asking = self._understand(query, asked)
        total = asking.counts.total
        pages = _pages(query, total)
        hits = self._hits(query, asking.match) if total else ()
        return Answer(
            query=query,
            total=total,
            pages=pages,
            hits=hits,
            facets=(*self._facets(query, asking.counts), *self._sources_of(query, asking)),
            correction=asking.correction,
            relaxed=asking.relaxed,
            removals=() if total else self._removals(query, asking),
            notices=query.notices,
            words=_words(query.text, asked, asking.asked),
        )

    def listed(self, query: Query) -> tuple[tuple[str, ...], int]:
        """The IRIs of the hits that `search` gives, and how many there are in all; for long pages. Raises as it does."""
        asking = self._understand(query, clauses(_readable(query.text)))
        total = asking.counts.total
        _pages(query, total)
        addresses = self._addresses(query, asking.match) if total else ()
        return tuple(self._iri(address) for address in addresses), total

    def uncounted(self, query: Query) -> tuple[str, ...]:
        """The IRIs of the hits of a page, for the words as they stand: `listed` without what counting costs.

        Empty for a page after the last one.
        """
        match = self._narrowed(query, clauses(_readable(query.text)))
        return tuple(self._iri(address) for address in self._addresses(query, match))

    def matching(self, words: str, *, relaxed: bool = False, limit: int) -> tuple[tuple[str, float], ...]:
        """The IRIs and scores of the best initiatives for a text as it stands: no other spelling is tried.

        With `relaxed` most of the words are enough. Raises InvalidInput for no words, or too many.
        """
        text = " ".join(_readable(words).split())
        asked = clauses(text)
        if not asked:
            raise InvalidInput(
                N_("Fritextsökningen ”%(words)s” har inga ord att söka efter."), words=words[:40]
            )
        if len(normal(words[: LONGEST_TEXT * 4])) > LONGEST_TEXT or too_long(text):
            raise InvalidInput(
                N_("Fritextsökningen är för lång: högst %(words)s ord och %(characters)s tecken."),
                words=MOST_CLAUSES,
                characters=LONGEST_TEXT,
            )
        match = self._match(asked, relaxed=relaxed)
        if match.ranked is None:
            return ()
        hits = self._searcher.search(match.ranked, limit, count=False).hits
        orders = self._searcher.fast_field_values("order", [address for _, address in hits])
        ranked = sorted(zip(hits, orders, strict=True), key=lambda each: (-(each[0][0] or 0), each[1] or 0))
        return tuple((self._iri(address), float(score or 0)) for (score, address), _ in ranked)

    def facet(self, query: Query, name: str) -> FacetCounts:
        rule = self._plan.facet(name)
        if rule is None:
            raise NotFound(N_("Det finns inget filter som heter ”%(name)s”."), name=name)
        asking = self._understand(query, clauses(_readable(query.text)))
        buckets = self._counting.every_value(asking.match.found, query.filters, rule)
        return self._counting.facet(rule, buckets, query.filters.get(name, ()), query.language, whole=True)

    def pairs(self, name: str) -> Mapping[tuple[str, str], int]:
        rule = self._plan.facet(name)
        if rule is None or rule.values is not Values.CONCEPT:
            raise NotFound(N_("Det finns inget filter som heter ”%(name)s”."), name=name)
        return {
            (str(first), str(second)): count for (first, second), count in self._counting.pairs(rule).items()
        }

    def published_years(self) -> tuple[int, int] | None:
        """The years in which the oldest and the newest initiative got the form it has; None without any."""
        found = [self._first_by_seq(order) for order in (Order.Asc, Order.Desc)]
        years = [int(each.at[:4]) for each in found if each is not None]
        return (years[0], years[-1]) if years else None

    def _first_by_seq(self, order: Order) -> Extract | None:
        every = self._counting.filtered(None, {})
        hits = self._searcher.search(every, 1, count=False, order_by_field="seq", order=order).hits
        return self._extract(hits[0][1]) if hits else None

    def suggest(self, text: str, language: str, limit: int) -> tuple[Suggestion, ...]:
        return self._suggesting.suggest(text, language=language, limit=limit)

    def similar(self, iri: str, limit: int) -> tuple[Similar, ...]:
        source = next(self._sources("iri", iri, 1), None)
        if source is None:
            return ()
        return similar(source, self._searcher, self._schema, self._dictionary, self._plan, limit)

    def pointing_at(self, iris: Iterable[str]) -> Iterator[Extract]:
        """The initiatives that point at one of the records, or at something that lies in it."""
        for iri in iris:
            yield from self._sources("ref", iri, max(1, self._searcher.num_docs))

    def documents(self) -> Iterator[tuple[str, str, str]]:
        query = IndexQuery.regex_query(self._schema, "kind", ".+")
        for _, address in self._searcher.search(query, max(1, self._searcher.num_docs), count=False).hits:
            document = self._searcher.doc(address)
            content = kept(document).decode()
            yield content.split('"', 2)[1], content, kept(document, "digest").hex()

    def _sources(self, field: str, value: str, limit: int) -> Iterator[Extract]:
        query = IndexQuery.term_query(self._schema, field, value, "basic")
        for _, address in self._searcher.search(query, limit, count=False).hits:
            yield self._extract(address)

    def _iri(self, address: DocAddress) -> str:
        return str(self._searcher.doc(address).get_first("iri"))

    def _extract(self, address: DocAddress) -> Extract:
        return Extract.loaded(kept(self._searcher.doc(address)))

    def _understand(self, query: Query, asked: tuple[Clause, ...]) -> Asking:
        """The question as asked, else as it was probably meant, else with most of its words."""
        first = self._ask(query, asked)
        if first.counts.total >= _LITTLE or not asked:
            return first
        # Too narrow filters are told of instead; they do not make a word misspelt.
        unfiltered = self._ask(replace(query, filters={}), asked) if query.filters else first
        if unfiltered.counts.total >= _LITTLE:
            return first
        better = corrected(asked, self._dictionary, self._searcher)
        if better:
            second = self._ask(query, better)
            if second.counts.total > first.counts.total:
                used = first.counts.total == 0
                correction = Correction(spoken(better), second.counts.total, used)
                return replace(second if used else first, correction=correction)
        if unfiltered.counts.total == 0:
            some = self._ask(query, asked, relaxed=True)
            if some.counts.total:
                return some
        return first

    def _ask(self, query: Query, asked: tuple[Clause, ...], *, relaxed: bool = False) -> Asking:
        match = self._narrowed(query, asked, relaxed=relaxed)
        filters = tuple(sorted(query.filters.items()))
        counts = self._counting.remembered(Asked(spoken(asked), relaxed, filters, match.found))
        return Asking(asked, match, counts, relaxed)

    def _narrowed(self, query: Query, asked: tuple[Clause, ...], *, relaxed: bool = False) -> Match:
        match = self._match(asked, relaxed=relaxed)
        chosen = query.filters.get(SOURCE)
        return narrowed(self._schema, match, chosen, query.sources) if chosen else match

    def _facets(self, query: Query, counts: Counts) -> tuple[FacetCounts, ...]:
        return tuple(
            self._counting.facet(
                rule, counts.buckets[rule.name], query.filters.get(rule.name, ()), query.language
            )
            for rule in self._plan.facets
        )

    def _sources_of(self, query: Query, asking: Asking) -> tuple[FacetCounts, ...]:
        """How many hits are our own and how many each source's, whatever is chosen of them; nothing without sources."""
        if not query.sources:
            return ()
        chosen = query.filters.get(SOURCE, ())
        values = tuple(
            FacetValue(each, None, each, self._of_source(query, asking, each), each in chosen)
            for each in (OWN, *query.sources)
        )
        return (FacetCounts(SOURCE, None, values, more=False),)

    def _of_source(self, query: Query, asking: Asking, source: str) -> int:
        match = self._match(asking.asked, relaxed=asking.relaxed)
        found = narrowed(self._schema, match, (source,), query.sources).found
        filters = (*sorted(query.without(SOURCE).filters.items()), (SOURCE, (source,)))
        return self._counting.total(Asked(spoken(asking.asked), asking.relaxed, filters, found))

    def _removals(self, query: Query, asking: Asking) -> tuple[Removal, ...]:
        found = [Removal(name, total) for name, total in asking.counts.without.items() if total]
        if SOURCE in query.filters:
            found.append(Removal(SOURCE, self._ask(query.without(SOURCE), asking.asked).counts.total))
        if query.text and query.filters:
            found.append(Removal("q", self._ask(query.without("q"), ()).counts.total))
        return tuple(sorted((each for each in found if each.total), key=lambda each: -each.total))

    def _hits(self, query: Query, match: Match) -> tuple[Hit, ...]:
        return tuple(
            _hit(self._extract(address), query.language, match.marks)
            for address in self._addresses(query, match)
        )

    def _addresses(self, query: Query, match: Match) -> Sequence[DocAddress]:
        """The places of the hits of the page."""
        first = (query.page - 1) * query.size
        filtered = self._counting.filtered
        if query.order == "traff" and match.ranked is not None:
            return self._ranked(filtered(match.ranked, query.filters), first, query.size)
        by_title = query.order == "titel"
        field = f"title_{query.language if query.language == 'en' else 'sv'}" if by_title else "seq"
        hits = self._searcher.search(
            filtered(match.found, query.filters),
            query.size,
            count=False,
            order_by_field=field,
            offset=first,
            order=Order.Asc if by_title else Order.Desc,
        ).hits
        return [address for _, address in hits]

    def _ranked(self, query: IndexQuery, first: int, size: int) -> Sequence[DocAddress]:
        """The hits by relevance; equals by a number made from their IRI, so that no page repeats another's."""
        end = first + size
        limit = end + _TIES
        while True:
            hits = self._searcher.search(query, limit, count=False).hits
            tied_on = len(hits) == limit and hits[-1][0] == hits[end - 1][0]
            if not tied_on or limit >= end + _MOST_TIES:
                break
            limit = end + 10 * (limit - end)
        addresses = [address for _, address in hits]
        orders = self._searcher.fast_field_values("order", addresses)
        ranked = sorted(zip(hits, orders, strict=True), key=lambda each: (-each[0][0], each[1] or 0))
        return [address for (_, address), _ in ranked[first:end]]


def _pages(query: Query, total: int) -> int:
    """How many pages there are. Raises NotFound for one after the last."""
    pages = max(1, -(-total // query.size))
    if query.page > pages:
        raise NotFound(
            N_("Sida %(page)s finns inte. Sökningen har %(pages)s sidor."), page=query.page, pages=pages
        )
    return pages


def _readable(text: str) -> str:
    return normal(text[: LONGEST_TEXT * 4])[:LONGEST_TEXT]


def _words(text: str, asked: tuple[Clause, ...], used: tuple[Clause, ...]) -> str:
    """What was searched for, in the reader's own words where they say it."""
    own = used == asked and len(text) <= LONGEST_TEXT and not too_long(text)
    return text if used and own else written(used)


def _hit(source: Extract, language: str, marks: Marks) -> Hit:
    title = _said(source, TITLE, language)
    why = _said(source, WHY, language)
    summary = _said(source, SUMMARY, language)
    others = (each for each in source.passages if each.key != TITLE and each is not summary)
    passages = [(each.language, each.text) for each in (*([summary] if summary else ()), *others)]
    shown, shown_language = snippet(passages, language, marks)
    return Hit(
        iri=source.iri,
        title=marked(title.text, title.language, marks) if title else (),
        title_language=title.language if title else "",
        snippet=shown,
        snippet_language=shown_language,
        why=why.text if why else "",
        why_language=why.language if why else "",
        values=source.values,
        start=source.start,
        end=source.end,
        at=source.at,
        wish=source.wish,
    )


def _said(source: Extract, key: str, language: str) -> Passage | None:
    """What a property says, in `language`, else in Swedish, else in any."""
    found = [each for each in source.passages if each.key == key]
    return min(found, key=lambda each: (each.language != language, each.language != "sv"), default=None)
