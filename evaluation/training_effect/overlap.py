"""Whether the trained and the untrained are comparable at all: overlap of propensities, and balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.off_policy.importance_weights import effective_sample_size
from evaluation.refusal import Caution, Refusal
from evaluation.training_effect.effect import Estimand
from evaluation.training_effect.propensity import fit_propensity
from evaluation.training_effect.training_records import Floats, TrainingRecords

BINS = 10
CRUMP = 0.1
"""Crump, Hotz, Imbens & Mitnik (2009, Biometrika 96): propensities outside 0.1 to 0.9 cost more than they tell."""


UNLIKE = 0.25
"""Difference of means, in standard deviations of the trained, from which two sides are not alike as they are."""


@dataclass(frozen=True)
class OverlapLimits:
    """When an effect is refused, and when it comes with a caution.

    `most_off_support`: largest share without a counterpart. `least_effective`, `few_effective`: effective people of a
    weighted side below which an effect is refused, or doubted. `unbalanced`: largest difference of weighted means, in
    standard deviations, without a caution.
    """

    most_off_support: float = 0.25
    least_effective: float = 30.0
    few_effective: float = 100.0
    unbalanced: float = 0.1


@dataclass(frozen=True)
class Overlap:
    """How comparable the two sides are.

    Attributes
    ----------
    trained_share, untrained_share
        float64 of shape (10,): shares of each side with a propensity of 0–0.1, …, 0.9–1.
    off_support
        Share of those asked about (the trained; for the ATE everybody) whose propensity lies beyond every propensity
        of the other side.
    effective
        Effective people of the side that is weighted (the untrained; for the ATE the smaller of both).
    imbalance_before, imbalance_after
        float64 of shape (covariates,): difference of means in standard deviations of the trained, as they are and
        weighted.
    refusal, cautions
        What follows.
    """

    trained_share: Floats
    untrained_share: Floats
    off_support: float
    effective: float
    imbalance_before: Floats
    imbalance_after: Floats
    refusal: Refusal | None
    cautions: tuple[Caution, ...]


def judge_overlap(
    records: TrainingRecords, probability: Floats, estimand: Estimand, limits: OverlapLimits | None = None
) -> Overlap:
    """Compare both sides; `probability` float64 of shape (people,): of having been trained."""
    limits, trained = limits or OverlapLimits(), records.trained
    weight = balancing_weights(probability, trained, estimand)
    beyond = np.where(
        trained, probability > probability[~trained].max(), probability < probability[trained].min()
    )  # fmt: skip
    off = float(beyond[trained].mean() if estimand is Estimand.ATT else beyond.mean())
    sides = [effective_sample_size(weight[~trained])]
    if estimand is Estimand.ATE:
        sides.append(effective_sample_size(weight[trained]))
    before = _imbalance(records, np.ones(len(records)))
    after = _imbalance(records, weight)
    shares = [np.histogram(probability[side], BINS, (0, 1))[0] / side.sum() for side in (trained, ~trained)]
    refusal = _refusal(off, min(sides), limits)
    return Overlap(
        shares[0], shares[1], off, min(sides), before, after, refusal, _cautions(records, min(sides), after, limits)
    )


def balancing_weights(probability: Floats, trained: npt.NDArray[np.bool_], estimand: Estimand) -> Floats:
    """ATE: 1/e and 1/(1 − e). ATT: 1 and e/(1 − e), which give the untrained the covariates of the trained."""
    odds = probability / np.maximum(1 - probability, 1e-12)
    if estimand is Estimand.ATT:
        return np.where(trained, 1.0, odds)
    return np.where(trained, 1 / np.maximum(probability, 1e-12), 1 + odds)


def common_support(records: TrainingRecords, estimand: Estimand) -> npt.NDArray[np.bool_]:
    """Whom to keep, bool of shape (people,): propensity 0.1 to 0.9 for the ATE, at most 0.9 for the ATT.

    For the ATT the untrained below every trained go too. What is then estimated is the effect of those kept.
    """
    probability = fit_propensity(records).probability
    if estimand is Estimand.ATE:
        return np.asarray((probability >= CRUMP) & (probability <= 1 - CRUMP))
    kept = probability <= 1 - CRUMP
    lowest = probability[kept & records.trained].min(initial=1.0)
    return np.asarray(kept & (probability >= lowest))


def extrapolation(records: TrainingRecords, limits: OverlapLimits | None = None) -> tuple[Caution, ...]:
    """For estimators that draw a line where there is nobody: what the overlap would have refused, as a caution."""
    refusal = judge_overlap(records, fit_propensity(records).probability, Estimand.ATT, limits).refusal
    return () if refusal is None else (Caution(f"结果靠外推：{refusal.zh}", f"rests on extrapolation: {refusal.en}"),)


def raw_imbalance(records: TrainingRecords) -> tuple[Caution, ...]:
    """For the plain difference of means: a caution where the sides differ by more than a quarter of a deviation.

    Imbens & Wooldridge (2009, JEL 47, section 5.1): beyond it even regressions depend on their form.
    """
    gaps = _imbalance(records, np.ones(len(records)))
    uneven = [name for name, gap in zip(records.names, gaps, strict=True) if abs(gap) > UNLIKE]
    if not uneven:
        return ()
    return (
        Caution(
            f"两组本就不同（{'、'.join(uneven)}）：差异不能算作培训的效果",
            f"the sides differ in {', '.join(uneven)}: their difference is not the effect of training",
        ),
    )


def _imbalance(records: TrainingRecords, weight: Floats) -> Floats:
    trained = records.trained
    spread = records.covariates[trained].std(axis=0)
    means = [np.average(records.covariates[side], axis=0, weights=weight[side]) for side in (trained, ~trained)]
    return np.asarray((means[0] - means[1]) / np.where(spread > 0, spread, 1.0))


def _refusal(off: float, effective: float, limits: OverlapLimits) -> Refusal | None:
    if off > limits.most_off_support:
        return Refusal(
            f"无可比对象：{off:.0%} 的人在另一组中找不到倾向值相近者（上限 {limits.most_off_support:.0%}）",
            f"no overlap: {off:.0%} have a propensity beyond all of the other side (limit "
            f"{limits.most_off_support:.0%})",
        )
    if effective < limits.least_effective:
        return Refusal(
            f"可比对象过少：加权后有效人数仅 {effective:.1f}（至少 {limits.least_effective:g}）",
            f"no overlap: comparable people count as {effective:.1f} (at least {limits.least_effective:g})",
        )
    return None


def _cautions(
    records: TrainingRecords, effective: float, after: Floats, limits: OverlapLimits
) -> tuple[Caution, ...]:  # fmt: skip
    cautions = []
    if effective < limits.few_effective:
        cautions.append(
            Caution(
                f"加权后有效人数仅 {effective:.0f}：结果取决于少数人",
                f"comparable people count as {effective:.0f}: the figure rests on few",
            )
        )
    uneven = [name for name, gap in zip(records.names, after, strict=True) if abs(gap) > limits.unbalanced]
    if uneven:
        cautions.append(
            Caution(f"加权后仍不平衡：{'、'.join(uneven)}", f"still unbalanced after weighting: {', '.join(uneven)}")
        )
    return tuple(cautions)
