"""What is done without allocation: greedy assignment, and everyone's own best. Yardsticks for the allocation."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from models.kernels import kernel


def greedy(edges: CandidateEdges, *, seeker_limit: int, capacity: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Take edges by falling success while both ends have room; their numbers, rising. The usual shortcut.

    Ties go to the lower seeker row, then the lower vacancy row; edges of success 0 are not taken.
    """
    best = _take_in_turn(edges.first_edge, edges.vacancy, edges.success, seeker_limit, capacity)
    return np.asarray(best[: int(np.searchsorted(best, len(edges)))])


def own_best(edges: CandidateEdges, *, seeker_limit: int) -> npt.NDArray[np.int64]:
    """Everyone's own best edges whatever the capacities; their numbers, rising. What most systems do.

    Ties go to the lower vacancy row; edges of success 0 are not taken.
    """
    best = best_edges(edges, seeker_limit)
    best.sort(axis=1)
    best = best[best >= 0]
    return np.asarray(best[edges.success[best] > 0])


def best_edges(edges: CandidateEdges, limit: int) -> npt.NDArray[np.int64]:
    """Each seeker's `limit` edges of highest success, ties to the lower vacancy row; −1 where he has fewer.

    int64 of shape (seekers, limit), best first.
    """
    return np.asarray(_best_edges(edges.first_edge, edges.success, limit))


@kernel
def _best_edges(
    first_edge: npt.NDArray[np.int64], success: npt.NDArray[np.floating[Any]], limit: int
) -> npt.NDArray[np.int64]:
    best = np.full((len(first_edge) - 1, limit), -1, dtype=np.int64)
    for s in range(len(best)):
        for e in range(first_edge[s], first_edge[s + 1]):
            at = limit
            while at > 0 and (best[s, at - 1] < 0 or success[best[s, at - 1]] < success[e]):
                if at < limit:
                    best[s, at] = best[s, at - 1]
                at -= 1
            if at < limit:
                best[s, at] = e
    return best


@kernel
def _take_in_turn(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Edges taken, rising, then numbers above all edges.

    Each seeker waits with the best of his edges that can still be taken, so that nothing of the length of the
    edges is sorted or stored.
    """
    seekers = len(first_edge) - 1
    room = capacity.copy()
    taken = np.full(seekers * seeker_limit, len(vacancy), dtype=np.int64)
    number = np.zeros(seekers, dtype=np.int32)
    waiting = [(0.0, 0, 0) for _ in range(0)]
    for s in range(seekers):
        e = _next_best(first_edge, vacancy, success, room, s, np.inf, -1)
        if e >= 0:
            waiting.append((-np.float64(success[e]), s, e))
    heapq.heapify(waiting)
    while len(waiting) > 0:
        negative, s, e = heapq.heappop(waiting)
        if room[vacancy[e]] > 0:
            taken[s * seeker_limit + number[s]] = e
            number[s] += 1
            room[vacancy[e]] -= 1
        if number[s] < seeker_limit:
            following = _next_best(first_edge, vacancy, success, room, s, -negative, e)
            if following >= 0:
                heapq.heappush(waiting, (-np.float64(success[following]), s, following))
    taken.sort()
    return taken


@kernel
def _next_best(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    room: npt.NDArray[np.int64],
    s: int,
    last_success: float,
    last: int,
) -> int:
    """The best edge of the seeker after edge `last` that a vacancy has room for; −1 if there is none."""
    best = -1
    most = 0.0
    for e in range(first_edge[s], first_edge[s + 1]):
        q = success[e]
        comes_later = q < last_success or (q == last_success and e > last)
        if q > most and comes_later and room[vacancy[e]] > 0:
            best, most = e, q
    return best
