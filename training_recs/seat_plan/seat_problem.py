"""What a seat programme is made from and what it finds, in row numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SeatProblem:
    """What the programme is made from, in row numbers.

    Attributes
    ----------
    offers
        `OFFERS`, row numbers 0 ….
    months
        Number of months planned.
    reach
        Sparse bool (offers, cells), `reach.cells_reached`: those trained in the offer's district can work in the cell,
        and its occupation is theirs.
    scenarios
        float64 (cells, months, scenarios).
    ordered
        int64 (cells, months).
    limits
        `LIMITS`.
    counted
        bool (limits, offers): whether the limit counts an offer's classes.
    limit_month
        int64 (limits,): month that it is for; −1: each month, or for a budget the whole plan.
    value_cny, least_class_seats, wait_months
        As in `PlanSettings`.
    """

    offers: pd.DataFrame
    months: int
    reach: Any
    scenarios: Floats
    ordered: Ints
    limits: pd.DataFrame
    counted: npt.NDArray[np.bool_]
    limit_month: Ints
    value_cny: float
    least_class_seats: int
    wait_months: int

    @property
    def wanted(self) -> npt.NDArray[np.bool_]:
        """Whether anybody is needed, bool (cells, months)."""
        return np.asarray((self.scenarios >= 1).any(axis=2) | (self.ordered > 0))


@dataclass(frozen=True)
class SeatSolution:
    """A plan found.

    Attributes
    ----------
    classes
        int64 (offers, months), by start.
    flows
        People trained: offer, start, cell, month, seats.
    gap
        By how much the plan's worth less its cost may at most miss the best one's, as a share of what bounds that.
    in_time
        False: the limit of time ended the search before the gap was as small as it should be.
    """

    classes: Ints
    flows: pd.DataFrame
    gap: float
    in_time: bool


@dataclass(frozen=True)
class Shortage:
    """A limit (row of `limits`) that confirmed orders exceed by `missing`, in `month` (number; −1: the whole plan)."""

    limit: int
    month: int
    missing: float


@dataclass(frozen=True)
class Shortages:
    """What is missing at least; where not `in_time`, what would do, for the search for less was ended."""

    rows: tuple[Shortage, ...]
    in_time: bool
