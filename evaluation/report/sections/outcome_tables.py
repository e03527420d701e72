"""Tables of outcomes with their codes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluation.groups import EVERYONE
from evaluation.outcomes.cells import ALL
from evaluation.outcomes.follow_up import SETTLING_DAYS
from evaluation.outcomes.measured_cohort import ANY_EVIDENCE, MeasuredCohort
from evaluation.outcomes.outcome_measures import DEFINITIONS, Measure, Method, Unit
from evaluation.outcomes.outcome_table import NoNumber
from evaluation.report.blocks import DataTable, Kind, Shown, Words
from evaluation.report.names import both, district_words, evidence_words, group_words
from evaluation.report.number_text import interval_text

KIND_OF = {Unit.SHARE: Kind.SHARE, Unit.DAYS: Kind.DAYS, Unit.CNY_MONTH: Kind.MONEY, Unit.RATIO: Kind.SHARE}
REASONS = {
    NoNumber.SHOWN: "",
    NoNumber.NOBODY: "无人 nobody",
    NoNumber.WITHHELD: "人数少，隐去 withheld",
    NoNumber.TOO_FEW_EVENTS: "事件过少 too few events",
    NoNumber.NOT_OBSERVED: "观察期不足 not observed so long",
    NoNumber.NOT_REACHED: "尚未达到 not reached",
}
_METHODS = {
    Method.SHARE: Words("占比", "share"),
    Method.AALEN_JOHANSEN: Words("累积发生率", "cumulative incidence (Aalen–Johansen)"),
    Method.KAPLAN_MEIER: Words("", "Kaplan–Meier"),
    Method.MEDIAN: Words("中位数", "median"),
}
_MEASURE = Shown("measure_words", Words("指标", "measure"))
_HORIZON = Shown("horizon_days", Words("期限（天）", "horizon, days"), Kind.COUNT)
_EVIDENCE = Shown("proof_words", Words("证据", "evidence"))
_COUNTS = (
    Shown("numerator", Words("分子", "numerator"), Kind.COUNT),
    Shown("denominator", Words("分母", "denominator"), Kind.COUNT),
)


def city_table(city: pd.DataFrame) -> DataTable:
    """Every measure of everyone, with its definition."""
    rows = city[(city["proof"] == ANY_EVIDENCE) | (city["measure"] == Measure.EVIDENCED)]
    rows = rows[rows["method"].isin([Method.SHARE, Method.MEDIAN]) & (rows["group"] == EVERYONE)]
    shown = [
        interval_text(value, low, high, KIND_OF[Unit(unit)])
        for value, low, high, unit in zip(rows["estimate"], rows["low"], rows["high"], rows["unit"], strict=True)
    ]
    value = Shown("shown", Words("数值（95 % 区间）", "value (95 % interval)"))
    return DataTable(
        "outcomes-city",
        Words("全体求职者的各项数字", "the figures for everyone"),
        Words("每行自有分子、分母与定义。", "each row has its own numerator, denominator and definition"),
        (_MEASURE, _HORIZON, _EVIDENCE, *_COUNTS, value, Shown("definition", Words("定义", "definition"))),
        _in_words(rows).assign(shown=shown),
    )


def whole_table(key: str, measured: MeasuredCohort) -> DataTable:
    """Every figure of every cell; below the whole city only those that there are."""
    rows = measured.outcomes
    whole_city = (rows["district_code"] == ALL) & (rows["month"] == ALL)
    return DataTable(
        key,
        Words("全部数字：人群 × 区县 × 月份", "every figure: group × district × month"),
        Words(
            f"队列：{measured.cohort.definition_zh}。曲线类数字的估计值不等于分子 ÷ 分母：有人未观察满期限。"
            f"登记期满 {SETTLING_DAYS} 天后视为退出。",
            f"cohort: {measured.cohort.definition}. Of curves the estimate is not numerator ÷ denominator: some were "
            f"not observed to the horizon. A registration that ends counts as left {SETTLING_DAYS} days later.",
        ),
        (
            _MEASURE, _HORIZON, _EVIDENCE,
            Shown("method_words", Words("方法", "method")),
            Shown("group_words", Words("人群", "group")),
            Shown("district_words", Words("区县", "district")),
            Shown("month", Words("登记月份", "month registered")),
            *_COUNTS,
            Shown("estimate", Words("估计", "estimate"), Kind.NUMBER),
            Shown("low", Words("区间下限", "low"), Kind.NUMBER),
            Shown("high", Words("区间上限", "high"), Kind.NUMBER),
            Shown("unit", Words("单位", "unit")),
            Shown("why_none", Words("无数字的原因", "why there is none")),
        ),
        _in_words(rows[whole_city | rows["estimate"].notna()]),
        in_page=12,
    )  # fmt: skip


def _in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """`OUTCOMES` with its codes in words."""

    def words(column: str, of: Mapping[Any, str]) -> pd.Series[Any]:
        return rows[column].map(of)

    return rows.assign(
        measure_words=words("measure", {str(m): f"{d.name_zh} {d.name_en}" for m, d in DEFINITIONS.items()}),
        definition=words("measure", {str(m): f"{d.of_zh} {d.of_en}" for m, d in DEFINITIONS.items()}),
        proof_words=words("proof", {tier: both(evidence_words(tier)) for tier in rows["proof"].unique()}),
        method_words=words("method", {str(method): both(name) for method, name in _METHODS.items()}),
        group_words=words("group", {group: both(group_words(group)) for group in rows["group"].unique()}),
        district_words=words("district_code", {c: both(district_words(c)) for c in rows["district_code"].unique()}),
        why_none=words("reason", {str(reason): text for reason, text in REASONS.items()}),
    )
