"""The harvests that were made: of which source, when, how they ended and what they reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "harvests",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("began", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        # JSON: counts, the sentence of what stopped it, what was kept out, the versions of the files.
        sa.Column("said", sa.Text(), nullable=False),
    )
    op.create_index("harvests_by_source", "harvests", ["source", "number"])
