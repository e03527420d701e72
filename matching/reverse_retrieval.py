"""Candidates the other way round: for vacancies that nobody's own list names, the most similar people allowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.eligibility import judge_records, seeker_records, vacancy_records
from matching.retrieval import Candidates, Vectors, dot_rows

_BLOCK_PAIRS = 4_000_000
ROUNDING_MARGIN = 1e-5
"""Above the error of a float32 product of unit vectors: what lies this close to the k-th is scored exactly."""


def retrieve_seekers(
    market: Market,
    seeker_vectors: Vectors,
    vacancy_vectors: Vectors,
    vacancies: npt.NDArray[np.integer[Any]],
    *,
    k: int,
) -> Candidates:
    """For each of these vacancies the `k` most similar seekers whom no rule forbids; exact, ties to the lower row.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows of unit length, row for row with the market's tables.
    vacancies
        Rows of the vacancies.
    """
    seekers, records = seeker_records(market.seekers), vacancy_records(market.vacancies.iloc[vacancies])
    queries = np.ascontiguousarray(vacancy_vectors[vacancies])
    block = max(1, _BLOCK_PAIRS // max(1, len(seekers)))
    everybody = np.arange(len(seekers), dtype=np.int32)
    found = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint16))]
    for start in range(0, len(vacancies) if len(seekers) else 0, block):
        asked = np.arange(start, min(start + block, len(vacancies)), dtype=np.int32)
        verdicts = judge_records(seekers, records, np.tile(everybody, len(asked)), np.repeat(asked, len(everybody)))
        allowed = verdicts.candidate.reshape(len(asked), -1)
        unknown = verdicts.unknown.reshape(len(asked), -1)
        similarity = np.where(allowed, queries[asked] @ seeker_vectors.T, -np.inf)
        for place, row in enumerate(asked):
            near = _near_the_best(similarity[place], k)
            exact = dot_rows(queries[row], seeker_vectors, near)
            best = near[np.lexsort((near, -exact))[:k]]
            found.append(
                (
                    best.astype(np.int32),
                    np.full(len(best), vacancies[row], np.int32),
                    dot_rows(queries[row], seeker_vectors, best),
                    unknown[place, best],
                )
            )
    columns = [np.concatenate(part) for part in zip(*found, strict=True)]
    order = np.lexsort((columns[1], -columns[2], columns[0]))
    return Candidates(*(column[order] for column in columns))


def _near_the_best(similarity: Vectors, k: int) -> npt.NDArray[np.int64]:
    """Rows that may be among the best `k` once scored exactly; none that is −∞."""
    least = -np.inf
    if k < len(similarity):
        least = similarity[np.argpartition(-similarity, k - 1)[k - 1]] - np.float32(ROUNDING_MARGIN)
    return np.flatnonzero((similarity >= least) & (similarity > -np.inf))
