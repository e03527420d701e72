"""A figure of a group as the ratio of two sums over its people, beside everyone else's, with intervals.

Every figure here is R = Σa ÷ Σb, where a and b belong to one person: referrals and 1, placements and 1, candidates
found and to be found, prediction errors and referrals. People are the independent units, so a person with many
referrals is one draw, not many. The variance of R is that of the linearised ratio, Σ(a − R b)² ÷ (Σb)² × n ÷ (n − 1)
(Cochran 1977, section 6.3), and needs five sums, which add up over groups: everyone else is the total minus the group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t
from statsmodels.stats.proportion import confint_proportions_2indep

from evaluation.intervals import wilson

Floats = npt.NDArray[np.float64]
N, A, B, AA, AB, BB = range(6)
"""Columns of sums: people counted, Σa, Σb, Σa², Σab, Σb²."""


def person_values(numerator: Floats, denominator: Floats) -> Floats:
    """What is summed of each person, float64 (people, 6); nothing of a person whose denominator is 0."""
    counted = denominator > 0
    a, b = np.where(counted, numerator, 0.0), np.where(counted, denominator, 0.0)
    return np.asarray(np.stack([counted, a, b, a * a, a * b, b * b], axis=1), dtype=np.float64)


def ratio(sums: Floats) -> Floats:
    """Σa ÷ Σb of sums (cells, 6), float64 (cells,); NaN where nobody is counted."""
    found: Floats = np.full(len(sums), np.nan)
    np.divide(sums[:, A], sums[:, B], out=found, where=sums[:, B] > 0)
    return found


def ratio_variance(sums: Floats) -> Floats:
    """Variance of `ratio`, float64 (cells,); NaN below two people."""
    found, n = ratio(sums), sums[:, N]
    squares = sums[:, AA] - 2 * found * sums[:, AB] + found**2 * sums[:, BB]
    enough = n > 1
    safe = np.where(enough, n, 2.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares, 0) / sums[:, B] ** 2 * safe / (safe - 1)
    return np.where(enough, variance, np.nan)


@dataclass(frozen=True)
class RatioComparison:
    """Each float64 (cells,): the figure and its 95 % interval, everyone else's, the difference with its interval, and
    the two-sided p-value of no difference. NaN where nobody is left to compare with, or too few to tell."""

    estimate: Floats
    low: Floats
    high: Floats
    others: Floats
    difference: Floats
    difference_low: Floats
    difference_high: Floats
    p_value: Floats


def compare_with_others(sums: Floats, total: Floats, *, is_share: bool, level: float = 0.95) -> RatioComparison:
    """Cells (`sums`, float64 (cells, 6)) against everyone else of `total`, float64 (6,).

    Shares: Wilson's interval, Newcombe's of the difference (1998, method 10), and the score test with the pooled
    share. Other ratios: Student's t with the people of the smaller side, less one, as degrees of freedom: cautious.
    """
    rest = total[None, :] - sums
    estimate, others = ratio(sums), ratio(rest)
    difference = estimate - others
    degrees = np.maximum(np.minimum(sums[:, N], rest[:, N]) - 1, 1)
    width = t.ppf((1 + level) / 2, degrees)
    variance, variance_of_others = ratio_variance(sums), ratio_variance(rest)
    error = np.sqrt(variance + variance_of_others)
    if not is_share:
        spread = t.ppf((1 + level) / 2, np.maximum(sums[:, N] - 1, 1)) * np.sqrt(variance)
        with np.errstate(invalid="ignore", divide="ignore"):
            p_value = 2 * t.sf(np.abs(difference) / error, degrees)
        p_value = np.where(error > 0, p_value, np.nan)
        return RatioComparison(
            estimate, estimate - spread, estimate + spread,
            others, difference, difference - width * error, difference + width * error, p_value,
        )  # fmt: skip
    counts, people = sums[:, A].round().astype(np.int64), sums[:, N].round().astype(np.int64)
    rest_counts, rest_people = rest[:, A].round().astype(np.int64), rest[:, N].round().astype(np.int64)
    low, high = wilson(counts, people, level=level)
    both = (people > 0) & (rest_people > 0)
    difference_low, difference_high = (np.full(len(sums), np.nan) for _ in range(2))
    if both.any():
        difference_low[both], difference_high[both] = confint_proportions_2indep(
            counts[both], people[both], rest_counts[both], rest_people[both],
            method="newcomb", compare="diff", alpha=1 - level,
        )  # fmt: skip
    pooled = (counts + rest_counts) / np.maximum(people + rest_people, 1)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / np.maximum(people, 1) + 1 / np.maximum(rest_people, 1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        p_value = 2 * norm.sf(np.abs(difference) / spread)
    p_value = np.where(both & (spread > 0), p_value, np.nan)
    return RatioComparison(estimate, low, high, others, difference, difference_low, difference_high, p_value)
