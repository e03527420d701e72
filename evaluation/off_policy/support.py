"""Whether the log can say anything about the other policy: what it would do and the log never tries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError
from evaluation.off_policy.importance_weights import effective_sample_size, importance_weights
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs
from evaluation.refusal import Caution, Refusal

CONTRADICTION = 4.0
"""Standard errors between the sum of the weights and what honest propensities make it; chance: 6 in 100,000."""


@dataclass(frozen=True)
class SupportLimits:
    """When a figure is refused, and when it comes with a caution.

    `least_propensity`: below it a pair counts as never tried. `most_unsupported`: largest share of the target policy's
    referrals without support. `least_effective`: fewest effective referrals that the log could be expected to hold.
    `few_effective`: below it, a caution. `heavy_weight`: from it on a referral stands for many that the log would not
    make. `least_heavy`: fewest of these that the log could be expected to hold, where they are more than
    `most_unsupported` of the policy: of 15 such referrals three end in a placement, and no interval holds.
    """

    least_propensity: float = 1e-4
    most_unsupported: float = 0.05
    least_effective: float = 30.0
    few_effective: float = 200.0
    heavy_weight: float = 10.0
    least_heavy: float = 30.0

    def __post_init__(self) -> None:
        if not (0 <= self.least_propensity < 1 and 0 <= self.most_unsupported <= 1):
            raise ConfigurationError(f"limits of support {self}", remedy="shares and propensities are 0 to 1")


@dataclass(frozen=True)
class Support:
    """How far the log covers the target policy.

    Attributes
    ----------
    unsupported_share
        Share of the target policy's expected referrals on pairs that the log gives less than the least propensity.
    unsupported_length
        The same in referrals a list: with outcomes of 0 to 1, the most that estimates leave out of the value.
    effective_sample_size
        Of the unclipped weights.
    expected_effective_size
        What it could be expected to be, from the propensities alone: this is what a value is refused by. The size
        reached falls when a heavy referral is drawn; refusing by it would keep the logs that lack them, and whose
        values are too low.
    expected_heavy
        Referrals of heavy weight that the log could be expected to hold: what the policy does otherwise, by chance.
    refusal
        Why no value should be given; None where it may.
    cautions
        What to know before reading a value.
    """

    unsupported_share: float
    unsupported_length: float
    effective_sample_size: float
    expected_effective_size: float
    expected_heavy: float
    refusal: Refusal | None
    cautions: tuple[Caution, ...]


def judge_support(pairs: LoggedPairs, limits: SupportLimits | None = None) -> Support:
    """Compare what the target policy would refer with what the log had a chance to refer."""
    limits = limits or SupportLimits()
    untried = pairs.target[pairs.logging < limits.least_propensity].sum()
    total = pairs.target.sum()
    share, length = float(untried / total) if total > 0 else 1.0, float(untried / max(pairs.n_lists, 1))
    weight = importance_weights(pairs).weight
    effective, expected = effective_sample_size(weight), _expected_effective_size(pairs)
    cautions = []
    if share > 0:
        cautions.append(
            Caution(
                f"目标策略有 {share:.1%} 的推荐在日志中没有机会出现，其成效未计入（每人至多 {length:.4f}）",
                f"{share:.1%} of the policy's referrals had no chance in the log; what they achieve is left out "
                f"(at most {length:.4f} a seeker)",
            )
        )
    if expected < limits.few_effective:
        cautions.append(
            Caution(
                f"有效样本预计仅 {expected:.0f} 条推荐，区间可能偏窄",
                f"only {expected:.0f} effective referrals to be expected: intervals may be too narrow",
            )
        )
    if _contradicts(pairs, weight):
        cautions.append(
            Caution(
                "权重之和与目标策略的推荐数不符：记录的倾向值可能有误",
                "the weights do not add up to the policy's referrals: the logged propensities may be wrong",
            )
        )
    heavy = (pairs.logging >= limits.least_propensity) & (pairs.target > limits.heavy_weight * pairs.logging)
    expected_heavy = float(pairs.logging[heavy].sum())
    refusal = _refusal(pairs, share, expected, limits)
    if refusal is None and expected_heavy < limits.least_heavy and _matters(pairs, heavy, limits):
        refusal = Refusal(
            f"目标策略与实际不同的推荐，预计只抽中 {expected_heavy:.1f} 条（至少 {limits.least_heavy:g}）",
            f"what the policy does otherwise was to be drawn only {expected_heavy:.1f} times "
            f"(at least {limits.least_heavy:g})",
        )
    return Support(share, length, effective, expected, expected_heavy, refusal, tuple(cautions))


def _matters(pairs: LoggedPairs, heavy: npt.NDArray[np.bool_], limits: SupportLimits) -> bool:
    return bool(pairs.target[heavy].sum() > limits.most_unsupported * pairs.target.sum())


def _expected_effective_size(pairs: LoggedPairs) -> float:
    """(E Σ w)² ÷ E Σ w² of the weights w = target ÷ logging: (Σ target)² ÷ Σ (target² ÷ logging) where logging > 0."""
    tried = (pairs.logging > 0) & (pairs.target > 0)
    target = pairs.target[tried]
    squares = float((target**2 / pairs.logging[tried]).sum())
    return float(target.sum()) ** 2 / squares if squares > 0 else 0.0


def _refusal(pairs: LoggedPairs, share: float, expected: float, limits: SupportLimits) -> Refusal | None:
    if share > limits.most_unsupported:
        return Refusal(
            f"缺乏支撑：目标策略 {share:.1%} 的推荐在日志中概率低于 {limits.least_propensity:g}（上限 "
            f"{limits.most_unsupported:.0%}）",
            f"no support: {share:.1%} of the policy's referrals had a propensity below {limits.least_propensity:g} "
            f"in the log (limit {limits.most_unsupported:.0%})",
        )
    if expected < limits.least_effective or pairs.n_seekers < 2:
        return Refusal(
            f"有效样本过少：预计 {expected:.1f} 条推荐（至少 {limits.least_effective:g}）",
            f"too few: {expected:.1f} effective referrals to be expected (at least {limits.least_effective:g})",
        )
    return None


def _contradicts(pairs: LoggedPairs, weight: Floats) -> bool:
    """E Σ w over the referred pairs = Σ target over the pairs that the log could refer, if propensities are honest."""
    if pairs.n_seekers < 2:
        return False
    expected = np.bincount(pairs.seeker, weights=pairs.target * (pairs.logging > 0), minlength=pairs.n_seekers)
    difference = pairs.per_seeker(weight) - expected
    spread = float(difference.std(ddof=1)) / np.sqrt(pairs.n_seekers)
    return bool(abs(difference.mean()) > CONTRADICTION * spread + 1e-9)
