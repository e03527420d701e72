"""Over 200 logs of which the truth is known: estimates are centred on it, intervals cover it, failures are said."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from evaluation.off_policy.doubly_robust import doubly_robust
from evaluation.off_policy.inverse_propensity import inverse_propensity, self_normalised
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.refusal import Refusal
from tests.evaluation.off_policy.simulated_log import SimulatedLog, simulate_log

SEEDS = 200
THREE_ERRORS = 3 * np.sqrt(0.95 * 0.05 / SEEDS)  # 0.046: of a coverage over 200 seeds

Estimator = Callable[[SimulatedLog], PolicyValue | Refusal]


def constant(log: SimulatedLog, value: float) -> np.ndarray:
    return np.full(len(log.success), value)


ESTIMATORS: dict[str, Estimator] = {
    "inverse propensity": lambda log: inverse_propensity(log.pairs),
    "self-normalised": lambda log: self_normalised(log.pairs),
    "doubly robust": lambda log: doubly_robust(log.pairs, log.success),
    "doubly robust, wrong model": lambda log: doubly_robust(log.pairs, constant(log, 0.2)),
    "doubly robust, wrong propensities": lambda log: doubly_robust(log.relogged(constant(log, 0.25)), log.success),
    "inverse propensity, wrong propensities": lambda log: inverse_propensity(log.relogged(constant(log, 0.25))),
    "doubly robust, both wrong": lambda log: doubly_robust(log.relogged(constant(log, 0.25)), constant(log, 0.2)),
}
WRONG = ("inverse propensity, wrong propensities", "doubly robust, both wrong")


@cache
def population_value() -> float:
    return simulate_log(SEEDS, 300_000).value


@cache
def results() -> dict[str, np.ndarray]:
    """For each estimator, of shape (seeds, 3): value − truth of these seekers, standard error, covers the truth."""
    truth, rows = population_value(), {name: [] for name in ESTIMATORS}
    for seed in range(SEEDS):
        log = simulate_log(seed)
        for name, estimate in ESTIMATORS.items():
            got = estimate(log)
            assert isinstance(got, PolicyValue)
            rows[name].append((got.value - log.value, got.standard_error, got.low <= truth <= got.high))
    return {name: np.array(values) for name, values in rows.items()}


@pytest.mark.parametrize("name", [name for name in ESTIMATORS if name not in WRONG])
def test_centred_on_the_truth_and_covering_it(name: str) -> None:
    error, _, covers = results()[name].T
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(SEEDS)
    assert abs(covers.mean() - 0.95) < THREE_ERRORS


@pytest.mark.parametrize("name", WRONG)
def test_both_wrong_is_wrong(name: str) -> None:
    error, _, covers = results()[name].T
    assert error.mean() > 0.04
    assert covers.mean() < 0.6


def test_each_refinement_is_less_noisy() -> None:
    errors = {name: values[:, 1].mean() for name, values in results().items()}
    assert errors["doubly robust"] < errors["self-normalised"] < errors["inverse propensity"]


def test_without_support_there_is_no_figure_and_the_share_is_named() -> None:
    log = simulate_log(1, never_below_fit=0.5)
    p = log.pairs
    share = p.target[p.logging < 1e-4].sum() / p.target.sum()
    assert share > 0.3
    for got in (inverse_propensity(p), self_normalised(p), doubly_robust(p, log.success)):
        assert isinstance(got, Refusal)
        assert f"{share:.1%}" in got.en
        assert f"{share:.1%}" in got.zh
