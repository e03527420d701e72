"""The interval of a mean with a long tail: symmetric without one, and covering where value ± 1.96 errors does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student_t

from evaluation.off_policy.skewed_interval import skewed_interval


def test_without_skewness_it_is_students() -> None:
    influence = np.array([-1.0, 1.0] * 50 + [-2.0, 2.0] * 50)
    error, low, high = skewed_interval(5.0, influence, 0.95)
    assert error == pytest.approx(influence.std(ddof=1) / np.sqrt(200))
    kurtosis = (influence**4).mean() / (influence**2).mean() ** 2
    half = student_t.ppf(0.975, 400 / (kurtosis - 1)) * error
    assert (low, high) == pytest.approx((5 - half, 5 + half))


def test_it_is_longer_where_the_tail_is_and_mirrors() -> None:
    influence = np.random.default_rng(1).exponential(size=40) ** 2
    _, low, high = skewed_interval(0.0, influence, 0.95)
    assert high > -1.2 * low > 0
    _, mirrored_low, mirrored_high = skewed_interval(0.0, -influence, 0.95)
    assert (mirrored_low, mirrored_high) == pytest.approx((-high, -low))


def test_what_does_not_vary_has_no_width() -> None:
    assert skewed_interval(0.3, np.zeros(10), 0.95) == (0.0, 0.3, 0.3)


def test_it_covers_where_few_heavy_referrals_carry_the_value() -> None:
    """Of 10,000 seekers some 60 have a referral that counts, with weights from 50 to 1,000, and 13 of them a job."""
    rng = np.random.default_rng(2)
    wald, skewed, n = [], [], 10_000
    heavy = np.exp(rng.uniform(np.log(50), np.log(1_000), n))
    success = 0.2
    truth = success  # each counts with chance 1 ÷ weight, and then for its weight
    for _ in range(600):
        gained = heavy * (rng.random(n) < 1 / heavy) * (rng.random(n) < success)
        value = float(gained.mean())
        error, low, high = skewed_interval(value, gained - value, 0.95)
        wald.append(abs(value - truth) <= 1.96 * error)
        skewed.append(low <= truth <= high)
    assert np.mean(wald) < 0.9
    assert np.mean(skewed) > 0.95
