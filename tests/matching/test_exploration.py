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
from matching.candidate_edges import ordered_edges
from matching.exploration import Exploration, explore
from matching.unallocated_referrals import greedy, own_best

ONE_SEEKER = {
    "seeker": np.zeros(4, np.int32), "vacancy": np.arange(4, dtype=np.int32),
    "chosen": np.array([True, True, False, False]), "capacity": np.array([2, 2, 1, 0]), "n_seekers": 1,
    "seeker_limit": 2,
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


def test_candidates_come_in_by_weight() -> None:
    one = ONE_SEEKER | {"capacity": np.array([2, 2, 1, 1])}
    got = explore(**one, share=0.1, seed=1, weight=np.array([9.0, 9.0, 3.0, 1.0]), everyone_seen=False)
    assert got.propensity == pytest.approx([0.9, 0.9, 0.15, 0.05])
    never = explore(**one, share=0.5, seed=1, weight=np.zeros(4), everyone_seen=False)
    assert never.propensity.tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_share_of_nothing_changes_nothing() -> None:
    got = explore(**ONE_SEEKER, share=0.0, seed=1, everyone_seen=False)
    assert got.propensity.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert not got.drawn.any()


def greedily(
    seeker: np.ndarray, vacancy: np.ndarray, score: np.ndarray, capacity: np.ndarray, n_seekers: int, *, limit: int
) -> np.ndarray:
    edges, order = ordered_edges(seeker, vacancy, score, n_seekers=n_seekers, n_vacancies=len(capacity))
    chosen = np.zeros(len(seeker), dtype=bool)
    chosen[order[greedy(edges, seeker_limit=limit, capacity=capacity)]] = True
    return chosen


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="lists of 2"):
        explore(**ONE_SEEKER, share=0.6, seed=1)
    with pytest.raises(DataError, match="more referrals than it may"):
        explore(**(ONE_SEEKER | {"capacity": np.zeros(4, np.int64)}), share=0.1, seed=1)
    with pytest.raises(DataError, match="more referrals than it may"):
        explore(**(ONE_SEEKER | {"seeker_limit": 1}), share=0.1, seed=1)
    with pytest.raises(DataError, match="occurs twice"):
        explore(**(ONE_SEEKER | {"vacancy": np.zeros(4, np.int32)}), share=0.1, seed=1)
    with pytest.raises(DataError, match="a weight is negative"):
        explore(**ONE_SEEKER, share=0.1, seed=1, weight=np.array([1.0, np.nan, 1.0, 1.0]))
    with pytest.raises(DataError, match="differ in number"):
        explore(**ONE_SEEKER, share=0.1, seed=1, weight=np.ones(3))


@st.composite
def allocations(draw: st.DrawFn) -> dict[str, object]:
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 7))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=50, unique=True))
    seeker, vacancy = (np.array([pair[end] for pair in pairs], np.int32) for end in (0, 1))
    score = np.array([draw(st.sampled_from([0.0, 0.1, 0.3, 0.9])) for _ in pairs], np.float64)
    capacity = np.array(draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), np.int64)
    chosen = greedily(seeker, vacancy, score, capacity, n, limit=3)
    return {
        "seeker": seeker, "vacancy": vacancy, "chosen": chosen, "capacity": capacity, "n_seekers": n, "seeker_limit": 3,
    }  # fmt: skip


@given(allocations(), st.floats(0, 1 / 3), st.integers(0, 5), st.booleans())
@settings(max_examples=200, deadline=None)
def test_capacities_lists_and_floor_hold(edges: dict, share: float, seed: int, everyone_seen: bool) -> None:
    got = explore(**edges, share=share, seed=seed, everyone_seen=everyone_seen)
    seeker, vacancy, chosen, capacity, n, limit = edges.values()

    def by(row: np.ndarray, which: np.ndarray, size: int) -> np.ndarray:
        return np.bincount(row, weights=which, minlength=size)

    loads = by(vacancy, got.chosen, len(capacity))
    assert (loads <= capacity).all()
    before, after = by(seeker, chosen, n), by(seeker, got.chosen, n)
    assert (after <= limit).all()
    assert ((after == before) | (after == before + 1)).all()
    expected = by(seeker, got.propensity, n)
    has_turn = by(seeker, (got.propensity > 0) & ~chosen, n) > 0
    assert expected == pytest.approx(before + share * (limit - before) * has_turn)
    assert (by(seeker, got.drawn, n) <= 1).all()
    assert (got.propensity[got.chosen] > 0).all()
    assert ((got.propensity >= 0) & (got.propensity <= 1)).all()
    assert (got.drawn == (got.chosen & ~chosen)).all()
    if everyone_seen:
        assert (loads[by(vacancy, chosen, len(capacity)) > 0] > 0).all()


