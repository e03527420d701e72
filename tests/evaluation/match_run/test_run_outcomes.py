"""What came of the referrals of runs, counted by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from evaluation.match_run.run_outcomes import difference_of_shares, run_outcomes
from tests.data.records_for_tests import records, seeker, vacancy
from tests.evaluation.outcomes.ledger_for_tests import DAY_0, day, event

HORIZON = 30


def referral(number: int, run_id: str | None, on: int) -> dict[str, Any]:
    return {
        "referral_id": f"R-{number}", "seeker_id": f"S-{number}", "vacancy_id": "V-1", "run_id": run_id,
        "referred_on": day(on), "position": 1, "propensity": None, "source": "test",
    }  # fmt: skip


def test_referrals_are_counted_by_run_and_only_if_followed_for_the_whole_horizon() -> None:
    ledger = records(
        seekers=[seeker(seeker_id=f"S-{n}") for n in range(6)],
        vacancies=[vacancy()],
        referrals=[
            referral(0, "A", 0), referral(1, "A", 5), referral(2, "A", 5), referral(3, "B", 0), referral(4, None, 0),
            referral(5, "A", 40),  # made 20 days before the last day: not followed for 30
        ],
        referral_events=[
            event("R-0", "seeker_accepted", 1), event("R-0", "hired", 10), event("R-0", "started", 30, tier=2),
            event("R-1", "seeker_accepted", 6), event("R-1", "hired", 20),
            event("R-1", "started", 36, tier=2),  # on the 31st day
            event("R-2", "seeker_declined", 6), event("R-3", "seeker_accepted", 2), event("R-4", "hired", 3),
            event("R-5", "hired", 41),
        ],
    )  # fmt: skip
    found = run_outcomes(ledger, ("A", "B"), horizon_days=HORIZON, observed_until=DAY_0 + timedelta(days=60))
    counts = {(row.run_id, row.stage): (row.numerator, row.denominator) for row in found.itertuples()}
    assert counts == {
        ("A", "accepted"): (2, 3), ("A", "hired"): (2, 3), ("A", "placed"): (1, 3),
        ("B", "accepted"): (1, 1), ("B", "hired"): (0, 1), ("B", "placed"): (0, 1),
    }  # fmt: skip


def test_difference_of_shares_with_newcombes_interval() -> None:
    one, other = ({"numerator": n, "denominator": d, "share": n / d} for n, d in ((56, 70), (48, 80)))
    # Newcombe 1998, Statistics in Medicine 17, table II, example (a), method 10.
    assert difference_of_shares(one, other) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    few = {"numerator": 1, "denominator": 9, "share": 1 / 9}
    assert str(difference_of_shares(one, few)) == "(nan, nan, nan)"
