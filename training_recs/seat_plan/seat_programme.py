"""The seat plan as a mixed-integer programme, solved by HiGHS.

Whole numbers: classes n of an offer that start in a month, people x trained in them, and people f who go from the
classes of a site (`pooled_needs`) that are ready in a month to the need of a pool in that month or up to `wait_months`
later. A class of D months that starts in month m is ready in month m + D. Maximise

    Σ v · P(filled) · y − Σ fee · x,   Σ x of a site and month = Σ f from it,   Σ f into a pool's month = Σ y,

where y fills the need segment by segment in the order of their chances (`newsvendor.need_segments`), the ordered
segment entirely. Without limits the best plan opens, pool by pool, the newsvendor's quantile; limits make pools compete
by what their next seat is worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from data.errors import UnavailableError
from training_recs.seat_plan.planning_tables import LimitKind
from training_recs.seat_plan.pooled_needs import NeedPools, paired, pool_needs, summed
from training_recs.seat_plan.seat_problem import SeatProblem, SeatSolution, Shortage, Shortages
from training_recs.seat_plan.useful_classes import useful_classes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EXACT_GAP, NEAR_GAP = 1e-6, 2e-3
"""Share of the optimum by which a plan may miss it: of a programme solved at once, and of one solved in two steps."""
AT_ONCE = 1_000
"""Classes and ways to needs up to which all are solved at once. Above, classes are decided first, with people in
fractions, and then whole people in these classes: what is lost is about one seat for each budget."""
FOR_CLASSES = 0.8
"""Share of the time that deciding the classes may take where it is a step of its own."""
CLASS_PRICE = 1e-3
"""CNY: of plans alike in all else the one with fewer classes."""


@dataclass(frozen=True)
class _Found:
    """Values of the variables, what they cost, the least that any may cost, and whether time sufficed."""

    values: Floats
    cost: float
    bound: float
    in_time: bool


class SeatProgramme:
    """Variables and constraints of a problem; `solve` gives the best plan, `shortages` why there is none."""

    def __init__(self, problem: SeatProblem, *, at_once: int = AT_ONCE) -> None:
        self._problem = problem
        self._at_once = at_once
        self._pools = pool_needs(problem)
        self._segments = self._pools.segments()
        site, ready, pool, month = _ways(problem, self._pools)
        served = np.zeros((len(self._pools.reach), problem.months), dtype=bool)
        served[site, ready] = True
        self._classes = useful_classes(problem, self._pools.site, served)
        # A source is a site and a month in which classes of it are ready.
        self._source, sources = _numbered(self._classes["site"], self._classes["ready"])
        source = pd.MultiIndex.from_frame(sources).get_indexer(pd.MultiIndex.from_arrays([site, ready]))
        self._routes = pd.DataFrame({"source": source, "pool": pool, "month": month})[source >= 0]
        self._limit_rows = _limit_rows(problem, self._classes)

    @property
    def size(self) -> tuple[int, int]:
        """Whole-numbered variables of the first step, and all."""
        classes = len(self._classes)
        return classes, 2 * classes + len(self._routes) + len(self._segments)

    def unreached_orders(self) -> list[tuple[int, int]]:
        """Ordered cells and months that no class can train for in time."""
        served = set(zip(self._routes["pool"].tolist(), self._routes["month"].tolist(), strict=True))
        ordered = [(int(cell), int(month)) for cell, month in np.argwhere(self._problem.ordered > 0)]
        return [(cell, month) for cell, month in ordered if (int(self._pools.of_cell[cell]), month) not in served]

    def solve(self, seconds: float = np.inf) -> SeatSolution | None:
        """The best plan that is found in so many seconds; None where none trains everybody who is ordered.

        Raises
        ------
        UnavailableError
            No plan at all was found in this time.
        """
        if self.unreached_orders():
            return None
        n, people = len(self._classes), 2 * len(self._classes) + len(self._routes)
        if not n:
            return self._solution(_Found(np.empty(0), 0.0, 0.0, True))
        if n + len(self._routes) <= self._at_once:
            found = self._run(self._profit(), whole=people, seconds=seconds)
            return self._solution(found) if found else None
        first = self._run(self._profit(), whole=n, gap=NEAR_GAP, seconds=seconds * FOR_CLASSES)
        if first is None:
            return None
        second = self._run(
            self._profit(), whole=people, classes=np.rint(first.values[:n]), gap=NEAR_GAP,
            seconds=seconds * (1 - FOR_CLASSES),
        )  # fmt: skip
        # People in fractions are worth no less than whole ones: what bounds the first step bounds the plan.
        return (
            self._solution(replace(second, bound=first.bound, in_time=first.in_time and second.in_time))
            if second
            else None
        )

    def shortages(self, seconds: float = np.inf) -> Shortages:
        """Limits that orders alone exceed, with the least that is missing, each measured by its own size."""
        rows = self._limit_rows
        count = self.size[1]
        price = np.r_[np.zeros(count), 1.0 / np.maximum(rows.value, 1.0)]
        found = self._run(price, whole=len(self._classes), may_exceed=True, gap=NEAR_GAP, seconds=seconds)
        missing = found.values[count:] if found else np.empty(0)
        return Shortages(
            tuple(
                Shortage(int(rows.limit[row]), int(rows.month[row]), float(missing[row]))
                for row in np.flatnonzero(missing > 1e-6)
            ),
            in_time=found is None or found.in_time,
        )

    def _solution(self, found: _Found) -> SeatSolution:
        n, routes = len(self._classes), self._routes
        whole = np.rint(found.values).astype(np.int64)
        classes = np.zeros((len(self._problem.offers), self._problem.months), dtype=np.int64)
        classes[self._classes["offer"], self._classes["start"]] = whole[:n]
        trained = self._classes[["offer", "start"]].assign(source=self._source, seats=whole[n : 2 * n])
        sent = routes.assign(seats=whole[2 * n : 2 * n + len(routes)])
        of_pools = paired(trained, sent, ["source"])
        cells = self._pools.seats_of_cells(summed(sent, ["pool", "month"]))
        flows = summed(paired(of_pools, cells, ["pool", "month"]), ["offer", "start", "cell", "month"])
        gap = max(found.cost - found.bound, 0.0) / max(abs(found.bound), 1.0)
        return SeatSolution(classes, flows, gap, found.in_time)

    def _profit(self) -> Floats:
        """Cost of each variable, to be made small."""
        fees = self._problem.offers["fee_cny"].to_numpy(np.float64)[self._classes["offer"]]
        worth = self._problem.value_cny * self._segments["chance"].to_numpy(np.float64)
        return np.concatenate([np.full(len(fees), CLASS_PRICE), fees, np.zeros(len(self._routes)), -worth])

    def _run(
        self, cost: Floats, *, whole: int, seconds: float, classes: Floats | None = None, may_exceed: bool = False,
        gap: float = EXACT_GAP,
    ) -> _Found | None:  # fmt: skip
        """The variables that make `cost` least, the first `whole` of them whole numbers; None: there are none.

        `classes` are kept to where given; where limits may be exceeded, by how much comes after the other variables.
        """
        n, f, rows = len(self._classes), len(self._routes), self._limit_rows
        excess = len(rows.value) if may_exceed else 0
        size = self._problem.offers["class_seats"].to_numpy(np.float64)[self._classes["offer"]]
        least, people = np.minimum(size, self._problem.least_class_seats), sparse.identity(n)
        sources = int(self._source.max()) + 1
        into, of_segment = self._needs_of_routes_and_segments()
        blocks = [
            ([[-sparse.diags(size), people]], -np.inf, 0.0),
            ([[sparse.diags(least), -people]], -np.inf, 0.0),
            ([[_nothing(sources, n), _incidence(self._source), -_incidence(self._routes["source"])]], 0.0, 0.0),
            ([[_nothing(into.shape[0], 2 * n), into, -of_segment]], 0.0, 0.0),
        ]
        constraints = [
            LinearConstraint(_padded(sparse.bmat(block), len(cost)), low, high) for block, low, high in blocks
        ]
        if len(rows.value):
            used = _padded(rows.matrix, len(cost) - excess)
            matrix = sparse.hstack([used, -sparse.identity(excess)], format="csr") if excess else used
            constraints.append(LinearConstraint(matrix, -np.inf, rows.value))
        widths = self._segments["seats"].to_numpy(np.float64)
        # Ordered seats must be filled, the others may be.
        ordered = np.where(self._segments["ordered"], widths, 0.0)
        fewest, most = (np.zeros(n), np.full(n, np.inf)) if classes is None else (classes, classes)
        found = milp(
            cost,
            integrality=(np.arange(len(cost)) < whole).astype(np.int64),
            bounds=Bounds(
                np.r_[fewest, np.zeros(n + f), ordered, np.zeros(excess)],
                np.r_[most, np.full(n + f, np.inf), widths, np.full(excess, np.inf)],
            ),
            constraints=constraints,
            options={"mip_rel_gap": gap, "time_limit": seconds},
        )
        if found.status == 2:  # infeasible
            return None
        if found.x is None:
            raise UnavailableError(
                f"the seat plan was not solved: {found.message}",
                remedy="give it more time (--seconds), or plan fewer months or courses",
            )
        return _Found(
            np.asarray(found.x, dtype=np.float64), float(found.fun), float(found.mip_dual_bound), found.status == 0
        )

    def _needs_of_routes_and_segments(self) -> tuple[Any, Any]:
        """Which need each route leads to, and each segment is part of: sparse (needs, routes), (needs, segments)."""
        need, _ = _numbered(
            pd.concat([self._routes["pool"], self._segments["pool"]]),
            pd.concat([self._routes["month"], self._segments["month"]]),
        )
        routes, needs = len(self._routes), int(need.max(initial=-1)) + 1
        return _incidence(need[:routes], needs), _incidence(need[routes:], needs)


@dataclass(frozen=True)
class _LimitRows:
    """One row a limit and month: matrix over classes and their people, what it may use, which limit, which month."""

    matrix: Any
    value: Floats
    limit: Ints
    month: Ints


def _incidence(group: npt.ArrayLike, groups: int | None = None) -> Any:
    """Sparse (groups, members), 1 where the member belongs to the group."""
    number = np.asarray(group, dtype=np.int64)
    shape = (int(number.max(initial=-1)) + 1 if groups is None else groups, len(number))
    return sparse.csr_matrix((np.ones(len(number)), (number, np.arange(len(number)))), shape=shape)


def _nothing(rows: int, columns: int) -> Any:
    return sparse.csr_matrix((rows, columns))


def _padded(matrix: Any, width: int) -> Any:
    return sparse.hstack([matrix, _nothing(matrix.shape[0], width - matrix.shape[1])], format="csr")


def _numbered(one: pd.Series[int], other: pd.Series[int]) -> tuple[Ints, pd.DataFrame]:
    """Number of each row's pair of values, int64 (rows,), and the pairs by number."""
    table = pd.DataFrame({"one": one.to_numpy(), "other": other.to_numpy()})
    number = table.groupby(["one", "other"], sort=True).ngroup().to_numpy(np.int64)
    return np.asarray(number), table.drop_duplicates().sort_values(["one", "other"], ignore_index=True)


