"""The table of outcomes: one figure a row with its counts and interval, withheld where it would tell of few."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.records import EvidenceTier, SeekerGroup
from evaluation.groups import EVERYONE, SMALLEST_CELL
from evaluation.intervals import wilson
from evaluation.outcomes.cells import ALL, Cells, Ints
from evaluation.outcomes.disclosure import small_in_sequence, withheld
from evaluation.outcomes.outcome_measures import DEFINITIONS, Measure, Method, Unit

FEWEST_EVENTS = 5
"""A curve resting on fewer events has an interval too wide and too wrong to print."""


class NoNumber(StrEnum):
    """Why a row has no estimate. Why it is withheld is not told apart: that would tell how small the cell is."""

    SHOWN = ""
    NOBODY = "nobody"  # the denominator is empty
    WITHHELD = "withheld"  # small, or another small cell would follow from it
    TOO_FEW_EVENTS = "too_few_events"
    NOT_OBSERVED = "not_observed"  # too few have been followed for so long
    NOT_REACHED = "not_reached"  # the share asked for has not been reached


OUTCOMES = Table(
    "outcomes",
    {
        "measure": Column(TEXT, "Measure", codes=frozenset(Measure)),
        "horizon_days": Column("Int32", "days; null: no horizon", nullable=True, low=1),
        "proof": Column("Int8", "EvidenceTier, weakest that counts", low=min(EvidenceTier), high=max(EvidenceTier)),
        "method": Column(TEXT, "Method", codes=frozenset(Method)),
        "unit": Column(TEXT, "Unit of estimate, low, high", codes=frozenset(Unit)),
        "group": Column(TEXT, "everyone or SeekerGroup", codes=frozenset([EVERYONE, *SeekerGroup])),
        "district_code": Column(TEXT, "'all', a division code, or 'unknown'"),
        "month": Column(TEXT, "month of registration (2026-03), or 'all'"),
        "numerator": Column("Int64", "people with the event; null: withheld, or the measure has none", nullable=True),
        "denominator": Column("Int64", "people that the figure is of; null: withheld", nullable=True, low=0),
        "estimate": Column("Float64", "null: see reason", nullable=True),
        "low": Column("Float64", "end of the 95 % interval; null: see reason, or not reached", nullable=True),
        "high": Column("Float64", "end of the 95 % interval; null: see reason, or not reached", nullable=True),
        "suppressed": Column("bool", "withheld to protect people"),
        "reason": Column(TEXT, "NoNumber", codes=frozenset(NoNumber)),
    },
)
"""Of curves, numerator ÷ denominator is not the estimate: some people were not observed to the horizon. A cell of
nobody has a row only where it is a group's total."""

Figure = tuple[float, float, float, int | None, NoNumber]
"""estimate, low, high, numerator, reason."""
Bools = npt.NDArray[np.bool_]


