"""Small records that tests start from: one employer, one vacancy and one seeker, each changed by keyword."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from data.columns import Records

AS_OF = date(2026, 6, 1)
_FIRST, _LAST = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-12-31")

EMPLOYER: dict[str, Any] = {
    "employer_id": "E-1", "name": "（虚构）长春某厂", "employer_type": None, "industry": "机械", "size_band": None,
    "credit_code": None, "is_synthetic": True,
}  # fmt: skip

VACANCY: dict[str, Any] = {
    "vacancy_id": "V-1", "employer_id": "E-1", "title": "电工", "description": "", "occupation_code": "6-29-03-02",
    "occupation_confidence": None, "headcount": 2, "education_min": 0, "experience_min_years": 0,
    "wage_min_cny_month": 4000, "wage_max_cny_month": 6000, "wage_negotiable": False, "night_work": False,
    "shift_work": False, "board_offered": False, "lodging_offered": False, "district_code": "220102",
    "longitude": None, "latitude": None, "minimum_age_years": 16, "veterans_preferred": False,
    "published_on": _FIRST, "valid_through": _LAST, "status": "open", "closed_on": None, "source": "test",
    "is_synthetic": True,
}  # fmt: skip

SEEKER: dict[str, Any] = {
    "seeker_id": "S-1", "profile_text": "干了三年电工", "desired_title": "电工",
    "desired_occupation_code": "6-29-03-02",
    "birth_date": pd.Timestamp("1990-05-05"), "education_level": 3, "major": None, "skills": None,
    "experience_years": 3, "wage_min_cny_month": 4000, "accepts_night_work": False, "accepts_shift_work": False,
    "needs_board": False, "needs_lodging": False, "will_relocate": False, "district_code": "220102",
    "longitude": None, "latitude": None, "commute_limit_km": 20, "credentials_complete": True,
    "registered_on": _FIRST, "valid_through": _LAST, "status": "open", "closed_on": None, "source": "test",
    "is_synthetic": True,
}  # fmt: skip


def vacancy(**changes: Any) -> dict[str, Any]:
    """The vacancy above with some fields changed."""
    return {**VACANCY, **changes}


def seeker(**changes: Any) -> dict[str, Any]:
    """The seeker above with some fields changed."""
    return {**SEEKER, **changes}


def records(
    *, vacancies: list[dict[str, Any]] | None = None, seekers: list[dict[str, Any]] | None = None,
    **tables: list[dict[str, Any]],
) -> Records:  # fmt: skip
    """Records of these rows; by default one vacancy and one seeker."""
    return Records.of(
        employers=pd.DataFrame([EMPLOYER]),
        vacancies=pd.DataFrame(vacancies if vacancies is not None else [VACANCY], columns=list(VACANCY)),
        seekers=pd.DataFrame(seekers if seekers is not None else [SEEKER], columns=list(SEEKER)),
        **{name: pd.DataFrame(rows) for name, rows in tables.items()},
    )
