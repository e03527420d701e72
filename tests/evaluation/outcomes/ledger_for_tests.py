"""Small ledgers that tests start from: who was referred, started, with which proof, and left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from data.columns import Records
from tests.data.records_for_tests import records, vacancy

DAY_0 = date(2026, 1, 1)


def day(number: int) -> pd.Timestamp:
    """The day `number` days after 1 January 2026."""
    return pd.Timestamp(DAY_0) + pd.Timedelta(days=number)


def start(
    seeker_id: str, on: int, *, tier: int | None = 2, wage: float | None = 5000, left: int | None = None,
    vacancy_id: str = "V-1",
) -> dict[str, Any]:  # fmt: skip
    """A start of work on a day, and the departure on another."""
    return {"seeker_id": seeker_id, "on": on, "tier": tier, "wage": wage, "left": left, "vacancy_id": vacancy_id}


def ledger(seekers: list[dict[str, Any]], starts: list[dict[str, Any]], **tables: Any) -> Records:
    """Records of these people with these starts; each start has a referral of its own, five days before."""
    referrals, events = [], []
    for number, row in enumerate(starts):
        key = f"R-{number:05}"
        referrals.append(
            {
                "referral_id": key, "seeker_id": row["seeker_id"], "vacancy_id": row["vacancy_id"], "run_id": None,
                "referred_on": day(row["on"] - 5), "position": 1, "propensity": None, "source": "test",
            }
        )  # fmt: skip
        events.append(event(key, "referred", row["on"] - 5))
        events.append(event(key, "started", row["on"], tier=row["tier"], wage=row["wage"]))
        if row["left"] is not None:
            events.append(event(key, "left", row["left"]))
    if starts:
        tables = {"referrals": referrals, "referral_events": events} | tables
    return records(seekers=seekers, vacancies=tables.pop("vacancies", [vacancy()]), **tables)


def event(key: str, kind: str, on: int, *, tier: int | None = None, wage: float | None = None) -> dict[str, Any]:
    """A row of the ledger."""
    return {
        "referral_id": key, "event": kind, "occurred_on": day(on), "evidence_tier": tier, "wage_cny_month": wage,
    }  # fmt: skip
