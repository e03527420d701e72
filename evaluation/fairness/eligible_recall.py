"""Whether candidates miss what people surely qualify for: found by comparing each person with every vacancy.

Candidates are the most similar vacancies that no rule forbids; some of their conditions may be unknown. A person of
whom little is known can so lose a place to vacancies that turn out closed to him. The reference here is the k most
similar vacancies of whose every condition it is known that he meets it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.market import Market
from matching.eligibility import judge_records, seeker_records, vacancy_records
from matching.retrieval import Candidates, Vectors, dot_rows

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class EligibleFound:
    """One entry a seeker. `eligible`: his vacancies of the exact top k, at most k; `found`: those among the candidates;
    `has_candidate`: bool."""

    eligible: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]
    has_candidate: npt.NDArray[np.bool_]


def eligible_found(
    market: Market, candidates: Candidates, seeker_vectors: Vectors, vacancy_vectors: Vectors, *, k: int
) -> EligibleFound:
    """Exact, by brute force: seekers × vacancies pairs are judged one person at a time.

    Parameters
    ----------
    market
        With the seekers asked about only; `candidates` are of its rows.
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows of unit length, row for row with the market's tables.
    """
    people, posts = len(market.seekers), len(market.vacancies)
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    rows = np.arange(posts, dtype=np.int32)
    first = np.searchsorted(candidates.seeker, np.arange(people + 1))
    eligible, found = np.zeros(people, np.int64), np.zeros(people, np.int64)
    vectors = np.ascontiguousarray(vacancy_vectors, dtype=np.float32)
    for person in range(people):
        verdicts = judge_records(seekers, vacancies, np.full(posts, person, np.int32), rows)
        allowed = rows[verdicts.eligible]
        likeness = dot_rows(np.asarray(seeker_vectors[person], dtype=np.float32), vectors, allowed)
        best = allowed[np.lexsort((allowed, -likeness))[:k]]
        eligible[person] = len(best)
        found[person] = np.isin(best, candidates.vacancy[first[person] : first[person + 1]]).sum()
    return EligibleFound(eligible, found, np.diff(first) > 0)
