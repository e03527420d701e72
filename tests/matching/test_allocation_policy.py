"""The policy of referrals: limits, shares, priorities, on cases that can be worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from data.errors import ConfigurationError, DataError
from data.records import SeekerGroup
from data.reference.priority_groups import load_priority_groups
from matching.allocation_policy import ReferralPolicy, Referrals, priority_weights, refer, referral_capacity
from matching.candidate_edges import ordered_edges

DAY = date(2026, 6, 1)


def run(
    pairs: list[tuple[int, int]],
    success: list[float],
    headcount: list[int],
    policy: ReferralPolicy,
    priority: list[float],
    capacity: list[int] | None = None,
) -> Referrals:
    seeker, vacancy = np.array(pairs, np.int32).reshape(-1, 2).T
    openings = np.array(headcount, np.int64)
    edges, order = ordered_edges(
        seeker, vacancy, np.array(success, np.float32), n_seekers=len(priority), n_vacancies=len(headcount)
    )
    assert order.tolist() == list(range(len(pairs)))
    return refer(
        edges, headcount=openings,
        capacity=openings * policy.per_opening if capacity is None else np.array(capacity, np.int64),
        priority=np.array(priority), policy=policy,
    )  # fmt: skip


ONE_EACH = ReferralPolicy(per_seeker=1, per_opening=1)


def test_a_priority_decides_between_two_alike() -> None:
    contested = ([(0, 0), (1, 0)], [0.5, 0.5], [1], ONE_EACH)
    assert run(*contested, [1.0, 1.0]).chosen.tolist() == [0]  # a tie goes to the lower identifier
    assert run(*contested, [1.0, 1.5]).chosen.tolist() == [1]


def test_a_priority_makes_no_referral_where_there_is_no_candidate() -> None:
    result = run([(0, 0)], [0.5], [3], ONE_EACH, [1.0, 10.0])
    assert result.chosen.tolist() == [0]
    assert result.utility[1] == 0


def test_many_at_one_opening_give_way_to_another_vacancy() -> None:
    # Vacancy 0 is the better for everybody, but three there would mostly be in each other's way.
    pairs = [(s, v) for s in range(3) for v in range(2)]
    policy = ReferralPolicy(per_seeker=1, per_opening=3)
    result = run(pairs, [0.8, 0.5] * 3, [1, 1], policy, [1.0] * 3)
    assert sorted(np.array(pairs)[result.chosen][:, 1].tolist()) in ([0, 0, 1], [0, 1, 1])
    assert result.price[0] > 0


def test_an_opening_to_spare_costs_nothing() -> None:
    result = run([(0, 0), (1, 0)], [0.6, 0.4], [5], ReferralPolicy(), [1.0, 1.0])
    assert result.chosen.tolist() == [0, 1]
    assert result.price.tolist() == [0.0]
    assert result.utility == pytest.approx([0.6, 0.4])


def test_a_vacancy_that_nobody_prefers_is_still_seen() -> None:
    pairs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    chances = [0.9, 0.01, 0.9, 0.02]
    seen = run(pairs, chances, [2, 1], ReferralPolicy(per_seeker=1), [1.0, 1.0])
    assert np.array(pairs)[seen.chosen].tolist() == [[0, 0], [1, 1]]  # by whom it costs least
    assert seen.unseen == 0
    assert (seen.price >= 0).all()
    without = run(pairs, chances, [2, 1], ReferralPolicy(per_seeker=1, everyone_seen=False), [1.0, 1.0])
    assert np.array(pairs)[without.chosen].tolist() == [[0, 0], [1, 0]]
    assert without.unseen == 1


def test_what_cannot_be_seen_is_counted() -> None:
    result = run([(0, 0), (0, 1), (0, 2)], [0.3, 0.2, 0.1], [1, 1, 1], ReferralPolicy(per_seeker=2), [1.0])
    assert result.unseen == 1


def test_without_candidates_nothing_is_referred() -> None:
    result = run([], [], [1, 2], ReferralPolicy(), [1.0, 1.0])
    assert (len(result.chosen), result.price.tolist(), result.utility.tolist()) == (0, [0, 0], [0, 0])
    assert result.allocation.certificate == 1


def test_an_employer_is_held_to_his_share_by_openings() -> None:
    policy = ReferralPolicy(per_seeker=3, per_opening=4, employer_share=0.1)
    headcount = np.array([10, 2, 5, 1], np.int64)
    employer = np.array([0, 1, 0, 1])
    # 100 seekers: 300 places in lists, 30 for one employer, less one each for his two vacancies: 28 by 40 : 20.
    assert referral_capacity(headcount, employer, policy, 100).tolist() == [1 + 19, 8, 1 + 9, 4]
    assert referral_capacity(headcount, employer, ReferralPolicy(per_opening=4), 10_000).tolist() == [40, 8, 20, 4]


def test_an_employer_with_more_vacancies_than_his_share_keeps_one_for_each() -> None:
    policy = ReferralPolicy(per_seeker=1, per_opening=3, employer_share=0.1)
    assert referral_capacity(np.ones(5, np.int64), np.zeros(5, np.int64), policy, 20).tolist() == [1] * 5


def test_a_person_in_several_groups_counts_as_the_one_that_counts_most() -> None:
    weight = {group.group: group.weight for group in load_priority_groups()}
    bit = {group: 1 << at for at, group in enumerate(SeekerGroup)}
    masks = np.array(
        [0, bit[SeekerGroup.VETERAN], bit[SeekerGroup.VETERAN] | bit[SeekerGroup.ZERO_EMPLOYMENT_FAMILY]], np.uint16
    )
    assert priority_weights(masks, load_priority_groups(), DAY).tolist() == [
        1.0, weight[SeekerGroup.VETERAN], weight[SeekerGroup.ZERO_EMPLOYMENT_FAMILY]
    ]  # fmt: skip
    assert max(weight, key=lambda group: weight[group]) == SeekerGroup.ZERO_EMPLOYMENT_FAMILY


def test_a_weight_counts_only_while_it_is_in_force() -> None:
    veteran = np.array([1 << list(SeekerGroup).index(SeekerGroup.VETERAN)], np.uint16)
    assert priority_weights(veteran, load_priority_groups(), date(2020, 12, 31)).tolist() == [1.0]
    assert priority_weights(veteran, load_priority_groups(), date(2021, 1, 1))[0] > 1


@pytest.mark.parametrize(
    "wrong", [{"per_seeker": 0}, {"per_opening": 0}, {"rounds": 0}, {"employer_share": 0.0}, {"employer_share": 1.1}]
)
def test_an_impossible_policy_is_refused(wrong: dict) -> None:
    with pytest.raises(ConfigurationError, match="referrals a seeker"):
        ReferralPolicy(**wrong)


def test_a_priority_missing_is_refused() -> None:
    edges, _ = ordered_edges(np.zeros(1, np.int32), np.zeros(1, np.int32), np.ones(1), n_seekers=2, n_vacancies=1)
    one = np.ones(1, np.int64)
    with pytest.raises(DataError, match="1 priorities"):
        refer(edges, headcount=one, capacity=one, priority=np.ones(1), policy=ONE_EACH)
