"""Lists out of past referrals: for each seeker whose referrals ended differently, who put the better ones first?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from evaluation.ranking.judged_lists import JudgedLists

DECLINED, ACCEPTED, HIRED = 0, 1, 2
OURS = "ranker"
RANKERS_ZH = {
    OURS: "双向排序模型",
    "prior": "先验评分",
    "similarity": "文本相似度",
    "bm25": "BM25",
    "random": "随机",
}
"""What orders the lists, and its Chinese name."""


def seeker_lists(backtest: pd.DataFrame) -> JudgedLists:
    """The lists of a `BACKTEST` table: a query a seeker with at least two referrals of different grade.

    Grades: declined 0, accepted 1, hired 2. Accepted is 1 also where the employer's answer says nothing of the person,
    as at a post that was full. Only what somebody referred is judged, so all of these lists is; of what the desk did
    not refer they say nothing. A seeker's referrals may lie months apart, each scored by the ranker of its origin.
    """
    grade = np.where(
        backtest["hired"] & backtest["hire_known"], HIRED, np.where(backtest["accepted"], ACCEPTED, DECLINED)
    )
    query = pd.factorize(backtest["seeker_id"])[0].astype(np.int64)
    by_seeker = pd.Series(grade).groupby(query)
    differs = (by_seeker.transform("min") < by_seeker.transform("max")).to_numpy(bool)
    scores = {
        name: (backtest["p_accept"] * backtest["p_hire"] if name == OURS else backtest[name]).to_numpy(np.float64)
        for name in RANKERS_ZH
    }
    return JudgedLists(query, np.arange(len(query)), grade.astype(np.int64), scores).of_items(differs)
