"""The auction's compiled kernel: seekers bid for referral slots, vacancies keep their best bids.

Memory is 12 bytes for each referral that a vacancy can take, and a few numbers a seeker and vacancy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.referral_graph import NO_EDGE, ReferralGraph, edge_worth, is_held, list_length, next_cost
from models.kernels import kernel


@kernel
def run_auction(
    graph: ReferralGraph,
    start_price: npt.NDArray[np.float64],
    epsilon: float,
    place: npt.NDArray[np.uint32],
    price: npt.NDArray[np.float64],
) -> int:
    """Auction from `start_price` until no seeker gains by another bid; returns the number of bids.

    An empty slot asks its cost, or the start price where that is more; a full vacancy asks its lowest bid. A
    bidder takes whichever is cheaper. Asking prices only rise.

    Parameters
    ----------
    start_price
        float64 of shape (vacancies,): below it nobody is let in.
    epsilon
        Least raise of a bid, > 0.
    place, price
        Written: uint32 of shape (seekers, limit), the edges that each seeker has, rising, then `NO_EDGE`; float64
        of shape (vacancies,), what the next bidder would have to pay, infinite where nobody is taken.
    """
    first_edge, vacancy = graph.first_edge, graph.vacancy
    first_slot, limit = graph.first_slot, graph.seeker_limit
    seekers, vacancies = len(first_edge) - 1, len(first_slot) - 1
    heap_level = np.empty(first_slot[vacancies])
    heap_place = np.empty(first_slot[vacancies], dtype=np.uint32)  # seeker × limit + place in his list
    kept = np.zeros(vacancies, dtype=np.int64)
    place[:] = NO_EDGE
    for v in range(vacancies):
        price[v] = max(next_cost(graph, v, 0), start_price[v])

    queue = np.arange(seekers).astype(np.int32)  # ring buffer: a seeker is in it at most once
    queued = np.ones(seekers, dtype=np.bool_)
    head, waiting = 0, seekers

    best_edge = np.empty(limit + 1, dtype=np.int64)
    best_net = np.empty(limit + 1)
    bids = 0

    while waiting > 0:
        s = queue[head]
        head = (head + 1) % seekers
        waiting -= 1
        queued[s] = False

        wanted = limit - list_length(place, s)
        found = 0  # the best wanted + 1 edges not held, by net value, ties to the lower vacancy
        for e in range(first_edge[s], first_edge[s + 1]):
            net = edge_worth(graph, s, e) - price[vacancy[e]]
            if net <= 0.0:
                continue
            if found == wanted + 1 and net <= best_net[found - 1]:
                continue
            if wanted < limit and is_held(place, s, e):
                continue
            at = found if found < wanted + 1 else found - 1
            while at > 0 and best_net[at - 1] < net:
                best_net[at] = best_net[at - 1]
                best_edge[at] = best_edge[at - 1]
                at -= 1
            best_net[at] = net
            best_edge[at] = e
            if found < wanted + 1:
                found += 1
        reserve = best_net[wanted] if found == wanted + 1 else 0.0

        free = 0
        for choice in range(min(found, wanted)):
            e = best_edge[choice]
            v = vacancy[e]
            level = edge_worth(graph, s, e) - reserve + epsilon
            start, size = first_slot[v], kept[v]
            ask = max(next_cost(graph, v, size), start_price[v])
            bids += 1
            if size > 0 and heap_level[start] < ask:
                out = int(heap_place[start])
                loser = out // limit
                place[loser, out % limit] = NO_EDGE
                if not queued[loser]:
                    queue[(head + waiting) % seekers] = loser
                    waiting += 1
                    queued[loser] = True
                at = 0
                while True:  # sift down from the root, which the lowest bid has left
                    child = 2 * at + 1
                    if child >= size:
                        break
                    if child + 1 < size and heap_level[start + child + 1] < heap_level[start + child]:
                        child += 1
                    if heap_level[start + child] >= level:
                        break
                    heap_level[start + at] = heap_level[start + child]
                    heap_place[start + at] = heap_place[start + child]
                    at = child
            else:
                at = size
                size += 1
                kept[v] = size
                ask = max(next_cost(graph, v, size), start_price[v])
                while at > 0:  # sift up
                    parent = (at - 1) // 2
                    if heap_level[start + parent] <= level:
                        break
                    heap_level[start + at] = heap_level[start + parent]
                    heap_place[start + at] = heap_place[start + parent]
                    at = parent
            heap_level[start + at] = level
            while place[s, free] != NO_EDGE:
                free += 1
            heap_place[start + at] = s * limit + free
            place[s, free] = e
            price[v] = min(heap_level[start], ask)
    for s in range(seekers):
        place[s].sort()
    return bids
