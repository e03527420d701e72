"""What `zhuye forecast` and `zhuye seats` print: the main lines, and where the files are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.table import Table

from training_recs.demand_forecast.demand_history import Measure
from training_recs.demand_forecast.forecast_demand import NoForecast
from training_recs.demand_forecast.hierarchy import Level
from training_recs.demand_forecast.reconciliation import RECONCILIATION_NAMES
from training_recs.demand_forecast.series_classes import CLASS_NAMES_ZH, SeriesClass
from training_recs.seat_plan.limit_words import name_of_limit
from training_recs.seat_plan.names import district_name, occupation_name
from training_recs.seat_plan.plan_seats import NoPlan

if TYPE_CHECKING:
    from api.jobs.forecast_demand import CityForecast
    from api.jobs.plan_seats import CityPlan
    from training_recs.demand_forecast.forecast_demand import DemandForecast

_MEASURES = {Measure.OPENINGS: "招聘人数 / openings", Measure.UNMET: "未招满人数 / unmet demand"}
_LEVELS = {
    Level.CITY: "全市 city", Level.OCCUPATION: "职业 occupation", Level.DISTRICT: "区县 district",
    Level.CELL: "职业×区县 cell",
}  # fmt: skip
_SYNTHETIC = "[bold yellow]合成数据，均为虚构 / synthetic data[/]"
_MOST_SHOWN = 12


def show_forecast(city: CityForecast) -> None:
    """Each measure's largest occupations, how its methods were chosen, and whether its intervals held."""
    console = Console()
    if city.is_synthetic:
        console.print(_SYNTHETIC)
    for measure, found in city.forecasts.items():
        if isinstance(found, NoForecast):
            console.print(f"[yellow]{_MEASURES[measure]}：{found.zh}[/]\n  {found.en}", highlight=False)
            continue
        console.print(_largest(measure, found))
        console.print(_methods(found))
        console.print(_coverage_line(found), highlight=False)
        if found.left_out:
            console.print(
                f"职业或区县未知、未计入 / occupation or district not known, left out: {found.left_out:,}",
                highlight=False,
            )
    console.print(f"文件 / files: {city.folder}/forecast.xlsx, forecast.csv", highlight=False)


def _largest(measure: Measure, found: DemandForecast) -> Table:
    table = Table(
        title=f"{_MEASURES[measure]} · {found.months_of_history} 个月历史 / months of history", title_justify="left"
    )
    table.add_column("")
    for month in found.months:
        table.add_column(str(month), justify="right")
    rows = found.table[found.table["level"].isin([str(Level.CITY), str(Level.OCCUPATION)])]
    total = rows.groupby(["level", "occupation"])["forecast"].sum().sort_values(ascending=False, kind="stable")
    for level, occupation in total.index[: _MOST_SHOWN + 1]:
        some = rows[(rows["level"] == level) & (rows["occupation"] == occupation)]
        name = "全市 / whole city" if level == Level.CITY else occupation_name(str(occupation))
        cells = zip(some["forecast"], some["low"], some["high"], strict=True)
        table.add_row(name, *(f"{value:,.0f}\n[dim]{low:,.0f}–{high:,.0f}[/]" for value, low, high in cells))
    return table


def _methods(found: DemandForecast) -> Table:
    table = Table(title="方法 / methods", title_justify="left")
    for name in ("层级 / level", "类型 / class", "序列 / series", "说明 / what was chosen"):
        table.add_column(name)
    for level, kind, series, zh, en in found.choices[
        ["level", "series_class", "series", "words_zh", "words_en"]
    ].itertuples(index=False):
        words = f"{zh}\n[dim]{en}[/]"
        table.add_row(_LEVELS[Level(level)], f"{CLASS_NAMES_ZH[SeriesClass(kind)]} {kind}", f"{series:,}", words)
    return table


def _coverage_line(found: DemandForecast) -> str:
    how = RECONCILIATION_NAMES[found.reconciliation]
    sums = found.coverage.assign(hits=found.coverage["covered"] * found.coverage["forecasts"])
    sums = sums.groupby("level", sort=False)[["hits", "forecasts"]].sum()
    nominal = found.coverage["nominal"].max()
    shares = ", ".join(f"{_LEVELS[Level(str(name))]} {hits / n:.0%}" for name, hits, n in sums.itertuples())
    return (
        f"协调 / sums made to agree by: {how[0]} {how[1]}; "
        f"区间应覆盖 {nominal:.0%}，回测实际 / intervals meant for {nominal:.0%} covered: {shares}"
    )


def show_plan(city: CityPlan) -> None:
    """The plan's classes with reasons, the limits that are used up, and what it rests on."""
    console = Console()
    if city.is_synthetic:
        console.print(_SYNTHETIC)
    plan = city.plan
    if isinstance(plan, NoPlan):
        console.print(f"[yellow]没有计划 / no plan：{plan.zh}[/]\n  {plan.en}", highlight=False)
    else:
        _show_classes(console, plan.plan)
        for limit in (row for _, row in plan.limits.iterrows() if row["is_short"]):
            zh, en = name_of_limit(limit)
            month = "" if pd.isna(limit["month"]) else f" {limit['month']:%Y-%m}"
            used = f"{limit['used']:,.0f}/{limit['value']:,.0f}"
            console.print(f"已用满 / used up{month}: {zh} ({en}) {used}", highlight=False, markup=False)
    for zh, en in city.notes:
        console.print(f"{zh} / {en}", highlight=False, markup=False)
    if len(city.offers.left_out):
        console.print(f"未纳入的课程 / courses left out: {len(city.offers.left_out):,}", highlight=False)
    console.print(f"文件 / files: {city.folder}/plan.xlsx, plan.csv", highlight=False)


def _show_classes(console: Console, plan: pd.DataFrame) -> None:
    if plan.empty:
        console.print("没有值得开的名额 / no seat is worth opening")
        return
    table = Table(title="名额计划 / seat plan", title_justify="left")
    for name in ("开班 / starts", "课程、机构、地点 / course", "班 / classes", "名额 / seats", "理由 / reason"):
        table.add_column(name)
    for row in plan.sort_values("seats", ascending=False, kind="stable").head(_MOST_SHOWN).to_dict("records"):
        where = district_name(str(row["district_code"]))
        table.add_row(
            f"{row['starts']:%Y-%m}", f"{row['title']}\n{row['provider']}\n{where[0]} {where[1]}", f"{row['classes']}",
            f"{row['seats']} (订单 ordered {row['ordered_seats']})", f"{row['reason_zh']}\n[dim]{row['reason_en']}[/]",
        )  # fmt: skip
    console.print(table)
    console.print(
        f"共 / in all: {plan['classes'].sum():,} 班 classes, {plan['seats'].sum():,} 名额 seats "
        f"(订单 ordered {plan['ordered_seats'].sum():,}), 预计用得上 expected filled "
        f"{plan['expected_filled'].sum():,.0f}, 补贴 subsidies {plan['subsidy_cny'].sum():,.0f} 元 CNY",
        highlight=False,
    )
