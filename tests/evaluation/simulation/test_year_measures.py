"""Measures of a year that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.records import SeekerGroup
from evaluation.simulation.month_outcome import STARTS
from evaluation.simulation.year import MONTHS, REFERRALS, YearOutcome
from evaluation.simulation.year_measures import year_measures
from tests.evaluation.simulation.toy_market import FOREVER, toy_city

VETERAN = 1 << list(SeekerGroup).index(SeekerGroup.VETERAN)
MONTH = {"month": 0, "seekers": 20, "vacancies": 2, "openings": 20, "referrals": 40, "beyond_capacity": 10,
         "exposure_entropy": 0.5}  # fmt: skip


def measured(starts: list[tuple[int, int, int]], **changes: object) -> pd.Series:
    """Twenty people in a year of 360 days; starts as (person, first day, day left)."""
    city = toy_city(20, [20, 20], months=12, **changes)
    rows = [
        {"seeker": s, "vacancy": 0, "month": 0, "start_day": on, "leave_day": left, "wage_cny_month": 4000.0 + 10 * s}
        for s, on, left in starts
    ]
    outcome = YearOutcome(
        STARTS.check(pd.DataFrame(rows, columns=list(STARTS.columns))), MONTHS.check(pd.DataFrame([MONTH])),
        REFERRALS.empty(), openings_offered=40,
    )  # fmt: skip
    found = year_measures(city, outcome, seed=1)
    return found.set_index(["group", "measure"])["value"].astype("float64")


def test_placements_are_counted_by_people_and_by_starts():
    found = measured([(0, 10, 20), (0, 40, FOREVER), (1, 80, FOREVER), (2, 100, FOREVER), (3, 360, FOREVER)])
    everyone = found["everyone"]
    assert everyone["people"] == 20
    assert everyone["placed"] == 3  # the start on day 360 is after the year
    assert everyone["placed_share"] == pytest.approx(3 / 20)
    assert everyone["starts"] == 4
    assert (everyone["placed_30"], everyone["placed_90"], everyone["placed_180"]) == pytest.approx((0.05, 0.1, 0.15))
    assert everyone["vacancy_fill"] == pytest.approx(4 / 40)
    assert everyone["beyond_capacity"] == pytest.approx(10 / 40)
    assert everyone["wage_at_start"] == pytest.approx((4000 + 4000 + 4010 + 4020) / 4)
    assert np.isnan(everyone["median_days"])


def test_days_count_from_registration():
    late = np.zeros(20, np.int32)
    late[0] = 200
    found = measured([(0, 220, FOREVER)], seeker_first=late)
    assert found["everyone"]["placed_30"] == pytest.approx(1 / 20)


def test_who_registers_too_late_to_be_followed_is_censored_not_failed():
    first = np.where(np.arange(20) < 10, 0, 350).astype(np.int32)  # ten are followed for ten days only
    found = measured([(s, 60, FOREVER) for s in range(5)], seeker_first=first)
    assert found["everyone"]["placed_90"] == pytest.approx(0.5)
    assert found["everyone"]["placed_share"] == pytest.approx(0.25)


def test_who_leaves_the_register_without_work_is_not_placed():
    last = np.where(np.arange(20) < 10, 20, FOREVER).astype(np.int32)
    found = measured([(s, 60, FOREVER) for s in range(10, 20)], seeker_last=last)
    assert found["everyone"]["placed_90"] == pytest.approx(0.5)
    assert found["everyone"]["median_days"] == 60


def test_retention_is_of_starts_and_censored_at_the_end_of_the_year():
    starts = [(0, 10, 50), (1, 10, 150), (2, 10, FOREVER), (3, 10, FOREVER), (4, 340, FOREVER)]
    found = measured(starts)["everyone"]
    assert found["retained_90"] == pytest.approx(3 / 4)  # one of the five is followed for 20 days only
    assert found["retained_180"] == pytest.approx(2 / 4)


def test_groups_of_ten_and_more_have_figures_of_their_own():
    masks = np.where(np.arange(20) < 12, VETERAN, 0).astype(np.uint16)
    found = measured([(0, 10, FOREVER), (15, 10, FOREVER)], group_mask=masks)
    assert found["veteran"]["people"] == 12
    assert found["veteran"]["placed"] == 1
    assert "vacancy_fill" not in found["veteran"].index
    few = measured([], group_mask=np.where(np.arange(20) < 9, VETERAN, 0).astype(np.uint16))
    assert "veteran" not in few.index.get_level_values("group")
