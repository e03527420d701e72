"""What holds of every allocation, on random markets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation import allocate
from matching.allocation_policy import ReferralPolicy, refer, referral_capacity
from matching.unallocated_referrals import best_edges, greedy, own_best

EPSILON = 1e-4


@dataclass(frozen=True)
class RandomMarket:
    seeker: np.ndarray
    vacancy: np.ndarray
    score: np.ndarray
    capacity: np.ndarray
    limit: int
    n_seekers: int


@st.composite
def markets(draw: st.DrawFn) -> RandomMarket:
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 8))
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=60))
    # Few distinct scores, so that ties are common.
    scores = [draw(st.sampled_from([0.0, 0.1, 0.25, 0.25, 0.5, 0.9])) for _ in pairs]
    ordered = sorted(pairs)
    return RandomMarket(
        np.array([s for s, _ in ordered], np.int32),
        np.array([v for _, v in ordered], np.int32),
        np.array(scores, np.float64),
        np.array(draw(st.lists(st.integers(0, 4), min_size=m, max_size=m)), np.int64),
        draw(st.integers(1, 4)),
        n,
    )


@given(markets())
@settings(max_examples=200, deadline=None)
def test_limits_slackness_and_certificate(market: RandomMarket) -> None:
    result = allocate(
        market.seeker, market.vacancy, market.score,
        seeker_limit=market.limit, capacity=market.capacity, n_seekers=market.n_seekers, epsilon=EPSILON,
    )  # fmt: skip
    used = np.bincount(market.vacancy[result.chosen], minlength=len(market.capacity))
    lists = np.bincount(market.seeker[result.chosen], minlength=market.n_seekers)
    assert (used <= market.capacity).all()
    assert (lists <= market.limit).all()
    assert (result.price >= 0).all()
    assert (result.price[used < market.capacity] == 0).all()
    assert result.objective <= result.bound + 1e-9
    # ε a referral for the auction, and as much again for the lowering of prices.
    assert result.bound - result.objective <= 2 * EPSILON * (result.chosen.sum() + len(market.seeker)) + 1e-9

    net = market.score - result.price[market.vacancy]
    slack = 2 * EPSILON + 1e-12
    assert (net[result.chosen] >= -slack).all()
    for s in range(market.n_seekers):
        mine = market.seeker == s
        held, left = net[mine & result.chosen], net[mine & ~result.chosen & (market.capacity[market.vacancy] > 0)]
        threshold = max(left.max(initial=0.0), 0.0)
        assert (held >= threshold - slack).all()
        if len(held) < market.limit:
            assert (left <= slack).all()

    taken = greedy(
        market.seeker, market.vacancy, market.score,
        seeker_limit=market.limit, capacity=market.capacity, n_seekers=market.n_seekers,
    )  # fmt: skip
    assert result.objective >= market.score[taken].sum() - EPSILON * result.chosen.sum() - 1e-9


@given(markets(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_edges_does_not_matter(market: RandomMarket, random: st.DataObject) -> None:
    order = list(range(len(market.seeker)))
    random.shuffle(order)  # type: ignore[attr-defined]
    common = {"seeker_limit": market.limit, "capacity": market.capacity, "n_seekers": market.n_seekers}
    straight = allocate(market.seeker, market.vacancy, market.score, **common)
    shuffled = allocate(market.seeker[order], market.vacancy[order], market.score[order], **common)
    assert (straight.chosen[order] == shuffled.chosen).all()
    assert (straight.price == shuffled.price).all()


@st.composite
def costs_of(draw: st.DrawFn, market: RandomMarket) -> np.ndarray:
    """Costs of every vacancy's slots, not falling within one."""
    levels = st.sampled_from([0.0, 0.0, 0.05, 0.1, 0.25, 1.0])
    each = [sorted(draw(st.lists(levels, min_size=c, max_size=c))) for c in market.capacity.tolist()]
    return np.array([cost for costs in each for cost in costs])


def worth(market: RandomMarket, costs: np.ndarray, chosen: np.ndarray) -> float:
    first = np.cumsum(market.capacity) - market.capacity
    filled = np.bincount(market.vacancy[chosen], minlength=len(market.capacity))
    return float(market.score[chosen].sum()) - sum(costs[f : f + n].sum() for f, n in zip(first, filled, strict=True))


