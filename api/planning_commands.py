"""`zhuye forecast` and `zhuye seats`: what the city will need, and which training seats to open for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

OccupationLevel = Literal["major", "sub_major", "minor", "occupation"]
_LEVEL = typer.Option(help="职业分到哪一层：大类、中类、小类、职业 / how finely occupations are told apart")


def forecast(
    level: Annotated[OccupationLevel, _LEVEL] = "minor",
    months: Annotated[int, typer.Option(min=1, max=12, help="预测月数 / months ahead")] = 6,
) -> None:
    """预测各职业、各区县的招聘和未招满人数 / forecast openings and unmet demand, with intervals; CSV and XLSX."""
    from api.bootstrap import open_services
    from api.jobs.forecast_demand import forecast_city
    from api.jobs.stages import Stages
    from api.planning_console import show_forecast
    from api.service_settings import read_settings
    from training_recs.demand_forecast.forecast_demand import ForecastSettings, NoForecast

    services, stages = open_services(read_settings()), Stages()
    found = forecast_city(services, stages, today=date.today(), level=level, settings=ForecastSettings(horizon=months))
    show_forecast(found)
    if all(isinstance(one, NoForecast) for one in found.forecasts.values()):
        raise typer.Exit(65)


def seats(
    limits: Annotated[
        Path | None, typer.Option(help="预算、教师、教室、订单的文件 / file of budget, teachers, rooms and orders")
    ] = None,
    budget: Annotated[float | None, typer.Option(min=0, help="补贴总预算（元）/ subsidies in all, CNY")] = None,
    value: Annotated[
        float | None,
        typer.Option(min=1, help="用上一个名额的价值（元），默认三个月最低工资 / worth of a filled seat, CNY"),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(min=1, help="求解时限（秒），到时取已找到的最好计划 / most seconds to look for the best plan"),
    ] = 600,
    level: Annotated[OccupationLevel, _LEVEL] = "minor",
) -> None:
    """培训名额计划：哪门课、在哪、几月、多少名额 / which course, where, from when, how many seats; CSV and XLSX."""
    from api.bootstrap import open_services
    from api.jobs.plan_seats import plan_city_seats
    from api.jobs.stages import Stages
    from api.planning_console import show_plan
    from api.service_settings import read_settings
    from training_recs.seat_plan.plan_seats import NoPlan

    services, stages = open_services(read_settings()), Stages()
    found = plan_city_seats(
        services, stages, today=date.today(), limits=limits, budget_cny=budget, value_cny=value, level=level,
        seconds=seconds,
    )  # fmt: skip
    show_plan(found)
    if isinstance(found.plan, NoPlan):
        raise typer.Exit(65)
