"""Layouts of record tables, with types, units and ranges, and what checks a table against its layout.

Record tables are what files hold and the database stores: nullable, dated, one row a fact. What computation
reads, the same facts as they stand on one day, is laid out in `market_columns.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from data.errors import DataError
from data.records import (
    DropoutReason,
    EnrolmentStep,
    EvidenceTier,
    RecordStatus,
    ReferralEventKind,
    Reporter,
    SeekerExit,
    SeekerGroup,
)

TEXT = "string"
DATE = "datetime64[s]"
BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column: its pandas dtype, what it means (with its unit), and what it may hold."""

    dtype: str
    meaning: str
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    codes: frozenset[str] | None = None


@dataclass(frozen=True)
class Table:
    """A named layout. `check` is the only way by which a table enters storage or computation."""

    name: str
    columns: dict[str, Column]

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with exactly this layout's columns, order and dtypes.

        Raises
        ------
        DataError
            A column is missing or unknown, or a value has the wrong type, is null where it may not be,
            or lies outside its range; names the table, the column, the row and what was found.
        """
        missing = [name for name in self.columns if name not in frame.columns]
        unknown = [str(name) for name in frame.columns if name not in self.columns]
        if missing or unknown:
            raise DataError(
                f"table {self.name}: missing columns {missing}, unknown columns {unknown}",
                remedy=f"expected exactly: {', '.join(self.columns)}",
            )
        typed = {name: self._typed(name, column, frame[name]) for name, column in self.columns.items()}
        return pd.DataFrame(typed).reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        """A table of this layout without rows."""
        return pd.DataFrame({name: pd.Series([], dtype=c.dtype) for name, c in self.columns.items()})

    def _typed(self, name: str, column: Column, values: pd.Series[Any]) -> pd.Series[Any]:
        try:
            typed = values.astype(cast(Any, column.dtype))
        except (ValueError, TypeError) as error:
            raise DataError(f"table {self.name}, column {name}: not {column.dtype}: {error}") from error
        null = typed.isna()
        wrong = null if not column.nullable else pd.Series(False, index=typed.index)
        if column.low is not None:
            wrong |= (typed < column.low).fillna(False)
        if column.high is not None:
            wrong |= (typed > column.high).fillna(False)
        if column.codes is not None:
            wrong |= ~null & ~typed.isin(column.codes)
        bad = np.flatnonzero(wrong.to_numpy(dtype=bool))
        if bad.size:
            expected = _expectation(column)
            raise DataError(
                f"table {self.name}, column {name}, row {bad[0]}: found {typed.iloc[bad[0]]!r}"
                + (f" and {bad.size - 1} more" if bad.size > 1 else ""),
                remedy=f"expected {expected} ({column.meaning})",
            )
        return typed


def _expectation(column: Column) -> str:
    if column.codes is not None:
        return "one of " + ", ".join(sorted(column.codes))
    bounds = [
        f"≥ {column.low:g}" if column.low is not None else "",
        f"≤ {column.high:g}" if column.high is not None else "",
        "" if column.nullable else "not null",
    ]
    return f"{column.dtype} " + ", ".join(b for b in bounds if b)


_STATUS = frozenset(RecordStatus)
_CLOSED_ON = Column(DATE, "first day no longer open; null: open, or closed on a day not recorded", nullable=True)
_LONGITUDE = Column("Float64", "WGS-84 longitude, degrees", nullable=True, low=-180, high=180)
_LATITUDE = Column("Float64", "WGS-84 latitude, degrees", nullable=True, low=-90, high=90)
_DISTRICT = Column(TEXT, "six-digit division code, see reference/districts.csv", nullable=True)
_OCCUPATION = Column(TEXT, "four-part code of the 2022 classification; null: unknown", nullable=True)
_CREDENTIAL = Column(TEXT, "code of reference/credentials.csv")
_EDUCATION = Column("Int8", "EducationLevel; null: unknown", nullable=True, low=1, high=7)
_EDUCATION_REQUIRED = Column("Int8", "EducationLevel; 0: none required; null: not stated", nullable=True, low=0, high=7)
_SYNTHETIC = Column("bool", "made by synthetic_city, not a real record")
_SOURCE = Column(TEXT, "where the record came from: a format name, 'api', or 'synthetic_city'")

EMPLOYERS = Table(
    "employers",
    {
        "employer_id": Column(TEXT, "identifier"),
        "name": Column(TEXT, "registered name, or the name in the advertisement"),
        "employer_type": Column(TEXT, "ownership as advertised (民营公司, 国企 …)", nullable=True),
        "industry": Column(TEXT, "industry as advertised", nullable=True),
        "size_band": Column(TEXT, "number of employees as advertised (150-500人)", nullable=True),
        "credit_code": Column(TEXT, "unified social credit code, GB 32100", nullable=True),
        "is_synthetic": _SYNTHETIC,
    },
)

VACANCIES = Table(
    "vacancies",
    {
        "vacancy_id": Column(TEXT, "identifier"),
        "employer_id": Column(TEXT, "employers.employer_id"),
        "title": Column(TEXT, "title as advertised"),
        "description": Column(TEXT, "text as advertised, may be empty"),
        "occupation_code": _OCCUPATION,
        "occupation_confidence": Column("Float64", "of the coder; null: uncoded", nullable=True, low=0, high=1),
        "headcount": Column("Int32", "openings; null: not stated", nullable=True, low=1, high=100_000),
        "education_min": _EDUCATION_REQUIRED,
        "experience_min_years": Column("Float64", "years; null: not stated", nullable=True, low=0, high=50),
        "wage_min_cny_month": Column("Float64", "CNY/month", nullable=True, low=0, high=1_000_000),
        "wage_max_cny_month": Column("Float64", "CNY/month", nullable=True, low=0, high=1_000_000),
        "wage_negotiable": Column("bool", "面议: pay is to be agreed"),
        "night_work": Column(BOOLEAN, "has night work; null: not stated", nullable=True),
        "shift_work": Column(BOOLEAN, "works in shifts; null: not stated", nullable=True),
        "board_offered": Column(BOOLEAN, "meals or meal allowance (包吃)", nullable=True),
        "lodging_offered": Column(BOOLEAN, "lodging or dormitory (包住)", nullable=True),
        "district_code": _DISTRICT,
        "longitude": _LONGITUDE,
        "latitude": _LATITUDE,
        "minimum_age_years": Column("Int8", "lowest age that law allows for this work", low=16, high=21),
        "veterans_preferred": Column("bool", "退役军人优先"),
        "published_on": Column(DATE, "first day open"),
        "valid_through": Column(DATE, "last day open, inclusive"),
        "status": Column(TEXT, "RecordStatus", codes=_STATUS),
        "closed_on": _CLOSED_ON,
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)

VACANCY_CREDENTIALS = Table(
    "vacancy_credentials",
    {"vacancy_id": Column(TEXT, "vacancies.vacancy_id"), "credential_code": _CREDENTIAL},
)

SEEKERS = Table(
    "seekers",
    {
        "seeker_id": Column(TEXT, "identifier; says nothing about the person"),
        "profile_text": Column(TEXT, "what the person said of himself, without identifiers; may be empty"),
        "desired_title": Column(TEXT, "work wanted, in the person's words", nullable=True),
        "desired_occupation_code": _OCCUPATION,
        "birth_date": Column(DATE, "for statutory age rules only", nullable=True),
        "education_level": _EDUCATION,
        "major": Column(TEXT, "field of study", nullable=True),
        "skills": Column(TEXT, "skills, '、' between", nullable=True),
        "experience_years": Column("Float64", "years of work in all; null: unknown", nullable=True, low=0, high=60),
        "wage_min_cny_month": Column("Float64", "lowest acceptable, CNY/month", nullable=True, low=0, high=1_000_000),
        "accepts_night_work": Column(BOOLEAN, "null: not asked", nullable=True),
        "accepts_shift_work": Column(BOOLEAN, "null: not asked", nullable=True),
        "needs_board": Column(BOOLEAN, "meals must be provided; null: not asked", nullable=True),
        "needs_lodging": Column(BOOLEAN, "lodging must be provided; null: not asked", nullable=True),
        "will_relocate": Column(BOOLEAN, "would live at the work place where lodging is offered", nullable=True),
        "district_code": _DISTRICT,
        "longitude": _LONGITUDE,
        "latitude": _LATITUDE,
        "commute_limit_km": Column("Float64", "one way, km, straight line", nullable=True, low=0, high=500),
        "credentials_complete": Column("bool", "the person was asked for every credential: what is absent is not held"),
        "registered_on": Column(DATE, "first day active"),
        "valid_through": Column(DATE, "last day active, inclusive"),
        "status": Column(TEXT, "RecordStatus", codes=_STATUS),
        "closed_on": _CLOSED_ON,
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)

SEEKER_EXPERIENCE = Table(
    "seeker_experience",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "title": Column(TEXT, "job held, in the person's words"),
        "occupation_code": _OCCUPATION,
        "years": Column("Float64", "years in it; null: unknown", nullable=True, low=0, high=60),
    },
)

SEEKER_CREDENTIALS = Table(
    "seeker_credentials",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "credential_code": _CREDENTIAL,
        "obtained_on": Column(DATE, "null: unknown", nullable=True),
        "expires_on": Column(DATE, "last valid day, inclusive; null: does not expire or unknown", nullable=True),
    },
)

SEEKER_GROUPS = Table(
    "seeker_groups",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "group_code": Column(TEXT, "SeekerGroup", codes=frozenset(SeekerGroup)),
        "valid_from": Column(DATE, "first day in the group"),
        "valid_until": Column(DATE, "first day no longer in it (exclusive); null: still in it", nullable=True),
    },
)

SEEKER_IDENTITIES = Table(
    "seeker_identities",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "name": Column(TEXT, "personal: stored encrypted, never read by computation", nullable=True),
        "identity_number": Column(TEXT, "GB 11643; personal, as above", nullable=True),
        "phone": Column(TEXT, "personal, as above", nullable=True),
    },
)

COURSES = Table(
    "courses",
    {
        "course_id": Column(TEXT, "identifier"),
        "provider": Column(TEXT, "training institution"),
        "title": Column(TEXT, "title"),
        "description": Column(TEXT, "what it teaches"),
        "occupation_code": _OCCUPATION,
        "credential_code": Column(TEXT, "credential it leads to (reference/credentials.csv)", nullable=True),
        "skills": Column(TEXT, "skills it teaches, '、' between", nullable=True),
        "education_min": _EDUCATION_REQUIRED,
        "duration_days": Column("Int32", "teaching days", low=1, high=1000),
        "fee_cny": Column("Float64", "fee before subsidy, CNY", low=0, high=1_000_000),
        "subsidy_cny": Column("Float64", "subsidy to an entitled person, CNY", low=0, high=1_000_000),
        "is_synthetic": _SYNTHETIC,
    },
)

COURSE_RUNS = Table(
    "course_runs",
    {
        "course_run_id": Column(TEXT, "identifier"),
        "course_id": Column(TEXT, "courses.course_id"),
        "starts_on": Column(DATE, "first day"),
        "ends_on": Column(DATE, "last day"),
        "seats": Column("Int32", "seats", low=0, high=100_000),
        "district_code": _DISTRICT,
        "longitude": _LONGITUDE,
        "latitude": _LATITUDE,
    },
)

REFERRALS = Table(
    "referrals",
    {
        "referral_id": Column(TEXT, "identifier"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id"),
        "run_id": Column(TEXT, "match_runs.run_id; null: not from a run", nullable=True),
        "referred_on": Column(DATE, "day sent to both sides"),
        "position": Column("Int32", "place in the seeker's list, from 1; null: not from a list", nullable=True, low=1),
        "propensity": Column(
            "Float64", "probability with which the policy showed it; null: not logged", nullable=True, low=0, high=1
        ),
        "source": _SOURCE,
    },
)

REFERRAL_EVENTS = Table(
    "referral_events",
    {
        "referral_id": Column(TEXT, "referrals.referral_id"),
        "event": Column(TEXT, "ReferralEventKind", codes=frozenset(ReferralEventKind)),
        "occurred_on": Column(DATE, "day it happened"),
        "evidence_tier": Column(
            "Int8", "EvidenceTier; null: not a placement", nullable=True,
            low=min(EvidenceTier), high=max(EvidenceTier),
        ),
        "wage_cny_month": Column("Float64", "agreed, CNY/month; null: not known", nullable=True, low=0, high=1_000_000),
    },
)  # fmt: skip

SEEKER_EXITS = Table(
    "seeker_exits",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "exit": Column(TEXT, "SeekerExit", codes=frozenset(SeekerExit)),
        "left_on": Column(DATE, "first day no longer looking for work"),
    },
)
"""At most one a person: further study, service and the like, from a destination survey or another register."""

TRAINING_ORDERS = Table(
    "training_orders",
    {
        "order_id": Column(TEXT, "identifier"),
        "vacancy_id": Column(TEXT, "vacancies.vacancy_id: whose posts are reserved; its employer ordered"),
        "occupation_code": Column(TEXT, "trained for; null: the vacancy's", nullable=True),
        "people_wanted": Column("Int32", "people ordered, posts reserved", low=1, high=100_000),
        "ordered_on": Column(DATE, "day of the order"),
        "ready_by": Column(DATE, "last day on which training may end"),
        "course_run_id": Column(TEXT, "course_runs.course_run_id chosen for it; null: none yet", nullable=True),
        "wage_cny_month": Column("Float64", "stated, CNY/month; null: as advertised", nullable=True, low=0, high=1e6),
        "cancelled_on": Column(DATE, "day of its end without fulfilment; null: it stands", nullable=True),
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)
"""Order-based training (订单式): an employer orders people trained by a day, and keeps posts for them."""

ENROLMENTS = Table(
    "enrolments",
    {
        "enrolment_id": Column(TEXT, "identifier"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "course_run_id": Column(TEXT, "course_runs.course_run_id"),
        "order_id": Column(TEXT, "training_orders.order_id; null: for no order", nullable=True),
        "programme": Column(TEXT, "training_programmes.csv: which pays; null: none", nullable=True),
        "replaces": Column(TEXT, "the enrolment whose place it takes (may be erased since)", nullable=True),
        "enrolled_on": Column(DATE, "day of enrolling"),
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)

ENROLMENT_EVENTS = Table(
    "enrolment_events",
    {
        "enrolment_id": Column(TEXT, "enrolments.enrolment_id"),
        "event": Column(
            TEXT, "EnrolmentStep after enrolling", codes=frozenset(EnrolmentStep) - {EnrolmentStep.ENROLLED}
        ),
        "occurred_on": Column(DATE, "day it happened"),
        "reason": Column(TEXT, "DropoutReason; null: not known", nullable=True, codes=frozenset(DropoutReason)),
        "reported_by": Column(TEXT, "Reporter", codes=frozenset(Reporter)),
    },
)
"""What happened to enrolments. Rows are added and never changed."""

RECORD_TABLES: tuple[Table, ...] = (
    EMPLOYERS, VACANCIES, VACANCY_CREDENTIALS, SEEKERS, SEEKER_EXPERIENCE, SEEKER_CREDENTIALS, SEEKER_GROUPS,
    COURSES, COURSE_RUNS, REFERRALS, REFERRAL_EVENTS, SEEKER_EXITS, TRAINING_ORDERS, ENROLMENTS, ENROLMENT_EVENTS,
)  # fmt: skip
"""In the order in which foreign keys allow them to be stored. Identities are stored apart."""


@dataclass(frozen=True)
class Records:
    """A consistent set of record tables: what a city or an import hands to storage, and storage hands back."""

    employers: pd.DataFrame
    vacancies: pd.DataFrame
    vacancy_credentials: pd.DataFrame
    seekers: pd.DataFrame
    seeker_experience: pd.DataFrame
    seeker_credentials: pd.DataFrame
    seeker_groups: pd.DataFrame
    courses: pd.DataFrame
    course_runs: pd.DataFrame
    referrals: pd.DataFrame
    referral_events: pd.DataFrame
    seeker_exits: pd.DataFrame
    training_orders: pd.DataFrame
    enrolments: pd.DataFrame
    enrolment_events: pd.DataFrame

    @classmethod
    def of(cls, **tables: pd.DataFrame) -> Records:
        """Checked records of the tables given; the others are empty."""
        return cls(**{t.name: t.check(tables[t.name]) if t.name in tables else t.empty() for t in RECORD_TABLES})
