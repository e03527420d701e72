"""An estimated effect with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import norm

from evaluation.refusal import Caution
from evaluation.training_effect.training_records import Floats, TrainingRecords


class Estimand(StrEnum):
    """Whose mean effect is estimated."""

    ATE = "ATE"
    """of everybody, trained or not"""
    ATT = "ATT"
    """of those who were trained"""


@dataclass(frozen=True)
class Effect:
    """Mean change of the outcome through training, in the outcome's unit.

    Attributes
    ----------
    method, interval
        What was estimated how, and where the standard error comes from.
    estimand
        ATE or ATT; for a group, of that group.
    value, standard_error
        Estimate and its standard error.
    confidence
        Nominal coverage of `low` to `high`.
    trained, untrained
        People who enter the estimate.
    cautions
        What limits it.
    """

    method: str
    estimand: Estimand
    value: float
    standard_error: float
    interval: str
    trained: int
    untrained: int
    confidence: float = 0.95
    cautions: tuple[Caution, ...] = ()

    @property
    def low(self) -> float:
        """Lower end of the normal interval."""
        return self.value - self._half

    @property
    def high(self) -> float:
        """Upper end of the normal interval."""
        return self.value + self._half

    @property
    def _half(self) -> float:
        return float(norm.ppf(0.5 + self.confidence / 2)) * self.standard_error


def effect_from_influence(
    influence: Floats, value: float, records: TrainingRecords, *, method: str, estimand: Estimand, interval: str,
    cautions: tuple[Caution, ...] = (),
) -> Effect:  # fmt: skip
    """Standard error √(Σ ψ² ) ÷ n of an estimator whose influence of each person is ψ, of mean 0."""
    trained = int(records.trained.sum())
    return Effect(
        method, estimand, value, float(np.sqrt(influence @ influence) / len(influence)), interval,
        trained, len(records) - trained, cautions=cautions,
    )  # fmt: skip
