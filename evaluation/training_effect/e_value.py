"""E-value: the least association, on the scale of risk ratios, that could explain an effect away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import DataError
from evaluation.training_effect.effect import Effect


@dataclass(frozen=True)
class EValue:
    """A confounder would need risk ratios of at least this with both training and outcome; 1: none is needed.

    `of_estimate` brings the estimate to no effect, `of_interval` the nearer end of its interval.
    """

    of_estimate: float
    of_interval: float


def e_value(risk_ratio: float) -> float:
    """RR + √(RR (RR − 1)), for a ratio below 1 of its inverse (VanderWeele & Ding 2017, Ann Intern Med 167)."""
    if not risk_ratio > 0:
        raise DataError(f"risk ratio {risk_ratio}", remedy="a number above 0")
    ratio = max(risk_ratio, 1 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def e_value_of_effect(effect: Effect, *, spread: float) -> EValue:
    """Through RR ≈ exp(0.91 d), with d the effect in standard deviations (same article, table 2); an approximation.

    Parameters
    ----------
    spread
        Standard deviation of the outcome among the untrained, in the outcome's unit, > 0.
    """
    if not spread > 0:
        raise DataError(f"standard deviation {spread}", remedy="a number above 0")
    nearer = effect.low if effect.value > 0 else effect.high
    holds_zero = effect.low <= 0 <= effect.high
    return EValue(
        e_value(float(np.exp(0.91 * effect.value / spread))),
        1.0 if holds_zero else e_value(float(np.exp(0.91 * nearer / spread))),
    )
