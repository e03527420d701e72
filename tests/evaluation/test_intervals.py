"""Intervals by hand, and their true coverage."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evaluation.intervals import median_interval, wilson


def test_wilson_by_hand() -> None:
    low, high = wilson(np.array([0, 5, 10, 0]), np.array([10, 10, 10, 0]))
    # (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n), z = 1.96.
    assert low[:3] == pytest.approx([0, 0.2366, 0.7225], abs=1e-4)
    assert high[:3] == pytest.approx([0.2775, 0.7634, 1], abs=1e-4)
    assert np.isnan([low[3], high[3]]).all()  # nobody, no interval


@pytest.mark.parametrize("people", [10, 25, 100, 400])
def test_wilson_covers_95_percent_on_average_over_shares(people: int) -> None:
    counts = np.arange(people + 1)
    low, high = wilson(counts, np.full(people + 1, people))
    shares = np.linspace(0.02, 0.98, 97)
    covered = [binom.pmf(counts, people, share)[(low <= share) & (share <= high)].sum() for share in shares]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)
    assert np.min(covered) > 0.82  # the known dips near 0 and 1 (Brown, Cai & DasGupta 2001)


def test_the_median_of_few_has_no_interval() -> None:
    assert median_interval(np.array([3.0, 1.0, 2.0]))[0] == 2.0
    assert np.isnan(median_interval(np.array([3.0, 1.0, 2.0]))[1:]).all()
    assert np.isnan(median_interval(np.array([]))).all()
    assert median_interval(np.arange(6.0)) == (2.5, 0.0, 5.0)


@pytest.mark.parametrize("people", [6, 15, 60])
def test_the_interval_of_the_median_covers_at_least_95_percent(people: int) -> None:
    rng = np.random.default_rng(people)
    ends = [median_interval(rng.lognormal(8.5, 0.4, people))[1:] for _ in range(2000)]
    truth = np.exp(8.5)
    assert np.mean([low <= truth <= high for low, high in ends]) >= 0.945
