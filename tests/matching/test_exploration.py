"""Places of lists given by lot: propensities are the frequencies, and nothing that held before is broken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ConfigurationError, DataError
from evaluation.off_policy.inverse_propensity import inverse_propensity, self_normalised
from evaluation.off_policy.logged_pairs import LoggedPairs
from evaluation.off_policy.policy_value import PolicyValue
from evaluation.off_policy.support import SupportLimits
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.exploration import Exploration, capacity_before_the_draw, explore
from matching.unallocated_referrals import greedy, own_best


def of_one_seeker(*success: float) -> CandidateEdges:
    """One seeker's candidates of these chances, the vacancies in turn."""
    n = len(success)
    return CandidateEdges(np.array([0, n]), np.arange(n, dtype=np.int32), np.array(success, np.float64), n)


ONE_SEEKER = {
    "edges": of_one_seeker(1, 1, 1, 1), "chosen": np.array([True, True, False, False]),
    "capacity": np.array([2, 2, 1, 0]), "seeker_limit": 2,
}  # fmt: skip


def test_propensities_by_hand() -> None:
    got = explore(**ONE_SEEKER, share=0.1, seed=1, everyone_seen=False)
    assert got.propensity == pytest.approx([0.9, 0.9, 0.2, 0.0])  # the fourth takes nobody


def test_the_only_referral_to_a_vacancy_stays() -> None:
    got = explore(**ONE_SEEKER, share=0.5, seed=1)
    assert got.propensity.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert got.chosen.tolist() == [True, True, False, False]


def test_an_empty_place_may_be_filled() -> None:
    one = ONE_SEEKER | {"seeker_limit": 3}
    assert explore(**one, share=0.1, seed=1, everyone_seen=False).propensity == pytest.approx([0.9, 0.9, 0.3, 0.0])
    assert explore(**one, share=0.1, seed=1).propensity == pytest.approx([1.0, 1.0, 0.1, 0.0])
    nobody = ONE_SEEKER | {"chosen": np.zeros(4, bool)}
    runs = [explore(**nobody, share=0.5, seed=seed) for seed in range(20)]
    assert runs[0].propensity == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0.0])
    assert {tuple(run.chosen.tolist()) for run in runs} == {tuple(row) for row in np.eye(4, dtype=bool)[:3].tolist()}


def test_candidates_come_in_by_their_success() -> None:
    one = ONE_SEEKER | {"capacity": np.array([2, 2, 1, 1]), "edges": of_one_seeker(0.9, 0.9, 0.3, 0.1)}
    got = explore(**one, share=0.1, seed=1, everyone_seen=False)
    assert got.propensity == pytest.approx([0.9, 0.9, 0.15, 0.05])
    never = explore(**(one | {"edges": of_one_seeker(0, 0, 0, 0)}), share=0.5, seed=1, everyone_seen=False)
    assert never.propensity.tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_share_of_nothing_changes_nothing() -> None:
    got = explore(**ONE_SEEKER, share=0.0, seed=1, everyone_seen=False)
    assert got.propensity.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert not got.drawn.any()


def test_the_allocation_leaves_a_referral_an_opening_where_one_an_opening_remains() -> None:
    headcount = np.array([1, 2, 2, 3, 4])
    capacity = np.array([8, 16, 3, 3, 2])  # R = 8; an employer's limit; R = 1; an employer's limit below the openings
    assert capacity_before_the_draw(capacity, headcount, share=0.02).tolist() == [7, 14, 2, 3, 2]
    assert capacity_before_the_draw(capacity, headcount, share=0.0).tolist() == capacity.tolist()


def greedily(edges: CandidateEdges, capacity: np.ndarray, *, limit: int) -> np.ndarray:
    chosen = np.zeros(len(edges), dtype=bool)
    chosen[greedy(edges, seeker_limit=limit, capacity=capacity)] = True
    return chosen


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="lists of 2"):
        explore(**ONE_SEEKER, share=0.6, seed=1)
    with pytest.raises(DataError, match="more referrals than it may"):
        explore(**(ONE_SEEKER | {"capacity": np.zeros(4, np.int64)}), share=0.1, seed=1)
    with pytest.raises(DataError, match="more referrals than it may"):
        explore(**(ONE_SEEKER | {"seeker_limit": 1}), share=0.1, seed=1)
    with pytest.raises(DataError, match="3 choices and 4 capacities of 4 edges"):
        explore(**(ONE_SEEKER | {"chosen": np.zeros(3, bool)}), share=0.1, seed=1)


@st.composite
def allocations(draw: st.DrawFn) -> dict[str, object]:
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 7))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=50, unique=True))
    seeker, vacancy = (np.array([pair[end] for pair in pairs], np.int32) for end in (0, 1))
    score = np.array([draw(st.sampled_from([0.0, 0.1, 0.3, 0.9])) for _ in pairs], np.float64)
    capacity = np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), np.int64)
    edges, _ = ordered_edges(seeker, vacancy, score, n_seekers=n, n_vacancies=m)
    return {"edges": edges, "chosen": greedily(edges, capacity, limit=3), "capacity": capacity, "seeker_limit": 3}


