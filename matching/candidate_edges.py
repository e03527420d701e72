"""The candidate graph: which seekers may be referred to which vacancies, and how likely each referral succeeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from models.kernels import kernel

MOST_EDGES = 2**32 - 2
"""Edges are counted in 32 bits, the highest number meaning none."""


@dataclass(frozen=True)
class CandidateEdges:
    """Candidate edges sorted by seeker, then vacancy: 8 bytes an edge, in memory or mapped from files.

    Rows of seekers and vacancies are sorted by identifier, so a tie that goes to the lower row goes to the lower
    identifier. The columns become read-only views of those given; nothing is copied.

    Attributes
    ----------
    first_edge
        int64 of shape (seekers + 1,): edges of seeker *s* are `first_edge[s]:first_edge[s + 1]`.
    vacancy
        int32 of shape (edges,), rising within a seeker.
    success
        float32 or float64 of shape (edges,), finite, ≥ 0: probability that the referral ends in a placement, or
        whatever else it is worth.
    n_vacancies
        Number of vacancies, those without candidates included.

    Raises
    ------
    DataError
        Columns that differ in length, a row that does not exist, vacancies out of order, a pair that occurs twice,
        or a success that is negative or not finite.
    """

    first_edge: npt.NDArray[np.int64]
    vacancy: npt.NDArray[np.int32]
    success: npt.NDArray[np.floating[Any]]
    n_vacancies: int

    def __post_init__(self) -> None:
        for name, kinds in (("first_edge", (np.int64,)), ("vacancy", (np.int32,)), ("success", (np.float32, float))):
            column = np.asarray(getattr(self, name)).view()
            if column.dtype not in kinds or not column.flags.c_contiguous or column.ndim != 1:
                raise DataError(
                    f"column {name} of the candidates: {column.dtype} of shape {column.shape}",
                    remedy="give one contiguous row of " + " or ".join(np.dtype(kind).name for kind in kinds),
                )
            column.flags.writeable = False  # one type for compiled code, whether of a file or of memory
            object.__setattr__(self, name, column)
        if len(self.vacancy) != len(self.success):
            raise DataError(
                f"{len(self.vacancy)} vacancies and {len(self.success)} scores of edges", remedy="give one of each"
            )
        first = self.first_edge
        if not len(first) or first[0] != 0 or first[-1] != len(self.vacancy) or (first[1:] < first[:-1]).any():
            raise DataError(
                f"the seekers' first edges do not divide {len(self.vacancy)} edges",
                remedy="they go from 0 to the number of edges and never fall",
            )
        if len(self) > MOST_EDGES:
            raise DataError(f"{len(self)} candidate edges", remedy=f"divide the market: at most {MOST_EDGES}")
        fault = _first_fault(first, self.vacancy, self.success, self.n_vacancies)
        if fault is not None:
            raise DataError(f"{_FAULTS[fault[1]]} (edge {fault[0]})", remedy="check the candidates")

    def __len__(self) -> int:
        return len(self.vacancy)

    @property
    def n_seekers(self) -> int:
        """Number of seekers, those without candidates included."""
        return len(self.first_edge) - 1

    def seekers_of(self, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        """Seeker rows of rising edge numbers, int32 of their shape."""
        each = np.diff(np.searchsorted(edges, self.first_edge))
        return np.repeat(np.arange(self.n_seekers, dtype=np.int32), each)

    def candidates_of_vacancies(self) -> npt.NDArray[np.int64]:
        """How many candidates each vacancy has, int64 of shape (vacancies,)."""
        return np.asarray(_occurrences(self.vacancy, self.n_vacancies))


def ordered_edges(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    *,
    n_seekers: int,
    n_vacancies: int,
) -> tuple[CandidateEdges, npt.NDArray[np.int64]]:
    """Candidate edges from columns in any order, and the row of the columns that each edge was.

    Parameters
    ----------
    seeker, vacancy, success
        Of shape (edges,), a pair once.

    Raises
    ------
    DataError
        As `CandidateEdges`.
    """
    if not len(seeker) == len(vacancy) == len(success):
        raise DataError(
            f"{len(seeker)} seekers, {len(vacancy)} vacancies and {len(success)} scores of edges",
            remedy="give one of each an edge",
        )
    for row, rows in ((seeker, n_seekers), (vacancy, n_vacancies)):
        # Compiled code does not check bounds: a row that does not exist would read foreign memory.
        if len(row) and (row.min() < 0 or row.max() >= rows):
            raise DataError(_FAULTS[_NO_ROW], remedy="check the row numbers")
    order = _sorted_by(seeker, _sorted_by(vacancy, np.arange(len(seeker)), n_vacancies), n_seekers)
    first_edge = np.concatenate([[0], np.cumsum(_occurrences(seeker, n_seekers))])
    vacancy = np.asarray(vacancy[order], dtype=np.int32)
    return CandidateEdges(first_edge.astype(np.int64), vacancy, np.asarray(success)[order], n_vacancies), order


_NO_ROW, _TWICE, _FALLING, _NEGATIVE = range(4)
_FAULTS = {
    _NO_ROW: "an edge names a seeker or vacancy that does not exist",
    _TWICE: "a pair of seeker and vacancy occurs twice",
    _FALLING: "the vacancies of a seeker are out of order",
    _NEGATIVE: "a score is negative or not finite",
}


@kernel
def _first_fault(
    first_edge: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    n_vacancies: int,
) -> tuple[int, int] | None:
    """The first edge that is wrong, and what is wrong with it."""
    for s in range(len(first_edge) - 1):
        for e in range(first_edge[s], first_edge[s + 1]):
            if vacancy[e] < 0 or vacancy[e] >= n_vacancies:
                return e, _NO_ROW
            if e > first_edge[s] and vacancy[e] <= vacancy[e - 1]:
                return e, _TWICE if vacancy[e] == vacancy[e - 1] else _FALLING
            if not (success[e] >= 0.0 and success[e] < np.inf):
                return e, _NEGATIVE
    return None


@kernel
def _occurrences(row: npt.NDArray[np.int32], rows: int) -> npt.NDArray[np.int64]:
    counted = np.zeros(rows, dtype=np.int64)
    for e in range(len(row)):
        counted[row[e]] += 1
    return counted


@kernel
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
