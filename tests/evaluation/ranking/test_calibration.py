"""Honest forecasts pass and dishonest ones fail, at the rates promised, on simulated outcomes whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm
from sklearn.metrics import brier_score_loss

from data.errors import DataError
from evaluation.groups import EVERYONE
from evaluation.ranking.calibration_table import (
    ENOUGH_OF_EACH,
    FEWEST_OF_EACH,
    Calibration,
    Side,
    Verdict,
    calibration,
    calibration_table,
)
from evaluation.ranking.calibration_test import calibration_test
from evaluation.ranking.clustered_sums import covariance_of_sums
from evaluation.ranking.forecasts import Forecasts
from evaluation.ranking.recalibration import recalibration
from evaluation.ranking.reliability import brier_score, calibration_error, reliability_table
from evaluation.refusal import Refusal
from models.calibration import expected_calibration_error

SIMULATIONS = 400
THREE_ERRORS = 3 * np.sqrt(0.05 * 0.95 / SIMULATIONS)  # 0.033


def simulated(
    random: np.random.Generator, n: int, truth: Callable[[np.ndarray], np.ndarray] = lambda x: x, *,
    middle: float = -0.5, shared: bool = False,
) -> Forecasts:  # fmt: skip
    """Forecasts of log-odds x where what happens has log-odds truth(x).

    `shared`: a tenth of the luck is of the person, three tenths are of the post, by a Gaussian copula: each case keeps
    its probability, but cases go together.
    """
    x = random.normal(middle, 1, n)
    if not shared:
        return Forecasts(expit(x), random.random(n) < expit(truth(x)))
    seeker, vacancy = random.integers(0, n // 2, n), random.integers(0, n // 15, n)
    luck = (
        np.sqrt(0.1) * random.normal(size=n // 2)[seeker]
        + np.sqrt(0.3) * random.normal(size=n // 15)[vacancy]
        + np.sqrt(0.6) * random.normal(size=n)
    )
    return Forecasts(expit(x), norm.cdf(luck) < expit(truth(x)), (seeker, vacancy))


def test_a_table_by_hand() -> None:
    said = np.repeat([0.1, 0.8], 30)
    happened = np.concatenate([np.arange(30) < 6, np.arange(30) < 27])
    forecasts = Forecasts(said, happened)
    table = reliability_table(forecasts)
    assert table[["cases", "events"]].to_numpy().tolist() == [[30, 6], [30, 27]]
    assert table["observed"].tolist() == pytest.approx([0.2, 0.9])
    assert ((table["low"] < table["observed"]) & (table["observed"] < table["high"])).all()
    assert calibration_error(forecasts, seed=0).value == pytest.approx(0.1)
    score = brier_score(forecasts)
    assert score.reliability == pytest.approx(0.1**2)  # both bins are off by 0.1
    assert score.resolution == pytest.approx(0.35**2)  # and lie 0.35 from the overall rate of 0.55
    assert score.uncertainty == pytest.approx(0.55 * 0.45)
    assert score.within_bins == pytest.approx(0)  # all predictions of a bin are alike


def test_the_parts_add_up_to_scikit_learns_brier_score() -> None:
    forecasts = simulated(np.random.default_rng(0), 700)
    score = brier_score(forecasts)
    assert score.score == pytest.approx(brier_score_loss(forecasts.happened, forecasts.prediction))
    assert score.score == pytest.approx(score.reliability - score.resolution + score.uncertainty + score.within_bins)
    assert 0 < score.skill < 1


def test_the_calibration_error_is_the_models_own() -> None:
    forecasts = simulated(np.random.default_rng(1), 700)
    expected = expected_calibration_error(forecasts.prediction, forecasts.happened)
    assert calibration_error(forecasts, seed=0).value == pytest.approx(expected)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("n", "middle"), [(150, -0.5), (1_500, -2.0)])
def test_honest_forecasts_are_rejected_no_more_often_than_promised(shared: bool, n: int, middle: float) -> None:
    random = np.random.default_rng(n)
    tests = [calibration_test(simulated(random, n, middle=middle, shared=shared)) for _ in range(SIMULATIONS)]
    for rate in (
        np.mean([test.p_recalibration < 0.05 for test in tests]),
        np.mean([test.p_bins < 0.05 for test in tests]),
        np.mean([test.rejected() for test in tests]),
    ):
        assert rate <= 0.05 + THREE_ERRORS


def test_what_is_shared_looks_like_dishonesty_to_who_ignores_it() -> None:
    random = np.random.default_rng(2)
    honest = [simulated(random, 1_500, shared=True) for _ in range(100)]
    ignoring = [calibration_test(Forecasts(one.prediction, one.happened)).rejected() for one in honest]
    assert np.mean(ignoring) > 0.15


@pytest.mark.parametrize(
    "truth",
    [
        pytest.param(lambda x: 0.6 * x, id="too sure"),
        pytest.param(lambda x: x - 0.4, id="too much said"),
        pytest.param(lambda x: np.where(np.abs(x + 0.5) < 0.6, x - 0.9, x + 0.35), id="wrong in the middle only"),
    ],
)
def test_dishonest_forecasts_are_found_out(truth: Callable[[np.ndarray], np.ndarray]) -> None:
    random = np.random.default_rng(3)
    assert np.mean([calibration_test(simulated(random, 1_500, truth)).rejected() for _ in range(60)]) > 0.8


@pytest.mark.parametrize("shared", [False, True])
def test_slope_and_intercept_are_recovered(shared: bool) -> None:
    random = np.random.default_rng(4)
    found = [recalibration(simulated(random, 1_000, lambda x: 0.7 * x, shared=shared))[0] for _ in range(200)]
    assert np.mean([slope.value for slope in found]) == pytest.approx(0.7, abs=0.02)
    assert np.mean([slope.low <= 0.7 <= slope.high for slope in found]) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 200)
    moved = [recalibration(simulated(random, 1_000, lambda x: x + 0.3, shared=shared))[1] for _ in range(100)]
    assert np.mean([intercept.value for intercept in moved]) == pytest.approx(0.3, abs=0.03)


def test_forecasts_that_are_all_the_same_have_no_slope() -> None:
    slope, intercept = recalibration(Forecasts(np.full(200, 0.25), np.arange(200) < 50))
    assert np.isnan(slope.value)
    assert intercept.value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("truth", [lambda x: x, lambda x: 0.7 * x, lambda x: x + 0.3])
def test_the_interval_of_the_calibration_error_covers_it(truth: Callable[[np.ndarray], np.ndarray]) -> None:
    random, covered = np.random.default_rng(5), []
    for number in range(100):
        forecasts = simulated(random, 600, truth)
        gap = expit(truth(logit(forecasts.prediction))) - forecasts.prediction
        place = forecasts.bin_of()
        true = sum(abs(gap[place == one].sum()) for one in range(10)) / len(gap)
        found = calibration_error(forecasts, seed=number)
        covered.append(found.low <= true <= found.high)
    assert np.mean(covered) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 100)


def test_an_honest_forecast_shows_the_error_of_chance() -> None:
    random = np.random.default_rng(6)
    found = [calibration_error(simulated(random, 500), seed=one) for one in range(40)]
    assert np.mean([one.value for one in found]) == pytest.approx(np.mean([one.by_chance for one in found]), rel=0.1)


def test_the_detectable_gap_is_found_four_times_in_five() -> None:
    random, p = np.random.default_rng(7), np.full(600, 0.3)
    gap = calibration_test(Forecasts(p, random.random(600) < 0.3)).detectable_gap
    found = [
        calibration_test(Forecasts(p, random.random(600) < 0.3 + gap)).p_recalibration < 0.05
        for _ in range(SIMULATIONS)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / SIMULATIONS))


def test_covariance_of_sums_by_hand() -> None:
    terms = np.array([[1.0], [2.0], [-3.0], [0.5]])
    one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert covariance_of_sums(terms, (one,)).item() == pytest.approx(2 * (3.0**2 + 2.5**2))
    both = 2 * (3.0**2 + 2.5**2) + 2 * (2.0**2 + 2.5**2) - 4 / 3 * (1 + 4 + 9 + 0.25)
    assert covariance_of_sums(terms, (one, other)).item() == pytest.approx(both)


def test_too_few_of_either_outcome_are_refused_and_few_come_with_what_they_cannot_show() -> None:
    n = FEWEST_OF_EACH - 1
    rare = Forecasts(np.full(500, 0.04), np.arange(500) < n)
    assert isinstance(calibration(rare, seed=0), Refusal)
    assert isinstance(calibration(Forecasts(1 - rare.prediction, ~rare.happened), seed=0), Refusal)
    few = calibration(Forecasts(np.full(500, 0.08), np.arange(500) < ENOUGH_OF_EACH - 60), seed=0)
    assert isinstance(few, Calibration)
    assert few.caution is not None
    assert f"{few.test.detectable_gap:.1%}" in few.caution.zh
    enough = calibration(simulated(np.random.default_rng(0), 1_000), seed=0)
    assert isinstance(enough, Calibration)
    assert enough.caution is None


def test_the_table_says_what_it_does_not_say() -> None:
    random = np.random.default_rng(8)
    table, curves = calibration_table(
        {
            (Side.ACCEPT, EVERYONE): simulated(random, 3_000),
            (Side.HIRE, EVERYONE): simulated(random, 3_000, lambda x: x - 1),
            (Side.PLACEMENT, "veteran"): simulated(random, 20),
        },
        seed=0,
    )
    assert table["verdict"].tolist() == [Verdict.NOTHING_FOUND, Verdict.MISCALIBRATED, Verdict.REFUSED]
    assert table["ece"].isna().tolist() == [False, False, True]
    assert table.loc[2, "zh"] != ""
    assert set(curves["side"]) == {"accept", "hire"}
    assert (table["p_holm"].dropna() >= table["p_recalibration"].dropna()).all()


def test_a_difference_that_matters_to_nobody_is_called_slight() -> None:
    slightly = simulated(np.random.default_rng(9), 60_000, lambda x: x + 0.04)
    table, _ = calibration_table({(Side.ACCEPT, EVERYONE): slightly}, seed=0)
    assert table["verdict"].tolist() == [Verdict.SLIGHTLY_MISCALIBRATED]


def test_what_is_little_in_points_is_much_of_something_rare() -> None:
    rare = simulated(np.random.default_rng(9), 60_000, lambda x: x - 0.4, middle=-4.5)
    table, _ = calibration_table({(Side.PLACEMENT, EVERYONE): rare}, seed=0)
    assert table["ece_high"].item() < 0.02
    assert table["verdict"].tolist() == [Verdict.MISCALIBRATED]


def test_predictions_outside_0_and_1_are_no_probabilities() -> None:
    with pytest.raises(DataError, match="case 1"):
        Forecasts(np.array([0.5, 1.2]), np.array([True, False]))
