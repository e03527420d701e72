"""Power: formulas against simulated experiments, and where nothing can be told."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import DataError
from evaluation.experiments.cluster_robust import cluster_effect
from evaluation.experiments.power import (
    PastOutcomes,
    design_effect,
    markets_needed,
    mean_variance,
    minimal_detectable_effect,
    past_outcomes,
)
from evaluation.refusal import Refusal

PAST = PastOutcomes(rate=0.2, icc=0.03, markets=30, people=3000)


def simulated(rng: np.random.Generator, sizes: np.ndarray, rate: float, icc: float) -> np.ndarray:
    """Placed in each market: rates differ as a beta distribution with this intracluster correlation."""
    scale = (1 - icc) / icc
    return rng.binomial(sizes, rng.beta(rate * scale, (1 - rate) * scale, len(sizes)))


def test_the_correlation_is_found_that_markets_were_made_with() -> None:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(300):
        sizes = rng.integers(30, 200, 40)
        past = past_outcomes(simulated(rng, sizes, 0.2, 0.03), sizes)
        assert isinstance(past, PastOutcomes)
        found.append(past.icc)
    assert np.mean(found) == pytest.approx(0.03, abs=0.002)


def test_markets_alike_but_for_chance_have_none() -> None:
    rng = np.random.default_rng(2)
    found = [past_outcomes(rng.binomial(np.full(30, 100), 0.3), np.full(30, 100)) for _ in range(200)]
    assert np.mean([past.icc for past in found if isinstance(past, PastOutcomes)]) == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(
    ("placed", "people"), [([1, 2, 3, 4], [9] * 4), ([0] * 8, [9] * 8), ([9] * 8, [9] * 8), ([1, 0] * 4, [1] * 8)]
)
def test_too_little_past_is_refused(placed: list[int], people: list[int]) -> None:
    assert isinstance(past_outcomes(np.array(placed), np.array(people)), Refusal)


def test_the_variance_is_that_of_simulated_means() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array([20, 30, 50, 80, 200, 400])
    means = [simulated(rng, sizes, 0.2, 0.03).sum() / sizes.sum() for _ in range(20_000)]
    assert mean_variance(0.2, 0.03, sizes.astype(float)) == pytest.approx(np.var(means), rel=0.03)
    assert design_effect(np.full(10, 50.0), 0.03) == pytest.approx(1 + 49 * 0.03)


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_minimal_detectable_effect_is_found_with_the_power_it_says(share: float) -> None:
    rng = np.random.default_rng(4)
    control = rng.integers(60, 260, 11)
    treated = np.maximum((share * rng.integers(60, 260, 10)).astype(np.int64), 10)
    effect = minimal_detectable_effect(PAST, treated.astype(float), control.astype(float))
    people, side = np.concatenate([treated, control]).astype(float), np.arange(21) < 10
    found = []
    for _ in range(1000):
        placed = [simulated(rng, sizes, rate, 0.03) for sizes, rate in ((treated, 0.2 + effect), (control, 0.2))]
        found.append(cluster_effect(np.concatenate(placed).astype(float), people, side, np.arange(21)).p_value < 0.05)
    assert np.mean(found) == pytest.approx(0.8, abs=0.04)


def test_as_many_markets_as_are_said_find_the_effect() -> None:
    markets = markets_needed(PAST, 0.06, mean_people=100, cv=0.4)
    assert markets is not None
    rng, found = np.random.default_rng(5), []
    for _ in range(400):
        sizes = np.maximum(rng.normal(100, 40, 2 * markets), 10).astype(np.int64)
        side = np.arange(2 * markets) < markets
        placed = np.where(side, simulated(rng, sizes, 0.26, 0.03), simulated(rng, sizes, 0.2, 0.03))
        found.append(
            cluster_effect(placed.astype(float), sizes.astype(float), side, np.arange(2 * markets)).p_value < 0.05
        )
    assert np.mean(found) == pytest.approx(0.8, abs=0.06)
    assert markets_needed(PAST, 0.06, mean_people=100, cv=0.4, share=0.5) > markets


def test_an_effect_beyond_every_number_of_markets_has_none() -> None:
    assert markets_needed(PAST, 1e-5, mean_people=10, cv=0.0, most=1000) is None


def test_one_market_on_a_side_tells_nothing() -> None:
    with pytest.raises(DataError, match="1 markets against 5"):
        minimal_detectable_effect(PAST, np.ones(1), np.ones(5))
