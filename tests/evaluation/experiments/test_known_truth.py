"""What estimators find in toy markets whose truth is known, and what an experiment by persons would have said."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from evaluation.experiments.cluster_robust import ClusterEffect
from evaluation.experiments.contrasts import Contrast, contrast_effect, contrasts_of, sides_of
from evaluation.experiments.randomisation_test import randomisation_p_value
from evaluation.refusal import Refusal
from tests.evaluation.experiments.toy_markets import SATURATIONS, Toy

HALF, ALL = 1, 2


def estimates(toy: Toy, experiments: int) -> dict[tuple[Contrast, int], list[ClusterEffect]]:
    found = defaultdict(list)
    for number in range(experiments):
        counts, drawn, _, past = toy.experiment(np.random.default_rng([11, number]))
        for contrast, s in contrasts_of(SATURATIONS):
            sides = sides_of(contrast, s, counts, drawn)
            effect = contrast_effect(sides, None if contrast is Contrast.WITHIN else past)
            assert isinstance(effect, ClusterEffect)
            found[contrast, s].append(effect)
    return found


def truths(toy: Toy) -> dict[tuple[Contrast, int], float]:
    half, whole = toy.truth(0.5), toy.truth(1.0)
    return {
        (Contrast.TOTAL, ALL): whole[0], (Contrast.TOTAL, HALF): half[0], (Contrast.ON_TREATED, HALF): half[1],
        (Contrast.ON_UNTREATED, HALF): half[2], (Contrast.WITHIN, HALF): half[1] - half[2],
    }  # fmt: skip


@pytest.mark.parametrize("toy", [Toy(markets=24), Toy(markets=36, gain=0.3)], ids=["displacement alone", "with a gain"])
def test_total_direct_and_spillover_effects_are_found_with_honest_intervals(toy: Toy) -> None:
    found, truth = estimates(toy, 250), truths(toy)
    for kind, effects in found.items():
        values = np.array([effect.value for effect in effects])
        assert values.mean() == pytest.approx(truth[kind], abs=4 * values.std() / np.sqrt(len(values)) + 0.003), kind
        covered = np.mean([effect.low <= truth[kind] <= effect.high for effect in effects])
        assert 0.9 <= covered <= 0.985, (kind, covered)


def test_where_people_only_displace_each_other_the_market_design_says_no_effect() -> None:
    toy = Toy()
    found = estimates(toy, 200)
    rejected = {kind: np.mean([effect.p_value < 0.05 for effect in effects]) for kind, effects in found.items()}
    assert rejected[Contrast.TOTAL, ALL] <= 0.09
    assert rejected[Contrast.TOTAL, HALF] <= 0.09
    # The spillover is seen for what it is: the others lose what the treated gain.
    assert rejected[Contrast.ON_UNTREATED, HALF] > 0.9
    assert truths(toy)[Contrast.ON_UNTREATED, HALF] < -0.1
    # An experiment by persons is sure of a large effect each time.
    by_persons = [toy.individual(np.random.default_rng([12, n])) for n in range(50)]
    assert all(difference / error > 3 for difference, error in by_persons)


def test_the_randomisation_test_keeps_its_level_without_any_effect() -> None:
    toy = Toy(markets=18, advantage=1.0)
    rejected = defaultdict(list)
    for number in range(120):
        counts, drawn, stratum, past = toy.experiment(np.random.default_rng([13, number]))
        for kind in ((Contrast.TOTAL, ALL), (Contrast.ON_TREATED, HALF), (Contrast.ON_UNTREATED, HALF)):
            p_value = randomisation_p_value(
                *kind, counts, drawn, stratum=stratum, saturations=SATURATIONS, past_rate=past, seed=number,
                redraws=99,
            )  # fmt: skip
            rejected[kind].append(p_value <= 0.05)
    for kind, flags in rejected.items():
        assert np.mean(flags) <= 0.11, kind


def test_the_randomisation_test_finds_what_there_is() -> None:
    counts, drawn, stratum, past = Toy(markets=24, gain=0.6).experiment(np.random.default_rng(3))
    options = {"stratum": stratum, "saturations": SATURATIONS, "past_rate": past, "seed": 1, "redraws": 999}
    assert randomisation_p_value(Contrast.TOTAL, ALL, counts, drawn, **options) < 0.01
    assert randomisation_p_value(Contrast.ON_TREATED, HALF, counts, drawn, **options) < 0.01
    again = randomisation_p_value(Contrast.TOTAL, ALL, counts, drawn, **options)
    assert again == randomisation_p_value(Contrast.TOTAL, ALL, counts, drawn, **options)


def test_too_few_markets_are_refused() -> None:
    counts, drawn, _, past = Toy(markets=12).experiment(np.random.default_rng(1))
    refused = contrast_effect(sides_of(Contrast.TOTAL, ALL, counts, drawn), past)
    assert isinstance(refused, Refusal)
    assert "only 4 markets" in refused.en
