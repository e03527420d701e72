"""What is done without allocation: greedy assignment, and everyone's own best. Yardsticks for the allocation."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from matching.referral_graph import edge_order


def greedy(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
) -> npt.NDArray[np.bool_]:
    """Take edges by falling score while both ends have room; bool of shape (edges,). The usual shortcut.

    Ties go to the lower seeker row, then the lower vacancy row.
    """
    order = edge_order(seeker, vacancy, n_seekers, len(capacity))
    order = order[np.argsort(-score[order], kind="stable")]
    return np.asarray(_take_in_order(order, seeker, vacancy, score, seeker_limit, capacity, n_seekers))


def own_best(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    *,
    seeker_limit: int,
) -> npt.NDArray[np.bool_]:
    """Everyone's own best edges whatever the capacities; bool of shape (edges,). What most systems do.

    Ties go to the lower vacancy row; edges of score 0 are not taken.
    """
    chosen = np.zeros(len(seeker), dtype=bool)
    best = best_edges(seeker, vacancy, score, seeker_limit, int(seeker.max(initial=-1)) + 1)
    chosen[best[best >= 0]] = True
    return chosen & (score > 0)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_edges(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    value: npt.NDArray[np.floating[Any]],
    limit: int,
    n_seekers: int,
) -> npt.NDArray[np.int64]:
    """Each seeker's `limit` edges of highest value, ties to the lower vacancy row; −1 where he has fewer.

    int64 of shape (seekers, limit), best first. Edges may come in any order.
    """
    best = np.full((n_seekers, limit), -1, dtype=np.int64)
    for e in range(len(seeker)):
        mine = best[seeker[e]]
        at = limit
        while at > 0:
            f = mine[at - 1]
            if f >= 0 and (value[f] > value[e] or (value[f] == value[e] and vacancy[f] < vacancy[e])):
                break
            if at < limit:
                mine[at] = f
            at -= 1
        if at < limit:
            mine[at] = e
    return best


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _take_in_order(
    order: npt.NDArray[np.int64],
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
) -> npt.NDArray[np.bool_]:
    chosen = np.zeros(len(order), dtype=np.bool_)
    room_of_seeker = np.full(n_seekers, seeker_limit)
    room_of_vacancy = capacity.copy()
    for e in order:
        s, v = seeker[e], vacancy[e]
        if score[e] > 0 and room_of_seeker[s] > 0 and room_of_vacancy[v] > 0:
            chosen[e] = True
            room_of_seeker[s] -= 1
            room_of_vacancy[v] -= 1
    return chosen
