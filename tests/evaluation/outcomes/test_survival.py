"""Curves by hand, against lifelines and statsmodels, and against known truth over 1,000 seeds."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from statsmodels.duration.survfunc import CumIncidenceRight

from evaluation.outcomes.survival import cumulative_incidence, days_until, incidence_at

SEEDS = 1000
DAILY = 0.012
"""Chance a day of the event in the simulations: T is geometric, P(T ≤ t) = 1 − (1 − 0.012)^t."""


def test_a_curve_by_hand_with_ties_competing_exits_and_censoring() -> None:
    # Five people: placed on day 2, left on day 2, censored on day 3, placed on day 5, censored on day 6.
    curve = cumulative_incidence(np.array([2, 2, 3, 5, 6]), np.array([1, 2, 0, 1, 0]), causes=2)
    assert curve.days.tolist() == [2, 3, 5, 6]
    assert curve.at_risk.tolist() == [5, 3, 2, 1]
    # 1/5 by day 2; 3/5 are left, of whom one of two at risk is placed on day 5.
    assert curve.incidence[0].tolist() == pytest.approx([0.2, 0.2, 0.5, 0.5])
    assert curve.incidence[1].tolist() == pytest.approx([0.2, 0.2, 0.2, 0.2])
    assert curve.survival.tolist() == pytest.approx([0.6, 0.6, 0.3, 0.3])


@pytest.mark.parametrize("seed", range(5))
def test_with_one_cause_it_is_kaplan_meier_of_lifelines_with_its_interval_and_median(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days, event = rng.integers(0, 60, 300), rng.integers(0, 2, 300)
    curve, peer = cumulative_incidence(days, event, causes=1), KaplanMeierFitter().fit(days, event)
    for horizon in (5, 20, 40):
        ours = incidence_at(curve, horizon)
        low, high = 1 - peer.confidence_interval_.loc[horizon].to_numpy()[::-1]
        assert (ours.value, ours.low, ours.high) == pytest.approx((1 - peer.predict(horizon), low, high))
    assert days_until(curve, 0.5).value == peer.median_survival_time_


@pytest.mark.parametrize("seed", range(5))
def test_competing_incidences_and_their_errors_are_those_of_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days, cause = rng.integers(0, 60, 300), rng.integers(0, 4, 300)
    days, cause = np.append(days, 60), np.append(cause, 0)  # statsmodels needs someone left at the end
    curve, peer = cumulative_incidence(days, cause, causes=3), CumIncidenceRight(days, cause)
    assert curve.days.tolist() == peer.times.tolist()
    for k in range(3):
        assert curve.incidence[k] == pytest.approx(peer.cinc[k])
        assert curve.standard_error[k] == pytest.approx(peer.cinc_se[k])


@pytest.mark.parametrize("seed", range(20))
def test_competing_incidences_never_add_to_more_than_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = int(rng.integers(1, 80))
    curve = cumulative_incidence(rng.integers(0, 12, people), rng.integers(0, 4, people), causes=3)
    total = curve.incidence.sum(axis=0)
    assert (total <= 1 + 1e-12).all()
    assert (np.diff(curve.incidence, axis=1) >= 0).all()
    assert np.isfinite(curve.standard_error).all()


def test_everybody_placed_at_once_has_an_interval_of_its_own() -> None:
    sure = incidence_at(cumulative_incidence(np.full(20, 3), np.ones(20, dtype=int), causes=1), 10)
    assert (sure.value, sure.high, sure.events) == (1.0, 1.0, 20)
    assert 0.8 < sure.low < 0.9  # Wilson: 20 of 20
    none = incidence_at(cumulative_incidence(np.full(20, 3), np.zeros(20, dtype=int), causes=1), 10)
    assert (none.value, none.low, none.events) == (0.0, 0.0, 0)
    assert 0.1 < none.high < 0.2


def test_a_share_that_is_not_reached_has_no_day() -> None:
    few = days_until(cumulative_incidence(np.arange(1, 21), np.arange(20) < 5, causes=1), 0.5)
    assert np.isnan(few.value)
    assert few.events == 5


def drawn(seed: int, people: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Days of the event, and of the end of observation: people registered all through 200 days."""
    rng = np.random.default_rng([seed, people])
    return rng.geometric(DAILY, people), rng.integers(0, 200, people)


def test_kaplan_meier_covers_the_truth_and_is_not_biased_by_censoring_but_the_naive_share_is() -> None:
    truth = 1 - (1 - DAILY) ** 90
    inside, estimates, naive = 0, [], []
    for seed in range(SEEDS):
        event, end = drawn(seed)
        seen = event <= end
        found = incidence_at(cumulative_incidence(np.minimum(event, end), seen.astype(int), causes=1), 90)
        inside += found.low <= truth <= found.high
        estimates.append(found.value)
        naive.append((seen & (event <= 90)).mean())  # divides by people not yet observed for 90 days
    assert inside >= 0.93 * SEEDS
    assert np.mean(estimates) == pytest.approx(truth, abs=0.01)
    assert np.mean(naive) < truth - 0.1


def test_the_median_wait_is_covered() -> None:
    truth = np.ceil(np.log(0.5) / np.log(1 - DAILY))
    found = [
        days_until(cumulative_incidence(np.minimum(event, end), (event <= end).astype(int), causes=1), 0.5)
        for event, end in map(drawn, range(SEEDS))
    ]
    inside = sum(one.low <= truth <= (np.inf if np.isnan(one.high) else one.high) for one in found)
    assert inside >= 0.93 * SEEDS


def test_aalen_johansen_covers_the_truth_with_competing_exits_where_kaplan_meier_does_not() -> None:
    leave = 0.008
    daily = 1 - (1 - DAILY) * (1 - leave)
    # Placement comes first on a tie: it takes the day with chance 0.012, an exit with 0.988 · 0.008.
    truth = DAILY / daily * (1 - (1 - daily) ** 90)
    inside = inside_net = 0
    for seed in range(SEEDS):
        event, end = drawn(seed)
        other = np.random.default_rng([seed, 7]).geometric(leave, len(event))
        days = np.minimum(np.minimum(event, other), end)
        cause = np.where(event <= days, 1, np.where(other <= days, 2, 0))
        found = incidence_at(cumulative_incidence(days, cause, causes=2), 90)
        net = incidence_at(cumulative_incidence(days, (cause == 1).astype(int), causes=1), 90)
        inside += found.low <= truth <= found.high
        inside_net += net.low <= truth <= net.high
    assert inside >= 0.93 * SEEDS
    assert inside_net < 0.5 * SEEDS  # it answers another question: what if nobody left otherwise
