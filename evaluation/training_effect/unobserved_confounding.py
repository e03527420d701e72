"""How strong something that nobody recorded would have to be to explain the effect away (linear regression).

Cinelli & Hazlett (2020), "Making sense of sensitivity: extending omitted variable bias", JRSS B 82. Strength is in
partial R²: what share of the remaining variance of training, and of the outcome, the confounder explains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm  # type: ignore[import-untyped, unused-ignore]
from scipy.stats import t as student

from data.errors import DataError
from evaluation.refusal import Refusal
from evaluation.training_effect.training_records import Floats, TrainingRecords, too_few


@dataclass(frozen=True)
class Robustness:
    """Of the coefficient of training in a linear regression.

    Attributes
    ----------
    estimate, standard_error, degrees_of_freedom
        Of ordinary least squares, errors alike: partial R² are defined by them.
    explained
        R² of training on the outcome: were a confounder to explain all the rest of the outcome, it would have to
        explain this share of training to bring the effect to 0.
    value
        Robustness value: a confounder that explains less than this share of both training and outcome cannot bring
        the estimate to 0.
    value_of_interval
        The same for the nearer end of the interval: 0 where it holds 0 already.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: int
    explained: float
    value: float
    value_of_interval: float


@dataclass(frozen=True)
class AdjustedEstimate:
    """The estimate if a confounder `times` as strong as a known covariate had been left out, against the finding.

    `with_training` and `with_outcome` are its partial R²; `estimate` what remains of the effect.
    """

    covariate: str
    times: float
    with_training: float
    with_outcome: float
    estimate: float


def robustness(records: TrainingRecords, *, confidence: float = 0.95) -> Robustness | Refusal:
    """Robustness values of the regression of the outcome on training and covariates."""
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    fitted = sm.OLS(records.outcome, _design(records)).fit()
    estimate, error, degrees = float(fitted.params[1]), float(fitted.bse[1]), int(fitted.df_resid)
    ratio = abs(estimate / error)
    return Robustness(
        estimate, error, degrees, ratio**2 / (ratio**2 + degrees),
        robustness_value(ratio, degrees), robustness_value(ratio, degrees, confidence=confidence),
    )  # fmt: skip


def robustness_value(t_ratio: float, degrees_of_freedom: int, *, confidence: float | None = None) -> float:
    """RV = ½ (√(f⁴ + 4 f²) − f²) with f = |t| ÷ √df (section 4.2); with `confidence`, of the interval's nearer end."""
    f = abs(t_ratio) / np.sqrt(degrees_of_freedom)
    if confidence is None:
        return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)
    critical = student.ppf(0.5 + confidence / 2, degrees_of_freedom - 1) / np.sqrt(degrees_of_freedom - 1)
    left = f - critical
    if left <= 0:
        return 0.0
    if f > 1 / critical:  # the bound on the outcome is 1 before both are equal
        return float((f**2 - critical**2) / (1 + f**2))
    return float((np.sqrt(left**4 + 4 * left**2) - left**2) / 2)


def bias_of(with_training: float, with_outcome: float, standard_error: float, degrees_of_freedom: int) -> float:
    """|bias| = se · √(R²_y R²_t ÷ (1 − R²_t)) · √df (eq. 10): what leaving the confounder out added or took."""
    strength = with_outcome * with_training / (1 - with_training)
    return float(standard_error * np.sqrt(strength * degrees_of_freedom))


def as_strong_as(records: TrainingRecords, covariate: str, *, times: float = 1.0) -> AdjustedEstimate | Refusal:
    """What remains of the effect beside a confounder `times` as strong as a covariate that is known (eq. 15, 16).

    Raises
    ------
    DataError
        The covariate is not among those that vary.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    if covariate not in records.names:
        raise DataError(f"no covariate {covariate} that varies", remedy=f"one of: {', '.join(records.names)}")
    at = records.names.index(covariate)
    design = _design(records)
    outcome = sm.OLS(records.outcome, design).fit()
    training = sm.OLS(design[:, 1], np.delete(design, 1, axis=1)).fit()
    with_y, with_t = (_partial(float(fit.tvalues[column]), fit.df_resid) for fit, column in (
        (outcome, at + 2), (training, at + 1),
    ))  # fmt: skip
    strength_t = float(times * with_t / (1 - with_t))
    if strength_t >= 1:
        return Refusal(
            f"混杂因素不可能达到“{covariate}”的 {times:g} 倍：将完全决定是否参训",
            f"nothing can be {times:g} times as strong as {covariate}: it would decide training completely",
        )
    through = times * with_t**2 / ((1 - times * with_t) * (1 - with_t))
    strength_y = (np.sqrt(times) + np.sqrt(through)) ** 2 / (1 - through) * with_y / (1 - with_y)
    strength_y = float(min(strength_y, 1.0))
    estimate, error = float(outcome.params[1]), float(outcome.bse[1])
    bias = bias_of(strength_t, strength_y, error, int(outcome.df_resid))
    return AdjustedEstimate(covariate, times, strength_t, strength_y, estimate - float(np.sign(estimate)) * bias)


def _design(records: TrainingRecords) -> Floats:
    return np.column_stack([np.ones(len(records)), records.trained, records.covariates])


def _partial(t_ratio: float, degrees_of_freedom: float) -> float:
    return t_ratio**2 / (t_ratio**2 + degrees_of_freedom)
