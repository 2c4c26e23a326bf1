"""All the pages, to be registered."""

from __future__ import annotations

from app.pages import (
    atom,
    citations,
    concepts,
    contexts,
    dumps,
    extern,
    feed,
    harvest,
    lists,
    oai,
    ontology,
    open_data,
    openapi,
    operations,
    search,
    selftest,
    sitemap,
    sparql,
    sparql_examples,
    start,
    texts,
    things,
)

# Werkzeug prefers the rule with more fixed parts, so the order does not matter.
BLUEPRINTS = (
    start.pages,
    search.pages,
    things.pages,
    extern.pages,
    lists.pages,
    concepts.pages,
    ontology.pages,
    contexts.pages,
    sparql.pages,
    sparql_examples.pages,
    citations.pages,
    texts.pages,
    open_data.pages,
    harvest.pages,
    selftest.pages,
    feed.pages,
    oai.pages,
    openapi.pages,
    dumps.pages,
    atom.pages,
    sitemap.pages,
    operations.pages,
)
