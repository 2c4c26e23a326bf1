"""How other engines search in texts: predicates that Oxigraph would take for properties that nobody has.

Answered with nothing, they would look as if there were no hits; so whoever uses one is shown our form instead.
"""

from __future__ import annotations

# The beginning of the IRI, and the name that its users know it by.
_BY_IRI = {
    "http://jena.apache.org/text#query": "text:query",
    "http://www.openlinksw.com/schemas/bif#contains": "bif:contains",
    "bif:contains": "bif:contains",
    "http://www.bigdata.com/rdf/search#": "bds:search",
    "http://www.openrdf.org/contrib/lucenesail#matches": "search:matches",
    "http://www.ontotext.com/connectors/lucene#query": "luc:query",
    "http://www.ontotext.com/connectors/elasticsearch#query": "elastic:query",
    "http://www.ontotext.com/connectors/opensearch#query": "opensearch:query",
    "http://www.ontotext.com/connectors/solr#query": "solr:query",
    "http://www.ontotext.com/owlim/lucene#": "luc:",
    "http://www.ontotext.com/luceneQuery": "onto:luceneQuery",
    "tag:stardog:api:property:textMatch": "textMatch",
    "http://qlever.cs.uni-freiburg.de/builtin-functions/contains-": "ql:contains-word",
    "http://franz.com/ns/allegrograph/2.2/textindex/match": "fti:match",
    "http://wikiba.se/ontology#api": "wikibase:mwapi",
}
# Known without a declaration to those who use them.
_UNDECLARED = {"bif:contains", "text:query", "bds:search", "ql:contains-word", "luc:query"}


def known_as(name: str, iri: str | None) -> str | None:
    """What a text search of another engine is called, by its name in the query and its IRI; None for other names."""
    if iri is None:
        return name if name in _UNDECLARED else None
    return next((known for start, known in _BY_IRI.items() if iri.startswith(start)), None)
