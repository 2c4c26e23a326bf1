"""The table of revisions: append-only, numbered in the order in which they became visible."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "revisions",
        # Numbers are given under a lock, never by a sequence: a sequence shows 8 before 7 commits.
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("successors", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('published', 'withdrawn', 'replaced')", name="state_is_known"),
    )
    op.create_index("revisions_of_a_record", "revisions", ["iri", "seq"])
    op.create_index("revisions_by_origin", "revisions", ["origin", "seq"])
