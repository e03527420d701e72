"""The notes of a plan say how far it may be from the best one, and whether that is for want of time."""

from __future__ import annotations

from api.jobs.plan_seats import _how_good
from training_recs.seat_plan.plan_seats import NoPlan, PlanSettings, SeatPlan
from training_recs.seat_plan.planning_tables import LIMIT_USE, NEEDS, SEAT_PLAN


def plan(gap: float, *, in_time: bool) -> SeatPlan:
    return SeatPlan(SEAT_PLAN.empty(), NEEDS.empty(), LIMIT_USE.empty(), PlanSettings(6000.0, seconds=30), gap, in_time)


def test_an_exact_plan_and_no_plan_need_no_words() -> None:
    assert _how_good(plan(0.0, in_time=True)) == ()
    assert _how_good(NoPlan("", "")) == ()


def test_a_near_plan_says_how_near() -> None:
    assert _how_good(plan(0.0018, in_time=True)) == (
        (
            "计划的净价值与最优相差至多 0.18%",
            "the plan's worth less its cost is within 0.18% of the best there is",
        ),
    )


def test_a_search_that_time_ended_says_so_and_how_to_go_on() -> None:
    ((zh, en),) = _how_good(plan(0.0089, in_time=False))
    assert zh.startswith("求解到时限（30 秒）为止，可用 --seconds 给更多时间")
    assert zh.endswith("0.89%")
    assert "ended by its limit of time (30 s; --seconds allows more)" in en
    assert "0.89%" in en
