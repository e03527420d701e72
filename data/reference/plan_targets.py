"""The targets of the city's employment plan: own table, each with its definition and source.

In the column `source`, 原文未核 is a figure not checked against the full text of the plan.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from data.errors import DataError


class TargetUnit(StrEnum):
    """Unit of a target's value."""

    SHARE = "share"
    PERSON_TIMES = "person_times"  # 人次


class Direction(StrEnum):
    """On which side of its value a target is reached."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class PlanTarget:
    """One target. `value` is None where the plan's figure is not on record here; `period` is in both languages."""

    target: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    unit: TargetUnit
    value: float | None
    direction: Direction
    period: str
    source: str


@cache
def load_plan_targets() -> tuple[PlanTarget, ...]:
    """The table of `plan_targets.csv`.

    Raises
    ------
    DataError
        A unit or direction is unknown, or the value of a share is not from 0 to 1.
    """
    with files("data.reference").joinpath("plan_targets.csv").open(encoding="utf-8") as file:
        return tuple(plan_target(row) for row in csv.DictReader(file))


def plan_target(row: dict[str, str]) -> PlanTarget:
    """One row of the table, checked; raises as `load_plan_targets`."""
    value = float(row["value"]) if row["value"] else None
    for column, known in (("unit", TargetUnit), ("direction", Direction)):
        if row[column] not in set(known):
            raise DataError(
                f"plan_targets.csv, {row['target']}: {column} {row[column]!r}", remedy=f"one of {', '.join(known)}"
            )
    if row["unit"] == TargetUnit.SHARE and value is not None and not 0 <= value <= 1:
        raise DataError(f"plan_targets.csv, {row['target']}: share {value}", remedy="from 0 to 1: 0.9, not 90")
    texts = {name: row[name] for name in _TEXTS}
    return PlanTarget(**texts, unit=TargetUnit(row["unit"]), value=value, direction=Direction(row["direction"]))


_TEXTS = ("target", "name_zh", "name_en", "definition_zh", "definition_en", "period", "source")
