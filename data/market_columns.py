"""Layouts of market tables: what computation reads. Facts as they stand on one day, in compact fixed types.

Unknown is explicit: −1 in small integers, NaN in floats. `market.py` makes these tables from records.
"""

from __future__ import annotations

from data.columns import TEXT, Column, Table

_SYNTHETIC = Column("bool", "made by synthetic_city, not a real record")
_ANSWER = Column("int8", "Answer", low=-1, high=1)
_LEVEL = Column("int8", "EducationLevel, -1 unknown", low=-1, high=7)
_OCCUPATION_ROW = Column("int16", "row of reference occupations; -1 unknown", low=-1)
_DISTRICT_ROW = Column("int16", "row of reference districts; -1 unknown", low=-1)
_DEGREES = Column("float32", "degrees; NaN unknown", nullable=True)
_RADIUS = Column("float32", "km the place may be away from its coordinates; NaN unknown", nullable=True, low=0)
_WAGE = Column("float32", "CNY/month; NaN unknown", nullable=True)

MARKET_SEEKERS = Table(
    "market_seekers",
    {
        "seeker_id": Column(TEXT, "identifier; the table is sorted by it"),
        "profile_text": Column(TEXT, "what the person said of himself; may be empty"),
        "desired_title": Column(TEXT, "work wanted, in the person's words; empty: not said"),
        "skills": Column(TEXT, "skills, '、' between; may be empty"),
        "age_years": Column("float32", "age on as_of; NaN unknown", nullable=True),
        "education_level": _LEVEL,
        "experience_years": Column("float32", "years of work in all; NaN unknown", nullable=True),
        "desired_occupation": _OCCUPATION_ROW,
        "credential_mask": Column("uint64", "credentials valid on as_of, hierarchy expanded; bit = reference row"),
        "credentials_complete": Column("bool", "an absent credential is not held (else: unknown)"),
        "wage_min": _WAGE,
        "accepts_night_work": _ANSWER,
        "accepts_shift_work": _ANSWER,
        "needs_board": _ANSWER,
        "needs_lodging": _ANSWER,
        "will_relocate": _ANSWER,
        "district": _DISTRICT_ROW,
        "longitude": _DEGREES,
        "latitude": _DEGREES,
        "place_radius_km": _RADIUS,
        "seniority": Column("int8", "highest rank of work wanted and done (facts.seniority)", low=0, high=4),
        "commute_limit_km": Column("float32", "km; NaN unknown", nullable=True),
        "group_mask": Column("uint16", "groups on as_of; bit = order in SeekerGroup"),
        "is_synthetic": _SYNTHETIC,
    },
)

MARKET_EXPERIENCE = Table(
    "market_experience",
    {
        "seeker": Column("int32", "row of market_seekers; the table is sorted by it", low=0),
        "title": Column(TEXT, "job held, in the person's words"),
        "occupation": _OCCUPATION_ROW,
        "years": Column("float32", "years; NaN unknown", nullable=True),
    },
)

MARKET_VACANCIES = Table(
    "market_vacancies",
    {
        "vacancy_id": Column(TEXT, "identifier; the table is sorted by it"),
        "title": Column(TEXT, "title as advertised"),
        "description": Column(TEXT, "text as advertised; may be empty"),
        "employer_id": Column(TEXT, "employers.employer_id"),
        "employer": Column(TEXT, "employer's name"),
        "industry": Column(TEXT, "industry as advertised; empty: not stated"),
        "occupation": _OCCUPATION_ROW,
        "headcount": Column("int32", "openings; 1 where not stated", low=1),
        "education_min": Column("int8", "EducationLevel, -1 not stated, 0 none required", low=-1, high=7),
        "experience_min_years": Column("float32", "years; NaN not stated", nullable=True),
        "credential_mask": Column("uint64", "credentials required; bit = reference row"),
        "wage_min": _WAGE,
        "wage_max": _WAGE,
        "wage_negotiable": Column("bool", "面议"),
        "night_work": _ANSWER,
        "shift_work": _ANSWER,
        "board_offered": _ANSWER,
        "lodging_offered": _ANSWER,
        "district": _DISTRICT_ROW,
        "longitude": _DEGREES,
        "latitude": _DEGREES,
        "place_radius_km": _RADIUS,
        "seniority": Column("int8", "rank of the title (facts.seniority)", low=0, high=4),
        "minimum_age_years": Column("int8", "lowest lawful age", low=16, high=21),
        "veterans_preferred": Column("bool", "退役军人优先"),
        "days_open": Column("int32", "days since publication on as_of", low=0),
        "is_synthetic": _SYNTHETIC,
    },
)

MARKET_COURSES = Table(
    "market_courses",
    {
        "course_id": Column(TEXT, "identifier; the table is sorted by it"),
        "title": Column(TEXT, "title"),
        "provider": Column(TEXT, "training institution"),
        "description": Column(TEXT, "what it teaches"),
        "skills": Column(TEXT, "skills it teaches, '、' between; may be empty"),
        "occupation": _OCCUPATION_ROW,
        "credential_mask": Column("uint64", "credential it leads to; bit = reference row; 0 none"),
        "education_min": Column("int8", "EducationLevel, -1 not stated, 0 none required", low=-1, high=7),
        "duration_days": Column("int32", "teaching days", low=1),
        "fee_cny": Column("float32", "fee before subsidy, CNY"),
        "subsidy_cny": Column("float32", "CNY"),
        "seats": Column("int32", "seats in runs that start after as_of", low=0),
    },
)
