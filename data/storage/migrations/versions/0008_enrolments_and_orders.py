"""training orders, enrolments and what happened to them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# As for the ledger (0001): rows are added; only the erasure of a person takes some away.
TRIGGERS = """
CREATE FUNCTION refuse_enrolment_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('zhuye.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the record of enrolments only grows: % of enrolment_events is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER enrolment_events_append_only BEFORE UPDATE OR DELETE ON enrolment_events
    FOR EACH ROW EXECUTE FUNCTION refuse_enrolment_change();
CREATE TRIGGER enrolment_events_keep BEFORE TRUNCATE ON enrolment_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_enrolment_change();
"""


def upgrade() -> None:
    op.create_table(
        "training_orders",
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("people_wanted", sa.Integer(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ready_by", sa.Date(), nullable=False),
        sa.Column("course_run_id", sa.Text(), nullable=True),
        sa.Column("wage_cny_month", sa.Double(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "people_wanted >= 1 AND people_wanted <= 100000", name=op.f("ck_training_orders_people_wanted")
        ),
        sa.CheckConstraint(
            "wage_cny_month >= 0 AND wage_cny_month <= 1e+06", name=op.f("ck_training_orders_wage_cny_month")
        ),
        *(_refers("training_orders", *to) for to in (("vacancy_id", "vacancies"), ("course_run_id", "course_runs"))),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_training_orders")),
    )
    op.create_table(
        "enrolments",
        sa.Column("enrolment_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("course_run_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        *(
            _refers("enrolments", *to)
            for to in (("seeker_id", "seekers"), ("course_run_id", "course_runs"), ("order_id", "training_orders"))
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_enrolments")),
    )
    op.create_table(
        "enrolment_events",
        sa.Column("enrolment_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.CheckConstraint(
            "event IN ('attending', 'certified', 'dropped_out', 'failed', 'hired', 'retained')",
            name=op.f("ck_enrolment_events_event"),
        ),
        sa.CheckConstraint(
            "reason IN ('family', 'found_work', 'health', 'not_suited', 'other', 'too_difficult', 'too_far')",
            name=op.f("ck_enrolment_events_reason"),
        ),
        sa.CheckConstraint(
            "reported_by IN ('agency', 'employer', 'institution', 'seeker')",
            name=op.f("ck_enrolment_events_reported_by"),
        ),
        _refers("enrolment_events", "enrolment_id", "enrolments"),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_enrolment_events")),
    )
    for table, column in _INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.execute(TRIGGERS)


def downgrade() -> None:
    for table in ("enrolment_events", "enrolments", "training_orders"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_enrolment_change()")


_INDEXED = (
    ("training_orders", "vacancy_id"), ("training_orders", "course_run_id"), ("enrolments", "seeker_id"),
    ("enrolments", "course_run_id"), ("enrolments", "order_id"), ("enrolment_events", "enrolment_id"),
)  # fmt: skip


def _refers(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.{column}"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
