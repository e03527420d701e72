"""Small reports of training that tests start from: orders, and places in classes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.columns import DATE, Table
from data.reported_training import REPORTED_ENROLMENTS, REPORTED_ORDERS

ORDER: dict[str, Any] = {
    "order_id": "TO-1", "vacancy_id": "V-1", "occupation_code": None, "people_wanted": 2, "ordered_on": "2026-05-01",
    "ready_by": "2026-07-31", "course_run_id": None, "wage_cny_month": None, "cancelled_on": None,
}  # fmt: skip


def told(event: str, on: str, **changes: Any) -> dict[str, Any]:
    """What a row says of S-1 in the run CR-1."""
    return {
        "enrolment_id": None, "seeker_id": "S-1", "course_run_id": "CR-1", "order_id": None, "programme": None,
        "replaces": None, "event": event, "occurred_on": on, "reason": None, "reported_by": "agency", **changes,
    }  # fmt: skip


def reported_enrolments(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as one report, counted from 1."""
    return _table(REPORTED_ENROLMENTS, rows)


def reported_orders(*changes: dict[str, Any]) -> pd.DataFrame:
    """The order above once for each set of changes."""
    return _table(REPORTED_ORDERS, [ORDER | change for change in changes])


def _table(layout: Table, rows: Any) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=[name for name in layout.columns if name != "row"])
    for name, column in layout.columns.items():
        if column.dtype == DATE:
            table[name] = pd.to_datetime(table[name])
    return layout.check(table.assign(row=range(1, len(table) + 1)))
