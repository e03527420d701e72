"""lists carry the probability with which the run referred each pair"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "matches",
        sa.Column(
            "propensity",
            sa.REAL(),
            nullable=True,
            comment="probability with which the run referred the pair; null: it is listed only",
        ),
    )


def downgrade() -> None:
    op.drop_column("matches", "propensity")
