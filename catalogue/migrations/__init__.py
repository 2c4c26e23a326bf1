"""The journal's schema, step by step: Alembic revisions that `catalogue.journal` runs when it opens."""
