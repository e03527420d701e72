"""Ranking measures on lists worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from evaluation.ranking_metrics.accuracy_at_k import accuracy_at_k
from evaluation.ranking_metrics.average_precision import average_precision, mean_average_precision
from evaluation.ranking_metrics.bpref import bpref
from evaluation.ranking_metrics.ndcg import condensed_ndcg


def test_ndcg_of_a_list_worked_out_by_hand() -> None:
    # Ranked grades 1, 3, 0: gains 1, 7, 0; ideal 7, 1.
    found = 1 + 7 / math.log2(3)
    ideal = 7 + 1 / math.log2(3)
    assert condensed_ndcg([3, 1, 0], [0.5, 0.9, 0.1], k=10) == pytest.approx(found / ideal)
    assert condensed_ndcg([3, 1, 0], [0.9, 0.5, 0.1], k=10) == 1
    assert condensed_ndcg([3, 1, 0], [0.5, 0.9, 0.1], k=1) == pytest.approx(1 / 7)


def test_ndcg_without_a_relevant_item_is_undefined() -> None:
    assert math.isnan(condensed_ndcg([0, 0], [1, 2], k=10))


def test_average_precision_by_hand() -> None:
    # Relevant at places 1 and 3: (1/1 + 2/3) / 2.
    assert average_precision([1, 0, 1], [0.9, 0.8, 0.7]) == pytest.approx(5 / 6)
    relevant, score = np.array([[1, 0], [0, 0]], bool), np.array([[0.1, 0.9], [0.5, 0.5]])
    assert mean_average_precision(relevant, score) == pytest.approx(0.5)  # the query without relevant items is left out


def test_accuracy_at_k() -> None:
    accepted, ranked = [["a"], ["b", "c"]], [["x", "a"], ["c", "y"]]
    assert accuracy_at_k(accepted, ranked, k=1) == 0.5
    assert accuracy_at_k(accepted, ranked, k=2) == 1


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ([True, True, False, False], 1.0),
        ([False, False, True, True], 0.0),
        ([True, False, True, False], 0.75),  # one of two irrelevant above the second: (1 + 1/2) / 2
        ([False, True], 0.0),
        ([True, True], 1.0),  # nothing irrelevant was judged
    ],
)
def test_bpref_counts_irrelevant_items_above_relevant_ones(ranking: list[bool], expected: float) -> None:
    assert bpref(np.array(ranking), -np.arange(len(ranking), dtype=float)) == pytest.approx(expected)


def test_bpref_without_a_relevant_item_is_unknown() -> None:
    assert np.isnan(bpref(np.array([False, False]), np.array([1.0, 0.0])))
