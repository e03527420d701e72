"""Bootstrap intervals of means over independent units, such as queries."""

from __future__ import annotations

import numpy as np

from evaluation.ranking.judged_lists import Floats

DRAWS = 2_000
_CELLS = 4_000_000


def mean_interval(values: Floats, *, seed: int, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval (Efron & Tibshirani 1993, chapter 13) of the mean of `values`, float64 (n,), n ≥ 1."""
    random, n = np.random.default_rng(seed), len(values)
    block = max(1, _CELLS // n)
    means = [
        values[random.integers(0, n, (min(block, DRAWS - start), n))].mean(axis=1) for start in range(0, DRAWS, block)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
