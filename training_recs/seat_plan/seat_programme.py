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
from training_recs.seat_plan.limit_rows import limit_rows
from training_recs.seat_plan.pooled_needs import NeedPools, paired, pool_needs, summed
from training_recs.seat_plan.seat_problem import SeatProblem, SeatSolution, Shortage, Shortages
from training_recs.seat_plan.useful_classes import useful_classes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EXACT_GAP, NEAR_GAP = 1e-6, 2e-3
"""Share of the optimum by which a plan may miss it: of a programme solved at once, and of each step of one in two."""
AT_ONCE = 1_000
"""Classes and ways to needs up to which all are solved at once. Above, classes are decided first, with people in
fractions, and then whole people in these classes: what is lost is about one seat for each budget."""
FOR_CLASSES = 0.8
"""Share of the time that deciding the classes may take where it is a step of its own."""
CLASS_PRICE = 1e-3
"""CNY: of plans alike in all else the one with fewer classes."""


@dataclass(frozen=True)
class _Found:
    """Values of the variables (None: none were found in time), what they cost, the least that any may cost, and whether
    the search came to its end."""

    values: Floats | None
    cost: float
    bound: float
    in_time: bool

    @property
    def gap(self) -> float:
        return max(self.cost - self.bound, 0.0) / max(abs(self.bound), 1.0)

    def or_better(self, other: _Found) -> _Found:
        """The cheaper values, and what is known of the bound from both."""
        return replace(min(self, other, key=lambda one: one.cost), bound=max(self.bound, other.bound))


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
        self._limit_rows = limit_rows(problem, self._classes)

    @property
    def size(self) -> tuple[int, int]:
        """Whole-numbered variables of the first step, and all."""
        classes = len(self._classes)
        return classes, 2 * classes + len(self._routes) + len(self._segments)

    @property
    def _is_small(self) -> bool:
        return len(self._classes) + len(self._routes) <= self._at_once

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
        if self._is_small:
            found = (
                self._run(self._profit(), whole=people, seconds=seconds) if n else _Found(np.empty(0), 0.0, 0.0, True)
            )
            return None if found is None else self._solution(found)
        first = self._classes_decided(seconds * FOR_CLASSES)
        if first is None:
            return None
        classes = np.rint(self._known(first)[:n])
        second = self._run(
            self._profit(),
            whole=people,
            fewest=classes,
            most=classes,
            gap=NEAR_GAP,
            seconds=seconds * (1 - FOR_CLASSES),
        )
        if second is None:
            return None
        # People in fractions are worth no less than whole ones: what bounds the first step bounds the plan.
        in_time = first.gap <= NEAR_GAP and second.in_time
        return self._solution(replace(second, bound=first.bound, in_time=in_time))

    def _classes_decided(self, seconds: float) -> _Found | None:
        """Whole classes with people in fractions.

        Of thousands of classes that may be opened the best plan in fractions opens some hundreds. The best plan in
        whole classes of these is found in a fraction of the time, and rarely misses the best of all by a thousandth.
        How much it may miss is then known from the search among all, whose first node mostly bounds it well enough.
        """
        n, profit = len(self._classes), self._profit()
        relaxed = self._run(profit, whole=0, seconds=seconds)
        if relaxed is None or relaxed.values is None:
            return relaxed
        opened = np.where(relaxed.values[:n] > 1e-6, np.inf, 0.0)
        among_these = self._run(profit, whole=n, most=opened, gap=NEAR_GAP, seconds=seconds / 4)
        found = _Found(None, np.inf, relaxed.bound, False)
        if among_these is not None:
            found = found.or_better(replace(among_these, bound=relaxed.bound))
        for nodes, share in ((1, 1 / 4), (None, 1 / 2)):
            if found.gap > NEAR_GAP:
                among_all = self._run(profit, whole=n, gap=NEAR_GAP, seconds=seconds * share, nodes=nodes)
                if among_all is None:
                    return None
                found = found.or_better(among_all)
        return found

    def shortages(self, seconds: float = np.inf) -> Shortages:
        """Limits that orders alone exceed, with the least that is missing, each measured by its own size.

        People are whole where `solve` has them whole at once; else some may be missing that are not told.
        """
        rows, n = self._limit_rows, len(self._classes)
        whole = 2 * n + len(self._routes) if self._is_small else n
        count = self.size[1]
        price = np.r_[np.zeros(count), 1.0 / np.maximum(rows.value, 1.0)]
        found = self._run(price, whole=whole, may_exceed=True, gap=NEAR_GAP, seconds=seconds)
        missing = self._known(found)[count:] if found else np.empty(0)
        return Shortages(
            tuple(
                Shortage(int(rows.limit[row]), int(rows.month[row]), float(missing[row]))
                for row in np.flatnonzero(missing > 1e-6)
            ),
            in_time=found is None or found.in_time,
        )

    def _solution(self, found: _Found) -> SeatSolution:
        n, routes = len(self._classes), self._routes
        whole = np.rint(self._known(found)).astype(np.int64)
        classes = np.zeros((len(self._problem.offers), self._problem.months), dtype=np.int64)
        classes[self._classes["offer"], self._classes["start"]] = whole[:n]
        trained = self._classes[["offer", "start"]].assign(source=self._source, seats=whole[n : 2 * n])
        sent = routes.assign(seats=whole[2 * n : 2 * n + len(routes)])
        of_pools = paired(trained, sent, ["source"])
        cells = self._pools.seats_of_cells(summed(sent, ["pool", "month"]))
        flows = summed(paired(of_pools, cells, ["pool", "month"]), ["offer", "start", "cell", "month"])
        return SeatSolution(classes, flows, found.gap, found.in_time)

    @staticmethod
    def _known(found: _Found) -> Floats:
        if found.values is None:
            raise UnavailableError(
                "时限内没有找到任何培训名额计划 / no seat plan was found in the time there was",
                remedy="延长时限 (--seconds) 或减少月份、课程 / more time (--seconds), or fewer months or courses",
            )
        return found.values

    def _profit(self) -> Floats:
        """Cost of each variable, to be made small."""
        fees = self._problem.offers["fee_cny"].to_numpy(np.float64)[self._classes["offer"]]
        worth = self._problem.value_cny * self._segments["chance"].to_numpy(np.float64)
        return np.concatenate([np.full(len(fees), CLASS_PRICE), fees, np.zeros(len(self._routes)), -worth])

    def _run(
        self, cost: Floats, *, whole: int, seconds: float, fewest: Floats | float = 0.0, most: Floats | float = np.inf,
        may_exceed: bool = False, gap: float = EXACT_GAP, nodes: int | None = None,
    ) -> _Found | None:  # fmt: skip
        """The variables that make `cost` least, the first `whole` of them whole numbers; None: there are none.

        `fewest` and `most` classes are opened. Where limits may be exceeded, by how much comes after the other
        variables. The search ends after so many `nodes`.
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
        options = {"mip_rel_gap": gap, "time_limit": seconds} | ({} if nodes is None else {"node_limit": nodes})
        found = milp(
            cost,
            integrality=(np.arange(len(cost)) < whole).astype(np.int64),
            bounds=Bounds(
                np.r_[np.broadcast_to(fewest, n), np.zeros(n + f), ordered, np.zeros(excess)],
                np.r_[np.broadcast_to(most, n), np.full(n + f, np.inf), widths, np.full(excess, np.inf)],
            ),
            constraints=constraints,
            options=options,
        )
        if found.status == 2:  # infeasible
            return None
        bound = found.fun if not whole else found.mip_dual_bound
        if found.x is None:
            return _Found(None, np.inf, -np.inf if bound is None else float(bound), False)
        return _Found(np.asarray(found.x, dtype=np.float64), float(found.fun), float(bound), found.status == 0)

    def _needs_of_routes_and_segments(self) -> tuple[Any, Any]:
        """Which need each route leads to, and each segment is part of: sparse (needs, routes), (needs, segments)."""
        need, _ = _numbered(
            pd.concat([self._routes["pool"], self._segments["pool"]]),
            pd.concat([self._routes["month"], self._segments["month"]]),
        )
        routes, needs = len(self._routes), int(need.max(initial=-1)) + 1
        return _incidence(need[:routes], needs), _incidence(need[routes:], needs)


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
