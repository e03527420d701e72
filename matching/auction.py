"""The auction's compiled kernels: seekers bid for referral slots, vacancies keep their best bids.

Memory is one heap slot for each referral that a vacancy can take, and a few numbers a seeker, vacancy and edge.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def run_auction(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.float64],
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    epsilon: float,
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], int]:
    """Auction over a sparse graph in CSR form.

    Parameters
    ----------
    first_edge
        Shape (seekers + 1,): edges of seeker *s* are `first_edge[s]:first_edge[s + 1]`, ordered by vacancy.
    vacancy, score
        Shape (edges,): the edge's vacancy, and what the referral is worth.
    seeker_limit, capacity, epsilon
        Most referrals of a seeker; of each vacancy, shape (vacancies,); least raise of a bid, > 0.

    Returns
    -------
    chosen : bool of shape (edges,)
    price : float64 of shape (vacancies,)
    bids : int
    """
    seekers, vacancies, edges = len(first_edge) - 1, len(capacity), len(vacancy)
    chosen = np.zeros(edges, dtype=np.bool_)
    price = np.zeros(vacancies)
    if seekers == 0 or edges == 0:
        return chosen, price, 0

    seeker_of = np.empty(edges, dtype=np.int32)
    degree = np.zeros(vacancies, dtype=np.int64)
    for s in range(seekers):
        for e in range(first_edge[s], first_edge[s + 1]):
            seeker_of[e] = s
            degree[vacancy[e]] += 1

    # A vacancy with room for everyone who could come is never full: its price stays zero.
    heap_start = np.zeros(vacancies + 1, dtype=np.int64)
    for v in range(vacancies):
        heap_start[v + 1] = heap_start[v] + min(capacity[v], degree[v])
    heap_level = np.empty(heap_start[vacancies])
    heap_edge = np.empty(heap_start[vacancies], dtype=np.int64)
    kept = np.zeros(vacancies, dtype=np.int64)

    queue = np.empty(seekers, dtype=np.int32)  # ring buffer: a seeker is in it at most once
    queued = np.ones(seekers, dtype=np.bool_)
    for s in range(seekers):
        queue[s] = s
    head, waiting = 0, seekers

    held = np.zeros(seekers, dtype=np.int32)
    best_edge = np.empty(seeker_limit + 1, dtype=np.int64)
    best_net = np.empty(seeker_limit + 1)
    bids = 0

    while waiting > 0:
        s = queue[head]
        head = (head + 1) % seekers
        waiting -= 1
        queued[s] = False

        wanted = seeker_limit - held[s]
        found = 0  # the best wanted + 1 edges not held, by net value, ties to the lower vacancy
        for e in range(first_edge[s], first_edge[s + 1]):
            v = vacancy[e]
            net = score[e] - price[v]
            if chosen[e] or net <= 0.0:
                continue
            if found == wanted + 1 and net <= best_net[found - 1]:
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

        for choice in range(min(found, wanted)):
            e = best_edge[choice]
            v = vacancy[e]
            level = score[e] - reserve + epsilon
            start = heap_start[v]
            size = heap_start[v + 1] - start
            bids += 1
            if kept[v] < size:
                at = kept[v]
                kept[v] += 1
                while at > 0:  # sift up
                    parent = (at - 1) // 2
                    if heap_level[start + parent] <= level:
                        break
                    heap_level[start + at] = heap_level[start + parent]
                    heap_edge[start + at] = heap_edge[start + parent]
                    at = parent
                heap_level[start + at] = level
                heap_edge[start + at] = e
            else:
                out = heap_edge[start]
                chosen[out] = False
                loser = seeker_of[out]
                held[loser] -= 1
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
                    heap_edge[start + at] = heap_edge[start + child]
                    at = child
                heap_level[start + at] = level
                heap_edge[start + at] = e
            chosen[e] = True
            held[s] += 1
            if kept[v] == size and size == capacity[v]:
                price[v] = heap_level[start]
    return chosen, price, bids


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def least_prices(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.float64],
    seeker_limit: int,
    chosen: npt.NDArray[np.bool_],
    highest: npt.NDArray[np.float64],
    tolerance: float,
) -> npt.NDArray[np.float64]:
    """The lowest prices that justify an allocation: what one more referral to each vacancy would add.

    An auction ends at prices somewhere between that and what the city would lose with one referral fewer.
    From zero, a price is raised to what each seeker who was left out would gain by coming: his score there
    less the net value of the worst referral he holds (nothing, if he has room). These lower bounds depend
    on other prices, so they are applied until nothing rises by more than `tolerance`; `highest`, the
    auction's own prices, bounds the climb. (Least fixed point of the longest-path equations of the dual;
    Ahuja, Magnanti & Orlin 1993, section 9.5.)
    """
    price = np.zeros(len(highest))
    rise = tolerance + 1.0
    while rise > tolerance:
        rise = 0.0
        for s in range(len(first_edge) - 1):
            worst, held = np.inf, 0
            for e in range(first_edge[s], first_edge[s + 1]):
                if chosen[e]:
                    held += 1
                    worst = min(worst, score[e] - price[vacancy[e]])
            floor = max(worst, 0.0) if held == seeker_limit else 0.0
            for e in range(first_edge[s], first_edge[s + 1]):
                v = vacancy[e]
                if not chosen[e] and score[e] - floor > price[v] and price[v] < highest[v]:
                    raised = min(score[e] - floor, highest[v])
                    rise = max(rise, raised - price[v])
                    price[v] = raised
    return price


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_utilities(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.float64],
    seeker_limit: int,
    price: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Each seeker's sum of his best `seeker_limit` positive values of score − price; float64 of shape (seekers,)."""
    utility = np.zeros(len(first_edge) - 1)
    best = np.empty(seeker_limit)
    for s in range(len(utility)):
        best[:] = 0.0  # ascending; what is not positive counts for nothing
        for e in range(first_edge[s], first_edge[s + 1]):
            net = score[e] - price[vacancy[e]]
            if net > best[0]:
                at = 0
                while at + 1 < seeker_limit and best[at + 1] < net:
                    best[at] = best[at + 1]
                    at += 1
                best[at] = net
        utility[s] = best.sum()
    return utility
