"""Candidates: for every seeker the k most similar vacancies that no hard rule forbids, exactly.

A block of seekers is multiplied with all vacancies by BLAS. The rules are then asked only about vacancies that are
similar enough to be among the best k allowed so far, and what may be among them in the end is scored again by a dot
product whose summation order never changes. BLAS rounds differently with the shape of a block; the second scoring
makes one seeker and a million agree bit for bit.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from data.errors import DataError
from data.market import Market
from matching import rules
from matching.eligibility import judge_records, seeker_records, vacancy_records

ROUNDING_MARGIN = 1e-5
"""Above the error of a float32 product of unit vectors: what lies this close to the k-th is scored again."""
BLOCK_BYTES = 256 * 2**20
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """Pairs sorted by seeker, then similarity descending, then vacancy row.

    `seeker`, `vacancy` int32 rows; `similarity` float32 cosine; `unknown` uint16, bit = rule to ask about.
    """

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.seeker)


def retrieve(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, *, k: int = 50, block: int | None = None
) -> Candidates:
    """Exact top `k` over the pairs that no rule fails.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables.
    block
        Seekers at a time; by default as many as keep a block of similarities within 256 MiB. The result
        does not depend on it.

    Raises
    ------
    DataError
        Vectors do not fit the market's tables or each other.
    """
    _check(market, seeker_vectors, vacancy_vectors, k)
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    vacancy_vectors = np.ascontiguousarray(vacancy_vectors, dtype=np.float32)
    block = block or max(1, BLOCK_BYTES // (4 * max(1, len(vacancies))))
    parts: list[_Best] = []
    with ThreadPoolExecutor(threads := os.cpu_count() or 1) as pool:
        for start in range(0, len(seekers) if len(vacancies) else 0, block):
            queries = np.ascontiguousarray(seeker_vectors[start : start + block], dtype=np.float32)
            similarity = queries @ vacancy_vectors.T
            # The kernels release the interpreter's lock: slices of a block run side by side; the cut changes nothing.
            cuts = np.linspace(0, len(queries), min(threads, len(queries)) + 1, dtype=np.int64)
            slices = [slice(low, high) for low, high in pairwise(cuts.tolist())]
            found = pool.map(
                lambda part, s=start, q=queries, m=similarity: _best(
                    seekers[s : s + len(q)][part], vacancies, m[part], q[part], vacancy_vectors, k, s + part.start
                ),
                slices,
            )
            parts.extend(found)
    columns3 = [np.concatenate(part) for part in zip(*parts, strict=True)] if parts else [np.empty(0)] * 3
    seeker, vacancy = columns3[0].astype(np.int32), columns3[1].astype(np.int32)
    unknown = judge_records(seekers, vacancies, seeker, vacancy).unknown
    return Candidates(seeker, vacancy, columns3[2].astype(np.float32), unknown)


_Best = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]


def _best(
    seekers: npt.NDArray[Any],
    vacancies: npt.NDArray[Any],
    similarity: Vectors,
    queries: Vectors,
    vacancy_vectors: Vectors,
    k: int,
    first_seeker: int,
) -> _Best:
    """Seeker, vacancy and exact similarity of the best `k` candidates of each seeker of a slice, in their order."""
    threshold, count = np.empty(len(seekers), np.float32), np.empty(len(seekers), np.int64)
    rules.thresholds_of_best(
        seekers, vacancies, similarity, min(k, len(vacancies)), np.float32(ROUNDING_MARGIN), threshold, count
    )
    first = np.concatenate([[0], np.cumsum(count)])
    row, column, exact = (np.empty(first[-1], dtype) for dtype in (np.int32, np.int32, np.float32))
    rules.score_best(seekers, vacancies, similarity, threshold, first, queries, vacancy_vectors, row, column, exact)
    order = np.lexsort((column, -exact, row))
    place = np.arange(len(order)) - np.repeat(first[:-1], count)  # rows come in order: sorting moves none of them
    kept = order[place < k]
    return row[kept] + np.int32(first_seeker), column[kept], exact[kept]


@numba.njit(cache=True, nogil=True)
def dot_rows(query, vectors, columns):  # type: ignore[no-untyped-def]
    """float32 (m,): dot products of `query` with `vectors[columns]`, summed in float64 in index order."""
    found = np.empty(len(columns), dtype=np.float32)
    for i in range(len(columns)):
        total = 0.0
        for j in range(len(query)):
            total += np.float64(query[j]) * np.float64(vectors[columns[i], j])
        found[i] = total
    return found


def _check(market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, k: int) -> None:
    expected = (len(market.seekers), len(market.vacancies))
    found = (len(seeker_vectors), len(vacancy_vectors))
    if found != expected or seeker_vectors.shape[1:] != vacancy_vectors.shape[1:]:
        raise DataError(
            f"vectors of shape {seeker_vectors.shape} and {vacancy_vectors.shape} for a market of {expected[0]} seekers"
            f" and {expected[1]} vacancies",
            remedy="embed this market's tables, all with the same model",
        )
    if k < 1:
        raise DataError(f"k is {k}", remedy="ask for at least one candidate a seeker")
