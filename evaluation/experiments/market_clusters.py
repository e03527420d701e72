"""Markets as clusters of cells: small ones merged, and those that exchange most until little leaks between them.

Whoever is matched in one market may take the place of somebody in another only through referrals that cross. *Leakage*
is the share of referrals (or of other pairs, weighted as wanted) whose seeker and vacancy lie in different markets.
Pairs of clusters are merged by the linkage of Bonald, Charpentier, Galland & Hollocou (2018, "Hierarchical graph
clustering using node pair sampling"): what two exchange over what their sizes would make them exchange by chance, so
that not everything is drawn into the largest. That experiments on a graph are cut so as to lose few edges: Ugander,
Karrer, Backstrom & Kleinberg (2013), "Graph cluster randomization".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from data.errors import DataError
from evaluation.experiments.market_cells import CellGrid, Cells
from evaluation.refusal import Caution

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class MarketClusters:
    """Which cluster each cell belongs to.

    Attributes
    ----------
    of_cell
        int32 (cells of the grid,): number of the cluster, from 0 in the order of their lowest cells. Every cell has
        one, those without anybody too.
    count
        Number of clusters.
    leakage, leakage_of_cells
        Share of the exchange between clusters, 0 to 1; and what it was between the cells before merging.
    caution
        That the limit of leakage could not be kept; None where it was.
    """

    of_cell: Cells
    count: int
    leakage: float
    leakage_of_cells: float
    caution: Caution | None


def leakage(of_seeker: npt.NDArray[np.integer], of_vacancy: npt.NDArray[np.integer], weight: Floats) -> float:
    """Share of the weight of pairs whose ends lie in different clusters (or cells), 0 to 1; 0 without any weight.

    Parameters
    ----------
    of_seeker, of_vacancy
        Shape (pairs,): cluster of either end.
    weight
        float64 (pairs,), ≥ 0.
    """
    total = float(weight.sum())
    return float(weight[of_seeker != of_vacancy].sum()) / total if total > 0 else 0.0


def market_clusters(
    grid: CellGrid,
    seeker_cell: Cells,
    vacancy_cell: Cells,
    pairs: tuple[Ints, Ints],
    weight: Floats,
    *,
    least_seekers: int,
    leakage_limit: float,
    fewest: int,
) -> MarketClusters:
    """Merge the grid's cells into markets. Equal input gives equal output.

    1. While a cluster has fewer than `least_seekers`, the smallest (ties: lowest cell) joins the one with which it
       exchanges most for its size; where it exchanges nothing, the nearest (`CellGrid.distance_km`).
    2. While more than `leakage_limit` leaks and more than `fewest` clusters are left, the two of highest linkage merge.
    3. A cell without anybody joins the nearest one that has somebody.

    Parameters
    ----------
    seeker_cell, vacancy_cell
        int32 (seekers,), (vacancies,): cells of everybody in the market today.
    pairs
        int64 (pairs,) twice: rows of seekers and vacancies that may be referred to each other.
    weight
        float64 (pairs,), ≥ 0: how often the pair would be referred, or another measure of what it exchanges.

    Raises
    ------
    DataError
        There are no seekers, or weights are not one a pair.
    """
    if not len(seeker_cell) or not len(pairs[0]) == len(pairs[1]) == len(weight):
        raise DataError(
            f"{len(seeker_cell)} seekers, {len(pairs[0])} pairs and {len(weight)} weights",
            remedy="give the seekers of a market, and one weight a pair",
        )
    people = np.bincount(seeker_cell, minlength=len(grid))
    inhabited = np.flatnonzero(people + np.bincount(vacancy_cell, minlength=len(grid)))
    own = np.full(len(grid), -1)
    own[inhabited] = np.arange(len(inhabited))
    ends = (own[seeker_cell[pairs[0]]], own[vacancy_cell[pairs[1]]])
    exchange = coo_array((weight, ends), shape=(len(inhabited),) * 2).toarray()
    before = leakage(*ends, weight)
    joined = _Merger(grid, inhabited, people[inhabited], exchange + exchange.T)
    joined.absorb_small(least_seekers)
    joined.lessen_leakage(leakage_limit, fewest)
    root_of_cell = np.full(len(grid), -1)
    root_of_cell[inhabited] = inhabited[joined.roots()]
    for cell in np.flatnonzero(root_of_cell < 0):
        root_of_cell[cell] = root_of_cell[inhabited[np.argmin(grid.distance_km(int(cell))[inhabited])]]
    lowest: dict[int, int] = {}
    of_cell = np.array([lowest.setdefault(int(root), len(lowest)) for root in root_of_cell], dtype=np.int32)
    after = leakage(of_cell[seeker_cell[pairs[0]]], of_cell[vacancy_cell[pairs[1]]], weight)
    return MarketClusters(of_cell, len(lowest), after, before, _caution(after, leakage_limit, len(lowest)))


def _caution(found: float, limit: float, clusters: int) -> Caution | None:
    if found <= limit:
        return None
    return Caution(
        zh=f"{clusters} 个市场之间仍有 {found:.0%} 的推荐跨市场（上限 {limit:.0%}），再合并市场就太少："
        "处理市场的人会占去对照市场的岗位，效应估计会偏大。",
        en=f"{found:.0%} of referrals cross between the {clusters} markets (limit {limit:.0%}), and fewer markets "
        "would be too few: people of treated markets take posts in control markets, and effects look too large.",
    )


class _Merger:
    """Clusters being merged; cluster i lives on under the number of the cell that it swallowed others from."""

    def __init__(self, grid: CellGrid, cells: Ints, people: Ints, exchange: Floats) -> None:
        self._grid, self._cells, self._exchange = grid, cells, exchange
        self._people = people.copy()
        self._size = exchange.sum(axis=1)
        self._root = np.arange(len(cells))
        self._alive = np.ones(len(cells), dtype=bool)

    def roots(self) -> Ints:
        """Position of each cell's cluster."""
        return self._root

    def absorb_small(self, least: int) -> None:
        while self._alive.sum() > 1:
            alive = np.flatnonzero(self._alive)
            small = alive[np.argmin(self._people[alive])]
            if self._people[small] >= least:
                return
            others = alive[alive != small]
            linked = self._exchange[small, others] / np.maximum(self._size[others], 1e-12)
            if linked.max() > 0:
                partner = others[np.argmax(linked)]
            else:
                away = self._grid.distance_km(int(self._cells[small]))[self._cells[others]]
                partner = others[np.argmin(away)]
            self._merge(int(partner), int(small))

    def lessen_leakage(self, limit: float, fewest: int) -> None:
        total = self._exchange.sum()
        while self._alive.sum() > max(fewest, 1):
            alive = np.flatnonzero(self._alive)
            among = self._exchange[np.ix_(alive, alive)]
            inside = np.trace(among)
            if total <= 0 or 1 - inside / total <= limit:
                return
            size = np.maximum(self._size[alive], 1e-12)
            linkage = np.triu(among / np.outer(size, size), 1)
            one, other = np.unravel_index(np.argmax(linkage), linkage.shape)
            if linkage[one, other] <= 0:
                return
            self._merge(int(alive[one]), int(alive[other]))

    def _merge(self, kept: int, gone: int) -> None:
        self._exchange[kept] += self._exchange[gone]
        self._exchange[:, kept] += self._exchange[:, gone]
        self._exchange[gone] = 0.0
        self._exchange[:, gone] = 0.0
        self._size[kept] += self._size[gone]
        self._people[kept] += self._people[gone]
        self._alive[gone] = False
        self._root[self._root == gone] = kept
