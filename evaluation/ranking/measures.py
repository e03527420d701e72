"""The measures of a ranking that are reported, as `ir-measures` computes them (trec_eval).

`condensed`: items that nobody judged are left out before the list is read (Sakai 2007, SIGIR), for unjudged is not
irrelevant. `relevant_from`: the lowest grade that counts as relevant where a measure knows only relevant and not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ir_measures

from evaluation.ranking.judged_lists import HIGHEST_GRADE

EXPONENTIAL_GAINS = {grade: 2**grade - 1 for grade in range(HIGHEST_GRADE + 1)}


@dataclass(frozen=True)
class RankingMeasure:
    """A measure: its name, what it says in Chinese and English, and how the library knows it."""

    name: str
    zh: str
    en: str
    relevant_from: int
    cutoff: int | None
    of_library: Any


def ndcg(k: int, *, condensed: bool = False) -> RankingMeasure:
    """nDCG@k with gain 2^grade − 1 (Burges et al. 2005) and discount 1 ÷ log2(1 + place) (Järvelin & Kekäläinen 2002).

    The ideal list is of all items judged for the query, listed or not.
    """
    return RankingMeasure(
        f"nDCG@{k}",
        f"前 {k} 位折损累计增益与理想排序之比",
        f"discounted gain of the first {k} ÷ that of the best order",
        1, k, ir_measures.nDCG(gains=EXPONENTIAL_GAINS, judged_only=condensed) @ k,
    )  # fmt: skip


def recall(k: int, *, relevant_from: int = 1, condensed: bool = False) -> RankingMeasure:
    """Share of the relevant items that stand among the first k."""
    return RankingMeasure(
        f"recall@{k}{_from(relevant_from)}",
        f"相关项中排在前 {k} 位的比例",
        f"share of the relevant items among the first {k}",
        relevant_from, k, ir_measures.R(rel=relevant_from, judged_only=condensed) @ k,
    )  # fmt: skip


def success(k: int, *, relevant_from: int = 1) -> RankingMeasure:
    """1 where a relevant item stands among the first k, else 0; its mean is accuracy@k."""
    return RankingMeasure(
        f"success@{k}{_from(relevant_from)}",
        f"前 {k} 位中有相关项的比例",
        f"share of lists with a relevant item among the first {k}",
        relevant_from, k, ir_measures.Success(rel=relevant_from) @ k,
    )  # fmt: skip


def reciprocal_rank(*, relevant_from: int = 1, condensed: bool = False) -> RankingMeasure:
    """1 ÷ place of the first relevant item; 0 without one (Voorhees 1999). Its mean is MRR."""
    return RankingMeasure(
        f"MRR{_from(relevant_from)}",
        "首个相关项名次倒数的平均",
        "mean of 1 ÷ place of the first relevant item",
        relevant_from, None, ir_measures.RR(rel=relevant_from, judged_only=condensed),
    )  # fmt: skip


def average_precision(*, relevant_from: int = 1, condensed: bool = False) -> RankingMeasure:
    """Mean precision at the places of the relevant items (Buckley & Voorhees 2000). Its mean is MAP."""
    return RankingMeasure(
        f"MAP{_from(relevant_from)}",
        "各相关项处查准率的平均",
        "mean precision at the places of the relevant items",
        relevant_from, None, ir_measures.AP(rel=relevant_from, judged_only=condensed),
    )  # fmt: skip


def bpref(*, relevant_from: int = 1) -> RankingMeasure:
    """How seldom an item judged irrelevant stands above a relevant one (Buckley & Voorhees, SIGIR 2004).

    1 ÷ R · Σ_r (1 − |irrelevant above r, at most R| ÷ min(R, N)); what nobody judged does not count.
    """
    return RankingMeasure(
        f"bpref{_from(relevant_from)}",
        "已判断项中不相关项排在相关项之前的程度（越高越好）",
        "how seldom an item judged irrelevant stands above a relevant one",
        relevant_from, None, ir_measures.Bpref(rel=relevant_from),
    )  # fmt: skip


def _from(relevant_from: int) -> str:
    return f" (grade ≥ {relevant_from})" if relevant_from > 1 else ""
