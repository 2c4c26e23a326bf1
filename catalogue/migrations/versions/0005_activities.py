"""What changed in the catalogue's description of itself: the last activity about each of its things."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("thing", sa.Text(), nullable=False, unique=True),
        # Create, Update or Delete.
        sa.Column("kind", sa.Text(), nullable=False),
        # The dataset version that was described.
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        # What is said of the thing, canonical N-Triples; empty for what is gone.
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
