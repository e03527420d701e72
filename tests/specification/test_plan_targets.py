"""The plan's targets, by hand: who counts, on which day, and what is said where the records do not tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from data.columns import SEEKER_EXITS, Records
from data.reference.plan_targets import load_plan_targets
from evaluation.refusal import Refusal
from evaluation.target_progress import Measured, TargetProgress, targets_table
from evaluation.targets import target_progress
from tests.data.records_for_tests import seeker
from tests.evaluation.outcomes.ledger_for_tests import day, ledger, start

CUT_OFF = date(2026, 10, 31)


def group(seeker_id: str, code: str, valid_from: str = "2026-01-01", valid_until: str | None = None) -> dict[str, Any]:
    until = pd.Timestamp(valid_until) if valid_until else None
    return {
        "seeker_id": seeker_id, "group_code": code, "valid_from": pd.Timestamp(valid_from), "valid_until": until,
    }  # fmt: skip


def people(count: int) -> list[dict[str, Any]]:
    return [seeker(seeker_id=f"S-{n:02}") for n in range(count)]


def progress(records: Records, target: str, cut_off: date = CUT_OFF) -> TargetProgress:
    found = {one.target.target: one for one in target_progress(records, cut_off, load_plan_targets())}
    return found[target]


def counts(one: TargetProgress) -> list[int | None]:
    return [part.count for part in one.parts]


GRADUATES = [group(f"S-{n:02}", "graduate") for n in range(60)]
LEDGER = ledger(
    people(61),
    [
        *(start(f"S-{n:02}", 100, tier=1) for n in range(10)),  # social insurance
        *(start(f"S-{n:02}", 100, tier=2) for n in range(10, 20)),  # contract
        *(start(f"S-{n:02}", 100, tier=4) for n in range(20, 30)),  # they say so
        start("S-30", 100, left=200),  # left again: not at work on the cut-off day
        start("S-31", 310),  # starts after it
        start("S-60", 100),  # no graduate
    ],
    seeker_groups=GRADUATES,
)


def test_graduates_destinations_are_those_of_the_cut_off_day() -> None:
    one = progress(LEDGER, "graduate_destination_rate")
    assert (one.numerator, one.denominator, one.value) == (30, 60, 0.5)
    assert counts(one) == [20, 10, 0, 30]  # contract, other work, further study, not known
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.5 < one.high
    assert one.measured == Measured.LOWER_BOUND
    assert one.reached is None  # 0.9 may be reached by those whose destination is not known
    assert "去向调查" in " ".join(note.zh for note in one.notes)


def test_further_study_counts_where_a_survey_tells() -> None:
    exits = SEEKER_EXITS.check(
        pd.DataFrame(
            {
                "seeker_id": [*(f"S-{n:02}" for n in range(29, 45)), "S-60"],
                "exit": "further_study",
                "left_on": [*[day(250)] * 15, pd.Timestamp("2026-11-01"), day(250)],
            }
        )
    )
    one = progress(replace(LEDGER, seeker_exits=exits), "graduate_destination_rate")
    # S-29 works and is counted once; S-44 leaves after the cut-off day; S-60 is no graduate.
    assert counts(one) == [20, 10, 14, 16]
    assert one.value == 44 / 60
    assert not any("no destination survey" in note.en for note in one.notes)


def test_a_lower_bound_above_the_target_reaches_it() -> None:
    ledger_ = ledger(people(10), [start(f"S-{n:02}", 100) for n in range(10)], seeker_groups=GRADUATES[:10])
    one = progress(ledger_, "graduate_destination_rate")
    assert (one.value, one.reached) == (1.0, True)


def test_graduates_of_another_year_are_not_counted_and_few_are_not_shown() -> None:
    old = [group(f"S-{n:02}", "graduate", "2025-01-01", "2026-01-01") for n in range(51)]
    ledger_ = ledger(people(60), [], seeker_groups=[*old, *GRADUATES[51:60]])
    one = progress(ledger_, "graduate_destination_rate")
    assert (one.measured, one.value, one.denominator, counts(one)) == (Measured.NOT, None, None, [])
    assert isinstance(one.notes[0], Refusal)


def test_people_of_zero_employment_families_stand_in_for_the_families() -> None:
    members = [group(f"S-{n:02}", "zero_employment_family", "2026-02-01") for n in range(10)]
    gone = group("S-10", "zero_employment_family", "2024-01-01", "2025-12-01")
    starts = [*(start(f"S-{n:02}", 60, tier=4) for n in range(9)), start("S-09", 10), start("S-10", 60)]
    one = progress(ledger(people(11), starts, seeker_groups=[*members, gone]), "zero_employment_family_assistance")
    # S-09 had started before the certification; S-10's family was none this year.
    assert (one.numerator, one.denominator) == (9, 10)
    assert one.measured == Measured.STAND_IN
    assert one.reached is None
    everybody = ledger(people(10), [start(f"S-{n:02}", 60) for n in range(10)], seeker_groups=members)
    all_ = progress(everybody, "zero_employment_family_assistance")
    assert (all_.value, all_.reached) == (1.0, None)  # never called 100 % of the families
    assert "以人代户" in all_.notes[0].zh


def test_rural_transfers_are_placements_that_lasted_six_months_within_the_year() -> None:
    rural = [group(f"S-{n:02}", "rural_transferred", "2025-01-01") for n in range(30)]
    rural[20] = group("S-20", "rural_transferred", "2026-06-01")
    starts = [
        *(start(f"S-{n:02}", 0) for n in range(10)),  # day 180 is 30 June
        start("S-00", 100),  # a second placement of the same person, day 280
        start("S-10", 0, left=179),  # left a day too early
        start("S-11", 0, left=180),
        start("S-12", -170),  # completed its six months this year
        start("S-13", -190),  # completed them last year
        *(start(f"S-{n:02}", 200) for n in range(14, 20)),  # under way on day 303, the cut-off: too few to be shown
        start("S-20", 0),  # not yet rural labour when it started
        start("S-30", 0),  # never
    ]
    one = progress(ledger(people(31), starts, seeker_groups=rural), "rural_transfers")
    assert one.value == 13
    assert counts(one) == [13, 12, None]  # 人次, 人数
    assert (one.measured, one.reached) == (Measured.LOWER_BOUND, None)


@pytest.mark.parametrize(
    ("target", "from_whom"),
    [
        ("rural_skills_trainings", "training institutions"),
        ("registered_unemployment_rate", "statistics bureau"),
        ("new_urban_employment_growth", "social insurance"),
    ],
)
def test_what_is_not_in_the_database_says_from_whom_it_would_come(target: str, from_whom: str) -> None:
    one = progress(LEDGER, target)
    assert (one.measured, one.value, one.reached) == (Measured.NOT, None, None)
    (why,) = one.notes
    assert isinstance(why, Refusal)
    assert from_whom in why.en


def test_active_seekers_are_the_numerator_of_the_unemployment_rate_and_seats_no_trainings() -> None:
    assert progress(LEDGER, "registered_unemployment_rate").numerator == 61 - 32 + 1  # S-30 left; S-31 not yet placed
    run = {
        "course_run_id": "C-1-1", "course_id": "C-1", "starts_on": day(50), "ends_on": day(80), "seats": 40,
        "district_code": None, "longitude": None, "latitude": None,
    }  # fmt: skip
    later = {**run, "course_run_id": "C-1-2", "starts_on": day(320), "ends_on": day(350)}
    course = {
        "course_id": "C-1", "provider": "（虚构）学校", "title": "电工", "description": "", "occupation_code": None,
        "credential_code": None, "skills": None, "education_min": 0, "duration_days": 30, "fee_cny": 0,
        "subsidy_cny": 0, "is_synthetic": True,
    }  # fmt: skip
    one = progress(ledger(people(1), [], courses=[course], course_runs=[run, later]), "rural_skills_trainings")
    assert counts(one) == [40]
    assert one.value is None


def test_trainings_are_places_that_the_programme_pays_for_in_classes_of_the_year() -> None:
    run = {
        "course_run_id": "C-1-1", "course_id": "C-1", "starts_on": day(50), "ends_on": day(80), "seats": 40,
        "district_code": None, "longitude": None, "latitude": None,
    }  # fmt: skip
    later = {**run, "course_run_id": "C-1-2", "starts_on": day(350), "ends_on": day(360)}
    course = {
        "course_id": "C-1", "provider": "（虚构）学校", "title": "电工", "description": "", "occupation_code": None,
        "credential_code": None, "skills": None, "education_min": 0, "duration_days": 30, "fee_cny": 0,
        "subsidy_cny": 0, "is_synthetic": True,
    }  # fmt: skip

    def place(number: int, **changes: object) -> dict[str, object]:
        return {
            "enrolment_id": f"E-{number}", "seeker_id": f"S-{number:02d}", "course_run_id": "C-1-1", "order_id": None,
            "programme": "rural", "replaces": None, "enrolled_on": day(40), "source": "csv", "is_synthetic": True,
        } | changes  # fmt: skip

    def event(number: int, kind: str, on: int = 52) -> dict[str, object]:
        return {
            "enrolment_id": f"E-{number}", "event": kind, "occurred_on": day(on), "reason": None,
            "reported_by": "institution",
        }  # fmt: skip

    places = [place(n) for n in range(14)]
    places += [place(20, course_run_id="C-1-2"), place(21, programme="employment"), place(22, programme=None)]
    # One left before it began; one after; eleven passed, so that fewer than ten did not.
    happened = [event(0, "dropped_out", on=45), event(1, "dropped_out")]
    happened += [event(n, "certified") for n in range(2, 13)]
    one = progress(
        ledger(
            people(31), [], courses=[course], course_runs=[run, later], enrolments=places, enrolment_events=happened
        ),
        "rural_skills_trainings",
    )
    assert (one.measured, one.value) == (Measured.LOWER_BOUND, 13)
    assert counts(one) == [11, 40]  # 取证, seats of the year


def test_the_table_has_a_row_a_target() -> None:
    table = targets_table(target_progress(LEDGER, CUT_OFF, load_plan_targets()))
    assert table["target"].tolist() == [target.target for target in load_plan_targets()]
    assert table["reached"].isna().all()
    assert table.set_index("target").at["graduate_destination_rate", "value"] == 0.5
