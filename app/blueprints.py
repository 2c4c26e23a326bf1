"""All the pages, to be registered."""

from __future__ import annotations

from app.pages import concepts, lists, ontology, operations, search, sparql, start, texts, things

# Werkzeug prefers the rule with more fixed parts, so the order does not matter.
BLUEPRINTS = (
    start.pages,
    search.pages,
    things.pages,
    lists.pages,
    concepts.pages,
    ontology.pages,
    sparql.pages,
    texts.pages,
    operations.pages,
)
