"""The seat plan: which course, where, from which month, how many seats, and why; or which limit forbids the orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.minimum_wage import minimum_wage_cny_month
from training_recs.seat_plan.limit_words import words_of_shortages, words_of_unreached
from training_recs.seat_plan.needs import TrainingNeeds
from training_recs.seat_plan.planning_tables import LIMITS, OFFERS, ORDERS
from training_recs.seat_plan.reach import cells_reached, offers_counted
from training_recs.seat_plan.seat_problem import SeatProblem
from training_recs.seat_plan.seat_programme import SeatProgramme
from training_recs.seat_plan.solution_tables import limit_use, needs_table, plan_table, with_expectation

Floats = npt.NDArray[np.float64]
MONTH = "datetime64[s]"
VALUE_MONTHS = 3


def default_value_cny() -> float:
    """What a filled seat is taken to be worth: three months of the minimum wage, CNY.

    A convention, to be replaced by the bureau's own figure: about what the unemployment insurance saves when somebody
    finds work three months earlier (失业保险条例 第十八条: the benefit lies below the minimum wage).
    """
    return VALUE_MONTHS * minimum_wage_cny_month()


@dataclass(frozen=True)
class PlanSettings:
    """Choices of the plan.

    Attributes
    ----------
    value_cny
        Worth of a seat whose graduate finds work of that kind; what a seat costs is its fee.
    least_class_seats
        No class is opened for fewer (or for fewer than it has seats, where those are less).
    reach_km
        Straight line between the centres of districts: so far away people take up work after the course.
    wait_months
        Months that somebody trained may wait for the work.
    seconds
        Most time to look for the best plan; the best one found by then is taken, and says how good it is.
    """

    value_cny: float
    least_class_seats: int = 10
    reach_km: float = 30.0
    wait_months: int = 1
    seconds: float = 600.0


@dataclass(frozen=True)
class SeatPlan:
    """The plan and what it rests on: `SEAT_PLAN`, `NEEDS` (of cells with a need), `LIMIT_USE`.

    `gap` and `in_time` are those of `SeatSolution`.
    """

    plan: pd.DataFrame
    needs: pd.DataFrame
    limits: pd.DataFrame
    settings: PlanSettings
    gap: float
    in_time: bool


@dataclass(frozen=True)
class NoPlan:
    """The confirmed orders cannot be met, and what stands against them; Chinese and English."""

    zh: str
    en: str


def plan_seats(
    needs: TrainingNeeds, offers: pd.DataFrame, limits: pd.DataFrame, orders: pd.DataFrame, settings: PlanSettings
) -> SeatPlan | NoPlan:
    """Plan seats for `needs`.

    Parameters
    ----------
    offers, limits, orders
        `OFFERS`, `LIMITS`, `ORDERS`. An order of an occupation, district and month that the forecast does not have as a
        cell is planned for all the same. Orders for months outside the plan are not for this plan and are left out.

    Raises
    ------
    UnavailableError
        `settings.seconds` were too few to find any plan.
    """
    offers, limits, orders = OFFERS.check(offers), LIMITS.check(limits), ORDERS.check(orders)
    problem = seat_problem(needs, offers, limits, orders, settings)
    needs, _ = _with_orders(needs, orders)
    programme = SeatProgramme(problem)
    if unreached := programme.unreached_orders():
        return NoPlan(*words_of_unreached(unreached, needs))
    solution = programme.solve(settings.seconds)
    if solution is None:
        return NoPlan(*words_of_shortages(programme.shortages(settings.seconds), limits, needs.months))
    flows = with_expectation(solution.flows, problem)
    return SeatPlan(
        plan=plan_table(solution, flows, problem, needs),
        needs=needs_table(flows, problem, needs),
        limits=limit_use(solution, problem),
        settings=settings,
        gap=solution.gap,
        in_time=solution.in_time,
    )


def seat_problem(
    needs: TrainingNeeds, offers: pd.DataFrame, limits: pd.DataFrame, orders: pd.DataFrame, settings: PlanSettings
) -> SeatProblem:
    """The programme's input in row numbers, of the arguments of `plan_seats`."""
    needs, ordered = _with_orders(needs, orders)
    return SeatProblem(
        offers=offers,
        months=len(needs.months),
        reach=cells_reached(offers, needs.cells, settings.reach_km),
        scenarios=np.floor(needs.scenarios),
        ordered=ordered,
        limits=limits,
        counted=offers_counted(limits, offers),
        limit_month=_month_numbers(limits["month"], needs.months),
        value_cny=settings.value_cny,
        least_class_seats=settings.least_class_seats,
        wait_months=settings.wait_months,
    )


def _with_orders(needs: TrainingNeeds, orders: pd.DataFrame) -> tuple[TrainingNeeds, npt.NDArray[np.int64]]:
    """Needs with a cell for every order, and the ordered seats, int64 (cells, months)."""
    orders = orders[orders["month"].isin(pd.Series(needs.months.astype(MONTH)))]
    key = ["occupation", "district_code"]
    cells = pd.concat([needs.cells, orders[key]]).drop_duplicates(ignore_index=True)
    new = len(cells) - len(needs.cells)

    def widened(values: Floats) -> Floats:
        return np.concatenate([values, np.zeros((new, *values.shape[1:]))])

    ordered = np.zeros((len(cells), len(needs.months)), dtype=np.int64)
    place = pd.MultiIndex.from_frame(cells).get_indexer(pd.MultiIndex.from_frame(orders[key]))
    np.add.at(ordered, (place, _month_numbers(orders["month"], needs.months)), orders["seats"].to_numpy(np.int64))
    supply, demand = widened(needs.supply), widened(needs.demand)
    return TrainingNeeds(cells, needs.months, demand, supply, widened(needs.scenarios)), ordered


def _month_numbers(month: pd.Series[pd.Timestamp], months: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Number of each month in the plan; −1 where null. A month outside the plan gets a number that no class has."""
    number = (month.to_numpy("datetime64[M]") - months[0]).astype(np.int64) if len(month) else np.empty(0, np.int64)
    outside = (number < 0) | (number >= len(months))
    return np.where(month.isna(), -1, np.where(outside, len(months), number)).astype(np.int64)
