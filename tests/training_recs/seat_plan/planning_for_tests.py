"""Small planning problems: needs, a course, limits and orders, each changed by keyword."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from training_recs.demand_forecast.demand_history import CELLS
from training_recs.seat_plan.needs import TrainingNeeds
from training_recs.seat_plan.plan_seats import PlanSettings
from training_recs.seat_plan.planning_tables import LIMITS, OFFERS, ORDERS

MONTHS = np.arange(np.datetime64("2026-06"), np.datetime64("2026-12"))


def needs(cells: list[tuple[str, str]], scenarios: Any, months: int | None = None) -> TrainingNeeds:
    """Needs of these cells, without any supply; `scenarios` float64 (cells, months, scenarios)."""
    table = CELLS.check(pd.DataFrame(cells, columns=list(CELLS.columns)))
    months = months or scenarios.shape[1]
    demand = scenarios.mean(axis=2)
    return TrainingNeeds(table, MONTHS[:months], demand, np.zeros_like(demand), scenarios)


def offer(**changes: Any) -> dict[str, Any]:
    """A course of one month for welders, in classes of 30."""
    return {
        "course_id": "C-1", "title": "焊工初级", "provider": "（虚构）甲校", "occupation": "6-18-02",
        "district_code": "220102", "class_seats": 30, "months": 1, "fee_cny": 1000.0, "subsidy_cny": 800.0, **changes,
    }  # fmt: skip


def offers(*rows: dict[str, Any]) -> pd.DataFrame:
    return OFFERS.check(pd.DataFrame(rows, columns=list(OFFERS.columns)))


def limit(kind: str, **changes: Any) -> dict[str, Any]:
    return {"kind": kind, "provider": None, "district_code": None, "occupation": None, "month": None, **changes}


def budget(value: float, **changes: Any) -> dict[str, Any]:
    return limit("budget", value=value, **changes)


def limits(*rows: dict[str, Any]) -> pd.DataFrame:
    return LIMITS.check(pd.DataFrame(rows, columns=list(LIMITS.columns)))


def orders(*rows: tuple[str, str, np.datetime64, int]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(ORDERS.columns))
    return ORDERS.check(table.assign(month=pd.to_datetime(table["month"])))


def settings(value_cny: float = 6000.0, **changes: Any) -> PlanSettings:
    return PlanSettings(**({"value_cny": value_cny, "least_class_seats": 1} | changes))
