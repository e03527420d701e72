"""Stored orders in the seat plan: which count, with how many people, where and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from tests.data.records_for_tests import records, vacancy
from tests.data.storage.test_record_repository import FULL
from training_recs.training_orders.seat_floor import seats_ordered

TODAY = date(2026, 5, 22)
OPEN_ORDER = FULL["training_orders"][0] | {"course_run_id": None}
CASES = [
    # order                                   enrolments  counted (occupation, district, month, people); left out
    ({}, [], [("6-29-03", "220102", "2026-07-01", 2)], 0),
    ({}, FULL["enrolments"], [("6-29-03", "220102", "2026-07-01", 1)], 0),
    ({"occupation_code": "6-18-02-04"}, [], [("6-18-02", "220102", "2026-07-01", 2)], 0),
    ({"course_run_id": "CR-1"}, [], [], 0),  # it has the seats of a class already
    ({"cancelled_on": "2026-05-20"}, [], [], 0),
    ({"ready_by": "2026-05-22"}, [], [], 0),
]


@pytest.mark.parametrize(("order", "enrolments", "counted", "left_out"), CASES)
def test_which_orders_are_a_floor_of_the_plan(
    order: dict[str, Any], enrolments: list[Any], counted: list[tuple[str, str, str, int]], left_out: int
) -> None:
    stored = records(
        courses=FULL["courses"], course_runs=FULL["course_runs"], training_orders=[OPEN_ORDER | order],
        **({"enrolments": enrolments} if enrolments else {}),
    )  # fmt: skip
    found, without = seats_ordered(stored, TODAY)
    rows = [
        (one["occupation"], one["district_code"], str(one["month"].date()), one["seats"])
        for one in found.to_dict("records")
    ]
    assert (rows, without) == (counted, left_out)


def test_posts_of_no_known_district_are_told() -> None:
    stored = records(
        vacancies=[vacancy(district_code=None)], courses=FULL["courses"], course_runs=FULL["course_runs"],
        training_orders=[OPEN_ORDER],
    )  # fmt: skip
    found, without = seats_ordered(stored, TODAY)
    assert isinstance(found, pd.DataFrame)
    assert (len(found), without) == (0, 1)
