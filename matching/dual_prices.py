"""What the prices of an allocation say: the least that justify it, seekers' utilities, and a bound on every other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from matching.referral_graph import (
    NO_EDGE,
    EdgeWorth,
    ReferralGraph,
    edge_worth,
    filled_slots,
    is_held,
    next_cost,
    worth_of,
)
from models.kernels import kernel


@kernel
def least_prices(
    graph: ReferralGraph, place: npt.NDArray[np.uint32], highest: npt.NDArray[np.float64], tolerance: float
) -> npt.NDArray[np.float64]:
    """The lowest prices that justify an allocation: what one more referral to each vacancy would add.

    An auction ends at prices somewhere between that and what the city would lose with one referral fewer.
    From the cost of the last slot filled, a price is raised to what each seeker who was left out would gain by
    coming: his score there less the net value of the worst referral he holds (nothing, if he has room). These
    lower bounds depend on other prices, so they are applied until nothing rises by more than `tolerance`;
    `highest`, the auction's own prices, bounds the climb. (Least fixed point of the longest-path equations of
    the dual; Ahuja, Magnanti & Orlin 1993, section 9.5.)
    """
    first_edge, vacancy = graph.first_edge, graph.vacancy
    filled = filled_slots(graph, place)
    price = np.zeros(len(highest))
    for v in range(len(price)):
        if filled[v] > 0:
            price[v] = max(0.0, next_cost(graph, v, filled[v] - 1))
        price[v] = min(price[v], highest[v])
    rise = tolerance + 1.0
    while rise > tolerance:
        rise = 0.0
        for s in range(len(first_edge) - 1):
            worst, held = np.inf, 0
            for j in range(graph.seeker_limit):
                if place[s, j] != NO_EDGE:
                    held += 1
                    e = int(place[s, j])
                    worst = min(worst, edge_worth(graph, s, e) - price[vacancy[e]])
            floor = max(worst, 0.0) if held == graph.seeker_limit else 0.0
            for e in range(first_edge[s], first_edge[s + 1]):
                v = vacancy[e]
                if price[v] >= highest[v]:
                    continue
                gain = edge_worth(graph, s, e) - floor
                if gain > price[v] and not is_held(place, s, e):
                    raised = min(gain, highest[v])
                    rise = max(rise, raised - price[v])
                    price[v] = raised
    return price


def utilities(
    edges: CandidateEdges, worth: EdgeWorth, price: npt.NDArray[np.float64], limit: int
) -> npt.NDArray[np.float64]:
    """Each seeker's sum of his best `limit` positive values of worth − price; float64 of shape (seekers,).

    Parameters
    ----------
    price
        float64 of shape (vacancies,), infinite where nobody is taken.
    """
    return np.asarray(_best_sums(edges.first_edge, edges.vacancy, edges.success, worth, price, limit))


@kernel
def _best_sums(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    worth: EdgeWorth,
    price: npt.NDArray[np.float64],
    limit: int,
) -> npt.NDArray[np.float64]:
    utility = np.zeros(len(first_edge) - 1)
    best = np.empty(limit)
    for s in range(len(utility)):
        best[:] = 0.0  # ascending; what is not positive counts for nothing
        for e in range(first_edge[s], first_edge[s + 1]):
            v = vacancy[e]
            net = worth_of(worth, s, v, success[e]) - price[v]
            if net > best[0]:
                at = 0
                while at + 1 < len(best) and best[at + 1] < net:
                    best[at] = best[at + 1]
                    at += 1
                best[at] = net
        utility[s] = best.sum()
    return utility


@kernel
def slot_profit(graph: ReferralGraph, price: npt.NDArray[np.float64]) -> float:
    """What the slots earn at these prices: Σ of price − cost where positive. With the utilities it is the bound."""
    total = 0.0
    for v in range(len(price)):
        for k in range(graph.first_slot[v + 1] - graph.first_slot[v]):
            total += max(0.0, price[v] - next_cost(graph, v, k))
    return total


@kernel
def objective(graph: ReferralGraph, place: npt.NDArray[np.uint32]) -> float:
    """What the referrals in the seekers' lists are worth, less the costs of the slots they fill, the floor aside."""
    filled = np.zeros(len(graph.first_slot) - 1, dtype=np.int64)
    total = 0.0
    for s in range(place.shape[0]):
        for j in range(place.shape[1]):
            if place[s, j] != NO_EDGE:
                e = int(place[s, j])
                v = graph.vacancy[e]
                total += edge_worth(graph, s, e) - graph.slot_cost[graph.first_slot[v] + filled[v]]
                filled[v] += 1
    return total
