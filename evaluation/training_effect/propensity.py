"""How likely each person was to be trained, given what was known before: a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from evaluation.training_effect.training_records import Floats, TrainingRecords

_STEPS = 60
_ENOUGH = 1e-9
_RIDGE = 1e-6
"""Of the mean log likelihood: keeps coefficients finite where a covariate separates the two sides completely."""


@dataclass(frozen=True)
class PropensityModel:
    """A fitted logistic regression of training.

    Attributes
    ----------
    probability
        float64 of shape (people,), 0 to 1.
    linear
        float64 of shape (people,): its log odds.
    design
        float64 of shape (people, 1 + covariates): constant and standardised covariates.
    influence
        float64 of shape (people, 1 + covariates): influence of each person on the coefficients.
    """

    probability: Floats
    linear: Floats
    design: Floats
    influence: Floats


def fit_propensity(records: TrainingRecords) -> PropensityModel:
    """Maximum likelihood by Newton's steps, halved while they do not help; covariates enter linearly.

    Written out because the weighting estimators need the influence of each person on the coefficients: I⁻¹ x (t − p),
    with the information I = mean p (1 − p) x x′.
    """
    spread = records.covariates.std(axis=0)
    scaled = (records.covariates - records.covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    x, t = np.column_stack([np.ones(len(records)), scaled]), records.trained.astype(np.float64)
    penalty = np.full(x.shape[1], _RIDGE)
    penalty[0] = 0.0

    def loss(b: Floats) -> float:
        return float(np.mean(np.logaddexp(0, x @ b) - t * (x @ b)) + 0.5 * penalty @ b**2)

    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = expit(x @ b)
        gradient = x.T @ (p - t) / len(t) + penalty * b
        step = np.linalg.lstsq(_information(x, p) + np.diag(penalty), gradient, rcond=None)[0]
        size, before = 1.0, loss(b)
        while loss(b - size * step) > before and size > 1e-6:
            size /= 2
        b = b - size * step
        if gradient @ step < _ENOUGH:
            break
    p = expit(x @ b)
    scores = x * (t - p)[:, None]
    influence = np.linalg.lstsq(_information(x, p) + np.diag(penalty), scores.T, rcond=None)[0].T
    return PropensityModel(p, x @ b, x, influence)


def _information(x: Floats, p: Floats) -> Floats:
    return np.asarray((x * (p * (1 - p))[:, None]).T @ x / len(x))
