"""Intervals over seeds against a library, and by their coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from evaluation.simulation.seed_means import mean_over_seeds, ratio_over_seeds


def test_the_mean_and_its_interval_are_students():
    values = np.array([3.0, 4.5, 2.2, 5.1])
    found = mean_over_seeds(values)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx((values.mean(), *expected))


def test_what_one_seed_lacks_the_mean_lacks():
    assert np.isnan(mean_over_seeds(np.array([1.0, np.nan])).value)
    assert mean_over_seeds(np.array([1.0])).value == 1.0
    assert np.isnan(mean_over_seeds(np.array([1.0])).low)


def test_the_ratio_is_refused_where_the_denominator_may_be_zero():
    assert ratio_over_seeds(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.1, 1.0])) is None
    assert ratio_over_seeds(np.zeros(3), np.zeros(3)) is None
    assert ratio_over_seeds(np.array([1.0]), np.array([2.0])) is None


def test_an_exact_ratio_has_no_width():
    found = ratio_over_seeds(np.array([5.0, 6.0, 7.0]), np.array([10.0, 12.0, 14.0]))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))


def test_fiellers_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(0)
    inside, draws = 0, 2000
    for _ in range(draws):
        denominator = rng.normal(10, 2, 5)
        found = ratio_over_seeds(0.6 * denominator + rng.normal(0, 1, 5), denominator)
        inside += found is not None and found.low <= 0.6 <= found.high
    assert inside / draws == pytest.approx(0.95, abs=0.015)
