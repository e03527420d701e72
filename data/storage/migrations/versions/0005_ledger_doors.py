"""exits that are not placements, and the day on which a seeker or vacancy was closed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seekers", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("vacancies", sa.Column("closed_on", sa.Date(), nullable=True))
    op.create_table(
        "seeker_exits",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("exit", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "exit IN ('died', 'further_study', 'military_service', 'moved_away', 'other', 'retired')",
            name=op.f("ck_seeker_exits_exit"),
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_exits_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_seeker_exits")),
    )


def downgrade() -> None:
    op.drop_table("seeker_exits")
    op.drop_column("vacancies", "closed_on")
    op.drop_column("seekers", "closed_on")
