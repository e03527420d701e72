"""The database's tables. Record tables are generated from `data/columns.py`, ranges included, so that what a
file may hold, what computation reads and what the database accepts are one definition."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from data import columns, course_columns, experiment_columns, startup_columns
from data.records import ImportOutcome, JobFailure, RunStatus

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_TYPES: dict[str, TypeEngine[Any]] = {
    columns.TEXT: Text(),
    columns.DATE: Date(),
    columns.BOOLEAN: Boolean(),
    "bool": Boolean(),
    "Int8": SmallInteger(),
    "Int32": Integer(),
    "Float32": REAL(),
    "Float64": Double(),
}


def _check(name: str, column: columns.Column) -> list[CheckConstraint]:
    if column.codes is not None:
        allowed = ", ".join(f"'{code}'" for code in sorted(column.codes))
        return [CheckConstraint(f"{name} IN ({allowed})", name=name)]
    bounds = [f"{name} >= {column.low:g}"] if column.low is not None else []
    bounds += [f"{name} <= {column.high:g}"] if column.high is not None else []
    return [CheckConstraint(" AND ".join(bounds), name=name)] if bounds else []


def _record_table(layout: columns.Table, key: list[str], foreign: dict[str, str], *extra: Column[Any] | Index) -> Table:
    """Table of a record layout. `foreign` maps a column to the one it refers to; an erased parent takes it along."""
    checks = [check for name, column in layout.columns.items() for check in _check(name, column)]
    table = Table(
        layout.name,
        metadata,
        *(
            Column(name, _TYPES[column.dtype], nullable=column.nullable, primary_key=name in key)
            for name, column in layout.columns.items()
        ),
        *checks,
        *(ForeignKeyConstraint([name], [target], ondelete="CASCADE") for name, target in foreign.items()),
        *extra,
    )
    for name in foreign:
        if [name] != key[:1]:
            Index(None, table.c[name])
    return table


def _revision() -> Column[Any]:
    """Set by a trigger from one sequence at each change: `revision > seen` is what a reader has not seen."""
    return Column("revision", BigInteger, nullable=False, server_default="0", index=True)


def _row() -> Column[Any]:
    """Order of insertion, for tables whose rows have no identifier of their own."""
    return Column("row_id", BigInteger, Identity(always=True), primary_key=True)


employers = _record_table(columns.EMPLOYERS, ["employer_id"], {})
vacancies = _record_table(columns.VACANCIES, ["vacancy_id"], {"employer_id": "employers.employer_id"}, _revision())
vacancy_credentials = _record_table(
    columns.VACANCY_CREDENTIALS, ["vacancy_id", "credential_code"], {"vacancy_id": "vacancies.vacancy_id"}
)
seekers = _record_table(columns.SEEKERS, ["seeker_id"], {}, _revision())
seeker_experience = _record_table(columns.SEEKER_EXPERIENCE, [], {"seeker_id": "seekers.seeker_id"}, _row())
seeker_credentials = _record_table(
    columns.SEEKER_CREDENTIALS, ["seeker_id", "credential_code"], {"seeker_id": "seekers.seeker_id"}
)
seeker_groups = _record_table(
    columns.SEEKER_GROUPS, ["seeker_id", "group_code", "valid_from"], {"seeker_id": "seekers.seeker_id"}
)
courses = _record_table(columns.COURSES, ["course_id"], {})
course_runs = _record_table(columns.COURSE_RUNS, ["course_run_id"], {"course_id": "courses.course_id"})
referrals = _record_table(
    columns.REFERRALS,
    ["referral_id"],
    {"seeker_id": "seekers.seeker_id", "vacancy_id": "vacancies.vacancy_id"},
)
referral_events = _record_table(columns.REFERRAL_EVENTS, [], {"referral_id": "referrals.referral_id"}, _row())
seeker_exits = _record_table(columns.SEEKER_EXITS, ["seeker_id"], {"seeker_id": "seekers.seeker_id"})
training_orders = _record_table(
    columns.TRAINING_ORDERS,
    ["order_id"],
    {"vacancy_id": "vacancies.vacancy_id", "course_run_id": "course_runs.course_run_id"},
)
enrolments = _record_table(
    columns.ENROLMENTS,
    ["enrolment_id"],
    {
        "seeker_id": "seekers.seeker_id",
        "course_run_id": "course_runs.course_run_id",
        "order_id": "training_orders.order_id",
    },
)
enrolment_events = _record_table(columns.ENROLMENT_EVENTS, [], {"enrolment_id": "enrolments.enrolment_id"}, _row())
incubators = _record_table(startup_columns.INCUBATORS, ["incubator_id"], {})
mentors = _record_table(startup_columns.MENTORS, ["mentor_id"], {})
startup_wishes = _record_table(startup_columns.STARTUP_WISHES, ["seeker_id"], {"seeker_id": "seekers.seeker_id"})

experiments = Table(
    "experiments",
    metadata,
    Column("experiment", Text, primary_key=True),
    Column("checksum", Text, nullable=False),
    Column("design", JSONB, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""Designs that were started, with the checksum that they had: a file changed since is told by it."""
experiment_members = _record_table(
    experiment_columns.EXPERIMENT_MEMBERS,
    ["seeker_id", "experiment"],
    {"seeker_id": "seekers.seeker_id", "experiment": "experiments.experiment"},
)
experiment_nights = _record_table(
    experiment_columns.EXPERIMENT_NIGHTS, ["experiment", "run_id"], {"experiment": "experiments.experiment"}
)

