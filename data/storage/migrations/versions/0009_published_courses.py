"""courses, seats and waiting lists that a night publishes, partitioned by run"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _published(name: str, key: list[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("run_id", sa.Text(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(*key, "run_id", name=op.f(f"pk_{name}")),
        postgresql_partition_by="LIST (run_id)",
    )
    op.create_index(op.f(f"ix_{name}_course_run_id"), name, ["course_run_id"], unique=False)


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=nullable) for name in names]


def upgrade() -> None:
    _published(
        "course_recommendations", ["seeker_id", "position"],
        *_columns(sa.Text, "seeker_id"),
        *_columns(sa.Integer, "position"),
        *_columns(sa.Text, "course_run_id"),
        *_columns(sa.Text, "then_course_run_id", nullable=True),
        *_columns(
            sa.REAL, "uplift", "completion", "utility_today", "utility_after", "gain_90", "gain_180", "gain_360",
            "cost_cny", "value",
        ),
        *_columns(sa.Integer, "unknown_conditions"),
    )  # fmt: skip
    _published(
        "course_seats", ["seeker_id"],
        *_columns(sa.Text, "seeker_id", "course_run_id"),
        *_columns(sa.Text, "then_course_run_id", nullable=True),
        *_columns(sa.Text, "programme"),
        *_columns(sa.REAL, "worth", "price"),
    )  # fmt: skip
    _published(
        "course_waiting", ["seeker_id", "course_run_id"],
        *_columns(sa.Text, "course_run_id"),
        *_columns(sa.Integer, "position"),
        *_columns(sa.Text, "seeker_id"),
        *_columns(sa.Text, "then_course_run_id", nullable=True),
        *_columns(sa.REAL, "worth", "price"),
        *_columns(sa.Text, "reason"),
    )  # fmt: skip


def downgrade() -> None:
    for name in ("course_waiting", "course_seats", "course_recommendations"):
        op.drop_table(name)
