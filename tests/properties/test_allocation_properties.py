"""What holds of every allocation, on random markets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation import allocate
from matching.allocation_policy import ReferralPolicy, refer, referral_capacity
from matching.candidate_edges import CandidateEdges, ordered_edges
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

    @property
    def edges(self) -> CandidateEdges:
        return ordered_edges(
            self.seeker, self.vacancy, self.score, n_seekers=self.n_seekers, n_vacancies=len(self.capacity)
        )[0]

    @property
    def limits(self) -> dict:
        return {"seeker_limit": self.limit, "capacity": self.capacity}


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
    result = allocate(market.edges, epsilon=EPSILON, **market.limits)
    used = np.bincount(market.vacancy[result.chosen], minlength=len(market.capacity))
    lists = np.bincount(market.seeker[result.chosen], minlength=market.n_seekers)
    assert (used <= market.capacity).all()
    assert (lists <= market.limit).all()
    assert (result.price >= 0).all()
    assert (result.price[used < market.capacity] == 0).all()
    assert result.objective <= result.bound + 1e-9
    # ε a referral for the auction, and as much again for the lowering of prices.
    assert result.bound - result.objective <= 2 * EPSILON * (len(result.chosen) + len(market.seeker)) + 1e-9

    net = market.score - result.price[market.vacancy]
    slack = 2 * EPSILON + 1e-12
    assert (net[result.chosen] >= -slack).all()
    is_chosen = np.isin(np.arange(len(net)), result.chosen)
    for s in range(market.n_seekers):
        mine = market.seeker == s
        held, left = net[mine & is_chosen], net[mine & ~is_chosen & (market.capacity[market.vacancy] > 0)]
        threshold = max(left.max(initial=0.0), 0.0)
        assert (held >= threshold - slack).all()
        if len(held) < market.limit:
            assert (left <= slack).all()

    taken = greedy(market.edges, **market.limits)
    assert result.objective >= market.score[taken].sum() - EPSILON * len(result.chosen) - 1e-9


@given(markets())
@settings(max_examples=100, deadline=None)
def test_greedy_takes_edges_by_falling_success_then_row(market: RandomMarket) -> None:
    room, lists, expected = market.capacity.copy(), np.zeros(market.n_seekers, int), []
    for e in np.lexsort((market.vacancy, market.seeker, -market.score)):
        s, v = market.seeker[e], market.vacancy[e]
        if market.score[e] > 0 and room[v] > 0 and lists[s] < market.limit:
            expected.append(int(e))
            room[v] -= 1
            lists[s] += 1
    narrow = replace(market, score=market.score.astype(np.float32))
    for same in (market, narrow):
        assert greedy(same.edges, **market.limits).tolist() == sorted(expected)


@given(markets(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_columns_does_not_matter(market: RandomMarket, random: st.DataObject) -> None:
    rows = list(range(len(market.seeker)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    straight = market.edges
    shuffled, order = ordered_edges(
        market.seeker[rows], market.vacancy[rows], market.score[rows],
        n_seekers=market.n_seekers, n_vacancies=len(market.capacity),
    )  # fmt: skip
    for column in ("first_edge", "vacancy", "success"):
        assert (getattr(straight, column) == getattr(shuffled, column)).all()
    assert [rows[row] for row in order] == list(range(len(rows)))


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
    result = allocate(market.edges, slot_cost=costs, epsilon=EPSILON, **market.limits)
    assert (np.bincount(market.vacancy[result.chosen], minlength=len(market.capacity)) <= market.capacity).all()
    assert (np.bincount(market.seeker[result.chosen], minlength=market.n_seekers) <= market.limit).all()
    assert abs(result.objective - worth(market, costs, result.chosen)) < 1e-9
    assert result.objective <= result.bound + 1e-9
    assert result.bound - result.objective <= 2 * EPSILON * (len(result.chosen) + len(market.seeker)) + 1e-9
    by_score = greedy(market.edges, **market.limits)
    room, first_come = market.capacity.copy(), []
    for edge in own_best(market.edges, seeker_limit=market.limit):
        if room[market.vacancy[edge]] > 0:
            first_come.append(edge)
            room[market.vacancy[edge]] -= 1
    for other in (by_score, np.array(first_come, dtype=np.int64)):
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
    case = {"headcount": headcount, "capacity": capacity, "priority": priority, "policy": policy}
    straight = refer(market.edges, **case)
    again = refer(market.edges, **case)
    assert (straight.chosen == again.chosen).all()
    assert (straight.price == again.price).all()
    assert (straight.utility == again.utility).all()
    divided = refer(market.edges, **case, most_edges=data.draw(st.integers(1, 20)))
    assert (straight.chosen == divided.chosen).all()
    assert abs(straight.allocation.objective - divided.allocation.objective) < 1e-9
    assert divided.allocation.objective <= divided.allocation.bound + 1e-6
    assert divided.unseen == straight.unseen
    assert (np.bincount(market.vacancy[straight.chosen], minlength=m) <= capacity).all()
    assert (np.bincount(market.seeker[straight.chosen], minlength=market.n_seekers) <= policy.per_seeker).all()
    assert straight.allocation.objective <= straight.allocation.bound + 1e-6
    assert (straight.price >= 0).all()
    with_candidates = len(np.unique(market.vacancy))
    assert straight.unseen == with_candidates - len(np.unique(market.vacancy[straight.chosen]))


@given(markets())
@settings(max_examples=60, deadline=None)
def test_best_edges_are_a_sorted_list_cut_off(market: RandomMarket) -> None:
    best = best_edges(market.edges, market.limit)
    for s in range(market.n_seekers):
        mine = np.flatnonzero(market.seeker == s)
        expected = mine[np.lexsort((market.vacancy[mine], -market.score[mine]))][: market.limit]
        assert best[s][best[s] >= 0].tolist() == expected.tolist()
