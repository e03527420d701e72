"""referrals of runs whose lists are dropped: results are reported months later"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "past_referrals",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column(
            "run_id", sa.Text(), nullable=False, comment="the first run that referred the pair; its lists are gone"
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("propensity", sa.REAL(), nullable=True, comment="probability with which that run referred the pair"),
        sa.PrimaryKeyConstraint("seeker_id", "vacancy_id", name=op.f("pk_past_referrals")),
    )


def downgrade() -> None:
    op.drop_table("past_referrals")
