"""Each measure of each ranker for every query: what means, intervals and tests are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt

from evaluation.ranking.judged_lists import UNJUDGED, Floats, Ints, JudgedLists
from evaluation.ranking.measures import RankingMeasure

FEWEST_LOTS, MOST_LOTS, PAIRS_READ = 10, 100, 100_000
"""Orders drawn where a ranker gives items of a query the same score: as many as read so many pairs in all."""


@dataclass(frozen=True)
class QueryValues:
    """Values of measures by query.

    Attributes
    ----------
    rankers, measures
        What the first two axes are.
    value
        float64 (rankers, measures, queries): 0 where a ranker lists nothing; NaN where the query has nothing relevant.
    judged
        float64 of the same shape: share of the items read that are judged; NaN where none is listed.
    """

    rankers: tuple[str, ...]
    measures: tuple[RankingMeasure, ...]
    value: Floats
    judged: Floats


def values_by_query(lists: JudgedLists, measures: Sequence[RankingMeasure], *, seed: int) -> QueryValues:
    """Every measure for every ranker and query, queries in ascending order.

    Items of equal score are put in an order drawn by lot, ten to a hundred times, and values averaged: the expected
    value under ties (McSherry & Najork 2008), which neither the order of a file nor an identifier decides.
    """
    names, query = np.unique(lists.query, return_inverse=True)
    judged = lists.grade > UNJUDGED
    qrels = _nested(query[judged], lists.item[judged], lists.grade[judged])
    best = np.full(len(names), UNJUDGED)
    np.maximum.at(best, query, lists.grade)
    shape = (len(lists.scores), len(measures), len(names))
    value, share = np.zeros(shape), np.full(shape, np.nan)
    for m, measure in enumerate(measures):
        value[:, m, best < measure.relevant_from] = np.nan
    of_library = list(dict.fromkeys(measure.of_library for measure in measures))
    evaluator = ir_measures.evaluator(of_library, qrels)
    for r, score in enumerate(lists.scores.values()):
        listed = np.flatnonzero(~np.isnan(score))
        orders = list(_orders(query[listed], score[listed], seed))
        for order in orders:
            rows = listed[order]
            run = _nested(query[rows], lists.item[rows], -np.arange(len(rows), dtype=np.float64))
            for found in evaluator.iter_calc(run):
                for m, measure in enumerate(measures):
                    if measure.of_library == found.measure:
                        value[r, m, int(found.query_id)] += found.value / len(orders)
        for m, measure in enumerate(measures):
            share[r, m] = _judged_share(query[listed[orders[0]]], judged[listed[orders[0]]], measure.cutoff, len(names))
    return QueryValues(tuple(lists.scores), tuple(measures), value, share)


def _nested(query: Ints, item: Ints, value: npt.NDArray[np.generic]) -> dict[str, dict[str, float]]:
    """As trec_eval wants it: query → item → value."""
    found: dict[str, dict[str, float]] = {str(one): {} for one in np.unique(query)}
    for one, which, number in zip(query.tolist(), item.tolist(), value.tolist(), strict=True):
        found[str(one)][str(which)] = number
    return found


def _orders(query: Ints, score: Floats, seed: int) -> Iterator[Ints]:
    """Orders of the pairs by query and descending score; one where there are no ties."""
    random = np.random.default_rng(seed)
    order = np.lexsort((random.random(len(score)), -score, query))
    yield order
    tied = (np.diff(query[order]) == 0) & (np.diff(score[order]) == 0)
    if tied.any():
        lots = min(MOST_LOTS, max(FEWEST_LOTS, PAIRS_READ // len(score)))
        for _ in range(lots - 1):
            yield np.lexsort((random.random(len(score)), -score, query))


def _judged_share(query: Ints, judged: npt.NDArray[np.bool_], cutoff: int | None, queries: int) -> Floats:
    """Share of the first `cutoff` of each list that is judged; `query` is sorted, lists are in order."""
    first = np.searchsorted(query, np.arange(queries))
    read = np.arange(len(query)) - first[query] < (cutoff or len(query))
    count = np.bincount(query[read], minlength=queries)
    found = np.bincount(query[read & judged], minlength=queries)
    return np.asarray(np.divide(found, count, out=np.full(queries, np.nan), where=count > 0))
