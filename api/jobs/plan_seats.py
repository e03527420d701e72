"""The seat plan from the records: forecast, supply, courses and limits gathered, the plan kept for institutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from api.bootstrap import Services
from api.jobs.forecast_demand import forecast_records
from api.jobs.planning_file import PlanningFile, read_planning_file
from api.jobs.seeker_availability import availability
from api.jobs.stages import Stages
from api.jobs.watched_work import watched
from api.planning_results import save_plan
from data.columns import Records
from data.errors import DataError
from data.market import market_from_records
from data.storage.record_repository import load_records
from training_recs.demand_forecast.demand_history import Measure
from training_recs.demand_forecast.forecast_demand import DemandForecast, ForecastSettings, NoForecast
from training_recs.seat_plan.course_offers import CourseOffers, course_offers, limits_of_the_past
from training_recs.seat_plan.needs import TrainingNeeds, expected_supply, training_needs, usual_credentials
from training_recs.seat_plan.plan_seats import NoPlan, PlanSettings, SeatPlan, default_value_cny, plan_seats
from training_recs.seat_plan.planning_tables import LIMIT_NAMES, LIMITS, ORDERS, LimitKind
from training_recs.seat_plan.seat_programme import EXACT_GAP
from training_recs.training_orders.seat_floor import seats_ordered

Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CityPlan:
    """The plan made on `as_of`, or why there is none; `notes` say what it rests on, Chinese and English."""

    as_of: date
    plan: SeatPlan | NoPlan
    offers: CourseOffers
    notes: Notes
    is_synthetic: bool
    folder: Path


def plan_city_seats(
    services: Services, stages: Stages, *, today: date, limits: Path | None = None, budget_cny: float | None = None,
    value_cny: float | None = None, level: str = "minor", seconds: float = PlanSettings.seconds,
    settings: ForecastSettings | None = None,
) -> CityPlan:  # fmt: skip
    """Plan the seats of the months that are forecast, and write the plan to the planning folder.

    Parameters
    ----------
    limits
        A file of budget, teachers, rooms and orders (`planning_file`). Kinds that it does not state are as they have
        been (`limits_of_the_past`); a budget that nobody states is none.
    budget_cny
        Subsidies for the whole plan, CNY, beside what the file states.
    value_cny
        Worth of a filled seat; default: three months of the minimum wage.
    seconds
        Most time to look for the best plan; where they end the search, the notes say how good the plan is.

    Raises
    ------
    DataError
        The file cannot be read.
    UnavailableError
        No plan was found in `seconds`.
    """
    given = read_planning_file(limits, level=level) if limits else None  # a wrong file is told before the long work
    with stages.stage("读取记录 / read the records"), services.engine.connect() as connection:
        records = load_records(connection, with_history=True)
    if given:
        _check_providers(given, records)
    plan, offers, notes = plan_records(
        records, stages, today=today, given=given, budget_cny=budget_cny, value_cny=value_cny, level=level,
        seconds=seconds, settings=settings,
    )  # fmt: skip
    synthetic = bool(records.vacancies["is_synthetic"].any() or records.courses["is_synthetic"].any())
    city = CityPlan(today, plan, offers, notes, synthetic, services.settings.home / "planning" / "seats")
    save_plan(city.folder, plan, offers.left_out, as_of=today, level=level, is_synthetic=synthetic, notes=notes)
    return city


def plan_records(
    records: Records, stages: Stages, *, today: date, given: PlanningFile | None = None,
    budget_cny: float | None = None, value_cny: float | None = None, level: str = "minor",
    seconds: float = PlanSettings.seconds, settings: ForecastSettings | None = None,
) -> tuple[SeatPlan | NoPlan, CourseOffers, Notes]:  # fmt: skip
    """The plan from records, the courses that it could choose from, and what it rests on."""
    forecasts = forecast_records(
        records, stages, today=today, level=level, settings=settings, measures=(Measure.OPENINGS,)
    )
    forecast, offers = forecasts[Measure.OPENINGS], course_offers(records, level=level)
    notes: Notes = ()
    plan: SeatPlan | NoPlan
    if isinstance(forecast, NoForecast):
        plan = NoPlan(f"没有预测就没有名额计划：{forecast.zh}", f"no seat plan without a forecast: {forecast.en}")
    else:
        with stages.stage("计算可用供给 / expected supply"):
            needs, notes = _needs(records, forecast, today, level)
        with stages.stage(
            f"优化名额，每次求解至多 {seconds:g} 秒 / plan the seats, a search at most {seconds:g} s"
        ) as report:
            stated, of_the_past = _limits(records, given, budget_cny, level)
            orders = given.orders if given else ORDERS.empty()
            worth = PlanSettings(value_cny=value_cny or default_value_cny(), seconds=seconds)
            stored, without_place = seats_ordered(records, today, level=level)

            def planned(floor: pd.DataFrame) -> SeatPlan | NoPlan:
                work = partial(plan_seats, needs, offers.offers, stated, floor, worth)
                return watched(work, report, seconds=seconds)

            plan = planned(pd.concat([orders, stored], ignore_index=True))
            if isinstance(plan, NoPlan) and len(stored):
                # What a stored order lacks must not keep the city from a plan: it is said, and planned without.
                notes = (*notes, (f"已登记的订单未纳入：{plan.zh}", f"stored orders are left out: {plan.en}"))
                plan, stored = planned(orders), ORDERS.empty()
            notes = (
                *notes, *of_the_past, *_late_orders(pd.concat([orders, stored], ignore_index=True), forecast),
                *_stored_orders(stored, without_place, forecast), *_how_good(plan),
            )  # fmt: skip
    return plan, offers, notes


def _needs(records: Records, forecast: DemandForecast, today: date, level: str) -> tuple[TrainingNeeds, Notes]:
    market = market_from_records(records, today)
    registered = records.seekers.set_index("seeker_id")["registered_on"].reindex(market.seekers["seeker_id"])
    likely = availability(records, registered, today, forecast.months)
    notes: Notes = ()
    if likely is None:
        likely = np.ones((len(market.seekers), len(forecast.months)))
        notes = (
            (
                "台账中结束的求职太少，无法估计谁仍在找工作：按全部仍在计算供给",
                "too few waits have ended on record to say who will still be looking: everybody is counted as supply",
            ),
        )
    supply = expected_supply(market, usual_credentials(records, level=level), forecast.cells, likely, level=level)
    return training_needs(forecast, supply), notes


def _how_good(plan: SeatPlan | NoPlan) -> Notes:
    """By how much the plan may miss the best one, and whether that is for want of time."""
    if isinstance(plan, NoPlan) or (plan.in_time and plan.gap <= EXACT_GAP):
        return ()
    seconds = plan.settings.seconds
    zh, en = (
        ("", "")
        if plan.in_time
        else (
            f"求解到时限（{seconds:g} 秒）为止，可用 --seconds 给更多时间：",
            f"the search was ended by its limit of time ({seconds:g} s; --seconds allows more): ",
        )
    )
    return (
        (
            f"{zh}计划的净价值与最优相差至多 {plan.gap:.2%}",
            f"{en}the plan's worth less its cost is within {plan.gap:.2%} of the best there is",
        ),
    )


def _check_providers(given: PlanningFile, records: Records) -> None:
    """A limit of an institution that teaches nothing would bind nobody, and set aside those of the past."""
    named = given.limits["provider"].dropna()
    unknown = sorted(set(named) - set(records.courses["provider"].dropna()))
    if unknown:
        raise DataError(
            f"limits of institutions without a course: {'、'.join(unknown)}",
            remedy="write 机构/provider as the courses on record do, or import their courses first",
        )


def _limits(
    records: Records, given: PlanningFile | None, budget_cny: float | None, level: str
) -> tuple[pd.DataFrame, Notes]:
    """What is stated, and for the kinds that are not what there has been; the notes say which."""
    tables = [given.limits] if given else []
    if budget_cny is not None:
        tables.append(
            LIMITS.check(
                pd.DataFrame([{"kind": str(LimitKind.BUDGET), "value": budget_cny}], columns=list(LIMITS.columns))
            )
        )
    stated = {kind for table in tables for kind in table["kind"]}
    past = limits_of_the_past(records, level=level)
    tables.append(past[~past["kind"].isin(stated)])
    notes: Notes = ()
    for kind in (LimitKind.TEACHERS, LimitKind.ROOMS):
        if kind not in stated:
            zh, en = LIMIT_NAMES[kind]
            notes += ((f"未给{zh}：按以往同时开班的最多班数", f"{en} not stated: as many as there have been"),)
    if LimitKind.BUDGET not in stated:
        notes += (("未给预算：不限", "no budget stated: without limit"),)
    return LIMITS.check(pd.concat(tables, ignore_index=True)), notes


def _stored_orders(stored: pd.DataFrame, without_place: int, forecast: DemandForecast) -> Notes:
    notes: Notes = ()
    stored = stored[stored["month"].isin(pd.Series(forecast.months.astype("datetime64[s]")))]
    if len(stored):
        seats = int(stored["seats"].sum())
        notes += (
            (
                f"已登记的 {len(stored)} 个订单计入下限（{seats} 人）",
                f"{len(stored)} stored orders are a floor: {seats} people",
            ),
        )
    if without_place:
        notes += (
            (
                f"{without_place} 个订单不知职业或区县，未纳入",
                f"{without_place} orders of unknown occupation or district are left out",
            ),
        )
    return notes


def _late_orders(orders: pd.DataFrame, forecast: DemandForecast) -> Notes:
    months = pd.Series(forecast.months.astype("datetime64[s]"))
    outside = int((~orders["month"].isin(months)).sum())
    if not outside:
        return ()
    span = f"{forecast.months[0]}–{forecast.months[-1]}"
    return (
        (f"{outside} 个订单不在计划期 {span} 内，未纳入", f"{outside} orders are outside the plan's months {span}"),
    )