@given(allocations(), st.floats(0, 1 / 3), st.integers(0, 5), st.booleans())
@settings(max_examples=200, deadline=None)
def test_capacities_lists_and_floor_hold(allocated: dict, share: float, seed: int, everyone_seen: bool) -> None:
    got = explore(**allocated, share=share, seed=seed, everyone_seen=everyone_seen)
    edges, chosen, capacity, limit = allocated.values()
    seeker, vacancy, n = edges.seekers_of(np.arange(len(edges))), edges.vacancy, edges.n_seekers

    def by(row: np.ndarray, which: np.ndarray, size: int) -> np.ndarray:
        return np.bincount(row, weights=which, minlength=size)

    loads = by(vacancy, got.chosen, len(capacity))
    assert (loads <= capacity).all()
    before, after = by(seeker, chosen, n), by(seeker, got.chosen, n)
    assert (after <= limit).all()
    assert ((after == before) | (after == before + 1)).all()
    expected = by(seeker, got.propensity, n)
    has_turn = by(seeker, (got.propensity > 0) & ~chosen, n) > 0
    assert expected == pytest.approx(before + share * (limit - before) * has_turn, abs=1e-5)
    assert (by(seeker, got.drawn, n) <= 1).all()
    assert (got.propensity[got.chosen] > 0).all()
    assert ((got.propensity >= 0) & (got.propensity <= 1)).all()
    assert (got.drawn == (got.chosen & ~chosen)).all()
    if everyone_seen:
        assert (loads[by(vacancy, chosen, len(capacity)) > 0] > 0).all()


@given(allocations(), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_the_same_seed_draws_the_same(allocated: dict, seed: int) -> None:
    one, again = (explore(**allocated, share=0.3, seed=[seed, 739_000]) for _ in range(2))
    assert (one.chosen == again.chosen).all()
    assert (one.propensity == again.propensity).all()


def test_two_nights_of_one_seed_draw_different_people() -> None:
    allocated = crowded_city(0)
    nights = [explore(**allocated, share=0.1, seed=[1, day]).drawn for day in (739_000, 739_001)]
    both = (nights[0] & nights[1]).sum()
    assert min(night.sum() for night in nights) > 10
    assert both < 0.2 * nights[0].sum()


def crowded_city(seed: int) -> dict[str, object]:
    """150 seekers with 10 candidates each of 30 vacancies that take 12: many are full."""
    rng = np.random.default_rng(seed)
    n, m, k = 150, 30, 10
    vacancy = np.argsort(rng.random((n, m)), axis=1)[:, :k].ravel().astype(np.int32)
    seeker = np.repeat(np.arange(n), k).astype(np.int32)
    edges, _ = ordered_edges(seeker, vacancy, rng.uniform(0.05, 0.6, n * k), n_seekers=n, n_vacancies=m)
    capacity = np.full(m, 12)
    return {"edges": edges, "chosen": greedily(edges, capacity, limit=2), "capacity": capacity, "seeker_limit": 2}


def test_propensities_are_the_frequencies_in_a_crowded_city() -> None:
    allocated = crowded_city(0)
    vacancy, chosen = allocated["edges"].vacancy, allocated["chosen"]
    runs = [explore(**allocated, share=0.3, seed=seed) for seed in range(1500)]
    expected = np.mean([run.propensity for run in runs], axis=0, dtype=np.float64)
    happened = np.mean([run.chosen for run in runs], axis=0)
    noise = np.sqrt(np.mean([run.propensity * (1.0 - run.propensity) for run in runs], axis=0) / len(runs))
    z = (happened - expected)[noise > 0] / noise[noise > 0]
    assert (np.abs(z) > 4.5).sum() == 0
    assert np.std(z) == pytest.approx(1, abs=0.1)
    assert (happened == expected)[noise == 0].all()
    full = np.bincount(vacancy[chosen], minlength=30) == 12
    assert full.any()
    spread = np.std([run.propensity[full[vacancy] & ~chosen] for run in runs], axis=0)
    assert spread.max() > 0.01  # room comes and goes with the draws of others, and the propensities know it


def test_another_policy_is_valued_from_the_explored_log() -> None:
    """The full circle over 200 nights of one city: draw, log, outcomes, value of everyone's own best."""
    allocated = crowded_city(1) | {"capacity": np.full(30, 60)}  # room everywhere: support is whole
    edges = allocated["edges"]
    score, seeker = edges.success, edges.seekers_of(np.arange(len(edges))).astype(np.int64)
    target = np.zeros(len(score))
    target[own_best(edges, seeker_limit=2)] = 1.0
    truth = float(target @ score) / 150
    rng = np.random.default_rng(7)
    limits = SupportLimits(least_effective=0, least_heavy=0)
    values = {"plain": [], "normalised": []}
    for seed in range(200):
        night: Exploration = explore(**allocated, share=0.4, seed=seed, everyone_seen=False)
        outcome = np.where(night.chosen, rng.random(len(score)) < score, np.nan)
        pairs = LoggedPairs(seeker, night.propensity.astype(float), target, night.chosen, outcome, 150)
        for name, estimate in (("plain", inverse_propensity), ("normalised", self_normalised)):
            got = estimate(pairs, limits=limits)
            assert isinstance(got, PolicyValue)
            values[name].append((got.value, got.low <= truth <= got.high))
    for name in values:
        value, covers = np.array(values[name]).T
        assert abs(value.mean() - truth) < 3 * value.std() / np.sqrt(200), name
        assert covers.mean() > 0.9, name
