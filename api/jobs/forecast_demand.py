"""The forecast of demand from the vacancies on record, kept for institutions to read and download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.bootstrap import Services
from api.jobs.stages import Stages
from api.planning_results import save_forecast
from data.columns import Records
from data.storage.record_repository import load_records
from training_recs.demand_forecast.demand_history import Measure, demand_history
from training_recs.demand_forecast.forecast_demand import DemandForecast, ForecastSettings, NoForecast, forecast_demand

_STAGE = {
    Measure.OPENINGS: "预测招聘人数 / forecast openings",
    Measure.UNMET: "预测未招满人数 / forecast unmet demand",
}
NO_HIRES = NoForecast(
    "台账中没有录用记录，无法知道哪些岗位没有招满：请先记录录用",
    "the ledger holds no hires, so which openings stayed unfilled is not known: record hires first",
)


@dataclass(frozen=True)
class CityForecast:
    """Forecasts of each measure made on `as_of`, occupations told apart at `level`; `folder` holds their files."""

    as_of: date
    level: str
    forecasts: dict[Measure, DemandForecast | NoForecast]
    is_synthetic: bool
    folder: Path


def forecast_city(
    services: Services, stages: Stages, *, today: date, level: str = "minor", settings: ForecastSettings | None = None
) -> CityForecast:
    """Forecast openings and unmet demand, and write them to the planning folder; the newest replaces the one before."""
    with stages.stage("读取岗位与台账 / read vacancies and the ledger"), services.engine.connect() as connection:
        records = load_records(connection, with_history=True)
    found = forecast_records(records, stages, today=today, level=level, settings=settings)
    city = CityForecast(
        today,
        level,
        found,
        bool(records.vacancies["is_synthetic"].any()),
        services.settings.home / "planning" / "forecast",
    )
    save_forecast(city.folder, city.forecasts, as_of=today, level=level, is_synthetic=city.is_synthetic)
    return city


def forecast_records(
    records: Records, stages: Stages, *, today: date, level: str, settings: ForecastSettings | None = None,
    measures: tuple[Measure, ...] = tuple(Measure),
) -> dict[Measure, DemandForecast | NoForecast]:  # fmt: skip
    """Forecasts of `measures` from records."""
    found: dict[Measure, DemandForecast | NoForecast] = {}
    for measure in measures:
        with stages.stage(_STAGE[measure]) as report:
            history = demand_history(records, today, measure=measure, level=level)
            found[measure] = NO_HIRES if history is None else forecast_demand(history, settings, report=report)
    return found
