"""The value of a policy with its interval, from what each seeker contributes."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.off_policy.importance_weights import ImportanceWeights
from evaluation.off_policy.logged_pairs import Floats
from evaluation.off_policy.skewed_interval import skewed_interval
from evaluation.off_policy.support import Support
from evaluation.refusal import Caution, Refusal

CLIPPING_THAT_MATTERS = 0.1
"""Clipping is worth a caution where it may hide more than this share of the value."""


@dataclass(frozen=True)
class PolicyValue:
    """Expected outcome a list (such as placements within 90 days) had the target policy made the referrals.

    Attributes
    ----------
    value, standard_error, low, high
        Estimate and its interval, longer on the side of the long tail; seekers are independent, referrals of one
        seeker are not.
    confidence
        Nominal coverage of the interval, such as 0.95.
    clipped_share, clipped_away
        As in `ImportanceWeights`: share of referrals clipped, and the most that it takes off the value.
    support
        How far the log covers the policy.
    cautions
        Those of the support and of the estimate.
    """

    value: float
    standard_error: float
    low: float
    high: float
    confidence: float
    clipped_share: float
    clipped_away: float
    support: Support
    cautions: tuple[Caution, ...]


def value_of(
    value: float, influence: Floats, weights: ImportanceWeights, support: Support, confidence: float
) -> PolicyValue | Refusal:
    """The value with its interval from the influence ψ of each seeker (`skewed_interval`), or why there is none.

    The standard error is √(Σ (ψ_s − ψ̄)² ÷ (n (n − 1))).

    Parameters
    ----------
    influence
        float64 of shape (n_seekers,): influence function of the estimator summed over the seeker's referrals.
    """
    if support.refusal is not None:
        return support.refusal
    error, low, high = skewed_interval(value, influence, confidence)
    cautions = support.cautions
    if weights.clipped_away > CLIPPING_THAT_MATTERS * abs(value):
        cautions += (
            Caution(
                f"{weights.clipped_share:.1%} 的推荐权重被截断，成效可能被低估至多 {weights.clipped_away:.4f}",
                f"{weights.clipped_share:.1%} of the referrals are clipped; the value may be up to "
                f"{weights.clipped_away:.4f} too low",
            ),
        )
    return PolicyValue(
        value, error, low, high, confidence,
        weights.clipped_share, weights.clipped_away, support, cautions,
    )  # fmt: skip
