"""Labour markets that share no candidate: what is allocated in one changes nothing in another.

Two vacancies belong to one market if a seeker is a candidate for both, or for one and for a vacancy of the other's
market: the connected components of the candidate graph. Cities whose people do not commute between them are
markets of their own; a province in which somebody is a candidate in both of any two neighbouring cities is one
market, and is not divided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from models.kernels import kernel


@dataclass(frozen=True)
class MarketPart:
    """One or several whole labour markets of a larger graph, with rows of their own.

    Attributes
    ----------
    edges
        Candidates of the part.
    seekers, vacancies
        int64 of shapes (seekers of the part,) and (vacancies of the part,), rising: their rows in the whole.
    first_edge
        int64 of shape (seekers of the part,): number in the whole of the first edge of each.
    """

    edges: CandidateEdges
    seekers: npt.NDArray[np.int64]
    vacancies: npt.NDArray[np.int64]
    first_edge: npt.NDArray[np.int64]

    def numbers_in_whole(self, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Numbers in the whole of rising edge numbers of the part; they rise as well."""
        each = np.diff(np.searchsorted(edges, self.edges.first_edge))
        return edges + np.repeat(self.first_edge - self.edges.first_edge[:-1], each)


def market_of_vacancies(edges: CandidateEdges) -> npt.NDArray[np.int32]:
    """The lowest vacancy row of each vacancy's market, int32 of shape (vacancies,)."""
    return np.asarray(_lowest_connected(edges.first_edge, edges.vacancy, edges.n_vacancies))


def market_parts(edges: CandidateEdges, most_edges: int) -> Iterator[MarketPart]:
    """The graph in parts of whole markets, of at most `most_edges` edges save where one market alone has more.

    Markets are taken in the order of their lowest vacancy, as many to a part as it has room for. Each part is a
    copy, made when its turn comes; a graph that is one part is not copied. Seekers and vacancies without candidates
    may be left out.
    """
    if len(edges) <= most_edges:
        yield _whole(edges)
        return
    market = market_of_vacancies(edges)
    part_of_market, parts = _fill_parts(market, edges.candidates_of_vacancies(), most_edges)
    if parts == 1:
        yield _whole(edges)
        return
    part_of_vacancy = part_of_market[market]
    has_candidates = np.flatnonzero(np.diff(edges.first_edge))
    part_of_seeker = part_of_vacancy[edges.vacancy[edges.first_edge[has_candidates]]]
    for part in range(parts):
        yield _part(edges, has_candidates[part_of_seeker == part], np.flatnonzero(part_of_vacancy == part))


def _part(edges: CandidateEdges, seekers: npt.NDArray[np.int64], vacancies: npt.NDArray[np.int64]) -> MarketPart:
    own_row = np.full(edges.n_vacancies, -1, dtype=np.int32)
    own_row[vacancies] = np.arange(len(vacancies), dtype=np.int32)
    first, vacancy, success = _copy(edges.first_edge, edges.vacancy, edges.success, seekers, own_row)
    part_edges = CandidateEdges(first, vacancy, success, len(vacancies))
    return MarketPart(part_edges, seekers, vacancies, edges.first_edge[seekers])


def _whole(edges: CandidateEdges) -> MarketPart:
    return MarketPart(edges, np.arange(edges.n_seekers), np.arange(edges.n_vacancies), edges.first_edge[:-1])


@kernel
def _lowest_connected(
    first_edge: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int32], n_vacancies: int
) -> npt.NDArray[np.int32]:
    """Union by the lower row, with path halving (Tarjan & van Leeuwen 1984)."""
    parent = np.arange(n_vacancies).astype(np.int32)
    for s in range(len(first_edge) - 1):
        if first_edge[s] == first_edge[s + 1]:
            continue
        root = _root(parent, vacancy[first_edge[s]])
        for e in range(first_edge[s] + 1, first_edge[s + 1]):
            other = _root(parent, vacancy[e])
            if other < root:
                root, other = other, root
            parent[other] = root
    for v in range(n_vacancies):
        parent[v] = _root(parent, v)
    return parent


@kernel
def _root(parent: npt.NDArray[np.int32], v: int) -> int:
    while parent[v] != v:
        parent[v] = parent[parent[v]]
        v = parent[v]
    return v


@kernel
def _fill_parts(
    market: npt.NDArray[np.int32], candidates: npt.NDArray[np.int64], most_edges: int
) -> tuple[npt.NDArray[np.int32], int]:
    """Part of each market, by the row of its lowest vacancy; how many parts there are."""
    edges = np.zeros(len(market), dtype=np.int64)
    for v in range(len(market)):
        edges[market[v]] += candidates[v]
    part_of_market = np.zeros(len(market), dtype=np.int32)
    part, filled = 0, 0
    for v in range(len(market)):
        if market[v] == v:
            if filled > 0 and edges[v] > 0 and filled + edges[v] > most_edges:
                part += 1
                filled = 0
            part_of_market[v] = part
            filled += edges[v]
    return part_of_market, part + 1


@kernel
def _copy(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    seekers: npt.NDArray[np.int64],
    own_row: npt.NDArray[np.int32],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.floating[Any]]]:
    first = np.zeros(len(seekers) + 1, dtype=np.int64)
    for i in range(len(seekers)):
        first[i + 1] = first[i] + first_edge[seekers[i] + 1] - first_edge[seekers[i]]
    own_vacancy = np.empty(first[-1], dtype=np.int32)
    own_success = np.empty(first[-1], dtype=success.dtype)
    for i in range(len(seekers)):
        start = first_edge[seekers[i]] - first[i]
        for e in range(first[i], first[i + 1]):
            own_vacancy[e] = own_row[vacancy[start + e]]
            own_success[e] = success[start + e]
    return first, own_vacancy, own_success
