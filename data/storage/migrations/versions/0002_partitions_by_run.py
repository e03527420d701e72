"""what runs publish is partitioned by run; no explanation is stored with a match"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("matches", "vacancy_prices", "seeker_utilities")


def _forget_runs() -> None:
    """What an earlier layout published is not carried over: the next night publishes anew."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM match_runs")


def upgrade() -> None:
    """Tables without foreign keys, a partition a run."""
    _forget_runs()
    op.create_table(
        "matches",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_referral", sa.Boolean(), nullable=False, comment="chosen by the allocation, not only listed"),
        *(sa.Column(name, sa.REAL(), nullable=False) for name in ("similarity", "p_accept", "p_hire", "score")),
        sa.Column("unknown_rules", sa.Integer(), nullable=False, comment="bit = rule whose answer is to be asked"),
        sa.PrimaryKeyConstraint("seeker_id", "vacancy_id", "run_id", name=op.f("pk_matches")),
        postgresql_partition_by="LIST (run_id)",
    )
    op.create_index(op.f("ix_matches_vacancy_id"), "matches", ["vacancy_id"], unique=False)
    op.create_table(
        "vacancy_prices",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("referrals", sa.Integer(), nullable=False),
        sa.Column("price", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("vacancy_id", "run_id", name=op.f("pk_vacancy_prices")),
        postgresql_partition_by="LIST (run_id)",
    )
    op.create_table(
        "seeker_utilities",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("utility", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seeker_id", "run_id", name=op.f("pk_seeker_utilities")),
        postgresql_partition_by="LIST (run_id)",
    )


def _foreign_key(table: str, parent: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([key], [f"{parent}.{key}"], name=op.f(f"fk_{table}_{key}"), ondelete="CASCADE")


def downgrade() -> None:
    """One table for all runs, foreign keys checked row by row."""
    _forget_runs()
    op.create_table(
        "matches",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_referral", sa.Boolean(), nullable=False, comment="chosen by the allocation, not only listed"),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("similarity", "p_accept", "p_hire", "score")),
        sa.Column("unknown_rules", sa.Integer(), nullable=False, comment="bit = rule whose answer is to be asked"),
        sa.Column(
            "explanation",
            JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="reasons as the reader saw them; null: made when asked for",
        ),
        _foreign_key("matches", "match_runs", "run_id"),
        _foreign_key("matches", "seekers", "seeker_id"),
        _foreign_key("matches", "vacancies", "vacancy_id"),
        sa.PrimaryKeyConstraint("run_id", "seeker_id", "vacancy_id", name=op.f("pk_matches")),
    )
    op.create_index(op.f("ix_matches_run_id_vacancy_id"), "matches", ["run_id", "vacancy_id"], unique=False)
    op.create_index(op.f("ix_matches_seeker_id"), "matches", ["seeker_id"], unique=False)
    op.create_index(op.f("ix_matches_vacancy_id"), "matches", ["vacancy_id"], unique=False)
    op.create_table(
        "vacancy_prices",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("referrals", sa.Integer(), nullable=False),
        sa.Column("price", sa.Double(), nullable=False),
        _foreign_key("vacancy_prices", "match_runs", "run_id"),
        _foreign_key("vacancy_prices", "vacancies", "vacancy_id"),
        sa.PrimaryKeyConstraint("run_id", "vacancy_id", name=op.f("pk_vacancy_prices")),
    )
    op.create_index(op.f("ix_vacancy_prices_vacancy_id"), "vacancy_prices", ["vacancy_id"], unique=False)
    op.create_table(
        "seeker_utilities",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("utility", sa.Double(), nullable=False),
        _foreign_key("seeker_utilities", "match_runs", "run_id"),
        _foreign_key("seeker_utilities", "seekers", "seeker_id"),
        sa.PrimaryKeyConstraint("run_id", "seeker_id", name=op.f("pk_seeker_utilities")),
    )
    op.create_index(op.f("ix_seeker_utilities_seeker_id"), "seeker_utilities", ["seeker_id"], unique=False)
