"""Which referrals to make, all at once: most expected placements within every capacity, with a price a vacancy.

The problem, over candidate edges *(s, v)* with scores w ≥ 0::

    max Σ w x   subject to   Σ_v x_sv ≤ L,   Σ_s x_sv ≤ C_v,   0 ≤ x_sv ≤ 1

Its dual has a price p_v ≥ 0 for each vacancy and a threshold π_s ≥ 0 for each seeker. The auction (Bertsekas
1988, "The auction algorithm: a distributed relaxation method for the assignment problem"; Bertsekas & Castañon
1989 for several units of one object) keeps *ε-complementary slackness* at every step:

- an edge that is held has net value w − p ≥ π_s − ε; one that is not has w − p ≤ π_s;
- a seeker with fewer than L referrals has π_s = 0;
- a vacancy that is not full has price 0.

A seeker bids for his best free slots so high that his net value falls to that of the best slot he leaves out
(and by ε more), so the first line holds when he bids. Prices only rise, so it goes on holding: what he left out
gets no better, and a held bid is never below its vacancy's price. Since a vacancy, once full, stays full, and
its price is zero before, the third line always holds; this is why no ε-scaling is done, which would start
vacancies that stay unfilled at prices above zero. When nobody bids any more, the objective is within ε a
referral of the optimum. The prices are then lowered to the least that still justify it: the worth of one more
referral. Each result proves how near the optimum it is: its prices give an upper bound on every allocation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from matching.auction import best_utilities, least_prices, run_auction

RELATIVE_ERROR = 2e-4
"""Default ε as a share of the mean score: keeps the loss below 0.05 % of the objective."""


@dataclass(frozen=True)
class Allocation:
    """Chosen referrals and the prices that justify them.

    Attributes
    ----------
    chosen
        bool of shape (edges,), in the order of the edges given.
    price
        float64 of shape (vacancies,): worth of one more referral to the vacancy; 0 where it is not full.
    utility
        float64 of shape (seekers,): Σ of the best L values of score − price that are positive.
    objective
        Sum of the chosen scores.
    bound
        No allocation exceeds it (weak duality): Σ capacity × price + Σ utility.
    """

    chosen: npt.NDArray[np.bool_]
    price: npt.NDArray[np.float64]
    utility: npt.NDArray[np.float64]
    objective: float
    bound: float

    @property
    def certificate(self) -> float:
        """Objective ÷ bound: at least this share of the optimum is reached. 1 where nothing can be referred."""
        return self.objective / self.bound if self.bound > 0 else 1.0


def allocate(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating],
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
    epsilon: float | None = None,
) -> Allocation:
    """Allocate referrals by auction. The order of the edges does not matter; equal input gives equal output.

    Parameters
    ----------
    seeker, vacancy
        int32 of shape (edges,): the ends of each candidate edge; a pair occurs once.
    score
        Shape (edges,), finite, ≥ 0: what the referral is worth, in expected placements.
    seeker_limit
        L ≥ 1, most referrals a seeker.
    capacity
        int64 of shape (vacancies,), ≥ 0: most referrals a vacancy.
    n_seekers
        Number of seekers, those without candidates included.
    epsilon
        Least raise of a bid, in units of score, > 0; default `RELATIVE_ERROR` × mean score. Where many seekers
        of equal scores compete for the same vacancies, each of their slots is outbid up to score ÷ ε times.

    Raises
    ------
    DataError
        A score is negative or not finite, ε, a capacity or the limit is out of range, a row does not exist, the
        columns differ in length, or a pair occurs twice.
    """
    weights = np.ascontiguousarray(score, dtype=np.float64)
    _check(seeker, vacancy, weights, seeker_limit, capacity, n_seekers)
    if epsilon is not None and not 0 < epsilon < np.inf:  # the auction would never end
        raise DataError(f"epsilon is {epsilon}", remedy="give a positive number, or leave it out")
    # Edges to a vacancy that takes nobody are no candidates: they neither bid nor count in the bound.
    order = _by_seeker_and_vacancy(seeker, vacancy, len(capacity))
    order = order[capacity[vacancy[order]] > 0]
    first_edge = np.zeros(n_seekers + 1, dtype=np.int64)
    np.cumsum(np.bincount(seeker[order], minlength=n_seekers), out=first_edge[1:])
    vacancy_in_order = np.ascontiguousarray(vacancy[order], dtype=np.int32)
    weight_in_order = weights[order]
    if epsilon is None:
        epsilon = RELATIVE_ERROR * float(weights.mean()) if weights.any() else 1.0
    chosen_in_order, highest, _ = run_auction(
        first_edge, vacancy_in_order, weight_in_order, seeker_limit, capacity.astype(np.int64), epsilon
    )
    price = least_prices(first_edge, vacancy_in_order, weight_in_order, seeker_limit, chosen_in_order, highest, epsilon)
    chosen = np.zeros(len(weights), dtype=bool)
    chosen[order] = chosen_in_order
    utility = best_utilities(first_edge, vacancy_in_order, weight_in_order, seeker_limit, price)
    return Allocation(
        chosen=chosen,
        price=price,
        utility=utility,
        objective=float(weights[chosen].sum()),
        bound=float(capacity @ price + utility.sum()),
    )


def greedy(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating],
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
) -> npt.NDArray[np.bool_]:
    """Take edges by falling score while both ends have room; bool of shape (edges,). The usual shortcut."""
    chosen = np.zeros(len(seeker), dtype=bool)
    room_seeker = np.full(n_seekers, seeker_limit)
    room_vacancy = capacity.copy()
    for edge in np.lexsort((vacancy, seeker, -score)):
        if score[edge] > 0 and room_seeker[seeker[edge]] > 0 and room_vacancy[vacancy[edge]] > 0:
            chosen[edge] = True
            room_seeker[seeker[edge]] -= 1
            room_vacancy[vacancy[edge]] -= 1
    return chosen


def own_best(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating],
    *,
    seeker_limit: int,
) -> npt.NDArray[np.bool_]:
    """Everyone's own best edges whatever the capacities; bool of shape (edges,). What most systems do."""
    chosen = np.zeros(len(seeker), dtype=bool)
    order = np.lexsort((vacancy, -score, seeker))
    chosen[order] = (place_in_group(seeker[order]) < seeker_limit) & (score[order] > 0)
    return chosen


