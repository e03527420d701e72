"""Differences that chance explains, and differences that it does not."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import permutation_test

from data.errors import NotFoundError
from evaluation.ranking.judged_lists import JudgedLists
from evaluation.ranking.measures import ndcg, reciprocal_rank
from evaluation.ranking.query_values import QueryValues, values_by_query
from evaluation.ranking.randomisation_test import sign_flip_test
from evaluation.ranking.ranking_comparison import RANKING_COMPARISON, compare_rankers
from evaluation.ranking.ranking_quality import ENOUGH_QUERIES, FEWEST_QUERIES, few_queries, ranking_quality
from evaluation.refusal import Refusal


def test_few_queries_are_flipped_in_every_way() -> None:
    difference = np.array([0.3, -0.1, 0.2, 0.4, 0.0, 0.05])
    every = [abs(np.dot(signs, difference)) for signs in itertools.product((1, -1), repeat=6)]
    expected = np.mean(np.array(every) >= abs(difference.sum()) - 1e-12)
    assert sign_flip_test(difference[None], seed=0).item() == pytest.approx(expected)


def test_many_queries_agree_with_scipy() -> None:
    difference = np.random.default_rng(1).normal(0.05, 0.3, 80)
    expected = permutation_test((difference,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1).pvalue
    assert sign_flip_test(difference[None], seed=2, flips=20_000).item() == pytest.approx(expected, abs=0.015)


def test_no_p_value_is_0_and_none_depends_on_its_neighbours() -> None:
    strong, weak = np.full(60, 0.5), np.random.default_rng(0).normal(0, 1, 60)
    both = sign_flip_test(np.stack([strong, weak]), seed=0, flips=500)
    assert both[0] == pytest.approx(1 / 501)
    assert both[1] == sign_flip_test(weak[None], seed=0, flips=500).item()


def test_queries_without_a_value_take_no_part() -> None:
    known = np.random.default_rng(0).normal(0.2, 1, 12)
    padded = np.concatenate([known, np.full(3, np.nan)])
    assert sign_flip_test(padded[None], seed=0, flips=40_000).item() == pytest.approx(
        sign_flip_test(known[None], seed=0).item()
    )


def test_equal_rankers_are_told_apart_no_more_often_than_promised() -> None:
    """False positives at 5 %, on differences as they are: many zeros, skewed, of few values."""
    random = np.random.default_rng(4)
    difference = random.choice([0, 0, 0, 0.1, 0.5], (2_000, 40)) * random.choice([-1, 1], (2_000, 40))
    rate = (sign_flip_test(difference, seed=5, flips=999) <= 0.05).mean()
    assert rate == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 2_000))


def rankers(queries: int, **noise: float) -> QueryValues:
    """Values of rankers that see the true grade through noise."""
    random = np.random.default_rng(queries)
    grade = random.integers(0, 4, (queries, 12))
    grade[:, 0] = 3  # each has something relevant
    scores = {name: grade + random.normal(0, sigma, grade.shape) for name, sigma in noise.items()}
    return values_by_query(JudgedLists.of_matrix(grade, scores), [ndcg(10), reciprocal_rank()], seed=0)


def test_a_better_ranker_is_found_better_and_an_equal_one_is_not() -> None:
    values = rankers(120, ours=1.0, equal=1.0, worse=4.0)
    found = compare_rankers(values, "ours", seed=0)
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == list(RANKING_COMPARISON.columns)
    of_ndcg = found[found["measure"] == "nDCG@10"].set_index("against")
    assert of_ndcg.loc["worse", "p_holm"] < 0.01 < 0.05 < of_ndcg.loc["equal", "p_holm"]
    assert of_ndcg.loc["worse", "low"] > 0 > of_ndcg.loc["equal", "low"]
    assert (found["better"] + found["worse"] <= found["queries"]).all()


def test_corrected_p_values_are_holms() -> None:
    found = compare_rankers(rankers(60, ours=1.0, near=1.4, far=3.0), "ours", seed=0)
    assert isinstance(found, pd.DataFrame)
    order = np.argsort(found["p_value"].to_numpy())
    by_hand = np.minimum(1, np.maximum.accumulate(found["p_value"].to_numpy()[order] * np.arange(len(found), 0, -1)))
    assert np.allclose(found["p_holm"].to_numpy()[order], by_hand)


def test_quality_has_an_interval_around_each_mean() -> None:
    values = rankers(FEWEST_QUERIES, ours=1.0, worse=4.0)
    table = ranking_quality(values, seed=0)
    assert isinstance(table, pd.DataFrame)
    assert len(table) == 4
    of_ndcg = table[table["measure"] == "nDCG@10"]
    assert ((of_ndcg["low"] < of_ndcg["value"]) & (of_ndcg["value"] < of_ndcg["high"])).all()
    assert (table["judged_share"] == 1).all()
    caution = few_queries(values)
    assert caution is not None
    assert str(FEWEST_QUERIES) in caution.zh
    assert few_queries(rankers(ENOUGH_QUERIES, ours=1.0)) is None


def test_too_few_queries_are_refused() -> None:
    values = rankers(FEWEST_QUERIES - 1, ours=1.0, worse=4.0)
    for found in (ranking_quality(values, seed=0), compare_rankers(values, "ours", seed=0)):
        assert isinstance(found, Refusal)
        assert "24" in found.zh
        assert "24" in found.en


def test_an_unknown_ranker_is_named() -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        compare_rankers(rankers(30, ours=1.0), "nobody", seed=0)
