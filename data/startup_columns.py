"""Layouts of what supports people who want to start a business: incubators, mentors, and the wish.

Lists of codes within a field have '|' between them; an empty field means no restriction, or not stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.columns import BOOLEAN, DATE, TEXT, Column, Table
from data.records import BusinessForm, RecordStatus, StartupStage

_STATUS = Column(TEXT, "RecordStatus", codes=frozenset(RecordStatus))
_CLOSED_ON = Column(DATE, "first day no longer open; null: open", nullable=True)
_VALID_THROUGH = Column(DATE, "last day open, inclusive")
_OCCUPATIONS = "codes of the 2022 classification or their beginnings (6-29), '|' between"
_STAGES = "StartupStage, '|' between"
_SOURCE = Column(TEXT, "where the record came from: a format name, 'api', or 'synthetic_city'")
_SYNTHETIC = Column("bool", "made by synthetic_city, not a real record")
_DISTRICT = Column(TEXT, "six-digit division code, see reference/districts.csv", nullable=True)

INCUBATORS = Table(
    "incubators",
    {
        "incubator_id": Column(TEXT, "identifier"),
        "name": Column(TEXT, "创业孵化基地: its name"),
        "sectors": Column(TEXT, "trades it is for, in words"),
        "occupations": Column(TEXT, f"trades admitted: {_OCCUPATIONS}; null: any", nullable=True),
        "admits_groups": Column(TEXT, "SeekerGroup admitted, '|' between; null: anybody", nullable=True),
        "admits_stages": Column(TEXT, f"stages admitted: {_STAGES}; null: any", nullable=True),
        "max_months_registered": Column(
            "Int32", "most months since the business was registered; null: any", nullable=True, low=0, high=600
        ),
        "services": Column(TEXT, "what it offers, in words", nullable=True),
        "workstations": Column("Int32", "workstations", low=0, high=100_000),
        "workstations_free": Column("Int32", "of them free", low=0, high=100_000),
        "available_from": Column(DATE, "first day on which one can be moved into; null: now", nullable=True),
        "rent_cny_month": Column(
            "Float64", "a workstation, CNY/month; null: not stated", nullable=True, low=0, high=1e6
        ),
        "district_code": _DISTRICT,
        "longitude": Column("Float64", "WGS-84 longitude, degrees", nullable=True, low=-180, high=180),
        "latitude": Column("Float64", "WGS-84 latitude, degrees", nullable=True, low=-90, high=90),
        "valid_through": _VALID_THROUGH,
        "status": _STATUS,
        "closed_on": _CLOSED_ON,
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)

MENTORS = Table(
    "mentors",
    {
        "mentor_id": Column(TEXT, "identifier; says nothing about the person"),
        "field": Column(TEXT, "what he advises on, in words"),
        "occupations": Column(TEXT, f"trades he knows: {_OCCUPATIONS}; null: not stated", nullable=True),
        "admits_stages": Column(TEXT, f"stages he takes: {_STAGES}; null: any", nullable=True),
        "experience": Column(TEXT, "what he has done, in words, without identifiers", nullable=True),
        "experience_years": Column("Float64", "years of it", nullable=True, low=0, high=60),
        "languages": Column(TEXT, "languages he advises in, '、' between; null: 普通话", nullable=True),
        "district_code": _DISTRICT,
        "online": Column("bool", "also advises online: distance does not count"),
        "places": Column("Int32", "people he takes at a time", low=0, high=1000),
        "places_free": Column("Int32", "of them free", low=0, high=1000),
        "valid_through": _VALID_THROUGH,
        "status": _STATUS,
        "closed_on": _CLOSED_ON,
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)
"""No sex, age or ethnicity: nobody is matched by them."""

STARTUP_WISHES = Table(
    "startup_wishes",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "wants_to_start": Column("bool", "wants to start a business; false: was asked and does not"),
        "trade": Column(TEXT, "in which trade, in the person's words", nullable=True),
        "occupation_code": Column(TEXT, "its four-part code; null: unknown", nullable=True),
        "stage": Column(TEXT, "StartupStage; null: not asked", nullable=True, codes=frozenset(StartupStage)),
        "form": Column(TEXT, "BusinessForm, planned or registered", nullable=True, codes=frozenset(BusinessForm)),
        "capital_wanted_cny": Column("Float64", "loan wanted, CNY; null: not said", nullable=True, low=0, high=1e8),
        "registered_on": Column(DATE, "day the business was registered; null: is not, or not known", nullable=True),
        "has_licence": Column(BOOLEAN, "holds a business licence; null: not asked", nullable=True),
        "first_business": Column(BOOLEAN, "his first business; null: not asked", nullable=True),
        "standings": Column(TEXT, "Standing, '|' between; null: none told", nullable=True),
        "standings_complete": Column("bool", "asked for every group and standing: what is absent is not so"),
        "recorded_on": Column(DATE, "day it was told"),
        "source": _SOURCE,
        "is_synthetic": _SYNTHETIC,
    },
)
"""At most one a person."""

STARTUP_TABLES: dict[str, Table] = {"incubators": INCUBATORS, "mentors": MENTORS, "startups": STARTUP_WISHES}
"""By the kind of file that brings them. A known one is replaced: free places and stages change."""


def rows_of(layout: Table, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A checked table of these rows, in which days are dates and what a row does not name is null.

    Raises
    ------
    DataError
        As `Table.check`.
    """
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in layout.columns}
    for name, column in layout.columns.items():
        if column.dtype == DATE:
            columns[name] = list(pd.to_datetime(pd.Series(columns[name], dtype=object)))
    return layout.check(pd.DataFrame(columns))


def codes_in(text: object) -> tuple[str, ...]:
    """The codes of a field that holds a list; empty where it is null."""
    return tuple(part for part in text.split("|") if part) if isinstance(text, str) else ()
