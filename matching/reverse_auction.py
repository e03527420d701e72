"""The other half of the auction: vacancies priced above what an empty slot asks lower their price for a seeker.

(Bertsekas, Castañon & Tsaknakis 1993, "Reverse auction and the solution of inequality constrained assignment
problems".) It lets the forward auction start from prices above zero, and hence with coarse steps first.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.referral_graph import (
    ReferralGraph,
    VacancyEdges,
    edge_worth,
    filled_slots,
    is_held,
    list_length,
    next_cost,
    seeker_of,
)
from models.kernels import kernel


@kernel
def run_reverse_auction(
    graph: ReferralGraph,
    at_vacancy: VacancyEdges,
    epsilon: float,
    place: npt.NDArray[np.uint32],
    price: npt.NDArray[np.float64],
) -> int:
    """Lower prices until every empty slot asks no more than its cost; returns the number of offers.

    A vacancy offers its slot to the seeker whom it would still gain at the highest price, and lowers its price
    to what the second best would pay, and by `epsilon` more. The seeker takes it in an empty place of his list or
    for the referral worth least to him; the vacancy he leaves may offer in turn. Each acceptance raises what he
    has by at least `epsilon` and prices only fall, so it ends.

    Parameters
    ----------
    place, price
        As the forward auction left them; changed in place.
    """
    vacancy, worth, limit = graph.vacancy, graph.worth, graph.seeker_limit
    first, edge, vacancies = at_vacancy.first, at_vacancy.edge, len(at_vacancy.first) - 1
    filled = filled_slots(graph, place)
    queue = np.empty(vacancies, dtype=np.int32)  # ring buffer: a vacancy is in it at most once
    queued = np.zeros(vacancies, dtype=np.bool_)
    head, waiting, offers = 0, 0, 0
    for v in range(vacancies):
        if price[v] > next_cost(graph, v, filled[v]):
            queue[waiting] = v
            queued[v] = True
            waiting += 1
    if waiting == 0:
        return 0

    most_of_seeker = worth.of_seeker.max()
    while waiting > 0:
        v = queue[head]
        head = (head + 1) % vacancies
        waiting -= 1
        queued[v] = False
        cost = next_cost(graph, v, filled[v])
        while price[v] > cost:
            offers += 1
            highest, second, winner, left_place = -np.inf, -np.inf, -1, -1
            for i in range(first[v], first[v + 1]):
                e = int(edge[i])
                # Nobody pays more than the referral is worth to him: who is out of the question is not looked at.
                most = most_of_seeker * graph.success[e] * worth.of_vacancy[v] + worth.added[v]
                if (most if graph.success[e] > 0.0 else 0.0) <= second:
                    continue
                s = seeker_of(graph, at_vacancy, e)
                payable = edge_worth(graph, s, e)
                if payable <= second or is_held(place, s, e):
                    continue
                held = list_length(place, s)
                least, at = (0.0, -1) if held < limit else (np.inf, -1)
                for j in range(held):
                    mine = int(place[s, j])
                    net = edge_worth(graph, s, mine) - price[vacancy[mine]]
                    if net < least:
                        least, at = net, j
                payable -= least
                if payable > highest:
                    highest, second, winner, left_place = payable, highest, e, at
                elif payable > second:
                    second = payable
            if highest <= cost + epsilon:
                price[v] = cost
                break
            price[v] = min(price[v], max(cost, second - epsilon))
            s = seeker_of(graph, at_vacancy, winner)
            filled[v] += 1
            if left_place < 0:
                place[s, list_length(place, s)] = winner
            else:
                out = int(place[s, left_place])
                place[s, left_place] = winner
                left = vacancy[out]
                filled[left] -= 1
                if not queued[left] and price[left] > next_cost(graph, left, filled[left]):
                    queue[(head + waiting) % vacancies] = left
                    waiting += 1
                    queued[left] = True
            cost = next_cost(graph, v, filled[v])
    for s in range(len(place)):
        place[s].sort()
    return offers
