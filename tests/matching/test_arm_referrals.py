"""Referrals by arm: limits, policies, and that one arm takes nothing from the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import ConfigurationError, DataError
from matching.allocation_policy import ReferralPolicy, refer
from matching.arm_referrals import ArmPolicy, ArmRule, refer_by_arm, share_capacity
from matching.candidate_edges import CandidateEdges, ordered_edges
from matching.unallocated_referrals import greedy, own_best

POLICY = ReferralPolicy(per_seeker=2, per_opening=3)
RULES = {policy: ArmRule(policy) for policy in ArmPolicy}


def graph(seed: int, seekers: int = 40, vacancies: int = 8) -> CandidateEdges:
    rng = np.random.default_rng(seed)
    found = np.flatnonzero(rng.random(seekers * vacancies) < 0.5)
    edges, _ = ordered_edges(
        (found // vacancies).astype(np.int32), (found % vacancies).astype(np.int32), rng.random(len(found)),
        n_seekers=seekers, n_vacancies=vacancies,
    )  # fmt: skip
    return edges


def refer_arms(edges: CandidateEdges, arm: np.ndarray, rules: list[ArmRule], capacity: np.ndarray) -> np.ndarray:
    return refer_by_arm(
        edges, arm.astype(np.int8), rules, headcount=np.ones(edges.n_vacancies, np.int64),
        capacity=[capacity] * len(rules), priority=np.ones(edges.n_seekers), policy=POLICY, seed=1,
    ).chosen  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), one=st.sampled_from(ArmPolicy), other=st.sampled_from(ArmPolicy),
    share=st.sampled_from([0.0, 0.3, 1.0]), room=st.integers(0, 6), limit=st.sampled_from([None, 1]),
)  # fmt: skip
def test_no_limit_is_ever_exceeded(
    seed: int, one: ArmPolicy, other: ArmPolicy, share: float, room: int, limit: int | None
) -> None:
    edges, rng = graph(seed), np.random.default_rng(seed)
    arm, capacity = rng.random(edges.n_seekers) < share, rng.integers(0, room + 1, edges.n_vacancies)
    chosen = refer_arms(edges, arm, [ArmRule(one), ArmRule(other, per_seeker=limit)], capacity)
    assert (np.diff(chosen) > 0).all()
    assert (np.bincount(edges.vacancy[chosen], minlength=edges.n_vacancies) <= capacity).all()
    each = np.bincount(edges.seekers_of(chosen), minlength=edges.n_seekers)
    assert each.max() <= 2
    assert each[arm].max(initial=0) <= (limit or 2)


@pytest.mark.parametrize("policy", ArmPolicy)
def test_an_arm_of_everybody_is_the_policy_itself(policy: ArmPolicy) -> None:
    edges, capacity = graph(3), np.full(8, 3)
    chosen = refer_arms(edges, np.ones(40), [RULES[ArmPolicy.GREEDY], RULES[policy]], capacity)
    expected = {
        ArmPolicy.PRICES: lambda: (
            refer(edges, headcount=np.ones(8, np.int64), capacity=capacity, priority=np.ones(40), policy=POLICY).chosen
        ),
        ArmPolicy.GREEDY: lambda: greedy(edges, seeker_limit=2, capacity=capacity),
    }
    if policy is ArmPolicy.OWN_BEST:
        best = own_best(edges, seeker_limit=2)
        assert np.isin(chosen, best).all()
        for vacancy in range(8):
            wanted = np.sort(edges.success[best[edges.vacancy[best] == vacancy]])[::-1]
            kept = np.sort(edges.success[chosen[edges.vacancy[chosen] == vacancy]])[::-1]
            assert kept.tolist() == wanted[:3].tolist()
    else:
        assert chosen.tolist() == expected[policy]().tolist()


@pytest.mark.parametrize("other", ArmPolicy)
def test_what_one_arm_does_changes_nothing_in_the_other(other: ArmPolicy) -> None:
    edges, arm = graph(4), np.arange(40) % 2
    mine = [
        refer_arms(edges, arm, [RULES[policy], RULES[ArmPolicy.PRICES]], np.full(8, 4))
        for policy in (ArmPolicy.OWN_BEST, other)
    ]
    own, same = (chosen[arm[edges.seekers_of(chosen)] == 1].tolist() for chosen in mine)
    assert own == same


def test_an_arm_with_fewer_an_opening_keeps_to_them() -> None:
    edges = graph(5)
    found = refer_by_arm(
        edges, np.ones(40, np.int8), [ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES, per_opening=1)],
        headcount=np.ones(8, np.int64), capacity=[np.full(8, 3), np.full(8, 1)], priority=np.ones(40), policy=POLICY,
        seed=1,
    )  # fmt: skip
    assert np.bincount(edges.vacancy[found.chosen], minlength=8).max() == 1
    with pytest.raises(ConfigurationError, match="the city's limits"):
        ArmRule(ArmPolicy.PRICES, per_opening=4).limits(POLICY)
    with pytest.raises(ConfigurationError, match="at least 1"):
        ArmRule(ArmPolicy.PRICES, per_seeker=0)


def test_prices_are_those_of_the_arm_that_has_any() -> None:
    edges, arm = graph(6), (np.arange(40) % 2).astype(np.int8)
    options = {"headcount": np.ones(8, np.int64), "priority": np.ones(40), "policy": POLICY, "seed": 1}
    two = [np.full(8, 2)] * 2
    priced = refer_by_arm(edges, arm, [RULES[ArmPolicy.OWN_BEST], RULES[ArmPolicy.PRICES]], capacity=two, **options)
    unpriced = refer_by_arm(edges, arm, [RULES[ArmPolicy.OWN_BEST], RULES[ArmPolicy.GREEDY]], capacity=two, **options)
    assert priced.price.max() > 0
    assert (priced.utility <= unpriced.utility + 1e-12).all()
    assert unpriced.price.max() == 0
    assert unpriced.allocation.certificate == 0.0
    assert priced.allocation.certificate > 0.9


def test_every_seeker_has_an_arm_and_every_arm_a_rule() -> None:
    edges = graph(7)
    for arm in (np.zeros(39), np.full(40, 2), np.full(40, -1)):
        with pytest.raises(DataError, match="arms of 40 seekers"):
            refer_arms(edges, arm, [RULES[ArmPolicy.GREEDY], RULES[ArmPolicy.PRICES]], np.full(8, 2))


@given(st.data())
def test_shares_add_up_and_differ_from_proportion_by_less_than_one(data: st.DataObject) -> None:
    arms, vacancies = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 6))
    numbers = st.lists(st.integers(0, 30), min_size=vacancies, max_size=vacancies)
    capacity = np.array(data.draw(numbers))
    candidates = np.array([data.draw(numbers) for _ in range(arms)])
    shared = share_capacity(capacity, candidates, seed=1)
    total = candidates.sum(axis=0)
    assert (shared.sum(axis=0) == np.where(total > 0, capacity, 0)).all()
    assert (np.abs(shared - capacity * candidates / np.maximum(total, 1))[:, total > 0] < 1).all()
    assert (shared[candidates == 0] == 0).all()
