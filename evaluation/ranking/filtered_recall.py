"""Did retrieval return the best that the rules allow? Its candidates against brute force, for a sample of seekers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from statsmodels.stats.proportion import proportion_confint

from data.errors import DataError
from data.market import Market
from evaluation.refusal import Refusal
from matching.eligibility import judge_records, seeker_records, vacancy_records
from matching.retrieval import Candidates, Vectors

SAMPLE = 300
SAME_SIMILARITY = 1e-5
"""Similarities closer than that are the same: float32 sums in another order differ by less."""


@dataclass(frozen=True)
class FilteredRecall:
    """What a search under the rules returned, of what it should have.

    Attributes
    ----------
    k, seekers
        Candidates asked for, and seekers in the sample who may have any vacancy at all.
    recall, low, high
        Mean over seekers of the share of the exact best k that was returned (of fewer, where fewer are allowed), with
        its 95 % interval.
    complete
        Seekers whose candidates are all there.
    forbidden
        Returned pairs that break a hard rule; anything but 0 is a fault.
    """

    k: int
    seekers: int
    recall: float
    low: float
    high: float
    complete: int
    forbidden: int


def filtered_recall(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, candidates: Candidates, *, k: int, seed: int,
    sample: int = SAMPLE,
) -> FilteredRecall | Refusal:  # fmt: skip
    """Compare `candidates`, of exact or approximate search, with all pairs of `sample` seekers judged and multiplied.

    A returned vacancy counts if no more than k − 1 allowed ones are more similar, by more than rounding: of vacancies
    equally similar at the edge, any will do. The interval is Wilson's with seekers as cases, which holds for a mean of
    values in [0, 1], whose variance is at most that of a yes or no: it does not shrink to nothing where all is found.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables; memory-mapped or not.

    Raises
    ------
    DataError
        Vectors do not fit the market, or a candidate is no row of it.
    """
    _check(market, seeker_vectors, vacancy_vectors, candidates)
    people = np.random.default_rng(seed).permutation(len(market.seekers))[:sample]
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    every = np.arange(len(market.vacancies), dtype=np.int32)
    order = np.argsort(candidates.seeker, kind="stable")
    start, end = (np.searchsorted(candidates.seeker[order], people, side=side) for side in ("left", "right"))
    found, forbidden = [], 0
    for person, first, last in zip(people, start, end, strict=True):
        allowed = judge_records(seekers, vacancies, np.full(len(every), person, dtype=np.int32), every).candidate
        returned = np.unique(candidates.vacancy[order[first:last]])
        forbidden += int((~allowed[returned]).sum())
        due = min(k, int(allowed.sum()))
        if not due:
            continue
        similarity = vacancy_vectors @ np.asarray(seeker_vectors[person], dtype=np.float32)
        least = np.partition(similarity[allowed], -due)[-due]
        hits = int((allowed[returned] & (similarity[returned] >= least - SAME_SIMILARITY)).sum())
        found.append(min(hits, due) / due)
    if not found:
        return Refusal(
            "抽样的求职者没有一人有符合条件的岗位，无从检验召回",
            "no seeker of the sample may have any vacancy: there is nothing to recall",
        )
    low, high = proportion_confint(sum(found), len(found), method="wilson")
    return FilteredRecall(
        k, len(found), float(np.mean(found)), float(low), float(high), int(np.sum(np.array(found) == 1)), forbidden
    )


def _check(market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, candidates: Candidates) -> None:
    sizes: tuple[tuple[str, npt.NDArray[np.int32], Vectors, int], ...] = (
        ("seekers", candidates.seeker, seeker_vectors, len(market.seekers)),
        ("vacancies", candidates.vacancy, vacancy_vectors, len(market.vacancies)),
    )
    for name, rows, vectors, size in sizes:
        if len(vectors) != size or (len(rows) and not 0 <= rows.min() <= rows.max() < size):
            raise DataError(
                f"{len(vectors)} vectors and candidates up to row {rows.max(initial=-1)} for {size} {name}",
                remedy="compare candidates with the market and the vectors that they were retrieved from",
            )
