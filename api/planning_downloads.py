"""Forecasts and plans as files that people open: CSV and XLSX with names and headers in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from training_recs.demand_forecast.candidates import METHOD_NAMES, Method
from training_recs.demand_forecast.hierarchy import ALL
from training_recs.seat_plan.names import district_name, occupation_name
from training_recs.seat_plan.planning_tables import LIMIT_NAMES, LimitKind

_HEADERS = {
    "measure": "指标 measure",
    "level": "层级 level",
    "occupation": "职业 occupation",
    "district_code": "区县 district",
    "month": "月份 month",
    "forecast": "预测人数 forecast",
    "low": "区间下限 low",
    "high": "区间上限 high",
    "method": "方法 method",
    "series_class": "序列类型 class",
    "series": "序列数 series",
    "fell_back": "退回简单方法 fell back",
    "mae": "平均绝对误差 MAE",
    "rmse": "均方根误差 RMSE",
    "smape": "对称百分误差 SMAPE %",
    "naive_mae": "上月数 MAE naive",
    "naive_rmse": "上月数 RMSE naive",
    "gain": "比最好的简单方法低 gain",
    "words_zh": "说明",
    "words_en": "explanation",
    "months_ahead": "提前月数 months ahead",
    "nominal": "名义覆盖率 nominal",
    "covered": "实际覆盖率 covered",
    "below": "低于下限 below",
    "forecasts": "检验次数 forecasts",
    "width": "平均宽度 width",
    "course_id": "课程编号 course",
    "title": "课程 title",
    "provider": "机构 provider",
    "starts": "开班月份 starts",
    "ready": "可上岗月份 ready",
    "classes": "班数 classes",
    "seats": "名额 seats",
    "ordered_seats": "订单名额 ordered",
    "speculative_seats": "预测名额 on forecast",
    "expected_filled": "预计用得上 expected filled",
    "subsidy_cny": "补贴（元）subsidy CNY",
    "reason_zh": "理由",
    "reason_en": "reason",
    "demand": "预测用工 demand",
    "supply": "可用合格者 supply",
    "median_need": "缺口中位数 median need",
    "high_need": "缺口上限 high need",
    "ordered": "订单 ordered",
    "kind": "限额 limit",
    "value": "数额 value",
    "used": "已用 used",
    "is_short": "已用满 used up",
}
_SHEETS = {
    "forecast": "预测 forecast",
    "plan": "名额计划 plan",
    "needs": "缺口 needs",
    "limits": "限额 limits",
    "left_out": "未纳入的课程 left out",
    "choices_openings": "方法 招聘 methods",
    "choices_unmet": "方法 未招满 methods unmet",
    "coverage_openings": "区间检验 招聘 coverage",
    "coverage_unmet": "区间检验 未招满 coverage unmet",
}
_WORDS = {
    "openings": "招聘人数 openings",
    "unmet": "未招满人数 unmet",
    "city": "全市 city",
    "district": "区县 district",
    "cell": "职业×区县 cell",
    "smooth": "平稳 smooth",
    "erratic": "波动 erratic",
    "intermittent": "间断 intermittent",
    "lumpy": "间断且波动 lumpy",
    "occupation": "职业 occupation",
}
_NO_DAY = datetime(1980, 1, 1)
"""Stands where a workbook keeps the time of its making, so that the same result is the same file."""
_SYNTHETIC = "合成数据：人、单位、岗位均为虚构 / synthetic data: people, employers and posts are invented"


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """The table with names in place of codes, months as 2026-07, and headers in both languages."""
    shown = table.copy()
    for column in shown.columns:
        if column == "district_code":
            shown[column] = _named(shown[column], lambda code: " ".join(district_name(code)), "全市 whole city")
        elif column == "occupation":
            shown[column] = _named(shown[column], occupation_name, "全部 every occupation")
        elif column == "method":
            shown[column] = _named(shown[column], lambda name: " / ".join(METHOD_NAMES[Method(name)]), "")
        elif column == "kind":
            shown[column] = _named(shown[column], lambda name: " / ".join(LIMIT_NAMES[LimitKind(name)]), "")
        elif column in ("measure", "level", "series_class"):
            shown[column] = _named(shown[column], _WORDS.__getitem__, "")
        elif column in ("month", "starts", "ready"):
            shown[column] = pd.to_datetime(shown[column]).dt.strftime("%Y-%m")
    return shown.rename(columns=_HEADERS)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 with a mark, so that spreadsheets read Chinese text in the right encoding."""
    readable(table).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.6g")


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path, *, is_synthetic: bool) -> None:
    """Write the tables as sheets of one workbook; the same tables give the same bytes."""
    book = xlsxwriter.Workbook(path, {"nan_inf_to_errors": True})
    book.set_properties({"created": _NO_DAY})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for name, table in tables.items():
        shown, sheet = readable(table), book.add_worksheet(_SHEETS.get(name, name))
        if is_synthetic:
            sheet.set_header(f"&L{_SYNTHETIC}")
            sheet.write_comment(0, 0, _SYNTHETIC)
        sheet.write_row(0, 0, list(shown.columns), bold)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(shown.columns):
            sheet.set_column(place, place, 60 if column in ("理由", "reason", "说明", "explanation") else 18)
            sheet.write_column(1, place, [_cell(value) for value in shown[column]])
    book.close()


def _named(codes: pd.Series[str], name_of: Any, every: str) -> pd.Series[str]:
    """Names of codes, each looked up once; `ALL` and null become `every`."""
    names = {code: every if code == ALL else name_of(code) for code in codes.dropna().unique()}
    return codes.map(names).fillna(every).astype("string")


def _cell(value: Any) -> Any:
    """What a sheet can hold: a number, a text, or nothing."""
    if pd.isna(value):
        return ""
    return value.item() if hasattr(value, "item") else value if isinstance(value, int | float) else str(value)
