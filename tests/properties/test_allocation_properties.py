"""What holds of every allocation, on random markets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation import allocate
from matching.unallocated_referrals import greedy, place_in_group

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


def test_places_in_groups_count_from_zero() -> None:
    assert place_in_group(np.array([2, 2, 5, 5, 5, 9], np.int32)).tolist() == [0, 1, 0, 1, 2, 0]
