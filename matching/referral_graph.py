"""What an allocation works on: candidate edges, what each referral is worth, and vacancies' slots with their costs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from matching.candidate_edges import CandidateEdges
from models.kernels import kernel

Floats = npt.NDArray[np.float64]
NO_EDGE = np.uint32(2**32 - 1)
"""Stands in a place of a seeker's list that is empty."""
_BLOCK = 64
"""Edges for which one seeker is remembered, to find the seeker of an edge."""


class EdgeWorth(NamedTuple):
    """What referrals are worth: `of_seeker[s] × success × of_vacancy[v] + added[v]`, 0 where success is 0.

    Computed anew whenever an edge is looked at, because to store it would take as much memory as the successes.
    float64 of shapes (seekers,), (vacancies,), (vacancies,); all ≥ 0.
    """

    of_seeker: Floats
    of_vacancy: Floats
    added: Floats


def success_alone(edges: CandidateEdges) -> EdgeWorth:
    """Every referral is worth its success."""
    return EdgeWorth(np.ones(edges.n_seekers), np.ones(edges.n_vacancies), np.zeros(edges.n_vacancies))


class ReferralGraph(NamedTuple):
    """Candidate edges, their worth, and the slots that each vacancy can fill.

    Attributes
    ----------
    first_edge, vacancy, success
        As in `CandidateEdges`.
    worth
        What each referral is worth in a slot that costs nothing.
    seeker_limit
        Most referrals a seeker, and no more than anybody has candidates.
    first_slot
        int64 of shape (vacancies + 1,): slots of vacancy *v*, no more than it has candidates.
    slot_cost
        float64 of shape (slots,): what is lost by filling the slot, not falling within a vacancy.
    worth_of_first
        What the first referral to a vacancy is worth more, for the floor's sake.
    """

    first_edge: npt.NDArray[np.int64]
    vacancy: npt.NDArray[np.int32]
    success: npt.NDArray[np.floating[Any]]
    worth: EdgeWorth
    seeker_limit: int
    first_slot: npt.NDArray[np.int64]
    slot_cost: Floats
    worth_of_first: float


class VacancyEdges(NamedTuple):
    """The edges seen from the vacancies, 4 bytes an edge.

    Attributes
    ----------
    first, edge
        Edges of vacancy *v*, by seeker: `edge[first[v]:first[v + 1]]`; int64 of shape (vacancies + 1,), uint32.
    block_seeker
        int32 of shape (blocks + 1,): seeker of every 64th edge.
    """

    first: npt.NDArray[np.int64]
    edge: npt.NDArray[np.uint32]
    block_seeker: npt.NDArray[np.int32]


def build_graph(
    edges: CandidateEdges,
    worth: EdgeWorth,
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    candidates: npt.NDArray[np.int64],
    slot_cost: Floats | None,
    worth_of_first: float,
) -> ReferralGraph:
    """The graph; `candidates` of each vacancy, other parameters and errors are those of `allocation.allocate`."""
    _check(edges, seeker_limit, capacity, slot_cost)
    slots = np.minimum(capacity, candidates)
    first_slot = np.concatenate([[0], np.cumsum(slots)]).astype(np.int64)
    cost = np.zeros(first_slot[-1]) if slot_cost is None else slot_cost
    if len(cost) != first_slot[-1]:
        skipped = np.repeat(np.cumsum(capacity) - capacity - first_slot[:-1], slots)
        cost = cost[np.arange(first_slot[-1]) + skipped]
    longest = int(np.diff(edges.first_edge).max(initial=1))
    return ReferralGraph(
        edges.first_edge,
        edges.vacancy,
        edges.success,
        worth,
        min(seeker_limit, max(1, longest)),
        first_slot,
        cost,
        worth_of_first,
    )


def _check(edges: CandidateEdges, seeker_limit: int, capacity: npt.NDArray[np.int64], slot_cost: Floats | None) -> None:
    if len(capacity) != edges.n_vacancies:
        raise DataError(f"{len(capacity)} capacities of {edges.n_vacancies} vacancies", remedy="give one each")
    if seeker_limit < 1 or (capacity < 0).any():
        raise DataError(f"seeker limit {seeker_limit}, least capacity {capacity.min(initial=0)}", remedy="≥ 1 and ≥ 0")
    if seeker_limit * edges.n_seekers >= NO_EDGE:
        raise DataError(f"{seeker_limit} × {edges.n_seekers} places in lists", remedy=f"fewer than {NO_EDGE}")
    if slot_cost is None:
        return
    if len(slot_cost) != capacity.sum():
        raise DataError(f"{len(slot_cost)} slot costs for {capacity.sum()} slots", remedy="give one for each referral")
    if not _are_costs(slot_cost, capacity):
        raise DataError(
            "a slot's cost is negative, not finite or below that of the slot before",
            remedy="each further referral to a vacancy may only be worth less",
        )


