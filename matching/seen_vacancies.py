"""The floor: as many vacancies as possible receive a referral, whatever that costs the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.referral_graph import NO_EDGE, ReferralGraph, VacancyEdges, filled_slots, is_held, list_length, seeker_of
from models.kernels import kernel


@kernel
def refer_to_unseen(
    graph: ReferralGraph,
    at_vacancy: VacancyEdges,
    place: npt.NDArray[np.uint32],
) -> int:
    """Give every vacancy a first referral that can have one; returns how many gained theirs here.

    An unseen vacancy takes a seeker with room in his list, or one whose other vacancy has a second referral, or
    one whose other vacancy can replace him in the same way: the shortest such chain is found by breadth-first
    search. Where none exists, no allocation within the limits sees more vacancies (Berge 1957, "Two theorems in
    graph theory"), and the vacancies reached need not be tried again. No vacancy that was seen becomes unseen.

    Parameters
    ----------
    place
        uint32 of shape (seekers, limit): the edges in each seeker's list, rising; changed in place.
    """
    first, edge = at_vacancy.first, at_vacancy.edge
    vacancies = len(graph.first_slot) - 1
    filled = filled_slots(graph, place)
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
                s = seeker_of(graph, at_vacancy, e)
                if is_held(place, s, e):
                    continue
                if list_length(place, s) < graph.seeker_limit:
                    end, spare = e, -1
                    break
                for j in range(graph.seeker_limit):
                    f = int(place[s, j])
                    u = graph.vacancy[f]
                    if reached[u]:
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
        replaced = int(NO_EDGE)
        if spare >= 0:
            replaced = spare
            filled[graph.vacancy[spare]] -= 1
        v = graph.vacancy[end]
        _replace(place, seeker_of(graph, at_vacancy, end), replaced, end)
        while v != start:  # v has found a replacement: the seeker it held goes on to the vacancy before it
            _replace(place, seeker_of(graph, at_vacancy, lost[v]), lost[v], taken[v])
            v = graph.vacancy[taken[v]]
        filled[start] += 1
        for i in range(tail):
            reached[queue[i]] = False
    return gained


@kernel
def _replace(place: npt.NDArray[np.uint32], s: int, old: int, new: int) -> None:
    """Put `new` where seeker *s* has `old` (`NO_EDGE`: an empty place), and order his list."""
    for j in range(place.shape[1]):
        if place[s, j] == old:
            place[s, j] = new
            break
    place[s].sort()
