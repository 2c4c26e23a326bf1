"""Proposals while somebody types: concepts, actors, places and titles whose words begin as what is typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tantivy import Document, Occur, Order, Query, Schema, Searcher

from catalogue.analysis import fold, normal, words
from catalogue.answers import Suggestion
from catalogue.extraction import Named, last_part
from catalogue.facets import Plan
from catalogue.indexing import KIND, kept
from catalogue.swedish import sort_key

_SHORTEST = 2
_LONGEST = 100
_MOST_WORDS = 6
_LOOKED_AT = 30
# The kinds in the order they are shown, and how many of each there is room for; titles take what is left.
_SHARES = {"begrepp": 3, "aktor": 2, "plats": 1, KIND: 8}


class Suggesting:
    """Proposes from one version of the index: names of the concepts that filter, actors, places, titles."""

    def __init__(self, searcher: Searcher, schema: Schema, plan: Plan) -> None:
        self._searcher = searcher
        self._schema = schema
        self._schemes = {last_part(rule.scheme) for rule in plan.facets if rule.scheme}

    def suggest(self, text: str, *, language: str = "sv", limit: int = 8) -> tuple[Suggestion, ...]:
        """At most `limit` proposals; in each kind those first whose name begins as the text itself."""
        typed = [fold(word) for word in words(normal(text[:_LONGEST]))][:_MOST_WORDS]
        if len("".join(typed)) < _SHORTEST:
            return ()
        found = {kind: self._of_kind(kind, typed, language, limit) for kind in _SHARES}
        room = {kind: min(share, len(found[kind])) for kind, share in _SHARES.items()}
        for kind in room:
            left = limit - sum(room[other] for other in room if other != kind)
            room[kind] = max(0, min(left, len(found[kind]))) if kind == KIND else room[kind]
        chosen = [each for kind, proposals in found.items() for each in proposals[: room[kind]]]
        # What titles do not fill, further concepts and actors may.
        spare = [each for kind, proposals in found.items() for each in proposals[room[kind] :]]
        chosen += spare[: max(0, limit - len(chosen))]
        order = list(_SHARES)
        return tuple(sorted(chosen[:limit], key=lambda each: order.index(each.kind)))

    def _of_kind(self, kind: str, typed: Sequence[str], language: str, limit: int) -> list[Suggestion]:
        # All match equally well: which are looked at must not depend on where they lie in the index.
        query = self._query(kind, typed)
        hits = self._searcher.search(
            query, _LOOKED_AT, count=False, order_by_field="order", order=Order.Asc
        ).hits
        found: dict[tuple[str, str], Suggestion] = {}
        for _, address in hits:
            document = self._searcher.doc(address)
            proposal = _title(document, language) if kind == KIND else self._name(document, typed, language)
            if proposal:
                found.setdefault((proposal.text.lower(), proposal.of), proposal)
        beginning = " ".join(typed)
        return sorted(found.values(), key=lambda each: _place(each, beginning))[:limit]

    def _query(self, kind: str, typed: Sequence[str]) -> Query:
        whole = [Query.term_query(self._schema, "said", word, "basic") for word in typed[:-1]]
        begun = Query.fuzzy_term_query(self._schema, "said", typed[-1], 0, prefix=True)
        of_kind = Query.term_query(self._schema, "kind", kind, "basic")
        return Query.boolean_query([(Occur.Must, each) for each in (*whole, begun, of_kind)])

    def _name(self, document: Document, typed: Sequence[str], language: str) -> Suggestion | None:
        """The name that has what was typed: the record's own in the reader's language, else another."""
        named = Named.loaded(kept(document))
        if named.kind == "begrepp" and named.sort not in self._schemes:
            return None
        own = named.label(language)
        for said, name in _names(named, language):
            spoken = [fold(word) for word in words(name)]
            if set(typed[:-1]) <= set(spoken) and any(word.startswith(typed[-1]) for word in spoken):
                return Suggestion(name, "" if name == own else own, named.kind, named.iri, said)
        return None


def _names(named: Named, language: str) -> Iterable[tuple[str, str]]:
    """The names to propose: of a concept those in the reader's language only."""
    if named.kind == "begrepp":
        return [each for each in named.names if each[0] == language]
    return sorted(named.names, key=lambda each: each[0] != language)


def _title(document: Document, language: str) -> Suggestion | None:
    titles: dict[str, str] = json.loads(kept(document, "titles"))
    iri = str(document.get_first("iri"))
    for said in (language, "sv", *titles):
        if said in titles:
            return Suggestion(titles[said], "", KIND, iri, said)
    return None


def _place(each: Suggestion, beginning: str) -> tuple[bool, bool, int, str]:
    said = " ".join(fold(word) for word in words(each.text))
    return not said.startswith(beginning), bool(each.of), len(said), sort_key(each.text, each.iri)
