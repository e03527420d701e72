"""Needs that the same courses can train for, as one; and how what is planned for them is shared out again.

Cells that the same offers reach are one pool, offers that reach the same pools one site. To every plan for the pools
there is one for the cells with the same classes and worth, and the other way round: within a pool any trained person
can take any work, and the seats most likely to be filled come first whoever's they are. So nothing is lost, and
the programme grows with the number of sites and not with that of courses times cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from training_recs.seat_plan.newsvendor import need_segments
from training_recs.seat_plan.seat_problem import SeatProblem

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class NeedPools:
    """Pools of cells and sites of offers.

    Attributes
    ----------
    of_cell
        int64 (cells,): its pool; −1: no offer reaches it, or nobody is needed there.
    site
        int64 (offers,): −1: it reaches no pool.
    reach
        bool (sites, pools).
    wanted
        bool (pools, months).
    cell_segments
        The need of every cell in a pool, seat by seat in segments: cell, pool, month, seats, chance, ordered; the last
        of a cell and month, of infinite seats, is what nobody needs. Within a pool and month in the order in which
        seats are used: ordered ones, then by falling chance.
    """

    of_cell: Ints
    site: Ints
    reach: npt.NDArray[np.bool_]
    wanted: npt.NDArray[np.bool_]
    cell_segments: pd.DataFrame

    def segments(self) -> pd.DataFrame:
        """The need of the pools in the same way: pool, month, ordered, chance, seats."""
        return summed(self.cell_segments, ["pool", "month", "ordered", "chance"])

    def seats_of_cells(self, total: pd.DataFrame) -> pd.DataFrame:
        """The seats of each pool and month, `total`: pool, month, seats, by the cells that get them: + cell."""
        some = self.cell_segments.merge(total.rename(columns={"seats": "all"}), on=["pool", "month"])
        some["size"] = np.minimum(some["seats"], some["all"])
        before = some.groupby(["pool", "month"])["size"].cumsum() - some["size"]
        taken = np.clip(some["all"] - before, 0, some["size"])
        shared = summed(some.assign(seats=taken.astype(np.int64)), ["pool", "month", "cell"])
        return shared[shared["seats"] > 0]


def summed(table: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The seats of each `key`: its columns and seats, sorted."""
    return table.groupby(key)["seats"].sum().reset_index()


def pool_needs(problem: SeatProblem) -> NeedPools:
    """Pools and sites of a problem."""
    wanted = problem.wanted
    by_cell = sparse.csc_matrix(problem.reach)
    of_cell = _alike(by_cell, np.flatnonzero(wanted.any(axis=1)), by_cell.shape[1])
    pools = int(of_cell.max(initial=-1)) + 1
    into = sparse.csr_matrix(
        (np.ones((of_cell >= 0).sum()), (np.flatnonzero(of_cell >= 0), of_cell[of_cell >= 0])),
        shape=(len(of_cell), pools),
    )
    reached = sparse.csr_matrix(sparse.csr_matrix(problem.reach).astype(np.float64) @ into)
    reached.sort_indices()
    site = _alike(reached, np.arange(reached.shape[0]), reached.shape[0])
    reach = np.zeros((int(site.max(initial=-1)) + 1, pools), dtype=bool)
    offer, pool = reached.nonzero()
    reach[site[offer], pool] = True
    wanted_of_pools = np.zeros((pools, problem.months), dtype=bool)
    np.logical_or.at(wanted_of_pools, of_cell[of_cell >= 0], wanted[of_cell >= 0])
    return NeedPools(of_cell, site, reach, wanted_of_pools, _segments(problem, of_cell))


def _alike(matrix: sparse.csr_matrix | sparse.csc_matrix, lines: Ints, count: int) -> Ints:
    """Number of each line's set of entries, int64 (count,): the same for equal sets; −1: empty, or not in `lines`."""
    number = np.full(count, -1, dtype=np.int64)
    known: dict[bytes, int] = {}
    for line in lines.tolist():
        entries = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]]
        if len(entries):
            number[line] = known.setdefault(entries.tobytes(), len(known))
    return number


def _segments(problem: SeatProblem, of_cell: Ints) -> pd.DataFrame:
    rows: list[tuple[int, int, int, float, float, bool]] = []
    for cell, month in np.argwhere(problem.wanted & (of_cell >= 0)[:, None]).tolist():
        ordered, pool = int(problem.ordered[cell, month]), int(of_cell[cell])
        for number, (seats, chance) in enumerate(need_segments(problem.scenarios[cell, month], ordered)):
            rows.append((cell, pool, month, float(seats), chance, ordered > 0 and number == 0))
        rows.append((cell, pool, month, np.inf, 0.0, False))
    table = pd.DataFrame(rows, columns=["cell", "pool", "month", "seats", "chance", "ordered"])
    table = table.astype({"cell": np.int64, "pool": np.int64, "month": np.int64, "ordered": bool})
    order = ["pool", "month", "ordered", "chance", "cell"]
    return table.sort_values(order, ascending=[True, True, False, False, True], ignore_index=True)


def paired(givers: pd.DataFrame, takers: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Who gives to whom: `givers` and `takers` hold the same seats of each `key`, and are served in the order they are.

    Returns the columns of both and the seats between them.
    """
    one, other = (
        table.loc[table.index.repeat(table["seats"])].sort_values(key, kind="stable", ignore_index=True)
        for table in (givers.reset_index(drop=True), takers.reset_index(drop=True))
    )
    both = pd.concat([one.assign(seats=1), other.drop(columns=[*key, "seats"])], axis=1)
    return summed(both, [name for name in both.columns if name != "seats"])
