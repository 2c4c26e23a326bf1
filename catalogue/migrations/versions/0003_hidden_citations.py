"""The citations that an operator has hidden: since when, why, and which query they held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "hidden_citations",
        sa.Column("ref", sa.Text(), primary_key=True),
        # SHA-256 of the query alone: hidden once, it is not cited anew on the next version.
        sa.Column("query", sa.Text(), nullable=False, index=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
