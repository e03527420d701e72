"""The seat plan as a mixed-integer programme, solved by HiGHS.

Whole numbers: classes n of an offer that start in a month, and people x trained in them for a cell's need in a month.
A class of D months that starts in month m trains for the months m + D to m + D + `wait_months`. Maximise

    Σ v · P(filled) · y − Σ fee · x,   Σ x of a cell and month = Σ y of its segments,

where y fills the need segment by segment in the order of their chances (`newsvendor.need_segments`), the ordered
segment entirely. Without limits the best plan opens, cell by cell, the newsvendor's quantile; limits make cells compete
by what their next seat is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from data.errors import UnavailableError
from training_recs.seat_plan.newsvendor import need_segments
from training_recs.seat_plan.planning_tables import LimitKind

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EXACT_GAP, NEAR_GAP = 1e-6, 2e-3
"""Share of the optimum by which a plan may miss it: of a programme solved at once, and of one solved in two steps."""
AT_ONCE = 1_000
"""Whole-numbered variables up to which all are solved at once. Above, classes are decided first, with people in
fractions, and then whole people in these classes: what is lost is about one seat for each budget."""
CLASS_PRICE = 1e-3
"""CNY: of plans alike in all else the one with fewer classes."""


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
        bool (offers, cells): those trained in the offer's district can work in the cell, and its occupation is theirs.
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
    reach: npt.NDArray[np.bool_]
    scenarios: Floats
    ordered: Ints
    limits: pd.DataFrame
    counted: npt.NDArray[np.bool_]
    limit_month: Ints
    value_cny: float
    least_class_seats: int
    wait_months: int


@dataclass(frozen=True)
class SeatSolution:
    """Classes int64 (offers, months), by start; people trained, one row a flow: offer, start, cell, month, seats."""

    classes: Ints
    flows: pd.DataFrame


@dataclass(frozen=True)
class Shortage:
    """A limit (row of `limits`) that confirmed orders exceed by `missing`, in `month` (number; −1: the whole plan)."""

    limit: int
    month: int
    missing: float


class SeatProgramme:
    """Variables and constraints of a problem; `solve` gives the best plan, `shortages` why there is none."""

    def __init__(self, problem: SeatProblem, *, at_once: int = AT_ONCE) -> None:
        self._problem = problem
        self._at_once = at_once
        self._starts = _starts(problem)
        self._flows = _flows(problem, self._starts)
        self._segments = _segments(problem)
        self._limit_rows = _limit_rows(problem, self._starts, self._flows)

    def unreached_orders(self) -> list[tuple[int, int]]:
        """Ordered cells and months that no class can train for in time."""
        served = set(zip(self._flows["cell"].tolist(), self._flows["month"].tolist(), strict=True))
        ordered = [(int(cell), int(month)) for cell, month in np.argwhere(self._problem.ordered > 0)]
        return [place for place in ordered if place not in served]

    def solve(self) -> SeatSolution | None:
        """The best plan; None where limits leave none that trains everybody who is ordered."""
        whole = len(self._starts) + len(self._flows)
        if whole <= self._at_once:
            found = self._run(self._profit(), whole=whole)
        else:
            found = self._run(self._profit(), whole=len(self._starts), gap=NEAR_GAP)
            if found is not None:
                found = self._run(
                    self._profit(), whole=whole, classes=np.rint(found[: len(self._starts)]), gap=NEAR_GAP
                )
        if found is None:
            return None
        classes = np.zeros((len(self._problem.offers), self._problem.months), dtype=np.int64)
        counts = np.rint(found[: len(self._starts)]).astype(np.int64)
        classes[self._starts["offer"], self._starts["start"]] = counts
        seats = np.rint(found[len(self._starts) : len(self._starts) + len(self._flows)]).astype(np.int64)
        flows = self._flows.assign(seats=seats)
        return SeatSolution(classes, flows[flows["seats"] > 0].reset_index(drop=True))

    def shortages(self) -> list[Shortage]:
        """Limits that orders alone exceed, with the least that is missing, each measured by its own size."""
        rows = self._limit_rows
        count = len(self._starts) + len(self._flows) + len(self._segments)
        price = np.r_[np.full(count, 0.0), 1.0 / np.maximum(rows.value, 1.0)]
        slack = sparse.identity(len(rows.value), format="csr")
        found = self._run(price, whole=len(self._starts), slack=slack, gap=NEAR_GAP)
        missing = found[count:] if found is not None else np.empty(0)
        return [
            Shortage(int(rows.limit[row]), int(rows.month[row]), float(missing[row]))
            for row in np.flatnonzero(missing > 1e-6)
        ]

    def _profit(self) -> Floats:
        """Cost of each variable, to be made small."""
        fees = self._problem.offers["fee_cny"].to_numpy(np.float64)
        worth = self._problem.value_cny * self._segments["chance"].to_numpy(np.float64)
        return np.concatenate([np.full(len(self._starts), CLASS_PRICE), fees[self._flows["offer"]], -worth])

    def _run(
        self, cost: Floats, *, whole: int, classes: Floats | None = None, slack: Any | None = None,
        gap: float = EXACT_GAP,
    ) -> Floats | None:  # fmt: skip
        """The variables that make `cost` least, the first `whole` of them whole numbers; None: there are none.

        `classes` are kept to where given; `slack` is by how much limits may be exceeded.
        """
        starts, flows, segments, problem = self._starts, self._flows, self._segments, self._problem
        n, x, y = len(starts), len(flows), len(segments)
        size = problem.offers["class_seats"].to_numpy(np.float64)[starts["offer"]]
        least = np.minimum(size, problem.least_class_seats)
        in_class = sparse.csr_matrix((np.ones(x), (flows["class"], np.arange(x))), shape=(n, x))
        cells = pd.concat([flows[["cell", "month"]], segments[["cell", "month"]]])
        place = cells.groupby(["cell", "month"]).ngroup().to_numpy()
        balance = sparse.csr_matrix(
            (np.r_[np.ones(x), -np.ones(y)], (place, np.arange(x + y))), shape=(place.max(initial=-1) + 1, x + y)
        )
        rows = [
            (sparse.hstack([-sparse.diags(size), in_class]), -np.inf, 0.0),
            (sparse.hstack([sparse.diags(least), -in_class]), -np.inf, 0.0),
            (sparse.hstack([sparse.csr_matrix((balance.shape[0], n)), balance]), 0.0, 0.0),
        ]
        extra = 0 if slack is None else slack.shape[1]
        width = n + x + y + extra
        constraints = [
            LinearConstraint(_padded(matrix, width), low, high) for matrix, low, high in rows if matrix.shape[0]
        ]
        if len(self._limit_rows.value):
            used = _padded(self._limit_rows.matrix, n + x + y)
            matrix = used if slack is None else sparse.hstack([used, -slack], format="csr")
            constraints.append(LinearConstraint(matrix, -np.inf, self._limit_rows.value))
        widths = segments["seats"].to_numpy(np.float64)
        # Ordered seats must be filled, the others may be.
        fixed = np.zeros(n) if classes is None else classes
        low = np.r_[fixed, np.zeros(x), np.where(segments["ordered"], widths, 0.0), np.zeros(extra)]
        most = np.full(n, np.inf) if classes is None else classes
        high = np.r_[most, np.full(x, np.inf), widths, np.full(extra, np.inf)]
        integer = (np.arange(width) < whole).astype(np.int64)
        if not width:
            return np.empty(0)
        found = milp(
            cost, integrality=integer, bounds=Bounds(low, high), constraints=constraints,
            options={"mip_rel_gap": gap},
        )  # fmt: skip
        if found.status == 2:  # infeasible
            return None
        if found.x is None:
            raise UnavailableError(
                f"the seat plan was not solved: {found.message}", remedy="plan fewer months or courses"
            )
        return np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True)
class _LimitRows:
    """One row a limit and month: matrix over classes and flows, what it may use, which limit, which month."""

    matrix: Any
    value: Floats
    limit: Ints
    month: Ints


def _padded(matrix: Any, width: int) -> Any:
    return sparse.hstack([matrix, sparse.csr_matrix((matrix.shape[0], width - matrix.shape[1]))], format="csr")


def _starts(problem: SeatProblem) -> pd.DataFrame:
    """Offers and months in which a class may start and still be of use: offer, start."""
    lasts = problem.offers["months"].to_numpy(np.int64)
    offer, start = np.nonzero(np.arange(problem.months) + lasts[:, None] < problem.months)
    return pd.DataFrame({"offer": offer, "start": start})


def _flows(problem: SeatProblem, starts: pd.DataFrame) -> pd.DataFrame:
    """Which class can train for which need: class, offer, start, cell, month."""
    wanted = (problem.scenarios >= 1).any(axis=2) | (problem.ordered > 0)
    lasts = problem.offers["months"].to_numpy(np.int64)
    parts = []
    for number, (offer, start) in enumerate(zip(starts["offer"], starts["start"], strict=True)):
        ready = start + lasts[offer]
        cells = np.flatnonzero(problem.reach[offer])
        place, month = np.nonzero(wanted[cells, ready : ready + problem.wait_months + 1])
        parts.append(np.column_stack([np.full(len(place), number), np.full(len(place), offer),
                                      np.full(len(place), start), cells[place], month + ready]))  # fmt: skip
    table = np.concatenate(parts) if parts else np.empty((0, 5))
    return pd.DataFrame(table.astype(np.int64), columns=["class", "offer", "start", "cell", "month"])


def _segments(problem: SeatProblem) -> pd.DataFrame:
    """Needs, seat by seat in segments: cell, month, seats, chance, ordered; the last one is what nobody needs."""
    rows: list[tuple[int, int, float, float, bool]] = []
    wanted = (problem.scenarios >= 1).any(axis=2) | (problem.ordered > 0)
    for cell, month in np.argwhere(wanted):
        ordered = int(problem.ordered[cell, month])
        for number, (seats, chance) in enumerate(need_segments(problem.scenarios[cell, month], ordered)):
            rows.append((cell, month, float(seats), chance, ordered > 0 and number == 0))
        rows.append((cell, month, np.inf, 0.0, False))
    table = pd.DataFrame(rows, columns=["cell", "month", "seats", "chance", "ordered"])
    return table.astype({"cell": np.int64, "month": np.int64, "ordered": bool})


def _limit_rows(problem: SeatProblem, starts: pd.DataFrame, flows: pd.DataFrame) -> _LimitRows:
    lasts = problem.offers["months"].to_numpy(np.int64)[starts["offer"]]
    first = starts["start"].to_numpy(np.int64)
    subsidy = problem.offers["subsidy_cny"].to_numpy(np.float64)[flows["offer"]]
    none_of_classes, none_of_flows = np.zeros(len(starts)), np.zeros(len(flows))
    rows, values, limits, months = [], [], [], []
    for number, (kind, value) in enumerate(zip(problem.limits["kind"], problem.limits["value"], strict=True)):
        counted = problem.counted[number][starts["offer"]]
        only = int(problem.limit_month[number])
        if kind == LimitKind.BUDGET:
            in_time = counted & ((first == only) | (only < 0))
            found = [(only, np.r_[none_of_classes, np.where(in_time[flows["class"]], subsidy, 0.0)])]
        else:
            every = range(problem.months) if only < 0 else [only]
            found = [
                (month, np.r_[(counted & (first <= month) & (month < first + lasts)).astype(float), none_of_flows])
                for month in every
            ]
        for month, row in found:
            if row.any():
                rows.append(sparse.csr_matrix(row))
                values.append(float(value))
                limits.append(number)
                months.append(month)
    matrix = sparse.vstack(rows, format="csr") if rows else sparse.csr_matrix((0, len(starts) + len(flows)))
    return _LimitRows(matrix, np.array(values), np.array(limits, dtype=np.int64), np.array(months, dtype=np.int64))
