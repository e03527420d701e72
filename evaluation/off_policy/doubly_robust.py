"""Doubly robust value: a model's prediction for what the policy would refer, corrected by what happened."""

from __future__ import annotations

import numpy as np

from data.errors import DataError
from evaluation.off_policy.importance_weights import importance_weights
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue, value_of
from evaluation.off_policy.support import SupportLimits, judge_support
from evaluation.refusal import Refusal


def doubly_robust(
    pairs: LoggedPairs, predicted: Floats, *, largest_weight: float | None = None, limits: SupportLimits | None = None,
    confidence: float = 0.95,
) -> PolicyValue | Refusal:  # fmt: skip
    """V̂ = 1/n Σ_s [ Σ_v target q̂ + Σ_{referred v} w (y − q̂) ]: right if the propensities or the model q̂ are.

    Dudík, Langford & Li (ICML 2011), "Doubly robust policy evaluation and learning", eq. 2, over the pairs of a
    seeker. What has no support is filled by the model alone. The interval holds for a model that has not seen these
    outcomes: fit it on an earlier period, or on other seekers (cross-fitting). What a night's ranker gave its
    candidates was there before any outcome.

    Parameters
    ----------
    predicted
        float64 of shape (pairs,), 0 to 1: the model's expected outcome of each pair if referred.

    Raises
    ------
    DataError
        A prediction is missing, not a number, or outside 0 to 1.
    """
    if len(predicted) != len(pairs.seeker) or not ((predicted >= 0) & (predicted <= 1)).all():
        raise DataError(
            f"{len(predicted)} predictions for {len(pairs.seeker)} pairs, or one outside 0 to 1",
            remedy="give the model's expected outcome of every pair",
        )
    weights = importance_weights(pairs, largest_weight)
    modelled = np.bincount(pairs.seeker, weights=pairs.target * predicted, minlength=pairs.n_seekers)
    surprise = pairs.outcome[pairs.referred] - predicted[pairs.referred]
    value, influence = pairs.influence_of_mean(modelled + pairs.per_seeker(weights.weight * surprise))
    return value_of(value, influence, weights, judge_support(pairs, limits), confidence)