def _ways(problem: SeatProblem, pools: NeedPools) -> tuple[Ints, Ints, Ints, Ints]:
    """Every way from a site whose class is ready in a month to a pool's need in a month: four numbers each."""
    parts = []
    for wait in range(problem.wait_months + 1):
        site, ready, pool = np.nonzero(pools.reach[:, None, :] & pools.wanted.T[None, wait:, :])
        parts.append(np.stack([site, ready, pool, ready + wait]))
    site, ready, pool, month = np.concatenate(parts, axis=1)
    return site, ready, pool, month


def _limit_rows(problem: SeatProblem, classes: pd.DataFrame) -> _LimitRows:
    """What each limit allows of classes and their people. What no class uses has no row."""
    offer, first, ready = (classes[name].to_numpy(np.int64) for name in ("offer", "start", "ready"))
    subsidy = problem.offers["subsidy_cny"].to_numpy(np.float64)[offer]
    rows, values, limits, months = [], [], [], []
    for number, (kind, value) in enumerate(zip(problem.limits["kind"], problem.limits["value"], strict=True)):
        counted = problem.counted[number][offer]
        only = int(problem.limit_month[number])
        if kind == LimitKind.BUDGET:
            spent = np.where(counted & ((first == only) | (only < 0)), subsidy, 0.0)
            found = [(only, np.flatnonzero(spent) + len(classes), spent[spent != 0])]
        else:
            found = []
            for month in range(problem.months) if only < 0 else [only]:
                going_on = np.flatnonzero(counted & (first <= month) & (month < ready))
                found.append((month, going_on, np.ones(len(going_on))))
        for month, columns, used in found:
            if len(columns):
                rows.append((columns, used))
                values.append(float(value))
                limits.append(number)
                months.append(month)
    columns = np.concatenate([row[0] for row in rows]) if rows else np.empty(0, dtype=np.int64)
    used = np.concatenate([row[1] for row in rows]) if rows else np.empty(0)
    lengths = np.array([len(row[0]) for row in rows], dtype=np.int64)
    matrix = sparse.csr_matrix(
        (used, (np.repeat(np.arange(len(rows)), lengths), columns)), shape=(len(rows), 2 * len(classes))
    )
    return _LimitRows(matrix, np.array(values), np.array(limits, dtype=np.int64), np.array(months, dtype=np.int64))
