"""What the ledger says of those who entered: only what the design counts, from the day each entered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from evaluation.experiments.experiment_people import experiment_people
from tests.data.records_for_tests import records, seeker
from tests.evaluation.experiments.design_for_tests import design

ENTERED = date(2026, 6, 10)
PROVED, TOLD = 2, 4


def found(events: list[tuple[int, int]], *, until: int = 60, referred: int = 1, run: str | None = "R-2") -> Any:
    """The row of one who entered on `ENTERED`; events are starts: day after entering, evidence tier."""
    ledger = [
        {
            "referral_id": f"X-{n}", "seeker_id": "S-1", "vacancy_id": "V-1", "run_id": run,
            "referred_on": pd.Timestamp(ENTERED + timedelta(days=referred)), "position": 1, "propensity": None,
            "source": "test",
        }
        for n in range(max(len(events), 1))
    ]  # fmt: skip
    starts = [
        {
            "referral_id": f"X-{n}", "event": "started", "occurred_on": pd.Timestamp(ENTERED + timedelta(days=day)),
            "evidence_tier": tier, "wage_cny_month": None,
        }
        for n, (day, tier) in enumerate(events)
    ]  # fmt: skip
    tables = {"referrals": ledger} | ({"referral_events": starts} if starts else {})
    members = pd.DataFrame(
        {
            "experiment": "toy", "seeker_id": ["S-1", "S-gone"], "market": "M03", "saturation": "1/2", "treated": True,
            "assigned_on": pd.Timestamp(ENTERED), "group_mask": 1, "run_id": "R-2",
        }
    )  # fmt: skip
    toy = design()
    people = experiment_people(
        toy, records(seekers=[seeker()], **tables), members, ["R-2"], ENTERED + timedelta(days=until)
    )
    assert len(people) == 1  # whoever was erased is no longer counted
    return people.iloc[0]


@pytest.mark.parametrize(
    ("events", "placed"),
    [
        ([(12, PROVED)], True),
        ([(30, PROVED)], True),
        ([(31, PROVED)], False),  # after the horizon
        ([(12, TOLD)], False),  # not by the design's evidence
        ([(-3, PROVED)], False),  # before entering
        ([], False),
    ],
)
def test_placed_within_the_horizon_by_the_evidence_of_the_design(events: list[tuple[int, int]], placed: bool) -> None:
    assert found(events)["placed"] == placed


def test_whoever_is_not_followed_long_enough_is_not_observed() -> None:
    assert found([], until=30)["is_observed"]
    assert not found([], until=29)["is_observed"]


@pytest.mark.parametrize(
    ("referred", "run", "counted"),
    [(1, "R-2", (1, 1)), (1, "R-1", (1, 0)), (1, None, (1, 0)), (-1, "R-2", (0, 0)), (21, "R-2", (0, 0))],
)
def test_referrals_obey_where_a_run_of_the_experiment_made_them(
    referred: int, run: str | None, counted: tuple[int, int]
) -> None:
    row = found([], referred=referred, run=run)
    assert (row["referrals"], row["obeying"]) == counted


def test_facts_are_those_of_the_day_of_entering() -> None:
    row = found([])
    assert row["age_years"] == pytest.approx(36.1, abs=0.02)
    assert (row["market"], row["treated"], row["group_mask"]) == (3, True, 1)
