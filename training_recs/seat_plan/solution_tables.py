"""The plan's tables: classes with their reasons, needs with the seats planned for them, limits with their use."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from training_recs.seat_plan.needs import TrainingNeeds
from training_recs.seat_plan.newsvendor import expected_filled
from training_recs.seat_plan.planning_tables import LIMIT_USE, NEEDS, SEAT_PLAN, LimitKind
from training_recs.seat_plan.seat_problem import SeatProblem, SeatSolution
from training_recs.seat_plan.seat_reasons import reason_of_class

MONTH = "datetime64[s]"


def with_expectation(flows: pd.DataFrame, problem: SeatProblem) -> pd.DataFrame:
    """Flows with the people expected to find such work, and how many of the seats were ordered.

    Seats of one need are alike, so its expectation is shared by seats; ordered ones go to the earliest classes.
    """
    flows = flows.sort_values(["cell", "month", "start", "offer"], ignore_index=True)
    total = flows.groupby(["cell", "month"])["seats"].transform("sum").to_numpy(np.float64)
    place = flows["cell"].to_numpy(np.int64), flows["month"].to_numpy(np.int64)
    wanted = problem.ordered[place]
    filled = [
        expected_filled(seats, scenarios, ordered=int(order))
        for seats, scenarios, order in zip(total, problem.scenarios[place], wanted, strict=True)
    ]
    before = (flows.groupby(["cell", "month"])["seats"].cumsum() - flows["seats"]).to_numpy(np.int64)
    seats = flows["seats"].to_numpy(np.int64)
    return flows.assign(
        expected=np.array(filled, dtype=np.float64) * seats / np.maximum(total, 1.0),
        ordered=np.clip(wanted - before, 0, seats),
    )


def plan_table(solution: SeatSolution, flows: pd.DataFrame, problem: SeatProblem, needs: TrainingNeeds) -> pd.DataFrame:
    """`SEAT_PLAN`: one row an offer and month of start."""
    rows = []
    for key, some in flows.groupby(["offer", "start"]):
        number, start = (int(part) for part in cast(tuple[int, int], key))
        offer = problem.offers.iloc[number]
        seats, ordered = int(some["seats"].sum()), int(some["ordered"].sum())
        zh, en = reason_of_class(offer, some, problem, needs)
        rows.append(
            {
                **{name: offer[name] for name in ("course_id", "title", "provider", "occupation", "district_code")},
                "starts": needs.months[start].astype(MONTH),
                "ready": (needs.months[start] + int(offer["months"])).astype(MONTH),
                "classes": solution.classes[number, start],
                "seats": seats,
                "ordered_seats": ordered,
                "speculative_seats": seats - ordered,
                "expected_filled": some["expected"].sum(),
                "subsidy_cny": seats * offer["subsidy_cny"],
                "reason_zh": zh,
                "reason_en": en,
            }
        )
    table = pd.DataFrame(rows, columns=list(SEAT_PLAN.columns))
    return SEAT_PLAN.check(table.sort_values(["starts", "occupation", "district_code", "course_id"]))


def needs_table(flows: pd.DataFrame, problem: SeatProblem, needs: TrainingNeeds) -> pd.DataFrame:
    """Every cell and month that needs somebody or has seats, the largest median need first."""
    shape = problem.ordered.shape
    planned, expected = np.zeros(shape), np.zeros(shape)
    place = flows["cell"].to_numpy(np.int64), flows["month"].to_numpy(np.int64)
    np.add.at(planned, place, flows["seats"].to_numpy(np.float64))
    np.add.at(expected, place, flows["expected"].to_numpy(np.float64))
    shown = (problem.scenarios >= 1).any(axis=2) | (problem.ordered > 0)
    cell, month = np.nonzero(shown)
    table = pd.DataFrame(
        {
            "occupation": needs.cells["occupation"].to_numpy()[cell],
            "district_code": needs.cells["district_code"].to_numpy()[cell],
            "month": needs.months[month].astype(MONTH),
            "demand": needs.demand[shown],
            "supply": needs.supply[shown],
            "median_need": np.median(problem.scenarios[shown], axis=1),
            "high_need": problem.scenarios[shown].max(axis=1),
            "ordered": problem.ordered[shown],
            "seats": planned[shown],
            "expected_filled": expected[shown],
        }
    )
    order = ["median_need", "high_need", "occupation", "district_code", "month"]
    return NEEDS.check(table.sort_values(order, ascending=[False, False, True, True, True]))


def limit_use(solution: SeatSolution, problem: SeatProblem) -> pd.DataFrame:
    """How much of each limit the plan uses; of a limit of every month, in the month that uses most."""
    lasts = problem.offers["months"].to_numpy(np.int64)
    subsidy = problem.offers["subsidy_cny"].to_numpy(np.float64)
    spent = np.zeros(solution.classes.shape)
    np.add.at(
        spent,
        (solution.flows["offer"].to_numpy(np.int64), solution.flows["start"].to_numpy(np.int64)),
        solution.flows["seats"].to_numpy(np.float64) * subsidy[solution.flows["offer"].to_numpy(np.int64)],
    )
    going_on = np.stack(
        [
            np.array([solution.classes[row, max(0, m - lasts[row] + 1) : m + 1].sum() for row in range(len(lasts))])
            for m in range(problem.months)
        ],
        axis=1,
    )
    used, short = [], []
    for number, (kind, value) in enumerate(zip(problem.limits["kind"], problem.limits["value"], strict=True)):
        counted, only = problem.counted[number], int(problem.limit_month[number])
        if kind == LimitKind.BUDGET:
            use = float((spent[counted] if only < 0 else spent[counted, only : only + 1]).sum())
            costs = subsidy[counted & (subsidy > 0)]
            short.append(bool(costs.size) and float(value) - use < costs.min())
        else:
            by_month = going_on[counted].sum(axis=0)
            use = float(by_month.max(initial=0) if only < 0 else by_month[only : only + 1].sum())
            short.append(bool(counted.any()) and float(value) - use < 1)
        used.append(use)
    return LIMIT_USE.check(problem.limits.assign(used=used, is_short=short))
