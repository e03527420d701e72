"""Small reports to the ledger that tests start from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.reported import REPORTED_EVENTS, REPORTED_EXITS


def told(event: str, on: str, **changes: Any) -> dict[str, Any]:
    """What a row says of S-1 and V-1; a start is proved by contract."""
    proof = 2 if event == "started" else None
    return {
        "referral_id": None, "seeker_id": "S-1", "vacancy_id": "V-1", "event": event, "occurred_on": pd.Timestamp(on),
        "evidence_tier": proof, "wage_cny_month": None, **changes,
    }  # fmt: skip


def reported(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as one report, counted from 1."""
    columns = [name for name in REPORTED_EVENTS.columns if name != "row"]
    table = pd.DataFrame(list(rows), columns=columns)
    return REPORTED_EVENTS.check(table.assign(row=range(1, len(rows) + 1)))


def reported_exits(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Exits as (person, kind, day)."""
    table = pd.DataFrame(list(rows), columns=["seeker_id", "exit", "left_on"])
    days = pd.to_datetime(table["left_on"])
    return REPORTED_EXITS.check(table.assign(left_on=days, row=range(1, len(rows) + 1)))
