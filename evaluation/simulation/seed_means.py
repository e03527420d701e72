"""Means over seeds with their intervals: a seed is a city with its people, posts, history and luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student_t

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MeanInterval:
    """A mean over seeds and the ends of its interval; NaN where they are not defined."""

    value: float
    low: float
    high: float


def mean_over_seeds(values: Floats, *, level: float = 0.95) -> MeanInterval:
    """Mean with Student's t interval (Student 1908), of float64 (seeds,).

    All NaN where one value is: a mean over some seeds would be of other seeds than its neighbours. Ends are NaN
    with fewer than two seeds.
    """
    n = len(values)
    mean = float(np.mean(values)) if n else float("nan")
    if n < 2:
        return MeanInterval(mean, float("nan"), float("nan"))
    half = float(student_t.ppf(0.5 + level / 2, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
    return MeanInterval(mean, mean - half, mean + half)


def ratio_over_seeds(numerator: Floats, denominator: Floats, *, level: float = 0.95) -> MeanInterval | None:
    """Ratio of two means over the same seeds with Fieller's interval; None where the denominator may be 0.

    The interval holds every ratio r for which the mean of numerator − r × denominator is not distinguishable from 0
    (Fieller 1954, "Some problems in interval estimation"). It is bounded only if the denominator's mean is
    distinguishable from 0.
    """
    n = len(numerator)
    if n < 2 or np.isnan(numerator).any() or np.isnan(denominator).any():
        return None
    t = float(student_t.ppf(0.5 + level / 2, n - 1))
    w, d = float(numerator.mean()), float(denominator.mean())
    (ww, wd), (_, dd) = np.cov(numerator, denominator, ddof=1) / n
    a, b, c = d * d - t * t * dd, w * d - t * t * wd, w * w - t * t * ww
    if a <= 1e-12 * d * d or d == 0:
        return None
    root = float(np.sqrt(max(0.0, b * b - a * c)))
    return MeanInterval(w / d, float((b - root) / a), float((b + root) / a))
