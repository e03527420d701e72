"""Small logs worked by hand, and what is refused or warned of."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import ConfigurationError, DataError
from evaluation.off_policy.doubly_robust import doubly_robust
from evaluation.off_policy.importance_weights import effective_sample_size, importance_weights
from evaluation.off_policy.inverse_propensity import inverse_propensity, self_normalised
from evaluation.off_policy.logged_pairs import LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.off_policy.support import Support, SupportLimits, judge_support
from evaluation.refusal import Refusal
from tests.evaluation.off_policy.simulated_log import simulate_log

ANY = SupportLimits(least_effective=0, few_effective=0)


def log(**changes: object) -> LoggedPairs:
    """Three seekers, two candidates each; the first two were referred one, the third nobody."""
    columns: dict[str, object] = {
        "seeker": np.array([0, 0, 1, 1, 2, 2]),
        "logging": np.array([0.5, 0.5, 0.8, 0.2, 0.0, 0.0]),
        "target": np.array([1.0, 0.0, 0.4, 0.6, 0.0, 0.0]),
        "referred": np.array([1, 0, 1, 0, 0, 0], dtype=bool),
        "outcome": np.array([1.0, np.nan, 1.0, np.nan, np.nan, np.nan]),
        "n_seekers": 3,
    }
    return LoggedPairs(**(columns | changes))  # type: ignore[arg-type]


def test_weights_by_hand() -> None:
    weights = importance_weights(log())
    assert weights.weight.tolist() == [2.0, 0.5]
    assert effective_sample_size(weights.weight) == pytest.approx(2.5**2 / 4.25)
    clipped = importance_weights(log(), 1.0)
    assert clipped.weight.tolist() == [1.0, 0.5]
    assert (clipped.clipped_share, clipped.clipped_away) == (0.5, pytest.approx(1 / 3))
    assert effective_sample_size(np.zeros(3)) == 0.0


def test_values_by_hand() -> None:
    plain, normalised = inverse_propensity(log(), limits=ANY), self_normalised(log(), limits=ANY)
    robust = doubly_robust(log(), np.array([0.5, 0.5, 0.25, 0.5, 0.0, 0.0]), limits=ANY)
    assert isinstance(plain, PolicyValue)
    assert plain.value == pytest.approx(2.5 / 3)
    assert plain.standard_error == pytest.approx(np.std([2.0, 0.5, 0.0], ddof=1) / np.sqrt(3))
    assert isinstance(normalised, PolicyValue)
    assert normalised.value == pytest.approx(2 / 3)  # every referral succeeded: the target policy's 2/3 a seeker would
    assert normalised.standard_error == pytest.approx(0.0)
    assert isinstance(robust, PolicyValue)
    assert robust.value == pytest.approx(((0.5 + 2 * 0.5) + (0.1 + 0.3 + 0.5 * 0.75)) / 3)


def test_a_policy_judged_by_its_own_log_is_the_mean_outcome() -> None:
    made = simulate_log(3).pairs
    same = LoggedPairs(made.seeker, made.logging, made.logging, made.referred, made.outcome, made.n_seekers)
    observed = np.nansum(made.outcome) / made.n_seekers
    for got in (inverse_propensity(same), self_normalised(same)):
        assert isinstance(got, PolicyValue)
        assert got.value == pytest.approx(observed)
    assert judge_support(same).effective_sample_size == pytest.approx(made.referred.sum())


def test_clipping_lowers_the_value_by_no_more_than_it_says() -> None:
    made = simulate_log(4).pairs
    whole, clipped = inverse_propensity(made), inverse_propensity(made, largest_weight=1.5)
    assert isinstance(whole, PolicyValue)
    assert isinstance(clipped, PolicyValue)
    assert whole.value - clipped.clipped_away <= clipped.value <= whole.value
    assert clipped.standard_error < whole.standard_error
    assert any("too low" in caution.en for caution in clipped.cautions)


def test_a_little_missing_support_is_a_caution_and_a_bound() -> None:
    pairs = log(logging=np.array([0.5, 0.5, 0.8, 0.0, 0.0, 0.0]))
    limits = SupportLimits(least_effective=0, few_effective=0, most_unsupported=0.5)
    support = judge_support(pairs, limits)
    assert support.unsupported_share == pytest.approx(0.3)
    assert support.unsupported_length == pytest.approx(0.2)
    assert support.refusal is None
    assert "30.0%" in support.cautions[0].en
    assert isinstance(inverse_propensity(pairs), Refusal)


def test_too_few_effective_referrals_are_refused() -> None:
    got = inverse_propensity(log())
    assert isinstance(got, Refusal)
    assert "too few" in got.en


def test_what_the_policy_does_otherwise_must_have_been_drawn_often_enough() -> None:
    """1,000 seekers: half are referred alike; the other half's pairs were to be drawn in one night of 20."""
    n = 1_000
    seeker, rare = np.repeat(np.arange(n), 2), np.arange(2 * n) % 4 == 3
    target = ((np.arange(2 * n) % 4 == 0) | rare).astype(float)

    def judged(rarely: float) -> Support:
        logging = np.where(rare, rarely, 1.0 - rarely * (np.arange(2 * n) % 4 == 2)) * ((np.arange(2 * n) % 4) != 1)
        referred = logging > 0.5
        return judge_support(LoggedPairs(seeker, logging, target, referred, np.where(referred, 0.0, np.nan), n))

    few, enough = judged(0.05), judged(0.07)
    assert few.expected_effective_size > 30
    assert (few.expected_heavy, enough.expected_heavy) == (pytest.approx(25), pytest.approx(35))
    assert few.refusal is not None
    assert "otherwise was to be drawn only 25.0 times" in few.refusal.en
    assert enough.refusal is None


def test_propensities_that_contradict_the_referrals_are_noticed() -> None:
    made = simulate_log(5)
    assert judge_support(made.pairs).cautions == ()
    halved = made.relogged(made.pairs.logging / 2)
    assert any("may be wrong" in caution.en for caution in judge_support(halved).cautions)


def test_a_log_must_be_possible() -> None:
    with pytest.raises(DataError, match="propensity 0"):
        log(logging=np.array([0.0, 1.0, 0.8, 0.2, 0.0, 0.0]))
    with pytest.raises(DataError, match="outcome of a referred pair"):
        log(outcome=np.full(6, np.nan))
    with pytest.raises(DataError, match="does not exist"):
        log(n_seekers=2)
    with pytest.raises(DataError, match="columns of"):
        log(target=np.zeros(5))
    with pytest.raises(DataError, match="5 predictions"):
        doubly_robust(log(), np.zeros(5))
    with pytest.raises(ConfigurationError):
        importance_weights(log(), 0.0)
    with pytest.raises(ConfigurationError):
        SupportLimits(most_unsupported=2)
