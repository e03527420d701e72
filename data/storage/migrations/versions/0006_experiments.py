"""experiments over markets: started designs, who entered, nights that obeyed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("checksum", sa.Text(), nullable=False),
        sa.Column("design", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("experiment", name=op.f("pk_experiments")),
    )
    op.create_table(
        "experiment_members",
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("saturation", sa.Text(), nullable=False),
        sa.Column("treated", sa.Boolean(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("group_mask", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.CheckConstraint("group_mask >= 0", name=op.f("ck_experiment_members_group_mask")),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.experiment"],
            name=op.f("fk_experiment_members_experiment_experiments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"],
            ["seekers.seeker_id"],
            name=op.f("fk_experiment_members_seeker_id_seekers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seeker_id", "experiment", name=op.f("pk_experiment_members")),
    )
    op.create_index(op.f("ix_experiment_members_experiment"), "experiment_members", ["experiment"], unique=False)
    op.create_table(
        "experiment_nights",
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("control_seekers", sa.Integer(), nullable=False),
        sa.Column("treated_seekers", sa.Integer(), nullable=False),
        sa.Column("control_referrals", sa.Integer(), nullable=False),
        sa.Column("treated_referrals", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_experiment_nights_{name}"))
            for name in ("entered", "control_seekers", "treated_seekers", "control_referrals", "treated_referrals")
        ),
        sa.ForeignKeyConstraint(
            ["experiment"],
            ["experiments.experiment"],
            name=op.f("fk_experiment_nights_experiment_experiments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("experiment", "run_id", name=op.f("pk_experiment_nights")),
    )


def downgrade() -> None:
    op.drop_table("experiment_nights")
    op.drop_index(op.f("ix_experiment_members_experiment"), table_name="experiment_members")
    op.drop_table("experiment_members")
    op.drop_table("experiments")
