"""Figures of a run summary, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.market import Market, market_from_records
from evaluation.groups import EVERYONE, SMALLEST_CELL
from evaluation.match_run.expected_placements import ReferralOutcome
from evaluation.match_run.run_summary import group_sizes, policy_result, shortages
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy


def market_with_veterans(count: int, seekers: int = 12) -> Market:
    """Seekers S-00, S-01, … of whom the first `count` are veterans."""
    groups = [
        {
            "seeker_id": f"S-{row:02}",
            "group_code": "veteran",
            "valid_from": pd.Timestamp("2026-01-01"),
            "valid_until": None,
        }
        for row in range(count)
    ]
    people = [seeker(seeker_id=f"S-{row:02}") for row in range(seekers)]
    return market_from_records(records(seekers=people, seeker_groups=groups), AS_OF)


def test_a_group_too_small_to_report_appears_nowhere() -> None:
    assert group_sizes(market_with_veterans(SMALLEST_CELL)) == {EVERYONE: 12, "veteran": SMALLEST_CELL}
    small = market_with_veterans(SMALLEST_CELL - 1)
    assert group_sizes(small) == {EVERYONE: 12}
    assert list(policy_result("own_best", "", "", outcome(np.ones(12)), small).by_group) == [EVERYONE]


def outcome(placed_share: np.ndarray) -> ReferralOutcome:
    return ReferralOutcome(float(placed_share.sum()), 0.1, np.array([2]), placed_share, 20, 0.0, 0.0, 1.0)


def test_a_group_gets_the_sum_of_its_members_chances() -> None:
    shares = np.array([0.5] * 10 + [0.25] * 2)  # ten veterans, two others
    result = policy_result("greedy", "贪心", "greedy", outcome(shares), market_with_veterans(10))
    assert result.by_group == {EVERYONE: pytest.approx(5.5), "veteran": pytest.approx(5.0)}


def test_shortages_are_mean_prices_by_openings_dearest_first() -> None:
    electrician, welder = "6-29-03-02", "6-18-02-04"
    market = market_from_records(
        records(
            vacancies=[
                vacancy(vacancy_id="V-1", occupation_code=electrician, headcount=1),
                vacancy(vacancy_id="V-2", occupation_code=electrician, headcount=3),
                vacancy(vacancy_id="V-3", occupation_code=welder, headcount=2, district_code=None),
                vacancy(vacancy_id="V-4", occupation_code=welder, headcount=2),  # nobody else wants it
                vacancy(vacancy_id="V-5", occupation_code=None, headcount=2),  # of no known occupation
            ]
        ),
        AS_OF,
    )
    found = shortages(market, np.array([0.4, 0.0, 0.3, 0.0, 0.9]))
    assert [(row.district, row.vacancies, row.openings) for row in found] == [("未知", 1, 2), ("南关区", 2, 4)]
    assert [row.mean_price for row in found] == pytest.approx([0.3, 0.1])  # 0.1 = (1 × 0.4 + 3 × 0) ÷ 4
    assert shortages(market, np.zeros(5)) == ()