@kernel
def _are_costs(slot_cost: Floats, capacity: npt.NDArray[np.int64]) -> bool:
    slot = 0
    for c in capacity:
        least = 0.0
        for _ in range(c):
            if not (slot_cost[slot] >= least and slot_cost[slot] < np.inf):
                return False
            least = slot_cost[slot]
            slot += 1
    return True


@kernel
def worth_of(worth: EdgeWorth, s: int, v: int, success: float) -> float:
    """What a referral of seeker *s* to vacancy *v* is worth in a slot that costs nothing."""
    if success > 0.0:
        return worth.of_seeker[s] * success * worth.of_vacancy[v] + worth.added[v]  # type: ignore[no-any-return]
    return 0.0


@kernel
def edge_worth(graph: ReferralGraph, s: int, e: int) -> float:
    """`worth_of` edge *e* of seeker *s*."""
    return worth_of(graph.worth, s, graph.vacancy[e], graph.success[e])  # type: ignore[no-any-return]


@kernel
def next_cost(graph: ReferralGraph, v: int, referrals: int) -> float:
    """What the next slot of vacancy *v*, which has so many referrals, costs; infinite if it has no further one."""
    slot = graph.first_slot[v] + referrals
    if slot >= graph.first_slot[v + 1]:
        return np.inf
    return graph.slot_cost[slot] - (graph.worth_of_first if referrals == 0 else 0.0)  # type: ignore[no-any-return]


@kernel
def mean_and_most(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    worth: EdgeWorth,
) -> tuple[float, float]:
    """The mean worth of the edges and the highest, 0 without edges."""
    total, most = 0.0, 0.0
    for s in range(len(first_edge) - 1):
        for e in range(first_edge[s], first_edge[s + 1]):
            w = worth_of(worth, s, vacancy[e], success[e])
            total += w
            most = max(most, w)
    return total / max(1, len(vacancy)), most


@kernel
def is_held(place: npt.NDArray[np.uint32], s: int, e: int) -> bool:
    """Whether seeker *s* has edge *e* in his list; `place` is uint32 of shape (seekers, limit)."""
    held = False
    for j in range(place.shape[1]):
        held |= place[s, j] == e
    return held


@kernel
def list_length(place: npt.NDArray[np.uint32], s: int) -> int:
    """How many places of the list of seeker *s* are taken."""
    taken = 0
    for j in range(place.shape[1]):
        taken += place[s, j] != NO_EDGE
    return taken


@kernel
def filled_slots(graph: ReferralGraph, place: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Referrals of each vacancy, int64 of shape (vacancies,)."""
    filled = np.zeros(len(graph.first_slot) - 1, dtype=np.int64)
    for s in range(place.shape[0]):
        for j in range(place.shape[1]):
            if place[s, j] != NO_EDGE:
                filled[graph.vacancy[place[s, j]]] += 1
    return filled


def edges_by_vacancy(edges: CandidateEdges) -> VacancyEdges:
    """The edges of each vacancy, by seeker."""
    return VacancyEdges(*_by_vacancy(edges.first_edge, edges.vacancy, edges.candidates_of_vacancies()))


@kernel
def _by_vacancy(
    first_edge: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int32], candidates: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    first = np.zeros(len(candidates) + 1, dtype=np.int64)
    for v in range(len(candidates)):
        first[v + 1] = first[v] + candidates[v]
    following = first[:-1].copy()
    edge = np.empty(len(vacancy), dtype=np.uint32)
    for e in range(len(vacancy)):
        edge[following[vacancy[e]]] = e
        following[vacancy[e]] += 1
    seekers = len(first_edge) - 1
    block_seeker = np.full(len(vacancy) // _BLOCK + 2, max(0, seekers - 1), dtype=np.int32)
    for s in range(seekers):
        for block in range((first_edge[s] + _BLOCK - 1) // _BLOCK, (first_edge[s + 1] + _BLOCK - 1) // _BLOCK):
            block_seeker[block] = s
    return first, edge, block_seeker


@kernel
def seeker_of(graph: ReferralGraph, at_vacancy: VacancyEdges, e: int) -> int:
    """The seeker whose edge *e* is: between those of the block's first edge and the next block's."""
    low, high = at_vacancy.block_seeker[e // _BLOCK], at_vacancy.block_seeker[e // _BLOCK + 1]
    while low < high:
        middle = (low + high + 1) // 2
        if graph.first_edge[middle] <= e:
            low = middle
        else:
            high = middle - 1
    return int(low)