class OutcomeRows:
    """Collects rows of `OUTCOMES` over the cells of one cohort; every figure passes disclosure control here.

    A measure is added with the weakest evidence first: the people of a later, stricter row are some of those of an
    earlier one, and the few who are not must not be had by subtraction.
    """

    def __init__(self, cells: Cells, *, threshold: int = SMALLEST_CELL) -> None:
        self._cells = cells
        self._threshold = threshold
        self._patterns: dict[bytes, Bools] = {}
        self._before: dict[tuple[Measure, Method, int | None], tuple[Bools, ...]] = {}
        self._parts: list[pd.DataFrame] = []

    def table(self) -> pd.DataFrame:
        """What was collected, checked as `OUTCOMES`."""
        return OUTCOMES.check(pd.concat(self._parts, ignore_index=True)) if self._parts else OUTCOMES.empty()

    def add_share(
        self, measure: Measure, success: Bools, counted: Bools, *, proof: EvidenceTier,
        horizon_days: int | None = None, wider: tuple[Bools, ...] = (),
    ) -> None:  # fmt: skip
        """Share of `success` among `counted` (bool (people,)) with Wilson's interval, in every cell.

        `wider` are larger sets whose counts are shown elsewhere: the difference must not be small either.
        """
        denominator = self._cells.count(counted)
        numerator = self._cells.count(counted & success)
        low, high = wilson(numerator, denominator)
        estimate = np.divide(numerator, denominator, out=np.full(len(low), np.nan), where=denominator > 0)
        reason = np.where(denominator > 0, NoNumber.SHOWN, NoNumber.NOBODY)
        self._append(
            measure, Method.SHARE, proof, horizon_days, denominator,
            self._withheld((measure, Method.SHARE, horizon_days), counted, wider),
            (estimate, low, high, numerator, reason),
        )  # fmt: skip

    def add_figure(
        self, measure: Measure, method: Method, counted: Bools, figure: Callable[[Ints], Figure], *,
        proof: EvidenceTier, horizon_days: int | None = None, wider: tuple[Bools, ...] = (),
    ) -> None:  # fmt: skip
        """`figure` of the rows of `counted` in each cell that is shown."""
        denominator = self._cells.count(counted)
        hidden = self._withheld((measure, method, horizon_days), counted, wider)
        estimate, low, high = (np.full(len(denominator), np.nan) for _ in range(3))
        numerator = np.full(len(denominator), np.nan)
        reason = np.full(len(denominator), NoNumber.NOBODY, dtype=object)
        for cell, rows in self._cells.people(counted):
            if not hidden[cell]:
                value, low[cell], high[cell], count, reason[cell] = figure(rows)
                estimate[cell] = value
                numerator[cell] = np.nan if count is None else count
        self._append(
            measure, method, proof, horizon_days, denominator, hidden, (estimate, low, high, numerator, reason)
        )

    def _withheld(self, row: tuple[Measure, Method, int | None], counted: Bools, wider: tuple[Bools, ...]) -> Bools:
        before = self._before.get(row, ())
        self._before[row] = (*before, counted)
        nested = [self._cells.count(who) for who in (*before, *wider, counted)]
        denominator = nested[-1]
        key = b"".join(counts.tobytes() for counts in nested)
        if key not in self._patterns:
            self._patterns[key] = withheld(
                denominator, self._cells.relations, small_in_sequence(nested, threshold=self._threshold),
                shown=self._cells.shown, threshold=self._threshold,
            )  # fmt: skip
        return self._patterns[key]

    def _append(
        self, measure: Measure, method: Method, proof: EvidenceTier, horizon_days: int | None,
        denominator: Ints, hidden: Bools, figures: tuple[Any, ...],
    ) -> None:  # fmt: skip
        city = (self._cells.labels[["district_code", "month"]] == ALL).all(axis=1).to_numpy(bool)
        show = self._cells.shown & ((denominator > 0) | city)
        labels = self._cells.labels[show].reset_index(drop=True)
        estimate, low, high, numerator, reason = (np.asarray(values)[show] for values in figures)
        hidden = hidden[show]

        def numbers(values: npt.NDArray[Any], dtype: str) -> pd.Series[Any]:
            absent = hidden | np.isnan(values.astype(np.float64))
            return pd.Series(np.where(absent, 0, values), dtype=dtype).mask(pd.Series(absent))

        self._parts.append(
            labels.assign(
                measure=str(measure),
                horizon_days=pd.Series(horizon_days, index=labels.index, dtype="Int32"),
                proof=int(proof),
                method=str(method),
                unit=str(DEFINITIONS[measure].unit),
                numerator=numbers(numerator, "Int64"),
                denominator=numbers(denominator[show], "Int64"),
                estimate=numbers(estimate, "Float64"),
                low=numbers(low, "Float64"),
                high=numbers(high, "Float64"),
                suppressed=hidden,
                reason=[str(NoNumber.WITHHELD if h else r) for h, r in zip(hidden, reason, strict=True)],
            )
        )
