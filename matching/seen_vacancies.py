"""The floor: as many vacancies as possible receive a referral, whatever that costs the others."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from matching.referral_graph import ReferralGraph, filled_slots


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def refer_to_unseen(
    graph: ReferralGraph,
    first: npt.NDArray[np.int64],
    edge: npt.NDArray[np.uint32],
    chosen: npt.NDArray[np.bool_],
) -> int:
    """Give every vacancy a first referral that can have one; returns how many gained theirs here.

    An unseen vacancy takes a seeker with room in his list, or one whose other vacancy has a second referral, or
    one whose other vacancy can replace him in the same way: the shortest such chain is found by breadth-first
    search. Where none exists, no allocation within the limits sees more vacancies (Berge 1957, "Two theorems in
    graph theory"), and the vacancies reached need not be tried again. No vacancy that was seen becomes unseen.

    Parameters
    ----------
    first, edge
        As `edges_by_vacancy` gives them.
    chosen
        Changed in place.
    """
    seekers, vacancies = len(graph.first_edge) - 1, len(graph.first_slot) - 1
    filled = filled_slots(graph, chosen)
    held = np.zeros(seekers, dtype=np.int32)
    for e in range(len(chosen)):
        if chosen[e]:
            held[graph.seeker[e]] += 1
    reached = np.zeros(vacancies, dtype=np.bool_)
    queue = np.empty(vacancies, dtype=np.int32)
    taken = np.empty(vacancies, dtype=np.int64)  # edge by which a vacancy would replace the seeker it loses
    lost = np.empty(vacancies, dtype=np.int64)  # edge by which the search came to a vacancy: the seeker it would lose
    gained = 0
    for start in range(vacancies):
        if filled[start] > 0 or reached[start] or graph.first_slot[start] == graph.first_slot[start + 1]:
            continue
        queue[0] = start
        lost[start] = -1
        reached[start] = True
        head, tail, end, spare = 0, 1, -1, -1
        while head < tail and end < 0:
            v = queue[head]
            head += 1
            for i in range(first[v], first[v + 1]):
                e = int(edge[i])
                if chosen[e]:
                    continue
                s = graph.seeker[e]
                if held[s] < graph.seeker_limit:
                    end, spare = e, -1
                    break
                for f in range(graph.first_edge[s], graph.first_edge[s + 1]):
                    u = graph.vacancy[f]
                    if not chosen[f] or reached[u]:
                        continue
                    if filled[u] > 1:
                        end, spare = e, f
                        break
                    reached[u] = True
                    taken[u] = e  # the edge that takes the seeker away from u, to v
                    lost[u] = f
                    queue[tail] = u
                    tail += 1
                if end >= 0:
                    break
        if end < 0:
            continue
        gained += 1
        if spare >= 0:
            chosen[spare] = False
            filled[graph.vacancy[spare]] -= 1
        else:
            held[graph.seeker[end]] += 1
        v = graph.vacancy[end]
        chosen[end] = True
        while v != start:  # v has found a replacement: the seeker it held goes on to the vacancy before it
            chosen[lost[v]] = False
            chosen[taken[v]] = True
            v = graph.vacancy[taken[v]]
        filled[start] += 1
        for i in range(tail):
            reached[queue[i]] = False
    return gained