def place_in_group(groups: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Place of each element in its run of equal values, from 0; `groups` is sorted."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.empty(0, dtype=np.int64)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))


def _check(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.float64],
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
) -> None:
    if not len(seeker) == len(vacancy) == len(score):
        raise DataError(
            f"{len(seeker)} seekers, {len(vacancy)} vacancies and {len(score)} scores of edges",
            remedy="give one of each an edge",
        )
    if not np.isfinite(score).all() or (score < 0).any():
        raise DataError("a score is negative or not finite", remedy="scores are expected placements, 0 to 1")
    if seeker_limit < 1 or (capacity < 0).any():
        raise DataError(f"seeker limit {seeker_limit}, least capacity {capacity.min(initial=0)}", remedy="≥ 1 and ≥ 0")
    # Compiled code does not check bounds: a row that does not exist would read foreign memory.
    if len(seeker) and (
        min(seeker.min(), vacancy.min()) < 0 or seeker.max() >= n_seekers or vacancy.max() >= len(capacity)
    ):
        raise DataError("an edge names a seeker or vacancy that does not exist", remedy="check the row numbers")


def _by_seeker_and_vacancy(
    seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32], n_vacancies: int
) -> npt.NDArray[np.int64]:
    """Order of the edges by seeker, then vacancy; candidates usually come in it, and then nothing is sorted."""
    pair = seeker.astype(np.int64) * n_vacancies + vacancy
    if (pair[1:] > pair[:-1]).all():
        return np.arange(len(pair))
    order = np.argsort(pair, kind="stable")
    if (pair[order[1:]] == pair[order[:-1]]).any():
        raise DataError("a pair of seeker and vacancy occurs twice", remedy="give each candidate once")
    return order
