"""Everything that can be said of one set of records of training: every estimator, and what limits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from evaluation.refusal import Refusal
from evaluation.training_effect.doubly_robust import LINEAR, doubly_robust_scores
from evaluation.training_effect.e_value import EValue, e_value_of_effect
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.every_estimator import every_estimator
from evaluation.training_effect.group_effects import group_effects
from evaluation.training_effect.overlap import Overlap, judge_overlap
from evaluation.training_effect.placebo_test import PlaceboTest, placebo_test
from evaluation.training_effect.propensity import fit_propensity
from evaluation.training_effect.training_records import TrainingRecords, too_few
from evaluation.training_effect.unobserved_confounding import Robustness, robustness

PLACEBO_MARGIN = 0.1
"""Standard deviations of the earlier outcome: a placebo effect within ± this would not matter."""


@dataclass(frozen=True)
class TrainingEvidence:
    """Estimates of the effect on the trained, by estimator, with the tests of whether to believe them.

    Attributes
    ----------
    placebos
        The same estimators on the outcome before the training; empty where none is known.
    by_group
        Of the linear doubly robust estimator.
    strength
        E-value of the linear doubly robust estimate; None where that was refused.
    """

    trained: int
    untrained: int
    effects: dict[str, Effect | Refusal]
    placebos: dict[str, PlaceboTest | Refusal]
    by_group: dict[str, Effect | Refusal]
    overlap: Overlap | Refusal
    sensitivity: Robustness | Refusal
    strength: EValue | None


def training_evidence(
    records: TrainingRecords,
    *,
    earlier: str | None,
    groups: Mapping[str, npt.NDArray[np.bool_]],
    seed: int,
) -> TrainingEvidence:
    """Run every estimator and test.

    Parameters
    ----------
    earlier
        Which covariate is the outcome before the training; the placebo is estimated on it, without it as a covariate.
    groups
        Name → bool of shape (people,), may overlap.
    seed
        Of cross-fitting and forests.
    """
    estimators = every_estimator(seed=seed)
    refusal = too_few(records)
    scores = refusal or doubly_robust_scores(records, LINEAR, seed=seed)
    main = scores if isinstance(scores, Refusal) else scores.effect(np.ones(len(records), dtype=bool))
    before = None if earlier is None else _with_outcome(records, earlier)
    return TrainingEvidence(
        trained=int(records.trained.sum()),
        untrained=int((~records.trained).sum()),
        effects={name: estimate(records) for name, estimate in estimators.items()},
        placebos={}
        if before is None
        else {
            name: placebo_test(before, estimate, margin=PLACEBO_MARGIN * float(before.outcome.std()) or 1.0)
            for name, estimate in estimators.items()
        },
        by_group={} if isinstance(scores, Refusal) else group_effects(scores, groups),
        overlap=refusal or judge_overlap(records, fit_propensity(records).probability, Estimand.ATT),
        sensitivity=robustness(records),
        strength=e_value_of_effect(main, spread=float(records.outcome[~records.trained].std()))
        if isinstance(main, Effect)
        else None,
    )


def _with_outcome(records: TrainingRecords, name: str) -> TrainingRecords:
    """The covariate `name` as outcome, and no longer a covariate."""
    at = records.names.index(name)
    return replace(
        records,
        outcome=records.covariates[:, at],
        covariates=np.delete(records.covariates, at, axis=1),
        names=tuple(other for other in records.names if other != name),
    )
