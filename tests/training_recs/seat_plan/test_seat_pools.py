"""What makes the programme small: cells reached alike are one need, of classes that replace each other one stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.training_recs.seat_plan.planning_for_tests import (
    MONTHS,
    budget,
    limits,
    needs,
    offer,
    offers,
    orders,
    settings,
)
from training_recs.seat_plan.plan_seats import seat_problem
from training_recs.seat_plan.pooled_needs import paired, pool_needs
from training_recs.seat_plan.seat_programme import SeatProgramme

TRADE = "6-18-02"
CITY, CITY_TOO, FAR = (TRADE, "220102"), (TRADE, "220103"), (TRADE, "220182")


def need(*cells: tuple[str, str]) -> Any:
    return needs(list(cells), np.full((len(cells), 3, 4), 5.0))


def test_cells_that_the_same_courses_reach_are_one_pool() -> None:
    both = offers(offer(), offer(course_id="C-2", district_code="220103"))
    problem = seat_problem(need(CITY, CITY_TOO, FAR), both, limits(), orders(), settings())
    found = pool_needs(problem)
    assert found.of_cell.tolist() == [0, 0, -1]
    assert found.site.tolist() == [0, 0]
    assert found.segments()[["pool", "month", "seats"]].to_numpy().tolist() == [
        [0, month, seats] for month in range(3) for seats in (np.inf, 10.0)
    ]


def test_a_pools_seats_go_to_orders_first_and_then_where_they_are_likeliest_to_be_filled() -> None:
    scenarios = np.zeros((2, 2, 2))
    scenarios[0, 1], scenarios[1, 1] = [2, 9], [4, 4]
    order = orders((*CITY, MONTHS[1], 1))
    problem = seat_problem(needs([CITY, CITY_TOO], scenarios), offers(offer()), limits(), order, settings())
    pools = pool_needs(problem)

    def shared(seats: int) -> dict[int, int]:
        found = pools.seats_of_cells(pd.DataFrame({"pool": [0], "month": [1], "seats": [seats]}))
        return dict(zip(found["cell"].tolist(), found["seats"].tolist(), strict=True))

    assert shared(1) == {0: 1}
    assert shared(6) == {0: 2, 1: 4}
    assert shared(8) == {0: 4, 1: 4}
    assert sum(shared(50).values()) == 50  # what nobody needs is somewhere, for its class must be full enough


@pytest.mark.parametrize(
    ("change", "stated", "kept"),
    [
        ({}, limits(), ["A"]),
        ({"fee_cny": 1100.0}, limits(), ["A"]),
        ({"class_seats": 20}, limits(), ["A"]),
        ({"fee_cny": 900.0}, limits(), ["B"]),
        ({"fee_cny": 900.0, "class_seats": 20}, limits(), ["A", "B"]),
        ({"subsidy_cny": 0.0}, limits(), ["A"]),  # a subsidy counts where there is a budget
        ({"subsidy_cny": 0.0}, limits(budget(1e4)), ["B"]),
        ({"subsidy_cny": 0.0, "fee_cny": 1001.0}, limits(budget(1e4)), ["A", "B"]),
        ({"provider": "（虚构）乙校"}, limits({**budget(1e4), "provider": "（虚构）乙校"}), ["A", "B"]),
        ({"district_code": "220182"}, limits(), ["A"]),  # nobody needs those trained there
    ],
)
def test_of_two_courses_the_one_that_the_other_replaces_is_left_out(
    change: dict[str, Any], stated: pd.DataFrame, kept: list[str]
) -> None:
    both = offers(offer(course_id="A"), offer(course_id="B", **change))
    problem = seat_problem(need(CITY), both, stated, orders(), settings())
    alone = [
        SeatProgramme(seat_problem(need(CITY), both.iloc[[row]].reset_index(drop=True), stated, orders(), settings()))
        for row in ([0, 1] if len(kept) == 2 else [["A", "B"].index(kept[0])])
    ]
    assert SeatProgramme(problem).size[0] == sum(programme.size[0] for programme in alone)
    found = SeatProgramme(problem).solve()
    assert found is not None
    opened = both["course_id"].to_numpy()[found.classes.sum(axis=1) > 0]
    assert set(opened) <= set(kept)


def test_a_shorter_course_replaces_a_longer_one_unless_a_budget_is_for_the_month_of_start() -> None:
    both = offers(offer(course_id="A", months=2), offer(course_id="B", months=1))
    # Without it two classes of B; with it also one of A: 2 months, from the first to the third.
    for stated, classes in ((limits(budget(1e5)), 2), (limits({**budget(1e5), "month": MONTHS[0]}), 3)):
        problem = seat_problem(need(CITY), both, stated, orders(), settings())
        assert SeatProgramme(problem).size[0] == classes


def test_seats_are_paired_in_the_order_in_which_they_come() -> None:
    givers = pd.DataFrame({"key": [1, 0, 1], "giver": [10, 11, 12], "seats": [3, 2, 1]})
    takers = pd.DataFrame({"key": [1, 1, 0], "taker": [20, 21, 22], "seats": [2, 2, 2]})
    assert paired(givers, takers, ["key"])[["giver", "taker", "seats"]].to_numpy().tolist() == [
        [11, 22, 2], [10, 20, 2], [10, 21, 1], [12, 21, 1],
    ]  # fmt: skip
