"""The newest forecast and seat plan as files: tables for the API, CSV and XLSX for people. A folder is found whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from api.planning_downloads import write_csv, write_workbook
from data.columns import Table
from data.errors import NotFoundError
from data.whole_folder import whole_folder
from training_recs.demand_forecast.demand_history import Measure
from training_recs.demand_forecast.forecast_demand import FORECASTS, DemandForecast, NoForecast
from training_recs.seat_plan.plan_seats import NoPlan, SeatPlan
from training_recs.seat_plan.planning_tables import LEFT_OUT, LIMIT_USE, NEEDS, SEAT_PLAN

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class PlanningResult:
    """What a planning folder holds: its manifest, and its tables by name."""

    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def save_forecast(
    folder: Path,
    forecasts: Mapping[Measure, DemandForecast | NoForecast],
    *,
    as_of: date,
    level: str,
    is_synthetic: bool,
) -> None:
    """Write the forecasts to `folder`, replacing it whole."""
    made = {measure: found for measure, found in forecasts.items() if isinstance(found, DemandForecast)}
    tables = {
        "forecast": _stacked(FORECASTS, [found.table for found in made.values()]),
        **{f"choices_{measure}": found.choices for measure, found in made.items()},
        **{f"coverage_{measure}": found.coverage for measure, found in made.items()},
    }
    manifest = {
        "as_of": str(as_of),
        "level": level,
        "is_synthetic": is_synthetic,
        "measures": {
            str(measure): {
                "months_of_history": found.months_of_history,
                "openings_left_out": found.left_out,
                "reconciliation": str(found.reconciliation),
            }
            if isinstance(found, DemandForecast)
            else {"no_forecast": {"zh": found.zh, "en": found.en}}
            for measure, found in forecasts.items()
        },
    }
    _save(folder, manifest, tables, "forecast", is_synthetic=is_synthetic)


def save_plan(
    folder: Path, plan: SeatPlan | NoPlan, left_out: pd.DataFrame, *, as_of: date, level: str, is_synthetic: bool,
    notes: tuple[tuple[str, str], ...],
) -> None:  # fmt: skip
    """Write the plan to `folder`, replacing it whole; of orders that cannot be met, why."""
    whole = plan if isinstance(plan, SeatPlan) else None
    manifest = {
        "as_of": str(as_of),
        "level": level,
        "is_synthetic": is_synthetic,
        "no_plan": {"zh": plan.zh, "en": plan.en} if isinstance(plan, NoPlan) else None,
        "notes": [{"zh": zh, "en": en} for zh, en in notes],
    }
    tables = {
        "plan": whole.plan if whole else SEAT_PLAN.empty(),
        "needs": whole.needs if whole else NEEDS.empty(),
        "limits": whole.limits if whole else LIMIT_USE.empty(),
        "left_out": LEFT_OUT.check(left_out),
    }
    _save(folder, manifest, tables, "plan", is_synthetic=is_synthetic)


def load_result(folder: Path, *, command: str) -> PlanningResult:
    """What the newest run of `command` wrote.

    Raises
    ------
    NotFoundError
        It has not been run yet.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        tables = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    except FileNotFoundError as error:
        raise NotFoundError(
            f"还没有结果 / there is no result of {command} yet", remedy=f"请先运行 {command} / run {command} first"
        ) from error
    return PlanningResult(manifest, tables)


def _save(
    folder: Path, manifest: dict[str, Any], tables: dict[str, pd.DataFrame], main: str, *, is_synthetic: bool
) -> None:
    with whole_folder(folder) as fresh:
        for name, table in tables.items():
            table.to_parquet(fresh / f"{name}.parquet", index=False)
        write_csv(tables[main], fresh / f"{main}.csv")
        write_workbook(tables, fresh / f"{main}.xlsx", is_synthetic=is_synthetic)
        (fresh / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _stacked(layout: Table, tables: list[pd.DataFrame]) -> pd.DataFrame:
    return layout.check(pd.concat(tables, ignore_index=True)) if tables else layout.empty()
