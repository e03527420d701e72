"""Over many simulated worlds: each estimator recovers the truth where it should, and not where it cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from evaluation.refusal import Refusal
from evaluation.training_effect.difference_in_means import difference_in_means
from evaluation.training_effect.doubly_robust import doubly_robust, doubly_robust_scores, forests
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.group_effects import group_effects
from evaluation.training_effect.inverse_probability_weighting import inverse_probability_weighting
from evaluation.training_effect.nearest_neighbours import covariate_matching, propensity_matching
from evaluation.training_effect.regression_adjustment import outcome_imputation, regression_adjustment
from evaluation.training_effect.training_records import TrainingRecords
from tests.evaluation.training_effect.simulated_records import World

SEEDS = 200
THREE_ERRORS = 3 * np.sqrt(0.95 * 0.05 / SEEDS)
Estimate = Callable[[TrainingRecords], Effect | Refusal]


def ipw_ate(records: TrainingRecords) -> Effect | Refusal:
    return inverse_probability_weighting(records, estimand=Estimand.ATE)


def robust_ate(records: TrainingRecords) -> Effect | Refusal:
    return doubly_robust(records, estimand=Estimand.ATE)


BY_LOT, SAME, VARIES = World(selection=0), World(), World(modifies=0.5)
BENT_OUTCOME, BENT_TRAINING = World(modifies=0.5, bent_outcome=0.7), World(modifies=0.5, bent_training=0.4)
HIDDEN = World(hidden=0.7)

RECOVERS = [
    (difference_in_means, BY_LOT, Estimand.ATT),
    (regression_adjustment, SAME, Estimand.ATT),
    (outcome_imputation, VARIES, Estimand.ATT),
    (covariate_matching, VARIES, Estimand.ATT),
    (inverse_probability_weighting, VARIES, Estimand.ATT),
    (inverse_probability_weighting, BENT_OUTCOME, Estimand.ATT),
    (ipw_ate, VARIES, Estimand.ATE),
    pytest.param(doubly_robust, VARIES, Estimand.ATT, marks=pytest.mark.slow),
    pytest.param(robust_ate, VARIES, Estimand.ATE, marks=pytest.mark.slow),
    # The line of the outcome is wrong, the propensity right; and the other way round.
    pytest.param(doubly_robust, BENT_OUTCOME, Estimand.ATT, marks=pytest.mark.slow),
    pytest.param(doubly_robust, BENT_TRAINING, Estimand.ATT, marks=pytest.mark.slow),
]
MISSES = [
    (difference_in_means, SAME, Estimand.ATT),
    (regression_adjustment, BENT_TRAINING, Estimand.ATT),  # weighs effects by the variance of training
    (outcome_imputation, BENT_OUTCOME, Estimand.ATT),
    (inverse_probability_weighting, BENT_TRAINING, Estimand.ATT),
    (regression_adjustment, HIDDEN, Estimand.ATT),
    (doubly_robust, HIDDEN, Estimand.ATT),
]


def over_seeds(estimate: Estimate, world: World, estimand: Estimand, seeds: int = SEEDS) -> np.ndarray:
    """Of shape (seeds, 3): error, standard error, covers the truth."""
    truth, rows = world.truth(estimand), []
    for seed in range(seeds):
        got = estimate(world.draw(seed))
        assert isinstance(got, Effect), got
        assert got.estimand is estimand
        rows.append((got.value - truth, got.standard_error, got.low <= truth <= got.high))
    return np.array(rows)


@pytest.mark.parametrize(("estimate", "world", "estimand"), RECOVERS)
def test_recovers(estimate: Estimate, world: World, estimand: Estimand) -> None:
    error, stated, covers = over_seeds(estimate, world, estimand).T
    assert abs(error.mean()) < 0.15 * error.std() + 3 * error.std() / np.sqrt(SEEDS)
    assert stated.mean() == pytest.approx(error.std(), rel=0.2)
    assert abs(covers.mean() - 0.95) < THREE_ERRORS


def test_propensity_matching_recovers_with_intervals_on_the_safe_side() -> None:
    """Its standard error takes the propensity as known; that it was estimated makes the truth smaller here."""
    error, stated, covers = over_seeds(propensity_matching, VARIES, Estimand.ATT).T
    assert abs(error.mean()) < 0.15 * error.std() + 3 * error.std() / np.sqrt(SEEDS)
    assert error.std() < stated.mean() < 1.5 * error.std()
    assert covers.mean() > 0.95 - THREE_ERRORS


@pytest.mark.parametrize(("estimate", "world", "estimand"), MISSES)
def test_misses(estimate: Estimate, world: World, estimand: Estimand) -> None:
    _, _, covers = over_seeds(estimate, world, estimand, seeds=50).T
    assert covers.mean() < 0.8


@pytest.mark.slow
def test_forests_follow_bends_that_lines_do_not() -> None:
    world = World(modifies=0.5, bent_outcome=0.7, bent_training=0.4)
    truth, errors = world.truth(Estimand.ATT), []
    for seed in range(5):
        records = world.draw(seed, n=1200)
        got, line = doubly_robust(records, forests(seed, trees=40)), doubly_robust(records)
        assert isinstance(got, Effect)
        assert isinstance(line, Effect)
        errors.append((got.value - truth, line.value - truth))
    forest_error, line_error = np.abs(np.mean(errors, axis=0))
    assert forest_error < 0.15
    assert line_error > 0.3


def test_effects_by_group() -> None:
    world, covered = World(modifies=0.8), []
    big = world.draw(5, n=200_000)
    high = big.covariates[:, 0] > 0
    truth = [1 + 0.8 * big.covariates[side & big.trained, 0].mean() for side in (high, ~high)]
    for seed in range(60):
        records = world.draw(seed)
        scores = doubly_robust_scores(records)
        assert not isinstance(scores, Refusal)
        high = records.covariates[:, 0] > 0
        found = group_effects(scores, {"high": high, "low": ~high, "few": np.arange(len(records)) < 30})
        assert isinstance(found["few"], Refusal)
        for name, true in zip(("high", "low"), truth, strict=True):
            group = found[name]
            assert isinstance(group, Effect)
            covered.append(group.low <= true <= group.high)
    assert np.mean(covered) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 120))
