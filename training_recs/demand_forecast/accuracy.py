"""Measures of a forecast's error. Months that were not observed count for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accuracy:
    """Errors in openings, and SMAPE in per cent; `count` forecasts were held against what came."""

    mae: float
    rmse: float
    smape: float
    count: int

    @property
    def overall(self) -> float:
        """Geometric mean of MAE and RMSE: one asks for the median, the other for the mean; neither alone decides."""
        return float(np.sqrt(self.mae * self.rmse))


def accuracy(forecast: Floats, actual: Floats) -> Accuracy:
    """Errors over all entries of two arrays of one shape; NaN in `actual`: not observed.

    SMAPE = mean of |error| ÷ (|forecast| + |actual|) × 100, with 0 ÷ 0 as 0 (Job-SDF, arXiv 2406.11920). All are NaN
    where nothing was observed.
    """
    seen = np.isfinite(actual)
    error, size = np.abs(forecast - actual)[seen], (np.abs(forecast) + np.abs(actual))[seen]
    if not error.size:
        return Accuracy(float("nan"), float("nan"), float("nan"), 0)
    share = np.divide(error, size, out=np.zeros_like(error), where=size > 0)
    return Accuracy(float(error.mean()), float(np.sqrt((error**2).mean())), float(100 * share.mean()), int(error.size))