@given(allocations(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_edges_does_not_matter(edges: dict, random: object) -> None:
    mixed = list(range(len(edges["seeker"])))
    random.shuffle(mixed)
    shuffled = edges | {name: edges[name][mixed] for name in ("seeker", "vacancy", "chosen")}
    one, other = explore(**edges, share=0.3, seed=2), explore(**shuffled, share=0.3, seed=2)
    assert (one.chosen[mixed] == other.chosen).all()
    assert (one.propensity[mixed] == other.propensity).all()


def crowded_city(seed: int) -> tuple[dict[str, object], np.ndarray]:
    """150 seekers with 10 candidates each of 30 vacancies that take 12: many are full."""
    rng = np.random.default_rng(seed)
    n, m, k = 150, 30, 10
    vacancy = np.argsort(rng.random((n, m)), axis=1)[:, :k].ravel().astype(np.int32)
    seeker = np.repeat(np.arange(n), k).astype(np.int32)
    score = rng.uniform(0.05, 0.6, n * k)
    capacity = np.full(m, 12)
    chosen = greedily(seeker, vacancy, score, capacity, n, limit=2)
    edges = {"seeker": seeker, "vacancy": vacancy, "chosen": chosen, "capacity": capacity, "n_seekers": n}
    return edges | {"seeker_limit": 2}, score


def test_propensities_are_the_frequencies_in_a_crowded_city() -> None:
    edges, _ = crowded_city(0)
    runs = [explore(**edges, share=0.3, seed=seed) for seed in range(1500)]
    expected = np.mean([run.propensity for run in runs], axis=0)
    happened = np.mean([run.chosen for run in runs], axis=0)
    noise = np.sqrt(np.mean([run.propensity * (1 - run.propensity) for run in runs], axis=0) / len(runs))
    z = (happened - expected)[noise > 0] / noise[noise > 0]
    assert (np.abs(z) > 4.5).sum() == 0
    assert np.std(z) == pytest.approx(1, abs=0.1)
    assert (happened == expected)[noise == 0].all()
    full = np.bincount(edges["vacancy"][edges["chosen"]], minlength=30) == 12
    assert full.any()
    spread = np.std([run.propensity[full[edges["vacancy"]] & ~edges["chosen"]] for run in runs], axis=0)
    assert spread.max() > 0.01  # room comes and goes with the draws of others, and the propensities know it


def test_another_policy_is_valued_from_the_explored_log() -> None:
    """The full circle over 200 nights of one city: draw, log, outcomes, value of everyone's own best."""
    edges, score = crowded_city(1)
    edges = edges | {"capacity": np.full(30, 60)}  # room everywhere: support is whole
    rows = (edges["seeker"], edges["vacancy"])
    candidates, order = ordered_edges(*rows, score, n_seekers=edges["n_seekers"], n_vacancies=30)
    target = np.zeros(len(score))
    target[order[own_best(candidates, seeker_limit=2)]] = 1.0
    truth = float(target @ score) / 150
    rng = np.random.default_rng(7)
    limits = SupportLimits(least_effective=0)
    values = {"plain": [], "normalised": []}
    for seed in range(200):
        night: Exploration = explore(**edges, share=0.4, seed=seed, everyone_seen=False)
        outcome = np.where(night.chosen, rng.random(len(score)) < score, np.nan)
        pairs = LoggedPairs(edges["seeker"].astype(int), night.propensity, target, night.chosen, outcome, 150)
        for name, estimate in (("plain", inverse_propensity), ("normalised", self_normalised)):
            got = estimate(pairs, limits=limits)
            assert isinstance(got, PolicyValue)
            values[name].append((got.value, got.low <= truth <= got.high))
    for name in values:
        value, covers = np.array(values[name]).T
        assert abs(value.mean() - truth) < 3 * value.std() / np.sqrt(200), name
        assert covers.mean() > 0.9, name
