"""People who want to start, incubators and mentors, each changed by keyword."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import market_from_records
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES
from tests.data.records_for_tests import AS_OF, records, seeker
from training_recs.entrepreneurship.starters import Starters, starters_of

WISH: dict[str, Any] = {
    "seeker_id": "S-1", "wants_to_start": True, "trade": "小饭馆", "occupation_code": "4-03-02-01", "stage": "planning",
    "form": "self_employed", "capital_wanted_cny": None, "registered_on": pd.NaT, "has_licence": None,
    "first_business": True, "standings": None, "standings_complete": True, "recorded_on": pd.Timestamp(AS_OF),
    "source": "test", "is_synthetic": True,
}  # fmt: skip
INCUBATOR: dict[str, Any] = {
    "incubator_id": "I-1", "name": "（虚构）基地", "sectors": "餐饮", "occupations": None, "admits_groups": None,
    "admits_stages": None, "max_months_registered": None, "services": None, "workstations": 10,
    "workstations_free": 4, "available_from": pd.NaT, "rent_cny_month": None, "district_code": "220102",
    "longitude": None, "latitude": None, "valid_through": pd.Timestamp("2026-12-31"), "status": "open",
    "closed_on": pd.NaT, "source": "test", "is_synthetic": True,
}  # fmt: skip
MENTOR: dict[str, Any] = {
    "mentor_id": "M-1", "field": "餐饮经营", "occupations": "4-03", "admits_stages": None, "experience": None,
    "experience_years": 10, "languages": None, "district_code": "220102", "online": False, "places": 3,
    "places_free": 2, "valid_through": pd.Timestamp("2026-12-31"), "status": "open", "closed_on": pd.NaT,
    "source": "test", "is_synthetic": True,
}  # fmt: skip


def wishes(*changes: dict[str, Any]) -> pd.DataFrame:
    """A wish with each of these changes."""
    return STARTUP_WISHES.check(pd.DataFrame([{**WISH, **one} for one in changes]))


def incubators(*changes: dict[str, Any]) -> pd.DataFrame:
    """An incubator with each of these changes."""
    return INCUBATORS.check(pd.DataFrame([{**INCUBATOR, **one} for one in changes]))


def mentors(*changes: dict[str, Any]) -> pd.DataFrame:
    """A mentor with each of these changes."""
    return MENTORS.check(pd.DataFrame([{**MENTOR, **one} for one in changes]))


def starter(*, groups: tuple[str, ...] = (), born: str = "1990-05-05", **wish: Any) -> Starters:
    """One person of these groups with this wish."""
    return starters(wishes(wish), seekers=[seeker(birth_date=pd.Timestamp(born))], groups={"S-1": groups})


def starters(
    told: pd.DataFrame, *, seekers: list[dict[str, Any]], groups: dict[str, tuple[str, ...]] | None = None
) -> Starters:
    """The people of `seekers` who want to start by `told`."""
    member = [
        {"seeker_id": who, "group_code": group, "valid_from": pd.Timestamp("2026-01-01"), "valid_until": None}
        for who, codes in (groups or {}).items()
        for group in codes
    ]
    tables = {"seeker_groups": member} if member else {}
    return starters_of(market_from_records(records(seekers=seekers, **tables), AS_OF), told)


def same_vectors(n: int) -> npt.NDArray[np.float32]:
    """Texts that are all alike in nothing: only codes and places decide."""
    return np.zeros((n, 2), np.float32)
