"""Logistic recalibration: log-odds of what happened = intercept + slope × log-odds of what was said.

Cox (1958, Biometrika 45). Intercept 0 and slope 1: nothing to correct. A slope below 1: forecasts are too far from
the middle. The intercept is that of slope 1, "calibration in the large": above 0 too little was said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy.special import expit, logit
from scipy.stats import norm

from evaluation.ranking.clustered_sums import covariance_of_sums
from evaluation.ranking.forecasts import Floats, Forecasts

NEAREST_TO_CERTAIN = 1e-6


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN where it cannot be estimated."""

    value: float
    low: float
    high: float


def log_odds(forecasts: Forecasts) -> Floats:
    """Log-odds of the predictions, float64 (cases,); certainty is taken as 10⁻⁶ from it."""
    return np.asarray(logit(np.clip(forecasts.prediction, NEAREST_TO_CERTAIN, 1 - NEAREST_TO_CERTAIN)))


def recalibration(forecasts: Forecasts) -> tuple[Estimate, Estimate]:
    """Slope, and intercept where the slope is 1, with intervals robust to clusters.

    The slope is NaN where all predictions are the same.
    """
    x, happened, one = log_odds(forecasts), forecasts.happened.astype(np.float64), np.ones((len(forecasts), 1))
    intercept = _estimate(forecasts, one, sm.GLM(happened, one, family=sm.families.Binomial(), offset=x), x)
    if np.ptp(x) < 1e-9:
        return Estimate(float("nan"), float("nan"), float("nan")), intercept
    design = np.column_stack([one, x])
    return _estimate(forecasts, design, sm.GLM(happened, design, family=sm.families.Binomial()), None), intercept


def _estimate(forecasts: Forecasts, design: Floats, model: sm.GLM, offset: Floats | None) -> Estimate:
    """The last coefficient with a sandwich interval."""
    coefficients = np.asarray(model.fit().params)
    fitted = expit(design @ coefficients + (0 if offset is None else offset))
    bread = np.linalg.inv((design * (fitted * (1 - fitted))[:, None]).T @ design)
    meat = covariance_of_sums(design * (forecasts.happened - fitted)[:, None], forecasts.clusters)
    half = float(norm.ppf(0.975) * np.sqrt((bread @ meat @ bread)[-1, -1]))
    value = float(coefficients[-1])
    return Estimate(value, value - half, value + half)
