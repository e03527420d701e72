from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from data.errors import DataError
from evaluation.ranking.judged_lists import UNJUDGED, JudgedLists
from evaluation.ranking.measures import average_precision, bpref, ndcg, recall, reciprocal_rank
from evaluation.ranking.query_values import values_by_query


def test_ndcg_is_scikit_learns_of_exponential_gains() -> None:
    random = np.random.default_rng(0)
    grade, score = random.integers(0, 4, (60, 25)), random.normal(size=(60, 25))
    found = values_by_query(JudgedLists.of_matrix(grade, {"a": score}), [ndcg(10)], seed=0).value[0, 0]
    expected = [ndcg_score([2.0**g - 1], [s], k=10) for g, s in zip(grade, score, strict=True)]
    assert np.allclose(found, expected)


def test_equal_scores_get_the_expected_value_whatever_the_order_of_the_file() -> None:
    # One relevant among four of equal score: place 1 to 4, each as likely.
    ties = np.zeros((400, 4))
    first, last = np.tile([1, 0, 0, 0], (400, 1)), np.tile([0, 0, 0, 1], (400, 1))
    expected = np.mean(1 / np.arange(1, 5))
    for grade in (first, last):
        found = values_by_query(JudgedLists.of_matrix(grade, {"a": ties}), [reciprocal_rank()], seed=3)
        assert found.value.mean() == pytest.approx(expected, abs=0.03)


def test_scores_that_differ_in_the_twelfth_digit_are_no_ties() -> None:
    grade, score = np.array([[1, 0]]), np.array([[1 + 1e-12, 1.0]])
    assert values_by_query(JudgedLists.of_matrix(grade, {"a": score}), [reciprocal_rank()], seed=0).value.item() == 1


def test_who_lists_nothing_has_nothing_and_queries_without_a_relevant_item_do_not_count() -> None:
    lists = JudgedLists(
        np.array([7, 7, 9, 9]), np.array([1, 2, 1, 2]), np.array([1, 0, 0, 0]),
        {"all": np.array([2.0, 1, 2, 1]), "none": np.full(4, np.nan)},
    )  # fmt: skip
    found = values_by_query(lists, [ndcg(10), average_precision(), recall(1), bpref()], seed=0)
    assert found.value[0, :, 0].tolist() == [1, 1, 1, 1]
    assert found.value[1, :, 0].tolist() == [0, 0, 0, 0]
    assert np.isnan(found.value[:, :, 1]).all()
    assert np.isnan(found.judged[1]).all()


def test_a_relevant_item_that_is_not_listed_is_missed() -> None:
    lists = JudgedLists(np.zeros(2, int), np.arange(2), np.array([1, 1]), {"a": np.array([1.0, np.nan])})
    assert values_by_query(lists, [recall(5)], seed=0).value.item() == 0.5


def test_the_share_judged_is_of_what_the_measure_reads() -> None:
    grade = np.array([1, UNJUDGED, 0, UNJUDGED])
    lists = JudgedLists(np.zeros(4, int), np.arange(4), grade, {"a": -np.arange(4.0)})
    found = values_by_query(lists, [ndcg(1), ndcg(2), ndcg(3), average_precision()], seed=0)
    assert found.judged.ravel().tolist() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])


@pytest.mark.parametrize(
    ("query", "item", "grade", "what"),
    [
        ([0, 0], [1, 1], [0, 1], "twice"),
        ([0, 0], [1, 2], [0, 11], "grades"),
        ([0], [1, 2], [0, 1], "shapes"),
    ],
)
def test_lists_that_cannot_be_are_refused(query: list[int], item: list[int], grade: list[int], what: str) -> None:
    with pytest.raises(DataError, match=what):
        JudgedLists(np.array(query), np.array(item), np.array(grade), {"a": np.zeros(2)})
