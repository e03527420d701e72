"""Weighting: the untrained are weighted until they resemble those asked about."""

from __future__ import annotations

import numpy as np

from evaluation.refusal import Refusal
from evaluation.training_effect.effect import Effect, Estimand, effect_from_influence
from evaluation.training_effect.overlap import OverlapLimits, balancing_weights, judge_overlap
from evaluation.training_effect.propensity import PropensityModel, fit_propensity
from evaluation.training_effect.training_records import Floats, TrainingRecords, too_few


def inverse_probability_weighting(
    records: TrainingRecords, *, estimand: Estimand = Estimand.ATT, limits: OverlapLimits | None = None
) -> Effect | Refusal:
    """Difference of weighted means, each divided by its own sum of weights (Hájek 1971; Imbens 2004, REStat 86).

    Right if the logistic propensity is. The standard error counts that the propensity was estimated (M-estimation;
    Lunceford & Davidian 2004, Stat Med 23). To trim, give `records.subset(common_support(records, estimand))`.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    model = fit_propensity(records)
    overlap = judge_overlap(records, model.probability, estimand, limits)
    if overlap.refusal is not None:
        return overlap.refusal
    trained, influence, value = records.trained, np.zeros(len(records)), 0.0
    weight = balancing_weights(model.probability, trained, estimand)
    # d weight ÷ d log odds: of 1/e it is 1 − 1/e, of 1/(1 − e) and of e/(1 − e) it is e/(1 − e).
    of_trained, of_untrained = (0.0, weight) if estimand is Estimand.ATT else (1 - weight, weight - 1)
    slope = np.where(trained, of_trained, of_untrained)
    for side, sign in ((trained, 1.0), (~trained, -1.0)):
        mean, own = _weighted_mean(records.outcome, weight * side, slope * side, model)
        value += sign * mean
        influence += sign * own
    return effect_from_influence(
        influence, value, records, method="inverse probability weighting", estimand=estimand,
        interval="M-estimation", cautions=overlap.cautions,
    )  # fmt: skip


def _weighted_mean(outcome: Floats, weight: Floats, slope: Floats, model: PropensityModel) -> tuple[float, Floats]:
    """Σ w y ÷ Σ w and the influence of each person on it, directly and through the propensity's coefficients."""
    mean = float(weight @ outcome / weight.sum())
    surprise = outcome - mean
    through = (slope * surprise) @ model.design / len(outcome)
    return mean, (weight * surprise + model.influence @ through) / weight.mean()
