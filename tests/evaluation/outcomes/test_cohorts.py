"""Who is in the denominator."""

from __future__ import annotations

import pytest

from data.errors import DataError
from data.records import SeekerGroup
from evaluation.groups import members_by_group
from evaluation.outcomes.cohorts import inflow_cohort, stock_cohort
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, ledger, start


def person(key: str, registered: int, until: int, status: str = "open", **more: object) -> dict[str, object]:
    return seeker(
        seeker_id=key, registered_on=day(registered), valid_through=day(until), status=status, **more
    )  # fmt: skip


def test_the_stock_is_who_is_registered_and_not_at_work_on_the_day() -> None:
    people = [
        person("S-1", 0, 50),  # registered on the first and the last day: both included
        person("S-2", 50, 90),
        person("S-3", 51, 90),  # not yet
        person("S-4", 0, 49),  # no longer
        person("S-5", 0, 90),  # at work
        person("S-6", 0, 90),  # was at work
        person("S-7", 0, 90),  # will be at work
        person("S-8", 0, 200, "closed"),  # withdrew, nobody knows when
        person("S-9", 0, 200, "closed", closed_on=day(50)),  # withdrew on that day: no longer active
        person("T-1", 0, 200, "closed", closed_on=day(51)),
    ]
    starts = [start("S-5", 40, tier=4), start("S-6", 20, left=50), start("S-7", 51)]
    records = ledger(people, starts)
    cohort = stock_cohort(records, day(50).date(), observed_until=day(150).date())
    assert cohort.people["seeker_id"].tolist() == ["S-1", "S-2", "S-6", "S-7", "S-8", "T-1"]
    assert (cohort.people["entry_on"] == day(50)).all()
    today = stock_cohort(records, day(50).date(), observed_until=day(50).date())
    assert today.people["seeker_id"].tolist() == [
        "S-1",
        "S-2",
        "S-6",
        "S-7",
        "T-1",
    ]  # today it is known who has withdrawn


def test_the_inflow_is_who_registered_in_the_period_with_the_groups_of_that_day() -> None:
    people = [
        person(f"S-{i}", on, 300, district_code=None if i == 2 else "220103") for i, on in enumerate((9, 10, 40, 41))
    ]
    groups = [
        {"seeker_id": "S-1", "group_code": "veteran", "valid_from": day(0), "valid_until": day(10)},  # ended that day
        {"seeker_id": "S-1", "group_code": "graduate", "valid_from": day(10), "valid_until": None},
        {"seeker_id": "S-2", "group_code": "graduate", "valid_from": day(41), "valid_until": None},  # later
        {"seeker_id": "S-2", "group_code": "veteran", "valid_from": day(0), "valid_until": None},
        {"seeker_id": "S-2", "group_code": "veteran", "valid_from": day(5), "valid_until": None},  # recorded twice
    ]
    cohort = inflow_cohort(
        ledger(people, [], seeker_groups=groups), day(10).date(), day(41).date(), observed_until=day(100).date()
    )
    assert cohort.people["seeker_id"].tolist() == ["S-1", "S-2"]
    assert cohort.people["month"].tolist() == ["2026-01", "2026-02"]
    assert cohort.people["district_code"].tolist() == ["220103", "unknown"]
    members = members_by_group(cohort.people["group_mask"].to_numpy())
    assert members[SeekerGroup.GRADUATE].tolist() == [True, False]
    assert members[SeekerGroup.VETERAN].tolist() == [False, True]


def test_a_cohort_after_the_end_of_knowledge_is_refused() -> None:
    with pytest.raises(DataError, match="known only until"):
        stock_cohort(ledger([seeker()], []), day(20).date(), observed_until=day(19).date())
    with pytest.raises(DataError, match="known only until"):
        inflow_cohort(ledger([seeker()], []), day(0).date(), day(21).date(), observed_until=day(19).date())
