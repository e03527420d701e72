"""the job queue: procrastinate's own tables in a schema of their own, and why attempts failed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A release of procrastinate with a later file needs a migration of ours that applies the files after this one.
LAST_FILE = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def upgrade() -> None:
    from procrastinate.schema import migrations_path

    op.create_table(
        "job_failures",
        sa.Column("row_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job_queue.procrastinate_jobs.id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False, comment="for a person; holds no personal data"),
        sa.Column("failed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('error', 'died', 'stopped', 'busy')", name=op.f("ck_job_failures_kind")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_job_failures")),
    )
    op.create_index(op.f("ix_job_failures_job_id"), "job_failures", ["job_id"], unique=False)

    op.execute("CREATE SCHEMA job_queue")
    op.execute("SET LOCAL search_path TO job_queue")
    # The files, once released, do not change. The driver is given them as they are: % and : are no parameters in them.
    cursor = op.get_bind().connection.cursor()
    for file in sorted(migrations_path.glob("*.sql")):
        if file.name <= LAST_FILE:
            cursor.execute(file.read_text(encoding="utf-8"))
    op.execute("SET LOCAL search_path TO DEFAULT")


def downgrade() -> None:
    op.execute("DROP SCHEMA job_queue CASCADE")
    op.drop_index(op.f("ix_job_failures_job_id"), table_name="job_failures")
    op.drop_table("job_failures")
