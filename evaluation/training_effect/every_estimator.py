"""All estimators of the effect on the trained side by side: where they disagree, none is to be trusted alone."""

from __future__ import annotations

from collections.abc import Callable

from evaluation.refusal import Refusal
from evaluation.training_effect.difference_in_means import difference_in_means
from evaluation.training_effect.doubly_robust import LINEAR, doubly_robust, forests
from evaluation.training_effect.effect import Effect
from evaluation.training_effect.inverse_probability_weighting import inverse_probability_weighting
from evaluation.training_effect.nearest_neighbours import covariate_matching, propensity_matching
from evaluation.training_effect.overlap import OverlapLimits
from evaluation.training_effect.regression_adjustment import outcome_imputation, regression_adjustment
from evaluation.training_effect.training_records import TrainingRecords

Estimate = Callable[[TrainingRecords], Effect | Refusal]


def every_estimator(*, seed: int, limits: OverlapLimits | None = None) -> dict[str, Estimate]:
    """Name → estimator of the ATT; `limits` of overlap apply to those that weight or match."""
    forest = forests(seed)
    return {
        "difference in means": difference_in_means,
        "regression": regression_adjustment,
        "Oaxaca–Blinder": outcome_imputation,
        "covariate matching": lambda records: covariate_matching(records, limits=limits),
        "propensity matching": lambda records: propensity_matching(records, limits=limits),
        "inverse probability weighting": lambda records: inverse_probability_weighting(records, limits=limits),
        "doubly robust, linear": lambda records: doubly_robust(records, LINEAR, seed=seed, limits=limits),
        "doubly robust, forests": lambda records: doubly_robust(records, forest, seed=seed, limits=limits),
    }
