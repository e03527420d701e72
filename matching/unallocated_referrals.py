"""What is done without allocation: greedy assignment, and everyone's own best. Yardsticks for the allocation."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt


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
    order = np.lexsort((vacancy, seeker, -score))
    return np.asarray(_take_in_order(order, seeker, vacancy, score, seeker_limit, capacity, n_seekers))


def own_best(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    *,
    seeker_limit: int,
) -> npt.NDArray[np.bool_]:
    """Everyone's own best edges whatever the capacities; bool of shape (edges,). What most systems do."""
    chosen = np.zeros(len(seeker), dtype=bool)
    order = np.lexsort((vacancy, -score, seeker))
    chosen[order] = (place_in_group(seeker[order]) < seeker_limit) & (score[order] > 0)
    return chosen


def place_in_group(groups: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Place of each element in its run of equal values, from 0; `groups` is sorted."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.empty(0, dtype=np.int64)
    return np.arange(len(groups)) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))


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
