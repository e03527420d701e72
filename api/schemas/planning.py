"""Forecasts of demand and seat plans, as institutions read them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

_INTERVAL = "以整人数计；预测是期望值，小数字时可在区间之外 / in whole openings; the forecast is an expected number"


class BothLanguages(BaseModel):
    """Words in both languages."""

    zh: str
    en: str


class ForecastRow(BaseModel):
    """Openings expected in one month."""

    level: Literal["city", "occupation", "district", "cell"]
    occupation: str = Field(description="职业代码；all 为全部 / group of the 2022 classification; all: every one")
    occupation_name: str | None
    district_code: str = Field(description="区县代码；all 为全市 / division code; all: the whole city")
    month: date = Field(description="月份的第一天 / first day of the month")
    forecast: float = Field(description="预测人数；各层之和一致 / openings expected; sums agree over the levels")
    low: float = Field(description=f"预测区间下限 / end of the prediction interval; {_INTERVAL}")
    high: float = Field(description=f"预测区间上限 / end of the prediction interval; {_INTERVAL}")
    method: str = Field(description="该序列采用的方法 / method of this series")


class ForecastChoice(BaseModel):
    """Which method a kind of series is forecast by, and how it did in the backtest."""

    level: str
    series_class: str = Field(description="平稳、波动、间断、间断且波动 / smooth, erratic, intermittent, lumpy")
    series: int
    method: str
    fell_back: bool = Field(description="没有方法优于简单方法 / none was ahead of the simple methods")
    mae: float | None
    naive_mae: float | None = Field(description="上月数的误差 / error of the last month's figure")
    words: BothLanguages


class ForecastCoverage(BaseModel):
    """Share of what came that the intervals covered in the backtest."""

    level: str
    months_ahead: int
    nominal: float
    covered: float
    forecasts: int


class DemandForecastAnswer(BaseModel):
    """The newest forecast of one measure."""

    as_of: date
    measure: Literal["openings", "unmet"]
    is_synthetic: bool
    no_forecast: BothLanguages | None = Field(description="为何没有预测 / why there is no forecast")
    months_of_history: int | None
    openings_left_out: int | None = Field(description="职业或区县未知 / of unknown occupation or district")
    total: int = Field(description="符合条件的行数 / rows that were asked for, before the limit")
    rows: list[ForecastRow]
    choices: list[ForecastChoice]
    coverage: list[ForecastCoverage]


class PlannedClass(BaseModel):
    """Classes of one course to open from a month on."""

    course_id: str
    title: str
    provider: str
    occupation: str
    occupation_name: str
    district_code: str
    starts: date
    ready: date = Field(description="可上岗月份 / first month in which those trained can work")
    classes: int
    seats: int
    ordered_seats: int = Field(description="其中订单名额 / of them for confirmed orders")
    speculative_seats: int = Field(description="其中按预测安排 / of them on the forecast")
    expected_filled: float = Field(description="预计用得上的人数 / people expected to find such work")
    subsidy_cny: float
    reason: BothLanguages


class LimitUse(BaseModel):
    """How much of a limit the plan uses."""

    kind: str
    provider: str | None
    district_code: str | None
    occupation: str | None
    month: date | None
    value: float
    used: float
    is_short: bool = Field(description="已用满 / used up")


class SeatPlanAnswer(BaseModel):
    """The newest seat plan."""

    as_of: date
    is_synthetic: bool
    no_plan: BothLanguages | None = Field(description="订单为何不能满足 / why confirmed orders cannot be met")
    notes: list[BothLanguages]
    total: int
    classes: list[PlannedClass]
    limits: list[LimitUse]
