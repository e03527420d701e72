"""Which referrals to make, all at once: most worth within every capacity, with a price a vacancy.

The problem, over candidate edges *(s, v)* with scores w ≥ 0 and costs b of referral slots::

    max Σ w x − Σ_v Σ_{k ≤ n_v} b_vk   subject to   n_v = Σ_s x_sv ≤ C_v,   Σ_v x_sv ≤ L,   0 ≤ x_sv ≤ 1

Costs do not fall with k, so that each further referral to a vacancy is worth no more than the one before: a
min-cost flow with one arc a slot, and whole numbers solve it. Without costs it is the plain allocation. Its dual
has a price p_v for each vacancy and a threshold π_s ≥ 0 for each seeker. The auction (Bertsekas 1988, "The auction
algorithm: a distributed relaxation method for the assignment problem"; Bertsekas & Castañon 1989 for several units
of one object) keeps *ε-complementary slackness*:

- an edge that is held has net value w − p ≥ π_s − ε; one that is not has w − p ≤ π_s + ε;
- a seeker with fewer than L referrals has π_s = 0;
- a vacancy with n referrals has b_n ≤ p ≤ b_{n+1} (the latter only if it has a further slot).

A seeker bids for his best free slots so high that his net value falls to that of the best slot he leaves out
(and by ε more). Where many compete for slots that are worth the same to them, each outbids the last by ε only;
so ε is coarse first and is then divided by twenty (ε-scaling), each time starting a little below the prices found.
Prices that were too high to start from leave empty slots dear; these a reverse auction lowers
(`matching.reverse_auction`). When nobody bids and no slot is too dear, the objective is within about ε a referral
of the optimum. The prices are then lowered to the least that still justify it: the worth of one more referral.
Each result proves how near the optimum it is: its prices give an upper bound on every allocation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from matching.auction import run_auction
from matching.candidate_edges import CandidateEdges
from matching.dual_prices import least_prices, objective, slot_profit, utilities
from matching.referral_graph import (
    NO_EDGE,
    EdgeWorth,
    VacancyEdges,
    build_graph,
    edges_by_vacancy,
    filled_slots,
    mean_and_most,
    success_alone,
)
from matching.reverse_auction import run_reverse_auction
from matching.seen_vacancies import refer_to_unseen

RELATIVE_ERROR = 2e-4
"""Default ε as a share of the mean worth: keeps the loss below 0.05 % of the objective."""
COARSEST = 0.1
"""Largest ε of the scaling, as a share of the mean worth."""
STEP = 20.0
"""By how much ε is divided from one round to the next."""
SLACK = 1.0
"""How many ε below the prices found the next round starts. With 3, equal scores took three times as long."""


@dataclass(frozen=True)
class Allocation:
    """Chosen referrals and the prices that justify them.

    Attributes
    ----------
    chosen
        int64 of shape (referrals,): numbers of the edges referred, rising.
    price
        float64 of shape (vacancies,): what one more referral to the vacancy would take from others; 0 where
        a slot that costs nothing is empty. Negative only for the floor: what draws a first referral there.
    utility
        float64 of shape (seekers,): Σ of the best L values of score − price that are positive.
    objective
        Sum of the chosen scores, less the costs of their slots.
    bound
        No allocation that refers to as many vacancies exceeds it (weak duality): Σ slots (price − cost)⁺ +
        Σ utility. Without a worth of the first referral, none does.
    """

    chosen: npt.NDArray[np.int64]
    price: npt.NDArray[np.float64]
    utility: npt.NDArray[np.float64]
    objective: float
    bound: float

    @property
    def certificate(self) -> float:
        """Objective ÷ bound: at least this share of the optimum is reached. 1 where nothing can be referred."""
        return self.objective / self.bound if self.bound > 0 else 1.0


@dataclass(frozen=True)
class WorthScale:
    """What errors and the floor are measured by: the mean worth of candidate edges, and the highest."""

    mean: float
    most: float


def worth_scale(edges: CandidateEdges, worth: EdgeWorth) -> WorthScale:
    """The scale of these worths; 0 and 0 without edges."""
    return WorthScale(*mean_and_most(edges.first_edge, edges.vacancy, edges.success, worth))


def allocate(
    edges: CandidateEdges,
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    worth: EdgeWorth | None = None,
    epsilon: float | None = None,
    relative_error: float = RELATIVE_ERROR,
    slot_cost: npt.NDArray[np.float64] | None = None,
    everyone_seen: bool = False,
    scale: WorthScale | None = None,
    at_vacancy: VacancyEdges | None = None,
) -> Allocation:
    """Allocate referrals by auction. Equal input gives equal output.

    Parameters
    ----------
    seeker_limit
        L ≥ 1, most referrals a seeker.
    capacity
        int64 of shape (vacancies,), ≥ 0: most referrals a vacancy.
    worth
        What each referral is worth in a slot that costs nothing; default: its success.
    epsilon
        Least raise of a bid, in units of worth, > 0; default `relative_error` × mean worth.
    slot_cost
        float64 of shape (Σ capacity,), ≥ 0, the slots of one vacancy after those of another: what is lost by the
        first referral to it, the second, and so on; not falling. Default: nothing.
    everyone_seen
        A floor: as many vacancies as possible receive a referral. Edges of worth 0 then count as candidates too.
    scale
        What ε and the worth of a first referral are measured by; default: that of the worths. No worth may be above
        its highest.
    at_vacancy
        `edges_by_vacancy(edges)`, if it is known.

    Raises
    ------
    DataError
        ε, a capacity or the limit is out of range, slot costs fall, or there is not one capacity for each vacancy.
    """
    if epsilon is not None and not 0 < epsilon < np.inf:  # the auction would never end
        raise DataError(f"epsilon is {epsilon}", remedy="give a positive number, or leave it out")
    at_vacancy = at_vacancy or edges_by_vacancy(edges)
    worth = worth or success_alone(edges)
    scale = scale or worth_scale(edges, worth)
    epsilon = epsilon or relative_error * scale.mean or 1.0
    # More than a chain of two replacements can lose: the auction then finds the cheapest way to most of the vacancies.
    worth_of_first = 2.0 * scale.most if everyone_seen else 0.0
    graph = build_graph(
        edges, worth,
        seeker_limit=seeker_limit, capacity=capacity, candidates=np.diff(at_vacancy.first),
        slot_cost=slot_cost, worth_of_first=worth_of_first,
    )  # fmt: skip
    place = np.full((edges.n_seekers, graph.seeker_limit), NO_EDGE)
    highest = np.zeros(len(capacity))
    is_closed = np.diff(graph.first_slot) == 0
    price = highest
    if len(graph.slot_cost):
        start = np.zeros(len(capacity))
        for raise_ in _raises(epsilon, scale.mean):
            run_auction(graph, start, raise_, place, highest)
            run_reverse_auction(graph, at_vacancy, raise_, place, highest)
            start = highest - SLACK * raise_
        if everyone_seen:
            refer_to_unseen(graph, at_vacancy, place)
        highest[is_closed] = 0.0
        price = least_prices(graph, place, highest, epsilon)
    utility = utilities(edges, worth, np.where(is_closed, np.inf, price), graph.seeker_limit)
    seen = worth_of_first * int(np.count_nonzero(filled_slots(graph, place)))
    return Allocation(
        chosen=place[place != NO_EDGE].astype(np.int64),
        price=price,
        utility=utility,
        objective=objective(graph, place),
        bound=slot_profit(graph, price) + float(utility.sum()) - seen,
    )


def _raises(epsilon: float, mean: float) -> list[float]:
    """ε of each round, coarsest first, the last as asked for."""
    rounds = [epsilon]
    while rounds[-1] * STEP <= COARSEST * mean:
        rounds.append(rounds[-1] * STEP)
    return rounds[::-1]
