"""Points of the curves agree with the table, and tell of nobody."""

from __future__ import annotations

import pytest

from data.records import EvidenceTier
from evaluation.outcomes.cohorts import stock_cohort
from evaluation.outcomes.follow_up import follow_up
from evaluation.outcomes.waiting_curves import EMPLOYED, waiting_curves
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, ledger, start


def test_points_by_hand_until_too_few_are_followed() -> None:
    people = [seeker(seeker_id=f"S-{i:03}", registered_on=day(0), valid_through=day(900)) for i in range(50)]
    members = [
        {"seeker_id": f"S-{i:03}", "group_code": group, "valid_from": day(0), "valid_until": None}
        for group, size in (("veteran", 9), ("graduate", 20))
        for i in range(size)
    ]
    starts = [start(f"S-{i:03}", 25, left=40 + i) for i in range(20)]
    records = ledger(people, starts, seeker_groups=members)
    cohort = stock_cohort(records, day(0).date(), observed_until=day(100).date())
    curves = waiting_curves(cohort, follow_up(records, cohort, EvidenceTier.CONTRACT))
    assert set(curves["group"]) == {"everyone", "graduate"}  # nine veterans are too few
    placed = curves[(curves["state"] == "placed") & (curves["group"] == "everyone")]
    assert placed["day"].tolist() == [0, 30, 60, 90]  # nobody is followed for 120 days
    assert placed["estimate"].tolist() == pytest.approx([0, 0.4, 0.4, 0.4])
    employed = curves[(curves["state"] == EMPLOYED) & (curves["group"] == "graduate")]
    # Departures on days 15 to 34 of the employment: 16 by day 30, all by day 60.
    assert employed["estimate"].tolist() == pytest.approx([1, 0.2, 0])
    assert employed["people"].tolist() == [20] * 3
    assert "left_register" not in set(curves["state"])  # no events, no curve
