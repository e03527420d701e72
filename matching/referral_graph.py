"""The allocation's problem in the form that compiled code walks: edges by seeker, referral slots by vacancy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from data.errors import DataError


class ReferralGraph(NamedTuple):
    """Candidate edges sorted by seeker, then vacancy, and the slots that each vacancy can fill.

    Rows of seekers and vacancies are sorted by identifier, so a tie that goes to the lower row goes to the lower
    identifier.

    Attributes
    ----------
    seeker, vacancy
        int32 of shape (edges,): the ends of each edge.
    score
        float32 or float64 of shape (edges,): what the referral is worth in a vacancy's first slot.
    first_edge
        int64 of shape (seekers + 1,): edges of seeker *s* are `first_edge[s]:first_edge[s + 1]`.
    seeker_limit
        Most referrals a seeker.
    first_slot
        int64 of shape (vacancies + 1,): slots of vacancy *v*, no more than it has candidates.
    slot_cost
        float64 of shape (slots,): what is lost by filling the slot, not falling within a vacancy.
    """

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    score: npt.NDArray[np.floating[Any]]
    first_edge: npt.NDArray[np.int64]
    seeker_limit: int
    first_slot: npt.NDArray[np.int64]
    slot_cost: npt.NDArray[np.float64]


def build_graph(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
    slot_cost: npt.NDArray[np.float64] | None,
    worth_of_first: float,
) -> tuple[ReferralGraph, npt.NDArray[np.int64] | slice]:
    """The graph, and which of the edges given are its edges, in its order.

    Edges to a vacancy that takes nobody are no candidates: they are left out. Parameters and errors are those of
    `matching.allocation.allocate`.
    """
    _check(seeker, vacancy, score, seeker_limit, capacity, n_seekers, slot_cost)
    kept: npt.NDArray[np.int64] | slice = slice(None)
    if not is_ordered(seeker, vacancy):
        kept = edge_order(seeker, vacancy, n_seekers, len(capacity))
        if not is_ordered(seeker[kept], vacancy[kept]):
            raise DataError("a pair of seeker and vacancy occurs twice", remedy="give each candidate once")
    is_open = capacity > 0
    if not is_open.all():
        order = np.arange(len(seeker)) if isinstance(kept, slice) else kept
        kept = order[is_open[vacancy[order]]]
    seeker, vacancy, score = seeker[kept], vacancy[kept], score[kept]
    first_edge = np.zeros(n_seekers + 1, dtype=np.int64)
    np.cumsum(np.bincount(seeker, minlength=n_seekers), out=first_edge[1:])
    slots = np.minimum(capacity, np.bincount(vacancy, minlength=len(capacity)))
    first_slot = np.concatenate([[0], np.cumsum(slots)]).astype(np.int64)
    cost = np.zeros(first_slot[-1])
    if slot_cost is not None:
        skipped = np.repeat(np.cumsum(capacity) - capacity - first_slot[:-1], slots)
        cost = slot_cost[np.arange(len(cost)) + skipped].astype(np.float64)
    cost[first_slot[:-1][slots > 0]] -= worth_of_first
    graph = ReferralGraph(
        np.ascontiguousarray(seeker, dtype=np.int32),
        np.ascontiguousarray(vacancy, dtype=np.int32),
        np.ascontiguousarray(score, dtype=np.float32 if score.dtype == np.float32 else np.float64),
        first_edge,
        seeker_limit,
        first_slot,
        cost,
    )
    return graph, kept


def _check(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    score: npt.NDArray[np.floating[Any]],
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
    slot_cost: npt.NDArray[np.float64] | None,
) -> None:
    if not len(seeker) == len(vacancy) == len(score):
        raise DataError(
            f"{len(seeker)} seekers, {len(vacancy)} vacancies and {len(score)} scores of edges",
            remedy="give one of each an edge",
        )
    if not np.isfinite(score).all() or (score < 0).any():
        raise DataError("a score is negative or not finite", remedy="scores are expected placements, 0 to 1")
    if seeker_limit < 1 or (capacity < 0).any():
        raise DataError(f"seeker limit {seeker_limit}, least capacity {capacity.min(initial=0)}", remedy="≥ 1 and ≥ 0")
    _check_rows(seeker, vacancy, n_seekers, len(capacity))
    if slot_cost is None:
        return
    if len(slot_cost) != capacity.sum():
        raise DataError(f"{len(slot_cost)} slot costs for {capacity.sum()} slots", remedy="give one for each referral")
    ends = np.cumsum(capacity)
    inner = np.ones(max(0, len(slot_cost) - 1), dtype=bool)
    inner[ends[(ends > 0) & (ends < len(slot_cost))] - 1] = False
    if not np.isfinite(slot_cost).all() or (slot_cost < 0).any() or (np.diff(slot_cost)[inner] < 0).any():
        raise DataError(
            "a slot's cost is negative, not finite or below that of the slot before",
            remedy="each further referral to a vacancy may only be worth less",
        )


def _check_rows(
    seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32], n_seekers: int, n_vacancies: int
) -> None:
    # Compiled code does not check bounds: a row that does not exist would read foreign memory.
    if len(seeker) and (
        min(seeker.min(), vacancy.min()) < 0 or seeker.max() >= n_seekers or vacancy.max() >= n_vacancies
    ):
        raise DataError("an edge names a seeker or vacancy that does not exist", remedy="check the row numbers")


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def is_ordered(seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32]) -> bool:
    """Whether the edges are sorted by seeker, then vacancy, no pair twice."""
    for e in range(1, len(seeker)):
        if seeker[e - 1] > seeker[e] or (seeker[e - 1] == seeker[e] and vacancy[e - 1] >= vacancy[e]):
            return False
    return True


def edge_order(
    seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32], n_seekers: int, n_vacancies: int
) -> npt.NDArray[np.int64]:
    """The order by seeker, then vacancy; int64 of shape (edges,). Raises DataError for rows that do not exist."""
    _check_rows(seeker, vacancy, n_seekers, n_vacancies)
    return np.asarray(_sorted_by(seeker, _sorted_by(vacancy, np.arange(len(seeker)), n_vacancies), n_seekers))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sorted_by(row: npt.NDArray[np.int32], order: npt.NDArray[np.int64], rows: int) -> npt.NDArray[np.int64]:
    """`order` sorted by `row`, what is equal left in its order: a counting sort, linear in the edges."""
    following = np.zeros(rows + 1, dtype=np.int64)
    for e in range(len(row)):
        following[row[e] + 1] += 1
    for r in range(rows):
        following[r + 1] += following[r]
    by_row = np.empty(len(order), dtype=np.int64)
    for e in order:
        by_row[following[row[e]]] = e
        following[row[e]] += 1
    return by_row


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def filled_slots(graph: ReferralGraph, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Referrals of each vacancy, int64 of shape (vacancies,)."""
    filled = np.zeros(len(graph.first_slot) - 1, dtype=np.int64)
    for e in range(len(chosen)):
        if chosen[e]:
            filled[graph.vacancy[e]] += 1
    return filled


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def edges_by_vacancy(graph: ReferralGraph) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Edges of each vacancy, by seeker: `edge[first[v]:first[v + 1]]`; first is of shape (vacancies + 1,)."""
    vacancies = len(graph.first_slot) - 1
    first = np.zeros(vacancies + 1, dtype=np.int64)
    for e in range(len(graph.vacancy)):
        first[graph.vacancy[e] + 1] += 1
    for v in range(vacancies):
        first[v + 1] += first[v]
    following = first[:-1].copy()
    edge = np.empty(len(graph.vacancy), dtype=np.uint32)
    for e in range(len(graph.vacancy)):
        edge[following[graph.vacancy[e]]] = e
        following[graph.vacancy[e]] += 1
    return first, edge
