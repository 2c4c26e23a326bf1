"""The table of cited queries: what was asked, on which version, and the fingerprint of the answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "citations",
        sa.Column("ref", sa.Text(), primary_key=True),
        # SHA-256 of version and query: the same query on the same version has one address.
        sa.Column("asked", sa.Text(), nullable=False, unique=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("blank", sa.Boolean(), nullable=False),
    )
