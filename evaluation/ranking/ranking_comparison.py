"""One ranker against others on the same queries: difference, interval, and whether chance explains it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from data.columns import TEXT, Column, Table
from data.errors import NotFoundError
from evaluation.ranking.bootstrap import mean_interval
from evaluation.ranking.query_values import QueryValues
from evaluation.ranking.randomisation_test import sign_flip_test
from evaluation.ranking.ranking_quality import FEWEST_QUERIES, queries_of, too_few
from evaluation.refusal import Refusal

RANKING_COMPARISON = Table(
    "ranking_comparison",
    {
        "ranker": Column(TEXT, "what is compared"),
        "against": Column(TEXT, "with what"),
        "measure": Column(TEXT, "RankingMeasure.name"),
        "difference": Column("Float64", "mean over queries of ranker − against", low=-1, high=1),
        "low": Column("Float64", "end of the 95 % paired bootstrap interval over queries"),
        "high": Column("Float64", "end of the 95 % paired bootstrap interval over queries"),
        "p_value": Column("Float64", "two-sided, paired randomisation test", low=0, high=1),
        "p_holm": Column("Float64", "corrected for all comparisons of this table (Holm 1979)", low=0, high=1),
        "queries": Column("Int64", "queries with something relevant", low=0),
        "better": Column("Int64", "queries where the ranker is better", low=0),
        "worse": Column("Int64", "queries where it is worse", low=0),
    },
)


def compare_rankers(
    values: QueryValues, ranker: str, *, seed: int, against: Sequence[str] | None = None
) -> pd.DataFrame | Refusal:
    """`RANKING_COMPARISON` of `ranker` with each of `against` (default: all others) on every measure.

    The p-values are corrected for the whole table, so it should hold what was to be compared and nothing else.
    Measures with fewer than `FEWEST_QUERIES` queries are left out; refused where none is left.

    Raises
    ------
    NotFoundError
        A ranker is not among those measured.
    """
    others = [name for name in values.rankers if name != ranker] if against is None else list(against)
    for name in [ranker, *others]:
        if name not in values.rankers:
            raise NotFoundError(f"no ranker {name!r} was measured", remedy=f"one of {', '.join(values.rankers)}")
    queries = queries_of(values)
    if refusal := too_few(queries):
        return refusal
    place = {name: row for row, name in enumerate(values.rankers)}
    pairs = [(other, m) for other in others for m in range(len(values.measures)) if queries[m] >= FEWEST_QUERIES]
    if not pairs:
        return RANKING_COMPARISON.empty()
    difference = np.stack([values.value[place[ranker], m] - values.value[place[other], m] for other, m in pairs])
    p = sign_flip_test(difference, seed=seed)
    corrected = multipletests(p, method="holm")[1]
    rows = []
    for (other, m), each, alone, together in zip(pairs, difference, p, corrected, strict=True):
        known = each[~np.isnan(each)]
        low, high = mean_interval(known, seed=seed)
        rows.append(
            {
                "ranker": ranker, "against": other, "measure": values.measures[m].name, "difference": known.mean(),
                "low": low, "high": high, "p_value": alone, "p_holm": together, "queries": len(known),
                "better": int((known > 1e-12).sum()), "worse": int((known < -1e-12).sum()),
            }
        )  # fmt: skip
    return RANKING_COMPARISON.check(pd.DataFrame(rows))