@given(st.data(), markets())
@settings(max_examples=200, deadline=None)
def test_with_slot_costs_no_simple_rule_does_better(data: st.DataObject, market: RandomMarket) -> None:
    costs = data.draw(costs_of(market))
    common = {"seeker_limit": market.limit, "capacity": market.capacity, "n_seekers": market.n_seekers}
    result = allocate(market.seeker, market.vacancy, market.score, slot_cost=costs, epsilon=EPSILON, **common)
    assert (np.bincount(market.vacancy[result.chosen], minlength=len(market.capacity)) <= market.capacity).all()
    assert (np.bincount(market.seeker[result.chosen], minlength=market.n_seekers) <= market.limit).all()
    assert abs(result.objective - worth(market, costs, result.chosen)) < 1e-9
    assert result.objective <= result.bound + 1e-9
    assert result.bound - result.objective <= 2 * EPSILON * (result.chosen.sum() + len(market.seeker)) + 1e-9
    by_score = greedy(market.seeker, market.vacancy, market.score, **common)
    crowd = own_best(market.seeker, market.vacancy, market.score, seeker_limit=market.limit)
    room = market.capacity.copy()
    for edge in np.flatnonzero(crowd):  # first come, first served
        crowd[edge] = room[market.vacancy[edge]] > 0
        room[market.vacancy[edge]] -= crowd[edge]
    for other in (by_score, crowd):
        assert result.objective >= worth(market, costs, other) - 2 * EPSILON * (len(market.seeker) + 1)


@given(st.data(), markets())
@settings(max_examples=100, deadline=None)
def test_policy_changes_who_is_referred_and_breaks_no_limit(data: st.DataObject, market: RandomMarket) -> None:
    m = len(market.capacity)
    headcount = np.maximum(market.capacity, 1)
    employer = np.array(data.draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)))
    priority = np.array(
        data.draw(st.lists(st.sampled_from([1.0, 1.5, 3.0]), min_size=market.n_seekers, max_size=market.n_seekers))
    )
    policy = ReferralPolicy(market.limit, data.draw(st.integers(1, 4)), data.draw(st.booleans()), 0.5)
    capacity = referral_capacity(headcount, employer, policy, market.n_seekers)
    assert (capacity >= 1).all()
    assert (capacity <= headcount * policy.per_opening).all()
    most = max(1, int(0.5 * policy.per_seeker * market.n_seekers))
    assert (np.bincount(employer, weights=capacity) <= np.maximum(most, np.bincount(employer))).all()
    order = np.array(data.draw(st.permutations(range(len(market.seeker)))), dtype=np.int64)
    straight, shuffled = (
        refer(
            market.seeker[rows], market.vacancy[rows], market.score[rows],
            headcount=headcount, capacity=capacity, priority=priority, policy=policy,
        )
        for rows in (np.arange(len(order)), order)
    )  # fmt: skip
    assert (straight.chosen[order] == shuffled.chosen).all()
    assert (straight.price == shuffled.price).all()
    assert (straight.utility == shuffled.utility).all()
    assert (np.bincount(market.vacancy[straight.chosen], minlength=m) <= capacity).all()
    assert (np.bincount(market.seeker[straight.chosen], minlength=market.n_seekers) <= policy.per_seeker).all()
    assert straight.allocation.objective <= straight.allocation.bound + 1e-6
    assert (straight.price >= 0).all()
    with_candidates = len(np.unique(market.vacancy))
    assert straight.unseen == with_candidates - len(np.unique(market.vacancy[straight.chosen]))


@given(markets())
@settings(max_examples=60, deadline=None)
def test_best_edges_are_a_sorted_list_cut_off(market: RandomMarket) -> None:
    best = best_edges(market.seeker, market.vacancy, market.score, market.limit, market.n_seekers)
    for s in range(market.n_seekers):
        mine = np.flatnonzero(market.seeker == s)
        expected = mine[np.lexsort((market.vacancy[mine], -market.score[mine]))][: market.limit]
        assert best[s][best[s] >= 0].tolist() == expected.tolist()
