"""What the prices of an allocation say: the least that justify it, seekers' utilities, and a bound on every other."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from matching.referral_graph import ReferralGraph, filled_slots


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def least_prices(
    graph: ReferralGraph, chosen: npt.NDArray[np.bool_], highest: npt.NDArray[np.float64], tolerance: float
) -> npt.NDArray[np.float64]:
    """The lowest prices that justify an allocation: what one more referral to each vacancy would add.

    An auction ends at prices somewhere between that and what the city would lose with one referral fewer.
    From the cost of the last slot filled, a price is raised to what each seeker who was left out would gain by
    coming: his score there less the net value of the worst referral he holds (nothing, if he has room). These
    lower bounds depend on other prices, so they are applied until nothing rises by more than `tolerance`;
    `highest`, the auction's own prices, bounds the climb. (Least fixed point of the longest-path equations of
    the dual; Ahuja, Magnanti & Orlin 1993, section 9.5.)
    """
    first_edge, vacancy, score = graph.first_edge, graph.vacancy, graph.score
    filled = filled_slots(graph, chosen)
    price = np.zeros(len(highest))
    for v in range(len(price)):
        if filled[v] > 0:
            price[v] = max(0.0, graph.slot_cost[graph.first_slot[v] + filled[v] - 1])
        price[v] = min(price[v], highest[v])
    rise = tolerance + 1.0
    while rise > tolerance:
        rise = 0.0
        for s in range(len(first_edge) - 1):
            worst, held = np.inf, 0
            for e in range(first_edge[s], first_edge[s + 1]):
                if chosen[e]:
                    held += 1
                    worst = min(worst, score[e] - price[vacancy[e]])
            floor = max(worst, 0.0) if held == graph.seeker_limit else 0.0
            for e in range(first_edge[s], first_edge[s + 1]):
                v = vacancy[e]
                if score[e] - floor > price[v] and price[v] < highest[v] and not chosen[e]:
                    raised = min(score[e] - floor, highest[v])
                    rise = max(rise, raised - price[v])
                    price[v] = raised
    return price


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_utilities(graph: ReferralGraph, price: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each seeker's sum of his best `seeker_limit` positive values of score − price; float64 of shape (seekers,)."""
    first_edge, vacancy, score = graph.first_edge, graph.vacancy, graph.score
    utility = np.zeros(len(first_edge) - 1)
    best = np.empty(graph.seeker_limit)
    for s in range(len(utility)):
        best[:] = 0.0  # ascending; what is not positive counts for nothing
        for e in range(first_edge[s], first_edge[s + 1]):
            net = score[e] - price[vacancy[e]]
            if net > best[0]:
                at = 0
                while at + 1 < len(best) and best[at + 1] < net:
                    best[at] = best[at + 1]
                    at += 1
                best[at] = net
        utility[s] = best.sum()
    return utility


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def slot_profit(graph: ReferralGraph, price: npt.NDArray[np.float64]) -> float:
    """What the slots earn at these prices: Σ of price − cost where positive. With the utilities it is the bound."""
    total = 0.0
    for v in range(len(price)):
        for slot in range(graph.first_slot[v], graph.first_slot[v + 1]):
            total += max(0.0, price[v] - graph.slot_cost[slot])
    return total


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def worth(graph: ReferralGraph, chosen: npt.NDArray[np.bool_]) -> float:
    """The objective: scores of the chosen edges less the costs of the slots they fill."""
    filled = np.zeros(len(graph.first_slot) - 1, dtype=np.int64)
    total = 0.0
    for e in range(len(chosen)):
        if chosen[e]:
            v = graph.vacancy[e]
            total += graph.score[e] - graph.slot_cost[graph.first_slot[v] + filled[v]]
            filled[v] += 1
    return total
