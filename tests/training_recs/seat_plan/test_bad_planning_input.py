"""What cannot be planned is said, with the limit or the order that stands against it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.errors import ConfigurationError, DataError
from tests.data.records_for_tests import records
from tests.training_recs.seat_plan.planning_for_tests import (
    MONTHS,
    budget,
    limit,
    limits,
    needs,
    offer,
    offers,
    orders,
    settings,
)
from training_recs.seat_plan.course_offers import course_offers, limits_of_the_past
from training_recs.seat_plan.limit_words import words_of_shortages
from training_recs.seat_plan.newsvendor import critical_ratio
from training_recs.seat_plan.plan_seats import NoPlan, SeatPlan, plan_seats
from training_recs.seat_plan.planning_tables import LIMITS
from training_recs.seat_plan.seat_problem import Shortages

CELL = ("6-18-02", "220102")
NEED = needs([CELL], np.full((1, 3, 4), 20.0))
ORDER = orders((*CELL, MONTHS[1], 12))


def test_a_budget_of_nothing_leaves_only_courses_that_cost_it_nothing() -> None:
    both = offers(offer(course_id="dear"), offer(course_id="free", subsidy_cny=0.0))
    found = plan_seats(NEED, both, limits(budget(0)), orders(), settings())
    assert isinstance(found, SeatPlan)
    assert set(found.plan["course_id"]) == {"free"}
    assert found.limits["used"].tolist() == [0.0]
    assert found.limits["is_short"].tolist() == [True]
    nothing = plan_seats(NEED, offers(offer()), limits(budget(0)), orders(), settings())
    assert isinstance(nothing, SeatPlan)
    assert nothing.plan.empty
    assert nothing.needs["seats"].sum() == 0


def test_orders_beyond_the_budget_say_how_much_is_missing() -> None:
    found = plan_seats(NEED, offers(offer()), limits(budget(5_000)), ORDER, settings())
    assert isinstance(found, NoPlan)
    assert found.zh == "已确认的订单超出限额：全部的补贴预算（元）还差 4,600（现有 5,000）"
    assert found.en.endswith("budget of subsidies (CNY) of all lack 4,600 (there are 5,000)")


def test_orders_beyond_the_teachers_name_the_teachers_and_the_month() -> None:
    stated = limits(budget(1e6), limit("teachers", provider="（虚构）甲校", occupation="6-18", value=1))
    found = plan_seats(NEED, offers(offer(class_seats=10)), stated, ORDER, settings())
    assert isinstance(found, NoPlan)
    assert "（虚构）甲校、6-18" in found.zh
    assert "教师（班） 2026-06 还差 1（现有 1）" in found.zh
    assert "预算" not in found.zh


@pytest.mark.parametrize(
    "courses",
    [
        offers(offer(occupation="4-03-02")),  # another occupation
        offers(offer(district_code="220182")),  # too far away
        offers(offer(months=2)),  # not over by then
        offers(),
    ],
)
def test_an_order_that_no_course_can_serve_in_time_is_named(courses: pd.DataFrame) -> None:
    found = plan_seats(NEED, courses, limits(), ORDER, settings())
    assert isinstance(found, NoPlan)
    assert "6-18-02" in found.zh
    assert "2026-07" in found.zh
    assert "no course can train for these orders in time" in found.en


def test_an_order_where_nothing_was_forecast_is_planned_for_all_the_same() -> None:
    order = orders(("4-03-02", "220103", MONTHS[2], 5))
    there = offer(course_id="cook", occupation="4-03-02", district_code="220103")
    found = plan_seats(NEED, offers(there), limits(), order, settings())
    assert isinstance(found, SeatPlan)
    assert found.plan[["course_id", "seats", "ordered_seats", "expected_filled"]].to_numpy().tolist() == [
        ["cook", 5, 5, 5.0]
    ]
    assert "订单 5 个" in found.plan["reason_zh"].item()
    assert "5 of them ordered" in found.plan["reason_en"].item()


def test_no_class_is_smaller_than_the_least_one() -> None:
    demanded = needs([CELL], np.full((1, 2, 4), 3.0))
    found = plan_seats(demanded, offers(offer()), limits(), orders(), settings(least_class_seats=10))
    assert isinstance(found, SeatPlan)
    # Three of ten seats filled at 6,000 pay for ten of 1,000; at 3,000 they would not.
    assert found.plan["seats"].tolist() == [10]
    poorer = plan_seats(demanded, offers(offer()), limits(), orders(), settings(3_000, least_class_seats=10))
    assert isinstance(poorer, SeatPlan)
    assert poorer.plan.empty


def test_a_wider_group_limits_its_parts_and_no_namesakes() -> None:
    demanded = needs([CELL, ("6-1-02", "220102")], np.full((2, 2, 4), 20.0))
    both = offers(offer(course_id="A"), offer(course_id="B", occupation="6-1-02"))
    found = plan_seats(demanded, both, limits(limit("teachers", occupation="6-1", value=0)), orders(), settings())
    assert isinstance(found, SeatPlan)
    assert found.plan["course_id"].tolist() == ["A"]


def course(**changes: object) -> dict[str, object]:
    return {
        "course_id": "C-1", "provider": "（虚构）甲校", "title": "焊工初级", "description": "",
        "occupation_code": "6-18-02-04", "credential_code": None, "skills": None, "education_min": 0,
        "duration_days": 30, "fee_cny": 1000, "subsidy_cny": 800, "is_synthetic": True, **changes,
    }  # fmt: skip


def course_run(**changes: object) -> dict[str, object]:
    return {
        "course_run_id": "R-1", "course_id": "C-1", "starts_on": pd.Timestamp("2026-01-10"),
        "ends_on": pd.Timestamp("2026-02-20"), "seats": 20, "district_code": "220102", "longitude": None,
        "latitude": None, **changes,
    }  # fmt: skip


def test_courses_that_cannot_be_opened_are_listed_with_the_reason() -> None:
    found = course_offers(
        records(
            courses=[
                course(),
                course(course_id="C-2"),
                course(course_id="C-3"),
                course(course_id="C-4", occupation_code=None),
            ],
            course_runs=[
                course_run(),
                course_run(course_run_id="R-2", seats=25),
                course_run(course_run_id="R-3", course_id="C-3", seats=0),
                course_run(course_run_id="R-4", course_id="C-4"),
            ],
        )
    )
    assert found.offers[["course_id", "occupation", "class_seats", "months"]].to_numpy().tolist() == [
        ["C-1", "6-18-02", 25, 2]
    ]
    assert dict(zip(found.left_out["course_id"], found.left_out["reason_zh"], strict=True)) == {
        "C-2": "没有开过班，不知道地点和班额",
        "C-3": "没有名额：各班次名额都是 0",
        "C-4": "不知道对应哪个职业",
    }


def test_limits_nobody_stated_are_those_of_the_past() -> None:
    stored = records(
        courses=[course(), course(course_id="C-2")],
        course_runs=[
            course_run(),
            course_run(course_run_id="R-2", course_id="C-2", starts_on=pd.Timestamp("2026-02-25"),
                       ends_on=pd.Timestamp("2026-03-25"), district_code="220103"),
            course_run(course_run_id="R-3", starts_on=pd.Timestamp("2026-05-01"), ends_on=pd.Timestamp("2026-06-01")),
        ],
    )  # fmt: skip
    found = limits_of_the_past(stored)
    said = {(row["kind"], row["occupation"] if row["kind"] == "teachers" else row["district_code"]): row["value"]
            for _, row in found.iterrows()}  # fmt: skip
    assert said == {("teachers", "6-18-02"): 2.0, ("rooms", "220102"): 1.0, ("rooms", "220103"): 1.0}


def test_without_courses_there_are_no_offers_and_no_limits() -> None:
    assert course_offers(records()).offers.empty
    assert limits_of_the_past(records()).empty


def test_figures_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="worth 0 CNY"):
        critical_ratio(0, 100)
    with pytest.raises(DataError, match="planning_limits, column value, row 0"):
        LIMITS.check(pd.DataFrame([budget(-1)]))


def test_money_for_half_a_person_is_told_as_what_a_whole_one_lacks() -> None:
    """15 people at 100 CNY, and 750 CNY of each of two institutions: enough for 7.5 people each."""
    two = offers(
        offer(course_id="A", provider="a", subsidy_cny=100.0), offer(course_id="B", provider="b", subsidy_cny=100.0)
    )
    parted = limits(budget(750, provider="a"), budget(750, provider="b"))
    found = plan_seats(NEED, two, parted, orders((*CELL, MONTHS[2], 15)), settings())
    assert isinstance(found, NoPlan)
    assert found.en.endswith("lack 50 (there are 750)")


def test_where_no_limit_lacks_anything_by_itself_the_answer_is_still_words() -> None:
    assert "whole classes and people" in words_of_shortages(Shortages((), in_time=True), limits(), MONTHS)[1]
