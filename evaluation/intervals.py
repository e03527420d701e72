"""Intervals of a share and of a median that hold in small samples, without simulation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

Floats = npt.NDArray[np.float64]


def wilson(
    numerator: npt.NDArray[np.integer], denominator: npt.NDArray[np.integer], *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Score interval of numerator ÷ denominator (Wilson 1927), float64 (n,) twice; NaN where nobody is counted."""
    counted = np.asarray(denominator) > 0
    low, high = proportion_confint(
        np.where(counted, numerator, 0), np.where(counted, denominator, 1), alpha=1 - level, method="wilson"
    )
    return np.where(counted, low, np.nan), np.where(counted, high, np.nan)


def median_interval(values: npt.NDArray[np.floating], *, level: float = 0.95) -> tuple[float, float, float]:
    """Median with the order statistics around it that cover the true one with at least `level`.

    Distribution-free: the number of values below the true median is binomial (Conover 1999, section 3.2). Ends are
    NaN below six values, where even the whole range covers less than 95 %; all NaN without values.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    below = int(binom.ppf((1 - level) / 2, n, 0.5))
    # The ends are the below-th values from either side: more than n − below on one side has less than this chance.
    if below < 1:
        return float(np.median(ordered)), float("nan"), float("nan")
    return float(np.median(ordered)), float(ordered[below - 1]), float(ordered[n - below])
