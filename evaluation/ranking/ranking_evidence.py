"""What the ledger says of ranking and of the probabilities: the tables of a report, or why they are not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from evaluation.ranking.backtest_forecasts import backtest_forecasts
from evaluation.ranking.calibration_table import calibration_table
from evaluation.ranking.filtered_recall import FilteredRecall
from evaluation.ranking.list_coverage import ListCoverage
from evaluation.ranking.measures import RankingMeasure, average_precision, ndcg, recall, reciprocal_rank
from evaluation.ranking.query_values import values_by_query
from evaluation.ranking.ranking_comparison import compare_rankers
from evaluation.ranking.ranking_quality import few_queries, ranking_quality
from evaluation.ranking.seeker_lists import HIRED, OURS, seeker_lists
from evaluation.refusal import Caution, Refusal

MEASURES: tuple[RankingMeasure, ...] = (ndcg(10), average_precision(), reciprocal_rank(relevant_from=HIRED), recall(1))
"""Of lists of a few referrals each: a longer cut-off of recall would hold them whole."""

NOTHING_TO_LOOK_BACK_ON = Refusal(
    "近几个月没有结果已定的推荐可供回测", "no referral of the last months, whose result is known, to look back on"
)
ONLY_REFERRED = Caution(
    "名单只含经办人员实际推荐过的岗位，未推荐的岗位好坏不得而知；正式名单的质量须由随机名额检验",
    "lists hold only what the desk referred; of what it did not refer nothing is known. How good served lists are, "
    "only randomised slots can tell",
)
UNDATED_FACTS = Caution(
    "没有日期的事实（工作经历、学历、期望等）按今天的记录计算；若事后补录，回测会略显乐观",
    "facts without a date (jobs held, schooling, wishes) are those on record today; where they were added after the "
    "fact, the backtest flatters",
)


@dataclass(frozen=True)
class RankingEvidence:
    """Ranking quality, calibration, reach and recall of one installation.

    Attributes
    ----------
    as_of
        The day up to which results are known.
    is_synthetic
        Whether anybody in it was made up: what is shown must say so.
    origins
        First days of the test months.
    backtest
        `ledger_backtest.BACKTEST`, one row a referral: what the other tables are made of.
    calibration, reliability
        `calibration_table.CALIBRATION` and `RELIABILITY_BY_GROUP`.
    quality, comparison
        `RANKING_QUALITY` and `RANKING_COMPARISON` of the ranker with all others, or why not.
    coverage
        Reach of the published run's referrals.
    recall
        Its candidates against brute force.
    refusals, cautions
        Why there is no figure (also those that stand in the fields above), and what limits the figures there are.
    """

    as_of: date
    is_synthetic: bool
    origins: tuple[date, ...]
    backtest: pd.DataFrame
    calibration: pd.DataFrame
    reliability: pd.DataFrame
    quality: pd.DataFrame | Refusal
    comparison: pd.DataFrame | Refusal
    coverage: ListCoverage | Refusal
    recall: FilteredRecall | Refusal
    refusals: tuple[Refusal, ...]
    cautions: tuple[Caution, ...]


def judge_ranking(
    backtest: pd.DataFrame, *, as_of: date, is_synthetic: bool, origins: tuple[date, ...],
    coverage: ListCoverage | Refusal, recall: FilteredRecall | Refusal, seed: int,
) -> RankingEvidence:  # fmt: skip
    """All tables of a `BACKTEST`, with what was measured of the published run."""
    calibration, reliability = calibration_table(backtest_forecasts(backtest), seed=seed)
    values = values_by_query(seeker_lists(backtest), MEASURES, seed=seed)
    quality, comparison = ranking_quality(values, seed=seed), compare_rankers(values, OURS, seed=seed)
    refusals = [one for one in (quality, coverage, recall) if isinstance(one, Refusal)]
    unlearnt = int((~(backtest["accept_learnt"] & backtest["hire_learnt"])).sum())
    if not len(backtest):
        refusals.append(NOTHING_TO_LOOK_BACK_ON)
    if unlearnt:
        refusals.append(
            Refusal(
                f"{len(backtest)} 条可回测的推荐中，有 {unlearnt} 条在当时历史过少，模型尚未学成，其概率不作评判",
                f"of {len(backtest)} referrals to look back on, {unlearnt} came when there was too little history to "
                "learn from: their scores are no probabilities and are not judged as such",
            )
        )
    few = few_queries(values)
    return RankingEvidence(
        as_of, is_synthetic, origins, backtest, calibration, reliability, quality, comparison, coverage, recall,
        tuple(refusals), (ONLY_REFERRED, UNDATED_FACTS, *([few] if few else [])),
    )  # fmt: skip
