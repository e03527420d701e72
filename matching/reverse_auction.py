"""The other half of the auction: vacancies priced above what an empty slot asks lower their price for a seeker.

(Bertsekas, Castañon & Tsaknakis 1993, "Reverse auction and the solution of inequality constrained assignment
problems".) It lets the forward auction start from prices above zero, and hence with coarse steps first.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from matching.referral_graph import ReferralGraph, filled_slots


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def run_reverse_auction(
    graph: ReferralGraph,
    first: npt.NDArray[np.int64],
    edge: npt.NDArray[np.uint32],
    epsilon: float,
    chosen: npt.NDArray[np.bool_],
    price: npt.NDArray[np.float64],
) -> int:
    """Lower prices until every empty slot asks no more than its cost; returns the number of offers.

    A vacancy offers its slot to the seeker whom it would still gain at the highest price, and lowers its price
    to what the second best would pay, and by `epsilon` more. The seeker takes it in an empty place of his list or
    for the referral worth least to him; the vacancy he leaves may offer in turn. Each acceptance raises what he
    has by at least `epsilon` and prices only fall, so it ends.

    Parameters
    ----------
    first, edge
        As `edges_by_vacancy` gives them.
    chosen, price
        As the forward auction left them; changed in place.
    """
    vacancy, score, limit = graph.vacancy, graph.score, graph.seeker_limit
    first_slot, slot_cost = graph.first_slot, graph.slot_cost
    seekers, vacancies = len(graph.first_edge) - 1, len(first_slot) - 1
    filled = filled_slots(graph, chosen)
    queue = np.empty(vacancies, dtype=np.int32)  # ring buffer: a vacancy is in it at most once
    queued = np.zeros(vacancies, dtype=np.bool_)
    head, waiting, offers = 0, 0, 0
    for v in range(vacancies):
        slot = first_slot[v] + filled[v]
        if slot < first_slot[v + 1] and price[v] > slot_cost[slot]:
            queue[waiting] = v
            queued[v] = True
            waiting += 1
    if waiting == 0:
        return 0

    mine = np.empty((seekers, limit), dtype=np.int64)
    held = np.zeros(seekers, dtype=np.int32)
    for e in range(len(chosen)):
        if chosen[e]:
            s = graph.seeker[e]
            mine[s, held[s]] = e
            held[s] += 1

    while waiting > 0:
        v = queue[head]
        head = (head + 1) % vacancies
        waiting -= 1
        queued[v] = False
        slot = first_slot[v] + filled[v]
        while slot < first_slot[v + 1] and price[v] > slot_cost[slot]:
            offers += 1
            highest, second, winner, place = -np.inf, -np.inf, -1, -1
            for i in range(first[v], first[v + 1]):
                e = int(edge[i])
                if chosen[e] or score[e] <= second:  # nobody pays more than the referral is worth to him
                    continue
                s = graph.seeker[e]
                least, at = (0.0, -1) if held[s] < limit else (np.inf, -1)
                for j in range(held[s]):
                    net = score[mine[s, j]] - price[vacancy[mine[s, j]]]
                    if net < least:
                        least, at = net, j
                payable = score[e] - least
                if payable > highest:
                    highest, second, winner, place = payable, highest, e, at
                elif payable > second:
                    second = payable
            if highest <= slot_cost[slot] + epsilon:
                price[v] = slot_cost[slot]
                break
            price[v] = min(price[v], max(slot_cost[slot], second - epsilon))
            s = graph.seeker[winner]
            chosen[winner] = True
            filled[v] += 1
            if place < 0:
                mine[s, held[s]] = winner
                held[s] += 1
            else:
                out = mine[s, place]
                mine[s, place] = winner
                chosen[out] = False
                left = vacancy[out]
                filled[left] -= 1
                if not queued[left] and price[left] > slot_cost[first_slot[left] + filled[left]]:
                    queue[(head + waiting) % vacancies] = left
                    waiting += 1
                    queued[left] = True
            slot = first_slot[v] + filled[v]
    return offers
