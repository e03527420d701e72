"""Inverse propensity scoring, plain and self-normalised."""

from __future__ import annotations

import numpy as np

from evaluation.off_policy.importance_weights import importance_weights
from evaluation.off_policy.logged_pairs import LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue, value_of
from evaluation.off_policy.support import SupportLimits, judge_support
from evaluation.refusal import Refusal


def inverse_propensity(
    pairs: LoggedPairs, *, largest_weight: float | None = None, limits: SupportLimits | None = None,
    confidence: float = 0.95,
) -> PolicyValue | Refusal:  # fmt: skip
    """V̂ = 1/n Σ_s Σ_{referred v} w_sv y_sv over n lists with w = target ÷ logging: unbiased where the log has support.

    Horvitz & Thompson (1952), JASA 47, over the pairs of each seeker.
    """
    weights = importance_weights(pairs, largest_weight)
    gained = pairs.per_seeker(weights.weight * pairs.outcome[pairs.referred])
    value, influence = pairs.influence_of_mean(gained)
    return value_of(value, influence, weights, judge_support(pairs, limits), confidence)


def self_normalised(
    pairs: LoggedPairs, *, largest_weight: float | None = None, limits: SupportLimits | None = None,
    confidence: float = 0.95,
) -> PolicyValue | Refusal:  # fmt: skip
    """V̂ = λ · Σ w y ÷ Σ w, with λ the target policy's referrals a list: less noise, a bias of order 1/n.

    Swaminathan & Joachims (NIPS 2015), "The self-normalized estimator for counterfactual learning", eq. 9; there the
    weights' mean is 1, over lists it is λ. Influence of a seeker: λ (Σ_v w y − R Σ_v w) ÷ mean Σ_v w, with R the ratio.
    """
    weights = importance_weights(pairs, largest_weight)
    support = judge_support(pairs, limits)
    gained = pairs.per_seeker(weights.weight * pairs.outcome[pairs.referred])
    weight = pairs.per_seeker(weights.weight)
    total = float(weight.sum())
    if total <= 0:
        return support.refusal or Refusal("没有可用的推荐", "no referral counts for the policy")
    ratio = float(gained.sum()) / total
    influence = pairs.target_length * (gained - ratio * weight) / np.mean(weight)
    return value_of(pairs.target_length * ratio, influence, weights, support, confidence)
