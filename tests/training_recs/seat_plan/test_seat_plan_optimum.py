"""The programme's plan is the best there is: every plan of small cases is tried by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

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
from training_recs.seat_plan.newsvendor import expected_filled
from training_recs.seat_plan.plan_seats import NoPlan, SeatPlan, plan_seats, seat_problem
from training_recs.seat_plan.seat_programme import SeatProgramme, SeatSolution

VALUE = 6000.0


def worth(plan: SeatPlan) -> float:
    """Value of the seats expected to be filled less what all seats cost."""
    fees = plan.plan["subsidy_cny"]  # the test's courses are paid wholly by subsidy
    return float(VALUE * plan.needs["expected_filled"].sum() - fees.sum())


@pytest.mark.parametrize("seed", range(8))
def test_one_month_two_courses_two_occupations_under_budget_teachers_and_rooms(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scenarios = rng.integers(0, 25, (2, 2, 5)).astype(float)
    scenarios[:, 0] = 0  # a class that starts in the first month is ready in the second
    fees, sizes = rng.integers(500, 5000, 2).astype(float), rng.integers(8, 16, 2)
    ordered = int(rng.integers(0, 6))
    table = offers(
        offer(course_id="A", occupation="6-18-02", fee_cny=fees[0], subsidy_cny=fees[0], class_seats=sizes[0]),
        offer(course_id="B", occupation="4-03-02", fee_cny=fees[1], subsidy_cny=fees[1], class_seats=sizes[1]),
    )
    money, teachers = float(rng.integers(10_000, 90_000)), int(rng.integers(2, 4))
    demanded = needs([("6-18-02", "220102"), ("4-03-02", "220102")], scenarios)
    stated = limits(budget(money), limit("rooms", value=3), limit("teachers", occupation="6-18-02", value=teachers))
    order = orders(("6-18-02", "220102", MONTHS[1], ordered)) if ordered else orders()
    found = plan_seats(demanded, table, stated, order, settings(VALUE, least_class_seats=5))

    best = -np.inf
    for classes in product(range(teachers + 1), range(4)):
        if sum(classes) > 3:
            continue
        ranges = [range(5 * n, size * n + 1) for n, size in zip(classes, sizes, strict=True)]
        for a, b in product(*ranges):
            if a < ordered or a * fees[0] + b * fees[1] > money:
                continue
            filled = expected_filled(a, scenarios[0, 1], ordered=ordered) + expected_filled(b, scenarios[1, 1])
            best = max(best, VALUE * filled - a * fees[0] - b * fees[1])
    if best == -np.inf:
        assert isinstance(found, NoPlan)
    else:
        assert isinstance(found, SeatPlan)
        assert worth(found) == pytest.approx(best, abs=1.0)


def test_without_limits_the_plan_is_the_newsvendors_quantile() -> None:
    scenarios = np.zeros((1, 2, 10))
    scenarios[0, 1] = np.arange(11, 21)
    found = plan_seats(
        needs([("6-18-02", "220102")], scenarios),
        offers(offer(fee_cny=0.35 * VALUE, class_seats=100)),
        limits(), orders(), settings(VALUE),
    )  # fmt: skip
    # The chance that the seat is filled must exceed 0.35: 17 are needed in 4 of 10 scenarios, 18 in 3 only.
    assert isinstance(found, SeatPlan)
    assert found.plan["seats"].tolist() == [17]
    assert found.plan["expected_filled"].tolist() == [pytest.approx(np.minimum(17, np.arange(11, 21)).mean())]


def test_a_seat_that_costs_more_than_work_is_worth_is_not_opened() -> None:
    scenarios = np.full((1, 2, 3), 50.0)
    found = plan_seats(
        needs([("6-18-02", "220102")], scenarios), offers(offer(fee_cny=VALUE + 1)), limits(), orders(), settings(VALUE)
    )
    assert isinstance(found, SeatPlan)
    assert found.plan.empty


def test_two_runs_give_the_same_plan() -> None:
    scenarios = np.random.default_rng(3).integers(0, 30, (2, 4, 7)).astype(float)
    args = (
        needs([("6-18-02", "220102"), ("6-18-02", "220103")], scenarios, months=4),
        offers(offer(course_id="A"), offer(course_id="B", district_code="220103")),
        limits(limit("rooms", value=2)), orders(), settings(VALUE),
    )  # fmt: skip
    one, two = plan_seats(*args), plan_seats(*args)
    assert isinstance(one, SeatPlan)
    assert isinstance(two, SeatPlan)
    pd.testing.assert_frame_equal(one.plan, two.plan)


def test_in_two_steps_the_plan_loses_at_most_a_seat() -> None:
    scenarios = np.sort(np.random.default_rng(8).integers(0, 40, (3, 4, 9)), axis=2).astype(float)
    cells = [("6-18-02", "220102"), ("6-18-02", "220103"), ("6-18-02", "220105")]
    table = offers(
        offer(course_id="A", class_seats=15, fee_cny=1300.0, subsidy_cny=1300.0),
        offer(course_id="B", district_code="220103", class_seats=22, fee_cny=1700.0, subsidy_cny=1700.0),
    )
    demanded, stated = needs(cells, scenarios), limits(budget(100_000), limit("rooms", value=2))
    problem = seat_problem(demanded, table, stated, orders(), settings(VALUE, least_class_seats=5))
    whole, stepwise = SeatProgramme(problem).solve(), SeatProgramme(problem, at_once=0).solve()
    assert whole is not None
    assert stepwise is not None
    fees = table["fee_cny"].to_numpy()

    def profit(solution: SeatSolution) -> float:
        seats = solution.flows.groupby(["cell", "month"])["seats"].sum()
        filled = sum(expected_filled(n, scenarios[place]) for place, n in seats.items())
        return float(VALUE * filled - (solution.flows["seats"] * fees[solution.flows["offer"]]).sum())

    assert profit(whole) - VALUE <= profit(stepwise) <= profit(whole) + 1
    assert (stepwise.flows["seats"] * fees[stepwise.flows["offer"]]).sum() <= 100_000
