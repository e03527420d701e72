"""What is known of a target of the plan on one day: the figure and how near it is to the target's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from data.columns import DATE, TEXT, Column, Table
from data.reference.plan_targets import Direction, PlanTarget
from evaluation.refusal import Caution, Refusal


class Measured(StrEnum):
    """How far the figure is the target's own."""

    EXACTLY = "exactly"
    LOWER_BOUND = "lower_bound"
    """The true figure is at least this."""
    STAND_IN = "stand_in"
    """Another quantity, the nearest on record: it can neither reach nor miss the target."""
    NOT = "not"


@dataclass(frozen=True)
class Part:
    """A count that belongs to a figure, named in Chinese and English; None: withheld, it would tell of few."""

    name_zh: str
    name_en: str
    count: int | None


@dataclass(frozen=True)
class TargetProgress:
    """What is known of one target on `cut_off`, the last day counted.

    Attributes
    ----------
    value, low, high
        In the target's unit, with the 95 % interval of a share (Wilson); None: not measured, or a count.
    numerator, denominator
        With `of_zh`, `of_en`: of whom. Where nothing is measured, the numerator may still be on record.
    parts
        Counts behind the figure.
    notes
        Why there is no figure, or what limits it.
    """

    target: PlanTarget
    cut_off: date
    measured: Measured
    value: float | None
    low: float | None
    high: float | None
    numerator: int | None
    denominator: int | None
    of_zh: str
    of_en: str
    parts: tuple[Part, ...]
    notes: tuple[Refusal | Caution, ...]

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None: that cannot be told from this figure."""
        if self.value is None or self.target.value is None:
            return None
        at_least = self.target.direction == Direction.AT_LEAST
        enough = self.value >= self.target.value if at_least else self.value <= self.target.value
        if self.measured == Measured.EXACTLY or (self.measured == Measured.LOWER_BOUND and enough == at_least):
            return enough
        return None


TARGETS = Table(
    "targets",
    {
        "target": Column(TEXT, "of plan_targets.csv"),
        "unit": Column(TEXT, "unit of target_value, value, low, high"),
        "target_value": Column("Float64", "null: not on record", nullable=True),
        "cut_off": Column(DATE, "last day counted"),
        "measured": Column(TEXT, "Measured", codes=frozenset(Measured)),
        "value": Column("Float64", "null: not measured", nullable=True),
        "low": Column("Float64", "end of the 95 % interval", nullable=True),
        "high": Column("Float64", "end of the 95 % interval", nullable=True),
        "numerator": Column("Int64", "null: not measured", nullable=True, low=0),
        "denominator": Column("Int64", "null: not measured", nullable=True, low=0),
        "reached": Column("boolean", "null: cannot be told", nullable=True),
    },
)


def targets_table(progress: Iterable[TargetProgress]) -> pd.DataFrame:
    """`TARGETS`: one row a target; words and parts are in the dataclasses."""
    rows = [
        {
            "target": one.target.target, "unit": str(one.target.unit), "target_value": one.target.value,
            "cut_off": pd.Timestamp(one.cut_off), "measured": str(one.measured), "value": one.value, "low": one.low,
            "high": one.high, "numerator": one.numerator, "denominator": one.denominator, "reached": one.reached,
        }
        for one in progress
    ]  # fmt: skip
    return TARGETS.check(pd.DataFrame(rows)) if rows else TARGETS.empty()
