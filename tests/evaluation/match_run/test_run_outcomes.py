"""What came of the referrals of runs, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from evaluation.match_run.run_outcomes import RunOutcomes, run_outcomes
from tests.data.records_for_tests import records, seeker, vacancy
from tests.evaluation.outcomes.ledger_for_tests import DAY_0, day, event

HORIZON = 30


def referral(number: int, run_id: str | None, on: int) -> dict[str, Any]:
    return {
        "referral_id": f"R-{number}", "seeker_id": f"S-{number}", "vacancy_id": "V-1", "run_id": run_id,
        "referred_on": day(on), "position": 1, "propensity": None, "source": "test",
    }  # fmt: skip


def people(count: int, run_id: str, hired: int, first: int = 0) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Referrals of so many people by a run on day 0, the first `hired` of whom are hired on day 3."""
    numbers = range(first, first + count)
    sent = [referral(number, run_id, 0) | {"referral_id": f"{run_id}-{number}"} for number in numbers]
    return sent, [event(f"{run_id}-{number}", "hired", 3) for number in numbers[:hired]]


def outcomes(*parts: tuple[list[dict[str, Any]], list[dict[str, Any]]], until: int = 60) -> RunOutcomes:
    ledger = records(
        seekers=[seeker(seeker_id=f"S-{n}") for n in range(120)],
        vacancies=[vacancy()],
        referrals=[row for sent, _ in parts for row in sent],
        referral_events=[row for _, events in parts for row in events],
    )
    return run_outcomes(ledger, "A", "B", horizon_days=HORIZON, observed_until=DAY_0 + timedelta(days=until))


def counts(found: RunOutcomes) -> dict[tuple[str, str], tuple[Any, Any]]:
    table = found.table.astype(object).where(found.table.notna(), None)
    return {(row.run_id, row.stage): (row.numerator, row.denominator) for row in table.itertuples()}


def test_people_are_counted_by_run_and_only_if_followed_for_the_whole_horizon() -> None:
    sent, events = people(12, "A", hired=3)
    again = [referral(0, "A", 1) | {"referral_id": "A-again"}]  # a second referral of one who was hired
    started = [event("A-5", "started", 30, tier=2), event("A-6", "started", 31, tier=2)]  # the second a day late
    late = [referral(50, "A", 40) | {"referral_id": "A-late"}]  # made 20 days before the last day
    by_desk = [referral(51, None, 0)]
    found = outcomes(
        (sent + again + late + by_desk, [*events, *started, event("A-late", "hired", 41)]), people(9, "B", 4)
    )
    assert counts(found) == {
        ("A", "accepted"): (0, 12), ("A", "hired"): (3, 12), ("A", "placed"): (1, 12),
        ("B", "accepted"): (None, None), ("B", "hired"): (None, None), ("B", "placed"): (None, None),  # nine people
    }  # fmt: skip
    assert all(gap.value != gap.value for gap in found.differences)


def test_the_difference_of_runs_of_other_people_is_that_of_two_independent_shares() -> None:
    gap = outcomes(people(50, "A", 30), people(40, "B", 10, first=60)).differences[1]
    error = np.sqrt(0.6 * 0.4 / 50 + 0.25 * 0.75 / 40)
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.35, 0.35 - 1.96 * error, 0.35 + 1.96 * error), abs=1e-4)


def test_people_whom_both_runs_refer_are_compared_with_themselves() -> None:
    same = outcomes(people(50, "A", 30), people(50, "B", 30)).differences[1]
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
