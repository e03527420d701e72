"""What a further referral adds, on cases small enough to work out by hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import binom

from matching.candidate_edges import ordered_edges
from matching.diminishing_value import marginal_value
from matching.referral_graph import worth_of


class Value(NamedTuple):
    """A marginal value, with the worth of each edge worked out."""

    weight: np.ndarray
    slot_cost: np.ndarray
    seeker_free: np.ndarray
    opening_free: np.ndarray


def value(
    pairs: list[tuple[int, int]],
    success: list[float],
    chosen: list[bool],
    headcount: list[int],
    per_opening: int = 3,
    priority: list[float] | None = None,
) -> Value:
    seeker, vacancy = np.array(pairs, np.int32).T
    openings = np.array(headcount, np.int64)
    counts = np.ones(int(seeker.max()) + 1) if priority is None else np.array(priority)
    edges, _ = ordered_edges(seeker, vacancy, np.array(success), n_seekers=len(counts), n_vacancies=len(headcount))
    found = marginal_value(
        edges, np.flatnonzero(chosen), headcount=openings, capacity=per_opening * openings, priority=counts
    )
    weight = [worth_of(found.worth, s, v, q) for (s, v), q in zip(pairs, success, strict=True)]
    return Value(np.array(weight), found.slot_cost, found.seeker_free, found.worth.of_vacancy)


def test_the_first_referral_of_all_is_worth_its_probability() -> None:
    result = value([(0, 0), (0, 1)], [0.3, 0.2], [False, False], [1, 1])
    assert result.weight == pytest.approx([0.3, 0.2])
    assert (result.seeker_free.tolist(), result.opening_free.tolist()) == ([1.0], [1.0, 1.0])


def test_slots_cost_what_the_chance_of_no_opening_costs() -> None:
    result = value([(0, 0), (1, 0)], [0.4, 0.2], [False, False], [1])
    # Nobody is referred yet, so candidates stand in: q̄ = 0.3; the k-th finds the opening free with 0.7^(k−1).
    assert result.slot_cost == pytest.approx([0, 0.3 * (1 - 0.7), 0.3 * (1 - 0.7**2)])


def test_as_many_referrals_as_openings_cost_nothing() -> None:
    result = value([(0, 0)], [0.5], [False], [4])
    assert (result.slot_cost[:4] == 0).all()
    assert (np.diff(result.slot_cost[3:]) > 0).all()
    assert result.slot_cost == pytest.approx(0.5 * (1 - binom.cdf(3, np.arange(12), 0.5)))


def test_a_very_large_vacancy_is_not_lost_in_rounding() -> None:
    result = value([(0, 0)], [0.1], [False], [1_000], per_opening=12)
    assert result.slot_cost == pytest.approx(0.1 * (1 - binom.cdf(999, np.arange(12_000), 0.1)), abs=1e-9)


def test_somebody_with_other_chances_counts_less_at_each() -> None:
    result = value([(0, 0), (0, 1), (1, 2)], [0.5, 0.5, 0.5], [True, True, True], [1, 1, 1])
    assert result.seeker_free == pytest.approx([1 - np.exp(-1), (1 - np.exp(-0.5)) / 0.5])
    assert result.weight == pytest.approx(0.5 * result.seeker_free[[0, 0, 1]])


def test_a_vacancy_with_others_referred_is_worth_less_to_a_newcomer() -> None:
    result = value([(0, 0), (1, 0), (2, 0)], [0.4, 0.4, 0.4], [True, True, False], [1])
    assert result.opening_free[0] < 1
    third = result.weight[2] - result.slot_cost[2]
    first = result.weight[2] - result.slot_cost[0]
    assert 0 < third < first
    # The marginal worth of the present referrals is α q β on average: slot costs are taken around it.
    alpha = result.seeker_free[0]
    assert (result.weight[:2] - result.slot_cost[:2]).mean() == pytest.approx(alpha * 0.4 * result.opening_free[0])


def test_a_priority_counts_in_weights_alone() -> None:
    case = ([(0, 0), (1, 0)], [0.4, 0.4], [True, True], [1])
    plain, weighted = value(*case), value(*case, priority=[2.0, 1.0])
    assert weighted.weight[0] > weighted.weight[1]
    assert weighted.opening_free == pytest.approx(plain.opening_free)
    assert weighted.seeker_free == pytest.approx(plain.seeker_free)


def test_what_cannot_succeed_is_worth_nothing() -> None:
    result = value([(0, 0), (1, 0), (2, 0)], [0.9, 0.9, 0.0], [True, True, False], [1])
    assert result.weight[2] == 0
