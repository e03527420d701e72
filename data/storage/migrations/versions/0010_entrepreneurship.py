"""entrepreneurship: incubators, mentors, wishes to start a business"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incubators",
        sa.Column("incubator_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sectors", sa.Text(), nullable=False),
        sa.Column("occupations", sa.Text(), nullable=True),
        sa.Column("admits_groups", sa.Text(), nullable=True),
        sa.Column("admits_stages", sa.Text(), nullable=True),
        sa.Column("max_months_registered", sa.Integer(), nullable=True),
        sa.Column("services", sa.Text(), nullable=True),
        sa.Column("workstations", sa.Integer(), nullable=False),
        sa.Column("workstations_free", sa.Integer(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("rent_cny_month", sa.Double(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("valid_through", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "max_months_registered >= 0 AND max_months_registered <= 600",
            name=op.f("ck_incubators_max_months_registered"),
        ),
        sa.CheckConstraint("workstations >= 0 AND workstations <= 100000", name=op.f("ck_incubators_workstations")),
        sa.CheckConstraint(
            "workstations_free >= 0 AND workstations_free <= 100000", name=op.f("ck_incubators_workstations_free")
        ),
        sa.CheckConstraint(
            "rent_cny_month >= 0 AND rent_cny_month <= 1e+06", name=op.f("ck_incubators_rent_cny_month")
        ),
        sa.CheckConstraint("longitude >= -180 AND longitude <= 180", name=op.f("ck_incubators_longitude")),
        sa.CheckConstraint("latitude >= -90 AND latitude <= 90", name=op.f("ck_incubators_latitude")),
        sa.CheckConstraint("status IN ('closed', 'open')", name=op.f("ck_incubators_status")),
        sa.PrimaryKeyConstraint("incubator_id", name=op.f("pk_incubators")),
    )
    op.create_table(
        "mentors",
        sa.Column("mentor_id", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("occupations", sa.Text(), nullable=True),
        sa.Column("admits_stages", sa.Text(), nullable=True),
        sa.Column("experience", sa.Text(), nullable=True),
        sa.Column("experience_years", sa.Double(), nullable=True),
        sa.Column("languages", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("places_free", sa.Integer(), nullable=False),
        sa.Column("valid_through", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "experience_years >= 0 AND experience_years <= 60", name=op.f("ck_mentors_experience_years")
        ),
        sa.CheckConstraint("places >= 0 AND places <= 1000", name=op.f("ck_mentors_places")),
        sa.CheckConstraint("places_free >= 0 AND places_free <= 1000", name=op.f("ck_mentors_places_free")),
        sa.CheckConstraint("status IN ('closed', 'open')", name=op.f("ck_mentors_status")),
        sa.PrimaryKeyConstraint("mentor_id", name=op.f("pk_mentors")),
    )
    op.create_table(
        "startup_wishes",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("wants_to_start", sa.Boolean(), nullable=False),
        sa.Column("trade", sa.Text(), nullable=True),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("capital_wanted_cny", sa.Double(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("has_licence", sa.Boolean(), nullable=True),
        sa.Column("first_business", sa.Boolean(), nullable=True),
        sa.Column("standings", sa.Text(), nullable=True),
        sa.Column("standings_complete", sa.Boolean(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('idea', 'planning', 'registered', 'trading')", name=op.f("ck_startup_wishes_stage")
        ),
        sa.CheckConstraint("form IN ('self_employed', 'small_firm')", name=op.f("ck_startup_wishes_form")),
        sa.CheckConstraint(
            "capital_wanted_cny >= 0 AND capital_wanted_cny <= 1e+08", name=op.f("ck_startup_wishes_capital_wanted_cny")
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_startup_wishes_seeker_id_seekers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_startup_wishes")),
    )


def downgrade() -> None:
    for table in ("startup_wishes", "mentors", "incubators"):
        op.drop_table(table)
