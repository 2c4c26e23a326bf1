"""Whose records a search looks among: our own, or those of chosen sources.

A record's own IRI tells that, so the index needs no field for it: a search that is narrowed looks among the
addresses, which costs as much as there are records of the sources. A search that is not pays nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tantivy import Occur, Query, Schema

from catalogue.answers import OWN
from catalogue.indexing import KIND
from catalogue.matching import Match


def narrowed(schema: Schema, match: Match, chosen: Sequence[str], sources: Mapping[str, str]) -> Match:
    """The match among the records of those chosen: `OWN`, or the names of sources.

    `sources` has the address under which the records of each source lie, by its name.
    """
    wanted = [(Occur.Should, _under(schema, sources[each])) for each in chosen if each != OWN]
    if OWN in chosen:
        everything = Query.term_query(schema, "kind", KIND, "basic")
        others = [(Occur.MustNot, _under(schema, each)) for each in sources.values()]
        wanted.append((Occur.Should, Query.boolean_query([(Occur.Must, everything), *others])))
    among = Query.const_score_query(Query.boolean_query(wanted), 0.0)
    if match.found is None or match.ranked is None:
        everything = Query.term_query(schema, "kind", KIND, "basic")
        return replace(match, found=Query.boolean_query([(Occur.Must, everything), (Occur.Must, among)]))
    return replace(
        match,
        found=Query.boolean_query([(Occur.Must, match.found), (Occur.Must, among)]),
        ranked=Query.boolean_query([(Occur.Must, match.ranked), (Occur.Must, among)]),
    )


def _under(schema: Schema, start: str) -> Query:
    return Query.regex_query(schema, "iri", re.escape(start) + ".*")