erasures = Table(
    "erasures",
    metadata,
    Column("seeker_id", Text, primary_key=True, comment="says nothing about the person; all that is kept"),
    Column("erased_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    _revision(),
)

seeker_identities = Table(
    "seeker_identities",
    metadata,
    Column("seeker_id", Text, ForeignKey("seekers.seeker_id", ondelete="CASCADE"), primary_key=True),
    Column("name", LargeBinary),
    Column("identity_number", LargeBinary),
    Column("phone", LargeBinary),
    Column("key_id", Text, nullable=False, comment="which key encrypted it, PersonalDataKey.key_id"),
)

match_runs = Table(
    "match_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("status", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("settings", JSONB, nullable=False),
    Column("models", JSONB, nullable=False),
    Column("summary", JSONB),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint(f"status IN ({', '.join(repr(str(s)) for s in RunStatus)})", name="status"),
    # A partial unique index over a constant: at most one run is the published one.
    Index("uq_match_runs_published", "status", unique=True, postgresql_where="status = 'published'"),
)

# What runs publish is partitioned by run: a night is loaded beside what readers read, indexed, and put in by one
# statement; an old one is dropped as a whole. No row refers to a seeker or vacancy by a foreign key, which would check
# ten million rows one by one, or keep everybody from writing while it checks them together: `run_repository` checks
# them once, and `identity_repository.erase_seeker` erases here too.
matches = Table(
    "matches",
    metadata,
    Column("run_id", Text, nullable=False),
    Column("seeker_id", Text, nullable=False),
    Column("vacancy_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("is_referral", Boolean, nullable=False, comment="chosen by the allocation, not only listed"),
    Column("propensity", REAL, comment="probability with which the run referred the pair; null: it is listed only"),
    Column("similarity", REAL, nullable=False),
    Column("p_accept", REAL, nullable=False),
    Column("p_hire", REAL, nullable=False),
    Column("score", REAL, nullable=False),
    Column("unknown_rules", Integer, nullable=False, comment="bit = rule whose answer is to be asked"),
    PrimaryKeyConstraint("seeker_id", "vacancy_id", "run_id"),
    Index(None, "vacancy_id"),
    postgresql_partition_by="LIST (run_id)",
)

past_referrals = Table(
    "past_referrals",
    metadata,
    Column("seeker_id", Text, nullable=False),
    Column("vacancy_id", Text, nullable=False),
    Column("run_id", Text, nullable=False, comment="the first run that referred the pair; its lists are gone"),
    Column("position", Integer, nullable=False),
    Column("propensity", REAL, comment="probability with which that run referred the pair"),
    PrimaryKeyConstraint("seeker_id", "vacancy_id"),
)

vacancy_prices = Table(
    "vacancy_prices",
    metadata,
    Column("run_id", Text, nullable=False),
    Column("vacancy_id", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("referrals", Integer, nullable=False),
    Column("price", Double, nullable=False),
    PrimaryKeyConstraint("vacancy_id", "run_id"),
    postgresql_partition_by="LIST (run_id)",
)

seeker_utilities = Table(
    "seeker_utilities",
    metadata,
    Column("run_id", Text, nullable=False),
    Column("seeker_id", Text, nullable=False),
    Column("utility", Double, nullable=False),
    PrimaryKeyConstraint("seeker_id", "run_id"),
    postgresql_partition_by="LIST (run_id)",
)


def _published_table(layout: columns.Table, key: list[str], *indexes: Index) -> Table:
    """Table of a layout that runs publish, partitioned by run; ranges are checked where it is loaded."""
    return Table(
        layout.name,
        metadata,
        Column("run_id", Text, nullable=False),
        *(Column(name, _TYPES[one.dtype], nullable=one.nullable) for name, one in layout.columns.items()),
        PrimaryKeyConstraint(*key, "run_id"),
        *indexes,
        postgresql_partition_by="LIST (run_id)",
    )


course_recommendations = _published_table(
    course_columns.COURSE_RECOMMENDATIONS, ["seeker_id", "position"], Index(None, "course_run_id")
)
course_seats = _published_table(course_columns.COURSE_SEATS, ["seeker_id"], Index(None, "course_run_id"))
course_waiting = _published_table(
    course_columns.COURSE_WAITING, ["seeker_id", "course_run_id"], Index(None, "course_run_id")
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", BigInteger, Identity(always=True), primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("file_format", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    *(Column(str(outcome), Integer, nullable=False) for outcome in ImportOutcome),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("rows = stored + duplicate + rejected", name="every_row_accounted_for"),
)

rejects = Table(
    "rejects",
    metadata,
    _row(),
    Column("import_id", BigInteger, ForeignKey("imports.import_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("file_row", Integer, nullable=False, comment="line of the file, from 1"),
    Column("file_column", Text, nullable=False),
    Column("found", Text, nullable=False),
    Column("expected", Text, nullable=False),
)

model_artefacts = Table(
    "model_artefacts",
    metadata,
    Column("artefact_id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False, comment="embedder or ranker"),
    Column("path", Text, nullable=False, comment="relative to the run-time folder"),
    Column("sha256", Text, nullable=False),
    Column("manifest", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(None, "kind", "artefact_id"),
)

job_failures = Table(
    "job_failures",
    metadata,
    _row(),
    Column("job_id", BigInteger, nullable=False, index=True, comment="job_queue.procrastinate_jobs.id"),
    Column("kind", Text, nullable=False),
    Column("message", Text, nullable=False, comment="for a person; holds no personal data"),
    Column("failed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint(f"kind IN ({', '.join(repr(str(f)) for f in JobFailure)})", name="kind"),
)
"""Beside the queue itself, whose tables are procrastinate's, in the schema `job_queue` (migration 0003)."""
