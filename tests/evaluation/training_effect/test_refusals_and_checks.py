"""What is refused and why, overlap, placebo, sensitivity: against published figures and identities."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from data.errors import DataError
from evaluation.refusal import Refusal
from evaluation.training_effect.doubly_robust import doubly_robust_scores
from evaluation.training_effect.e_value import e_value, e_value_of_effect
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.every_estimator import every_estimator
from evaluation.training_effect.group_effects import group_effects
from evaluation.training_effect.inverse_probability_weighting import inverse_probability_weighting
from evaluation.training_effect.nearest_neighbours import covariate_matching, propensity_matching
from evaluation.training_effect.overlap import common_support, judge_overlap
from evaluation.training_effect.placebo_test import PlaceboTest, PlaceboVerdict, placebo_test
from evaluation.training_effect.propensity import fit_propensity
from evaluation.training_effect.regression_adjustment import regression_adjustment
from evaluation.training_effect.training_records import TrainingRecords
from evaluation.training_effect.unobserved_confounding import (
    Robustness,
    as_strong_as,
    bias_of,
    robustness,
    robustness_value,
)
from tests.evaluation.training_effect.simulated_records import World

NEEDS_OVERLAP = ("covariate matching", "propensity matching", "inverse probability weighting", "doubly robust, linear")


def test_too_few_are_refused_by_all() -> None:
    few = World().draw(1, n=40)
    for name, estimate in every_estimator(seed=0).items():
        got = estimate(few)
        assert isinstance(got, Refusal), name
        assert "too few" in got.en
        assert "人数过少" in got.zh


def test_as_many_people_as_covariates_are_too_few() -> None:
    rng = np.random.default_rng(1)
    records = TrainingRecords(
        rng.normal(size=80), rng.random(80) < 0.5, rng.normal(size=(80, 30)), tuple(f"c{i}" for i in range(30))
    )
    assert isinstance(regression_adjustment(records), Refusal)


def apart() -> TrainingRecords:
    """Nobody untrained is like anybody trained."""
    rng = np.random.default_rng(2)
    trained = rng.random(400) < 0.4
    covariates = rng.uniform(size=(400, 2)) + 1.2 * trained[:, None]
    return TrainingRecords(covariates[:, 0] + trained, trained, covariates, ("before", "age"))


@pytest.mark.parametrize("name", NEEDS_OVERLAP)
def test_without_overlap_there_is_no_figure(name: str) -> None:
    got = every_estimator(seed=0)[name](apart())
    assert isinstance(got, Refusal)
    assert "no overlap" in got.en


@pytest.mark.parametrize(
    ("name", "word"),
    [("difference in means", "differ in before"), ("regression", "extrapol"), ("Oaxaca–Blinder", "extrapol")],
)
def test_figures_that_do_without_overlap_say_so(name: str, word: str) -> None:
    got, fine = (every_estimator(seed=0)[name](records) for records in (apart(), World(selection=0).draw(1)))
    assert isinstance(got, Effect)
    assert word in got.cautions[0].en
    assert isinstance(fine, Effect)
    assert fine.cautions == ()


def test_overlap_by_hand() -> None:
    records = TrainingRecords(
        np.zeros(6), np.array([1, 1, 0, 0, 0, 0], bool), np.array([[1.0], [3], [1], [1], [3], [5]]), ("c",)
    )
    overlap = judge_overlap(records, np.array([0.5, 0.95, 0.5, 0.5, 0.8, 0.05]), Estimand.ATT)
    assert overlap.trained_share.tolist() == [0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0.5]
    assert overlap.untrained_share.tolist() == [0.25, 0, 0, 0, 0, 0.5, 0, 0, 0.25, 0]
    assert overlap.off_support == 0.5
    weights = np.array([1, 1, 4, 0.05 / 0.95])
    assert overlap.effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert overlap.imbalance_before.tolist() == [(2 - 2.5) / 1.0]
    assert overlap.imbalance_after == pytest.approx([2 - weights @ [1, 1, 3, 5] / weights.sum()])
    assert overlap.refusal is not None


def test_weights_balance_what_selection_unbalanced() -> None:
    records = World(selection=1.0).draw(3, n=4000)
    overlap = judge_overlap(records, fit_propensity(records).probability, Estimand.ATT)
    assert abs(overlap.imbalance_before[0]) > 0.5
    assert np.abs(overlap.imbalance_after).max() < 0.1
    assert overlap.refusal is None


def test_trimming_leaves_the_comparable() -> None:
    records = World(selection=2.5).draw(4, n=3000)
    kept = common_support(records, Estimand.ATE)
    probability = fit_propensity(records).probability
    assert probability[kept].min() >= 0.1
    assert probability[kept].max() <= 0.9
    assert 0 < kept.sum() < len(records)
    treated = common_support(records, Estimand.ATT)
    assert probability[treated].max() <= 0.9
    assert probability[treated & records.trained].min() <= probability[treated & ~records.trained].min()
    whole = inverse_probability_weighting(records, estimand=Estimand.ATE)
    trimmed = inverse_probability_weighting(records.subset(kept), estimand=Estimand.ATE)
    assert isinstance(trimmed, Effect)
    assert isinstance(whole, Refusal) or trimmed.standard_error < whole.standard_error


def test_propensity_is_the_logistic_regression() -> None:
    records = World().draw(5)
    theirs = sm.Logit(records.trained, sm.add_constant(records.covariates)).fit(disp=0).predict()
    assert fit_propensity(records).probability == pytest.approx(theirs, abs=1e-5)


def test_complete_separation_stays_finite() -> None:
    x = np.linspace(-1, 1, 100)[:, None]
    model = fit_propensity(TrainingRecords(np.zeros(100), x[:, 0] > 0, x, ("c",)))
    assert np.isfinite(model.linear).all()
    assert np.isfinite(model.influence).all()


def test_covariates_alike_for_all_do_not_matter() -> None:
    records = World().draw(6)
    more = TrainingRecords(
        records.outcome, records.trained, np.column_stack([records.covariates, np.ones(800)]), (*records.names, "one")
    )
    for name, estimate in every_estimator(seed=0).items():
        if name != "doubly robust, forests":
            one, other = estimate(records), estimate(more)
            assert isinstance(one, Effect)
            assert isinstance(other, Effect)
            assert one.value == pytest.approx(other.value)


def test_exact_matches_are_found_with_ties() -> None:
    """Two kinds of people; each trained is compared with all untrained of his kind."""
    rng = np.random.default_rng(7)
    kind, trained = rng.integers(0, 2, 300), rng.random(300) < 0.3
    outcome = 5.0 * kind + 2.0 * trained + rng.normal(size=300)
    records = TrainingRecords(outcome, trained, kind[:, None].astype(float), ("kind",))
    by_kind = [outcome[(kind == k) & trained].mean() - outcome[(kind == k) & ~trained].mean() for k in (0, 1)]
    expected = np.average(by_kind, weights=[(trained & (kind == k)).sum() for k in (0, 1)])
    for got in (propensity_matching(records), covariate_matching(records)):
        assert isinstance(got, Effect)
        assert got.value == pytest.approx(expected)


def placebo_of(world: World, margin: float, n: int = 800) -> PlaceboTest:
    records = world.draw(8, n)
    before = TrainingRecords(records.covariates[:, 0], records.trained, records.covariates[:, 1:], ("age", "education"))
    got = placebo_test(before, regression_adjustment, margin=margin)
    assert isinstance(got, PlaceboTest)
    return got


def test_the_placebo_fails_where_the_best_went_to_training() -> None:
    got = placebo_of(World(), margin=0.2)
    assert got.verdict is PlaceboVerdict.FAILS
    assert got.en.startswith("fails")
    assert got.zh.startswith("未通过")


def test_the_placebo_passes_by_lot_and_is_undecided_among_few() -> None:
    assert placebo_of(World(selection=0), margin=0.2, n=4000).verdict is PlaceboVerdict.PASSES
    assert placebo_of(World(selection=0), margin=0.05, n=100).verdict is PlaceboVerdict.UNDECIDED
    few = World().draw(1, n=20)
    assert isinstance(placebo_test(few, regression_adjustment, margin=1.0), Refusal)


def test_robustness_values_of_the_darfur_study() -> None:
    """Cinelli & Hazlett (2020), section 4: estimate 0.097, standard error 0.023, 783 degrees of freedom."""
    t_ratio = 0.09731582 / 0.02325654
    assert robustness_value(t_ratio, 783) == pytest.approx(0.139, abs=5e-4)
    assert robustness_value(t_ratio, 783, confidence=0.95) == pytest.approx(0.076, abs=5e-4)
    assert t_ratio**2 / (t_ratio**2 + 783) == pytest.approx(0.022, abs=5e-4)
    assert robustness_value(0.5, 783, confidence=0.95) == 0.0


def test_a_confounder_as_strong_as_the_robustness_value_explains_all() -> None:
    found = robustness(World().draw(9))
    assert isinstance(found, Robustness)
    assert bias_of(found.value, found.value, found.standard_error, found.degrees_of_freedom) == pytest.approx(
        abs(found.estimate)
    )
    assert bias_of(found.explained, 1.0, found.standard_error, found.degrees_of_freedom) == pytest.approx(
        abs(found.estimate)
    )


def test_the_bias_formula_is_exact() -> None:
    """Leave out a covariate that is known: the formula gives the very difference of the two regressions."""
    records = World(selection=1.0).draw(10)
    x, t = records.covariates, records.trained.astype(float)
    short_design = np.column_stack([np.ones(800), t, x[:, 1:]])
    short = sm.OLS(records.outcome, short_design).fit()
    long = sm.OLS(records.outcome, np.column_stack([short_design, x[:, 0]])).fit()
    training = sm.OLS(t, np.column_stack([np.ones(800), x[:, 1:], x[:, 0]])).fit()
    partial_y = long.tvalues[-1] ** 2 / (long.tvalues[-1] ** 2 + long.df_resid)
    partial_t = training.tvalues[-1] ** 2 / (training.tvalues[-1] ** 2 + training.df_resid)
    bias = bias_of(partial_t, partial_y, short.bse[1], int(short.df_resid))
    assert bias == pytest.approx(abs(short.params[1] - long.params[1]))


def test_a_confounder_like_a_weak_covariate_changes_little_and_an_impossible_one_is_refused() -> None:
    records = World().draw(11)
    found, weak, strong = robustness(records), as_strong_as(records, "age"), as_strong_as(records, "before")
    assert isinstance(found, Robustness)
    assert not isinstance(weak, Refusal)
    assert not isinstance(strong, Refusal)
    assert found.estimate > weak.estimate > strong.estimate
    assert isinstance(as_strong_as(records, "before", times=100), Refusal)
    with pytest.raises(DataError, match="shoe size"):
        as_strong_as(records, "shoe size")


def test_e_values_of_the_article() -> None:
    """VanderWeele & Ding (2017): RR 3.9 with lower limit 1.8 gives 7.26 and 3.0."""
    assert e_value(3.9) == pytest.approx(7.26, abs=5e-3)
    assert e_value(1.8) == pytest.approx(3.0, abs=5e-3)
    assert e_value(1 / 3.9) == pytest.approx(7.26, abs=5e-3)
    effect = Effect("any", Estimand.ATT, 1.0, 0.2, "any", 50, 50)
    found = e_value_of_effect(effect, spread=2.0)
    assert found.of_estimate == pytest.approx(e_value(np.exp(0.455)))
    assert 1 < found.of_interval < found.of_estimate
    assert e_value_of_effect(Effect("any", Estimand.ATT, 0.1, 0.2, "any", 50, 50), spread=2.0).of_interval == 1.0
    for wrong in (0.0, -1.0):
        with pytest.raises(DataError):
            e_value(wrong)
        with pytest.raises(DataError):
            e_value_of_effect(effect, spread=wrong)


def test_records_must_fit() -> None:
    good = World().draw(1)
    with pytest.raises(DataError, match="one row a person"):
        TrainingRecords(good.outcome, good.trained, good.covariates, ("before",))
    with pytest.raises(DataError, match="missing or infinite"):
        TrainingRecords(np.full(800, np.nan), good.trained, good.covariates, good.names)
    scores = doubly_robust_scores(good)
    assert not isinstance(scores, Refusal)
    with pytest.raises(DataError, match="group all"):
        group_effects(scores, {"all": np.ones(3, bool)})
