"""What each measure of a ranking says, on lists short enough to work out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluation.ranking.judged_lists import UNJUDGED, JudgedLists
from evaluation.ranking.measures import (
    RankingMeasure,
    average_precision,
    bpref,
    ndcg,
    recall,
    reciprocal_rank,
    success,
)
from evaluation.ranking.query_values import values_by_query

LOG3 = math.log2(3)
U = UNJUDGED

TABLE: list[tuple[str, RankingMeasure, list[int], float]] = [
    # what is shown, the measure, grades from the top of the list down, its value
    ("the best order", ndcg(10), [3, 1, 0], 1),
    ("gains 1, 7, 0 where 7, 1, 0 is best", ndcg(10), [1, 3, 0], (1 + 7 / LOG3) / (7 + 1 / LOG3)),
    ("only the first counts", ndcg(1), [1, 3, 0], 1 / 7),
    ("unjudged takes a place", ndcg(10), [U, 3], 1 / LOG3),
    ("unjudged is left out of a condensed list", ndcg(10, condensed=True), [U, 3], 1),
    ("one of two relevant among the first two", recall(2), [1, 0, 2], 1 / 2),
    ("from grade 2 on only one is relevant", recall(2, relevant_from=2), [1, 0, 2], 0),
    ("relevant at places 1 and 3", average_precision(), [1, 0, 1], (1 / 1 + 2 / 3) / 2),
    ("the first relevant is third", reciprocal_rank(), [0, 0, 1], 1 / 3),
    ("the first of grade 2 is second", reciprocal_rank(relevant_from=2), [1, 2], 1 / 2),
    ("somewhere among the first two", success(2), [0, 1, 0], 1),
    ("not at the top", success(1), [0, 1, 0], 0),
    ("all relevant above all irrelevant", bpref(), [1, 1, 0, 0], 1),
    ("all below", bpref(), [0, 0, 1, 1], 0),
    ("one of two irrelevant above the second", bpref(), [1, 0, 1, 0], (1 + 1 / 2) / 2),
    ("nothing irrelevant was judged", bpref(), [1, 1], 1),
    ("unjudged does not count", bpref(), [U, U, 1, 0], 1),
]


@pytest.mark.parametrize(
    ("measure", "grades", "expected"), [row[1:] for row in TABLE], ids=[what for what, *_ in TABLE]
)
def test_a_list_worked_out_by_hand(measure: RankingMeasure, grades: list[int], expected: float) -> None:
    n = len(grades)
    lists = JudgedLists(np.zeros(n, int), np.arange(n), np.array(grades), {"list": -np.arange(n, dtype=float)})
    assert values_by_query(lists, [measure], seed=0).value.item() == pytest.approx(expected)
