"""Table of rankers by measure: mean over queries, interval, and how much of what was read anybody has judged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.columns import TEXT, Column, Table
from evaluation.ranking.bootstrap import mean_interval
from evaluation.ranking.judged_lists import Ints
from evaluation.ranking.query_values import QueryValues
from evaluation.refusal import Caution, Refusal

FEWEST_QUERIES = 25
"""Below that, rankers change places from one set of queries to the next (Buckley & Voorhees 2000, SIGIR)."""
ENOUGH_QUERIES = 50
"""What the same study asks for."""

RANKING_QUALITY = Table(
    "ranking_quality",
    {
        "ranker": Column(TEXT, "what orders the lists"),
        "measure": Column(TEXT, "RankingMeasure.name"),
        "value": Column("Float64", "mean over queries; null: too few of them", nullable=True, low=0, high=1),
        "low": Column("Float64", "end of the 95 % bootstrap interval over queries", nullable=True),
        "high": Column("Float64", "end of the 95 % bootstrap interval over queries", nullable=True),
        "queries": Column("Int64", "queries with something relevant", low=0),
        "judged_share": Column("Float64", "share of the items read that are judged", nullable=True, low=0, high=1),
    },
)


def ranking_quality(values: QueryValues, *, seed: int) -> pd.DataFrame | Refusal:
    """`RANKING_QUALITY`, a row a ranker and measure; refused where no measure has `FEWEST_QUERIES` queries."""
    queries = queries_of(values)
    if refusal := too_few(queries):
        return refusal
    rows = []
    for r, ranker in enumerate(values.rankers):
        for m, measure in enumerate(values.measures):
            known = ~np.isnan(values.value[r, m])
            enough = queries[m] >= FEWEST_QUERIES
            low, high = mean_interval(values.value[r, m, known], seed=seed) if enough else (np.nan, np.nan)
            share = values.judged[r, m, known]
            read = share[~np.isnan(share)]
            rows.append(
                {
                    "ranker": ranker, "measure": measure.name, "queries": int(queries[m]),
                    "value": values.value[r, m, known].mean() if enough else np.nan, "low": low, "high": high,
                    "judged_share": read.mean() if len(read) else np.nan,
                }
            )  # fmt: skip
    return RANKING_QUALITY.check(pd.DataFrame(rows))


def queries_of(values: QueryValues) -> Ints:
    """int64 (measures,): how many queries each measure has a value for; the same for every ranker."""
    return np.asarray((~np.isnan(values.value[0])).sum(axis=1), dtype=np.int64)


def too_few(queries: Ints) -> Refusal | None:
    """Why nothing can be said of so few queries; None where it can."""
    most = int(queries.max(initial=0))
    if most >= FEWEST_QUERIES:
        return None
    return Refusal(
        f"只有 {most} 份可评判的名单（至少 {FEWEST_QUERIES} 份），不足以比较排序",
        f"only {most} lists with something relevant (at least {FEWEST_QUERIES}): too few to compare rankings",
    )


def few_queries(values: QueryValues) -> Caution | None:
    """What to know before reading figures of fewer than `ENOUGH_QUERIES` queries."""
    most = int(queries_of(values).max(initial=0))
    if most >= ENOUGH_QUERIES:
        return None
    return Caution(
        f"只有 {most} 份名单（建议至少 {ENOUGH_QUERIES} 份），排序先后可能随样本改变",
        f"only {most} lists (better {ENOUGH_QUERIES}): the order of rankers may change with the sample",
    )
