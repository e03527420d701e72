"""initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Revisions are assigned one transaction at a time, so that they become visible in their order and a reader that
# asks for `revision > seen` misses none. The statement takes the lock before it locks any row: taken row by row,
# two writers could each hold what the other waits for. The lock is held to the end of the transaction.
TRIGGERS = """
CREATE SEQUENCE market_revision;

CREATE FUNCTION await_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('zhuye market_revision'));
    RETURN NULL;
END $$;

CREATE FUNCTION assign_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := nextval('market_revision');
    RETURN NEW;
END $$;
"""
TRIGGERS += "".join(
    f"""
CREATE TRIGGER {table}_await_turn BEFORE INSERT OR UPDATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION await_turn();
CREATE TRIGGER {table}_revision BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION assign_revision();
"""
    for table in ("vacancies", "seekers", "erasures")
)
# `zhuye.erasing` is set by identity_repository.erase_seeker for its own transaction. It keeps programs from
# changing the ledger by mistake; the owner of the database could always drop the trigger.
TRIGGERS += """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('zhuye.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the outcome ledger only grows: % of referral_events is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER referral_events_append_only BEFORE UPDATE OR DELETE ON referral_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referral_events_keep BEFORE TRUNCATE ON referral_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("credential_code", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("education_min", sa.SmallInteger(), nullable=True),
        sa.Column("duration_days", sa.Integer(), nullable=False),
        sa.Column("fee_cny", sa.Double(), nullable=False),
        sa.Column("subsidy_cny", sa.Double(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.CheckConstraint("duration_days >= 1 AND duration_days <= 1000", name=op.f("ck_courses_duration_days")),
        sa.CheckConstraint("education_min >= 0 AND education_min <= 7", name=op.f("ck_courses_education_min")),
        sa.CheckConstraint("fee_cny >= 0 AND fee_cny <= 1e+06", name=op.f("ck_courses_fee_cny")),
        sa.CheckConstraint("subsidy_cny >= 0 AND subsidy_cny <= 1e+06", name=op.f("ck_courses_subsidy_cny")),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_courses")),
    )
    op.create_table(
        "employers",
        sa.Column("employer_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employer_type", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("size_band", sa.Text(), nullable=True),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("employer_id", name=op.f("pk_employers")),
    )
    op.create_table(
        "erasures",
        sa.Column("seeker_id", sa.Text(), nullable=False, comment="says nothing about the person; all that is kept"),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_revision"), "erasures", ["revision"], unique=False)
    op.create_table(
        "imports",
        sa.Column("import_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("rows = stored + duplicate + rejected", name=op.f("ck_imports_every_row_accounted_for")),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_file_sha256"), "imports", ["file_sha256"], unique=False)
    op.create_table(
        "match_runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("models", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('running', 'published', 'superseded', 'failed')", name=op.f("ck_match_runs_status")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_match_runs")),
    )
    op.create_index(
        "uq_match_runs_published", "match_runs", ["status"], unique=True, postgresql_where="status = 'published'"
    )
    op.create_table(
        "model_artefacts",
        sa.Column("artefact_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="embedder or ranker"),
        sa.Column("path", sa.Text(), nullable=False, comment="relative to the run-time folder"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("artefact_id", name=op.f("pk_model_artefacts")),
    )
    op.create_index(
        op.f("ix_model_artefacts_kind_artefact_id"), "model_artefacts", ["kind", "artefact_id"], unique=False
    )
    op.create_table(
        "seekers",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("profile_text", sa.Text(), nullable=False),
        sa.Column("desired_title", sa.Text(), nullable=True),
        sa.Column("desired_occupation_code", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("education_level", sa.SmallInteger(), nullable=True),
        sa.Column("major", sa.Text(), nullable=True),
        sa.Column("skills", sa.Text(), nullable=True),
        sa.Column("experience_years", sa.Double(), nullable=True),
        sa.Column("wage_min_cny_month", sa.Double(), nullable=True),
        sa.Column("accepts_night_work", sa.Boolean(), nullable=True),
        sa.Column("accepts_shift_work", sa.Boolean(), nullable=True),
        sa.Column("needs_board", sa.Boolean(), nullable=True),
        sa.Column("needs_lodging", sa.Boolean(), nullable=True),
        sa.Column("will_relocate", sa.Boolean(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("commute_limit_km", sa.Double(), nullable=True),
        sa.Column("credentials_complete", sa.Boolean(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("valid_through", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("status IN ('closed', 'open')", name=op.f("ck_seekers_status")),
        sa.CheckConstraint(
            "commute_limit_km >= 0 AND commute_limit_km <= 500", name=op.f("ck_seekers_commute_limit_km")
        ),
        sa.CheckConstraint("education_level >= 1 AND education_level <= 7", name=op.f("ck_seekers_education_level")),
        sa.CheckConstraint(
            "experience_years >= 0 AND experience_years <= 60", name=op.f("ck_seekers_experience_years")
        ),
        sa.CheckConstraint("latitude >= -90 AND latitude <= 90", name=op.f("ck_seekers_latitude")),
        sa.CheckConstraint("longitude >= -180 AND longitude <= 180", name=op.f("ck_seekers_longitude")),
        sa.CheckConstraint(
            "wage_min_cny_month >= 0 AND wage_min_cny_month <= 1e+06", name=op.f("ck_seekers_wage_min_cny_month")
        ),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_seekers")),
    )
    op.create_index(op.f("ix_seekers_revision"), "seekers", ["revision"], unique=False)
    op.create_table(
        "course_runs",
        sa.Column("course_run_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.CheckConstraint("latitude >= -90 AND latitude <= 90", name=op.f("ck_course_runs_latitude")),
        sa.CheckConstraint("longitude >= -180 AND longitude <= 180", name=op.f("ck_course_runs_longitude")),
        sa.CheckConstraint("seats >= 0 AND seats <= 100000", name=op.f("ck_course_runs_seats")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.course_id"], name=op.f("fk_course_runs_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_run_id", name=op.f("pk_course_runs")),
    )
    op.create_index(op.f("ix_course_runs_course_id"), "course_runs", ["course_id"], unique=False)
    op.create_table(
        "rejects",
        sa.Column("row_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("file_row", sa.Integer(), nullable=False, comment="line of the file, from 1"),
        sa.Column("file_column", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.import_id"], name=op.f("fk_rejects_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_rejects")),
    )
    op.create_index(op.f("ix_rejects_import_id"), "rejects", ["import_id"], unique=False)
    op.create_table(
        "seeker_credentials",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("credential_code", sa.Text(), nullable=False),
        sa.Column("obtained_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_credentials_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seeker_id", "credential_code", name=op.f("pk_seeker_credentials")),
    )
    op.create_table(
        "seeker_experience",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("years", sa.Double(), nullable=True),
        sa.Column("row_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.CheckConstraint("years >= 0 AND years <= 60", name=op.f("ck_seeker_experience_years")),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_experience_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_seeker_experience")),
    )
    op.create_index(op.f("ix_seeker_experience_seeker_id"), "seeker_experience", ["seeker_id"], unique=False)
    op.create_table(
        "seeker_groups",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "group_code IN ('graduate', 'rural_transferred', 'urban_hardship', 'veteran', 'zero_employment_family')",
            name=op.f("ck_seeker_groups_group_code"),
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_groups_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seeker_id", "group_code", "valid_from", name=op.f("pk_seeker_groups")),
    )
    op.create_table(
        "seeker_identities",
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("identity_number", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=False, comment="which key encrypted it, PersonalDataKey.key_id"),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_identities_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seeker_id", name=op.f("pk_seeker_identities")),
    )
    op.create_table(
        "seeker_utilities",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("utility", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_runs.run_id"], name=op.f("fk_seeker_utilities_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_seeker_utilities_seeker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "seeker_id", name=op.f("pk_seeker_utilities")),
    )
    op.create_index(op.f("ix_seeker_utilities_seeker_id"), "seeker_utilities", ["seeker_id"], unique=False)
    op.create_table(
        "vacancies",
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("occupation_code", sa.Text(), nullable=True),
        sa.Column("occupation_confidence", sa.Double(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("education_min", sa.SmallInteger(), nullable=True),
        sa.Column("experience_min_years", sa.Double(), nullable=True),
        sa.Column("wage_min_cny_month", sa.Double(), nullable=True),
        sa.Column("wage_max_cny_month", sa.Double(), nullable=True),
        sa.Column("wage_negotiable", sa.Boolean(), nullable=False),
        sa.Column("night_work", sa.Boolean(), nullable=True),
        sa.Column("shift_work", sa.Boolean(), nullable=True),
        sa.Column("board_offered", sa.Boolean(), nullable=True),
        sa.Column("lodging_offered", sa.Boolean(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("minimum_age_years", sa.SmallInteger(), nullable=False),
        sa.Column("veterans_preferred", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("valid_through", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("status IN ('closed', 'open')", name=op.f("ck_vacancies_status")),
        sa.CheckConstraint("education_min >= 0 AND education_min <= 7", name=op.f("ck_vacancies_education_min")),
        sa.CheckConstraint(
            "experience_min_years >= 0 AND experience_min_years <= 50", name=op.f("ck_vacancies_experience_min_years")
        ),
        sa.CheckConstraint("headcount >= 1 AND headcount <= 100000", name=op.f("ck_vacancies_headcount")),
        sa.CheckConstraint("latitude >= -90 AND latitude <= 90", name=op.f("ck_vacancies_latitude")),
        sa.CheckConstraint("longitude >= -180 AND longitude <= 180", name=op.f("ck_vacancies_longitude")),
        sa.CheckConstraint(
            "minimum_age_years >= 16 AND minimum_age_years <= 21", name=op.f("ck_vacancies_minimum_age_years")
        ),
        sa.CheckConstraint(
            "occupation_confidence >= 0 AND occupation_confidence <= 1", name=op.f("ck_vacancies_occupation_confidence")
        ),
        sa.CheckConstraint(
            "wage_max_cny_month >= 0 AND wage_max_cny_month <= 1e+06", name=op.f("ck_vacancies_wage_max_cny_month")
        ),
        sa.CheckConstraint(
            "wage_min_cny_month >= 0 AND wage_min_cny_month <= 1e+06", name=op.f("ck_vacancies_wage_min_cny_month")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.employer_id"], name=op.f("fk_vacancies_employer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vacancy_id", name=op.f("pk_vacancies")),
    )
    op.create_index(op.f("ix_vacancies_employer_id"), "vacancies", ["employer_id"], unique=False)
    op.create_index(op.f("ix_vacancies_revision"), "vacancies", ["revision"], unique=False)
    op.create_table(
        "matches",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_referral", sa.Boolean(), nullable=False, comment="chosen by the allocation, not only listed"),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("p_accept", sa.Double(), nullable=False),
        sa.Column("p_hire", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("unknown_rules", sa.Integer(), nullable=False, comment="bit = rule whose answer is to be asked"),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="reasons as the reader saw them; null: made when asked for",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.run_id"], name=op.f("fk_matches_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_matches_seeker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_matches_vacancy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "seeker_id", "vacancy_id", name=op.f("pk_matches")),
    )
    op.create_index(op.f("ix_matches_run_id_vacancy_id"), "matches", ["run_id", "vacancy_id"], unique=False)
    op.create_index(op.f("ix_matches_seeker_id"), "matches", ["seeker_id"], unique=False)
    op.create_index(op.f("ix_matches_vacancy_id"), "matches", ["vacancy_id"], unique=False)
    op.create_table(
        "referrals",
        sa.Column("referral_id", sa.Text(), nullable=False),
        sa.Column("seeker_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("propensity", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_referrals_position")),
        sa.CheckConstraint("propensity >= 0 AND propensity <= 1", name=op.f("ck_referrals_propensity")),
        sa.ForeignKeyConstraint(
            ["seeker_id"], ["seekers.seeker_id"], name=op.f("fk_referrals_seeker_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_referrals_vacancy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_seeker_id"), "referrals", ["seeker_id"], unique=False)
    op.create_index(op.f("ix_referrals_vacancy_id"), "referrals", ["vacancy_id"], unique=False)
    op.create_table(
        "vacancy_credentials",
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("credential_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_vacancy_credentials_vacancy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vacancy_id", "credential_code", name=op.f("pk_vacancy_credentials")),
    )
    op.create_table(
        "vacancy_prices",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("vacancy_id", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("referrals", sa.Integer(), nullable=False),
        sa.Column("price", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["match_runs.run_id"], name=op.f("fk_vacancy_prices_run_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["vacancy_id"], ["vacancies.vacancy_id"], name=op.f("fk_vacancy_prices_vacancy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "vacancy_id", name=op.f("pk_vacancy_prices")),
    )
    op.create_index(op.f("ix_vacancy_prices_vacancy_id"), "vacancy_prices", ["vacancy_id"], unique=False)
    op.create_table(
        "referral_events",
        sa.Column("referral_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("evidence_tier", sa.SmallInteger(), nullable=True),
        sa.Column("wage_cny_month", sa.Double(), nullable=True),
        sa.Column("row_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.CheckConstraint(
            "event IN ('hired', 'interviewed', 'left', 'referred', 'rejected', 'seeker_accepted', 'seeker_declined', 'started')",
            name=op.f("ck_referral_events_event"),
        ),
        sa.CheckConstraint("evidence_tier >= 1 AND evidence_tier <= 4", name=op.f("ck_referral_events_evidence_tier")),
        sa.CheckConstraint(
            "wage_cny_month >= 0 AND wage_cny_month <= 1e+06", name=op.f("ck_referral_events_wage_cny_month")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.referral_id"], name=op.f("fk_referral_events_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_referral_events")),
    )
    op.create_index(op.f("ix_referral_events_referral_id"), "referral_events", ["referral_id"], unique=False)

    op.execute(TRIGGERS)


def downgrade() -> None:
    op.drop_index(op.f("ix_referral_events_referral_id"), table_name="referral_events")
    op.drop_table("referral_events")
    op.drop_index(op.f("ix_vacancy_prices_vacancy_id"), table_name="vacancy_prices")
    op.drop_table("vacancy_prices")
    op.drop_table("vacancy_credentials")
    op.drop_index(op.f("ix_referrals_vacancy_id"), table_name="referrals")
    op.drop_index(op.f("ix_referrals_seeker_id"), table_name="referrals")
    op.drop_table("referrals")
    op.drop_index(op.f("ix_matches_vacancy_id"), table_name="matches")
    op.drop_index(op.f("ix_matches_seeker_id"), table_name="matches")
    op.drop_index(op.f("ix_matches_run_id_vacancy_id"), table_name="matches")
    op.drop_table("matches")
    op.drop_index(op.f("ix_vacancies_revision"), table_name="vacancies")
    op.drop_index(op.f("ix_vacancies_employer_id"), table_name="vacancies")
    op.drop_table("vacancies")
    op.drop_index(op.f("ix_seeker_utilities_seeker_id"), table_name="seeker_utilities")
    op.drop_table("seeker_utilities")
    op.drop_table("seeker_identities")
    op.drop_table("seeker_groups")
    op.drop_index(op.f("ix_seeker_experience_seeker_id"), table_name="seeker_experience")
    op.drop_table("seeker_experience")
    op.drop_table("seeker_credentials")
    op.drop_index(op.f("ix_rejects_import_id"), table_name="rejects")
    op.drop_table("rejects")
    op.drop_index(op.f("ix_course_runs_course_id"), table_name="course_runs")
    op.drop_table("course_runs")
    op.drop_index(op.f("ix_seekers_revision"), table_name="seekers")
    op.drop_table("seekers")
    op.drop_index(op.f("ix_model_artefacts_kind_artefact_id"), table_name="model_artefacts")
    op.drop_table("model_artefacts")
    op.drop_index("uq_match_runs_published", table_name="match_runs", postgresql_where="status = 'published'")
    op.drop_table("match_runs")
    op.drop_index(op.f("ix_imports_file_sha256"), table_name="imports")
    op.drop_table("imports")
    op.drop_index(op.f("ix_erasures_revision"), table_name="erasures")
    op.drop_table("erasures")
    op.drop_table("employers")
    op.drop_table("courses")
    op.execute("DROP FUNCTION await_turn(), assign_revision(), refuse_change(); DROP SEQUENCE market_revision")
