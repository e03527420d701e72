"""What the city will need and the seats planned for it, for training institutions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from api.bootstrap import Services
from api.planning_results import PlanningResult, load_result
from api.routes.dependencies import OpenServices
from api.schemas.planning import (
    BothLanguages,
    DemandForecastAnswer,
    ForecastChoice,
    ForecastCoverage,
    ForecastRow,
    LimitUse,
    PlannedClass,
    SeatPlanAnswer,
)
from api.schemas.problem import declared
from data.errors import NotFoundError
from training_recs.demand_forecast.hierarchy import ALL
from training_recs.seat_plan.names import occupation_name

router = APIRouter(prefix="/v1", tags=["培训规划 planning"])

Measure = Literal["openings", "unmet"]
Level = Literal["city", "occupation", "district", "cell"]
Most = Annotated[int, Query(ge=1, le=10_000, description="最多返回条数 / most to return")]
Occupation = Annotated[str | None, Query(max_length=10, description="职业代码，包含其下各类 / group, with its parts")]
District = Annotated[str | None, Query(max_length=6, description="区县代码 / division code")]
FileKind = Literal["csv", "xlsx"]
_MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@router.get("/demand-forecast", summary="用工需求预测 / forecast of demand", responses=declared(404, 422))
def demand_forecast(
    services: OpenServices, measure: Measure = "openings", level: Level = "occupation", occupation: Occupation = None,
    district_code: District = None, limit: Most = 1000,
) -> DemandForecastAnswer:  # fmt: skip
    """最近一次 `zhuye forecast` 的结果：各职业、各区县、各月的招聘人数或未招满人数，附预测区间、方法与回测。

    The newest result of `zhuye forecast`: openings or unmet demand by occupation, district and month with prediction
    intervals, how the methods were chosen, and how well the intervals held.
    """
    result = _forecast(services)
    about = result.manifest["measures"][measure]
    table = result.tables["forecast"]
    table = _within(table[(table["measure"] == measure) & (table["level"] == level)], occupation, district_code)
    return DemandForecastAnswer(
        as_of=result.manifest["as_of"],
        measure=measure,
        is_synthetic=result.manifest["is_synthetic"],
        no_forecast=about.get("no_forecast"),
        months_of_history=about.get("months_of_history"),
        openings_left_out=about.get("openings_left_out"),
        total=len(table),
        rows=[
            ForecastRow(
                **row, occupation_name=None if row["occupation"] == ALL else occupation_name(str(row["occupation"]))
            )
            for row in _rows(table.head(limit).drop(columns="measure"))
        ],
        choices=[
            ForecastChoice(**row, words=BothLanguages(zh=str(row["words_zh"]), en=str(row["words_en"])))
            for row in _rows(result.tables.get(f"choices_{measure}"))
        ],
        coverage=[ForecastCoverage(**row) for row in _rows(result.tables.get(f"coverage_{measure}"))],
    )


@router.get(
    "/demand-forecast/file",
    summary="下载需求预测 / download the forecast",
    responses=declared(404, 422),
    response_class=FileResponse,
)
def demand_forecast_file(
    services: OpenServices, file_format: Annotated[FileKind, Query(alias="format")]
) -> FileResponse:
    """CSV 为全部预测；XLSX 另有方法与区间检验。/ CSV: all forecasts; XLSX: methods and coverage besides."""
    return _file(_folder(services, "forecast") / f"forecast.{file_format}", file_format, "zhuye forecast")


@router.get("/seat-plan", summary="培训名额计划 / seat plan", responses=declared(404, 422))
def seat_plan(
    services: OpenServices,
    provider: Annotated[str | None, Query(max_length=200, description="机构 / training institution")] = None,
    occupation: Occupation = None,
    district_code: District = None,
    limit: Most = 1000,
) -> SeatPlanAnswer:
    """最近一次 `zhuye seats` 的结果：哪门课、在哪、几月开班、多少名额及理由，以及各项限额的使用。

    The newest result of `zhuye seats`: which course, where, from which month, how many seats and why, and how much of
    each limit that uses.
    """
    result = load_result(_folder(services, "seats"), command="zhuye seats")
    table = _within(result.tables["plan"], occupation, district_code)
    if provider is not None:
        table = table[table["provider"] == provider]
    return SeatPlanAnswer(
        as_of=result.manifest["as_of"],
        is_synthetic=result.manifest["is_synthetic"],
        no_plan=result.manifest["no_plan"],
        notes=result.manifest["notes"],
        total=len(table),
        classes=[
            PlannedClass(
                **row,
                occupation_name=occupation_name(str(row["occupation"])),
                reason=BothLanguages(zh=str(row["reason_zh"]), en=str(row["reason_en"])),
            )
            for row in _rows(table.head(limit))
        ],
        limits=[LimitUse(**row) for row in _rows(result.tables["limits"])],
    )


@router.get(
    "/seat-plan/file",
    summary="下载名额计划 / download the plan",
    responses=declared(404, 422),
    response_class=FileResponse,
)
def seat_plan_file(services: OpenServices, file_format: Annotated[FileKind, Query(alias="format")]) -> FileResponse:
    """CSV 为计划；XLSX 另有缺口、限额和未纳入的课程。/ CSV: the plan; XLSX: needs, limits and courses left out too."""
    return _file(_folder(services, "seats") / f"plan.{file_format}", file_format, "zhuye seats")


def _forecast(services: Services) -> PlanningResult:
    return load_result(_folder(services, "forecast"), command="zhuye forecast")


def _folder(services: Services, name: str) -> Path:
    return services.settings.home / "planning" / name


def _file(path: Path, kind: FileKind, command: str) -> FileResponse:
    if not path.exists():
        raise NotFoundError(
            f"还没有结果 / there is no result of {command} yet", remedy=f"请先运行 {command} / run {command} first"
        )
    return FileResponse(path, media_type=_MEDIA[kind], filename=path.name)


def _within(table: pd.DataFrame, occupation: str | None, district_code: str | None) -> pd.DataFrame:
    if occupation is not None:
        table = table[(table["occupation"] + "-").str.startswith(f"{occupation}-").to_numpy(bool)]
    if district_code is not None:
        table = table[(table["district_code"] == district_code).to_numpy(bool)]
    return table


def _rows(table: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Rows with None where a value is missing; months as dates."""
    if table is None:
        return []
    return [
        {name: _plain(value) for name, value in zip(table.columns, row, strict=True)}
        for row in table.itertuples(index=False)
    ]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
