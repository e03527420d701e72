"""Ranking quality with significance, whether the probabilities are honest, reach and recall."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evaluation.groups import EVERYONE
from evaluation.ranking.filtered_recall import FilteredRecall
from evaluation.ranking.list_coverage import ListCoverage
from evaluation.ranking.ranking_evidence import MEASURES, RankingEvidence
from evaluation.ranking.seeker_lists import RANKERS_ZH
from evaluation.refusal import Refusal
from evaluation.report.blocks import (
    Block,
    Curve,
    CurveChart,
    DataTable,
    Headline,
    Headlines,
    Interval,
    IntervalChart,
    Kind,
    Section,
    Words,
    columns,
)
from evaluation.report.names import both, group_words
from evaluation.report.number_text import base_text, interval_text, number_text

_SIDES = {
    "accept": Words("求职者接受", "the seeker accepts"),
    "hire": Words("接受后被录用", "hired, once accepted"),
    "placement": Words("接受并被录用", "accepted and hired"),
}
_MEASURE_NAMES = {measure.name: f"{measure.name}：{measure.zh} {measure.en}" for measure in MEASURES}


def ranking_section(found: RankingEvidence) -> Section:
    """The section of ranking and calibration."""
    blocks: list[Block] = [*found.refusals, *found.cautions]
    if figures := _reach(found.coverage, found.recall):
        blocks.append(Headlines(figures))
    if len(found.reliability):
        blocks += [_reliability_chart(found.reliability), _calibration_table(found.calibration)]
    if isinstance(found.quality, pd.DataFrame):
        blocks += [_quality_chart(found.quality), _quality_table(found.quality)]
    if isinstance(found.comparison, pd.DataFrame):
        blocks.append(_comparison_table(found.comparison))
    return Section("ranking", Words("排序与概率", "Ranking and probabilities"), tuple(blocks))


def _reach(coverage: ListCoverage | Refusal, recall: FilteredRecall | Refusal) -> tuple[Headline, ...]:
    figures = []
    if isinstance(coverage, ListCoverage):
        seekers = f"{coverage.seekers_with_list:,} / {coverage.seekers:,}"
        vacancies = f"{coverage.vacancies_shown:,} / {coverage.vacancies:,}"
        figures += [
            _share(Words("获推荐的求职者", "seekers referred"), coverage.seeker_share, seekers),
            _share(Words("获推荐的岗位", "vacancies referred to"), coverage.vacancy_share, vacancies),
        ]
    if isinstance(recall, FilteredRecall):
        label = Words(f"检索召回率（前 {recall.k}）", f"recall of the exact top {recall.k}")
        small = f"{interval_text(recall.recall, recall.low, recall.high, Kind.SHARE)} · {base_text(recall.seekers)}"
        figures.append(Headline(label, number_text(recall.recall, Kind.SHARE), small))
    return tuple(figures)


def _share(label: Words, share: float, small: str) -> Headline:
    return Headline(label, number_text(share, Kind.SHARE), small)


def _reliability_chart(reliability: pd.DataFrame) -> CurveChart:
    everyone = reliability[reliability["group"] == EVERYONE]
    curves = []
    for side, words in _SIDES.items():
        points = everyone[everyone["side"] == side].sort_values("mean_prediction")
        if len(points):
            names = ("mean_prediction", "observed", "low", "high")
            curves.append(Curve(words, *(tuple(map(float, points[name])) for name in names)))
    title = Words("概率是否如实：按预测分组的实际比例", "are the probabilities honest: observed by predicted")
    return CurveChart(
        title, Words("平均预测", "mean prediction"), Words("实际", "observed"), Kind.SHARE, Kind.SHARE, tuple(curves),
        diagonal=True,
    )  # fmt: skip


def _calibration_table(calibration: pd.DataFrame) -> DataTable:
    rows = calibration.assign(
        side=[both(_SIDES[side]) for side in calibration["side"]],
        group=[both(group_words(group)) for group in calibration["group"]],
        ece_text=_intervals(calibration, "ece", Kind.SHARE),
        slope_text=_intervals(calibration, "slope", Kind.NUMBER),
    )
    shown = columns(
        ("side", "哪一方", "side"), ("group", "人群", "group"), ("cases", "推荐", "referrals", Kind.COUNT),
        ("mean_prediction", "平均预测", "mean prediction", Kind.SHARE), ("observed", "实际", "observed", Kind.SHARE),
        ("ece_text", "校准误差", "calibration error (95 %)"),
        ("ece_by_chance", "如实时的误差", "if exactly honest", Kind.SHARE),
        ("brier", "Brier 分", "Brier score", Kind.NUMBER),
        ("slope_text", "校准斜率（1 为准）", "calibration slope (1 is right)"),
        ("intercept", "截距（0 为准）", "intercept (0 is right)", Kind.NUMBER),
        ("p_holm", "调整后 p", "adjusted p", Kind.P_VALUE),
    )  # fmt: skip
    definition = Words(
        "回测：每月之初用此前的记录训练，预测当月推荐的结果；误差为等量分组的加权平均差。",
        "backtest: at the start of each month a model of what was known before foretells that month's referrals; the "
        "error is over bins of equal size",
    )
    return DataTable("calibration", Words("校准", "calibration"), definition, shown, rows)


def _quality_chart(quality: pd.DataFrame) -> IntervalChart:
    first = MEASURES[0].name
    rows: list[dict[Any, Any]] = quality[(quality["measure"] == first) & quality["value"].notna()].to_dict("records")
    intervals = tuple(
        Interval(
            Words(RANKERS_ZH[row["ranker"]], row["ranker"]),
            row["value"],
            row["low"],
            row["high"],
            base_text(row["queries"]),
        )
        for row in rows
    )
    return IntervalChart(Words(f"排序质量 {first}", f"ranking quality, {first}"), Kind.NUMBER, intervals)


def _quality_table(quality: pd.DataFrame) -> DataTable:
    shown = columns(
        ("ranker", "排序方法", "ranker"), ("measure", "指标", "measure"), ("value", "数值", "value", Kind.NUMBER),
        ("low", "区间下限", "low", Kind.NUMBER), ("high", "区间上限", "high", Kind.NUMBER),
        ("queries", "名单数", "lists", Kind.COUNT), ("judged_share", "有结果的比例", "judged", Kind.SHARE),
    )  # fmt: skip
    definition = Words(
        "每位求职者在回测月内的推荐为一份名单：谢绝 0，接受 1，录用 2；对名单自助抽样得区间。",
        "a list is a seeker's referrals of the backtest: declined 0, accepted 1, hired 2; bootstrap over lists",
    )
    rows = quality.assign(measure=quality["measure"].map(_MEASURE_NAMES), ranker=_named(quality["ranker"]))
    return DataTable("ranking-quality", Words("排序质量", "ranking quality"), definition, shown, rows)


def _comparison_table(comparison: pd.DataFrame) -> DataTable:
    shown = columns(
        ("ranker", "排序方法", "ranker"), ("against", "与之相比", "against"), ("measure", "指标", "measure"),
        ("difference", "差", "difference", Kind.NUMBER), ("low", "下限", "low", Kind.NUMBER),
        ("high", "上限", "high", Kind.NUMBER), ("p_value", "p", "p", Kind.P_VALUE),
        ("p_holm", "Holm 调整后 p", "Holm-adjusted p", Kind.P_VALUE), ("queries", "名单数", "lists", Kind.COUNT),
        ("better", "较好", "better", Kind.COUNT), ("worse", "较差", "worse", Kind.COUNT),
    )  # fmt: skip
    definition = Words(
        "同一批名单成对比较，随机化检验（Smucker、Allan 与 Carterette 2007），p 按 Holm 调整。",
        "paired over the same lists, randomisation test (Smucker, Allan & Carterette 2007), p adjusted by Holm",
    )
    title = Words("与其他排序方法相比", "compared with other rankers")
    rows = comparison.assign(ranker=_named(comparison["ranker"]), against=_named(comparison["against"]))
    return DataTable("ranking-comparison", title, definition, shown, rows)


def _named(rankers: pd.Series[str]) -> list[str]:
    return [f"{RANKERS_ZH[ranker]} {ranker}" for ranker in rankers]


def _intervals(table: pd.DataFrame, name: str, kind: Kind) -> list[str]:
    ends = zip(table[name], table[f"{name}_low"], table[f"{name}_high"], strict=True)
    return [interval_text(value, low, high, kind) for value, low, high in ends]
