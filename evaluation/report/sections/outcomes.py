"""Placement, wait, retention, wage and fit of a cohort."""

from __future__ import annotations

from typing import Any

import pandas as pd

from data.records import EvidenceTier, SeekerGroup
from evaluation.groups import EVERYONE
from evaluation.outcomes.cells import ALL
from evaluation.outcomes.measured_cohort import ANY_EVIDENCE, MeasuredCohort
from evaluation.outcomes.outcome_measures import Measure, Method, Unit
from evaluation.outcomes.outcome_table import NoNumber
from evaluation.outcomes.placements import PROVED
from evaluation.outcomes.waiting_curves import EMPLOYED
from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import (
    Block,
    Curve,
    CurveChart,
    Headline,
    Headlines,
    Interval,
    IntervalChart,
    Kind,
    Note,
    Section,
    Words,
)
from evaluation.report.names import district_words, evidence_words, group_words
from evaluation.report.number_text import base_text, number_text
from evaluation.report.sections.outcome_tables import KIND_OF, REASONS, city_table, whole_table

HEADLINE_DAYS = 90
_GROUPS = (EVERYONE, *map(str, SeekerGroup))
_ENDS = {
    "placed": Words("上岗", "placed"),
    "left_register": Words("未就业而退出登记", "left the register"),
    "further_study": Words("升学", "further study"),
    "other": Words("其他去向", "other exit"),
}
_WAITED = Words("自起始日的天数", "days from day 0")


def outcome_sections(stock: MeasuredCohort, inflow: MeasuredCohort) -> tuple[Section, ...]:
    """What became of who was looking on one day (GLOSSARY: placement rate), and of who came month after month."""
    return (
        Section("outcomes", Words("就业成效", "Outcomes"), _stock_blocks(stock)),
        Section("inflow", Words("按登记月份", "By month of registration"), _inflow_blocks(inflow)),
    )


def _stock_blocks(measured: MeasuredCohort) -> tuple[Block, ...]:
    if not len(measured.cohort.people):
        return (_who(measured), Refusal("这一天没有在册求职者", "no seekers were active on that day"))
    table = measured.outcomes
    city = table[(table["district_code"] == ALL) & (table["month"] == ALL)]
    return (
        _who(measured),
        _headlines(city),
        *_cautions(measured),
        _by_group(city, Measure.PLACED, Words("就业率，按人群", "placement rate by group")),
        _by_district(table),
        _ends_of_waiting(measured),
        _curves_by_group(measured, "placed", Words("上岗的累积比例，按人群", "placed, by group"), _WAITED),
        _by_group(city, Measure.RETAINED, Words("留任率，按人群", "retention by group")),
        _curves_by_group(
            measured, EMPLOYED, Words("仍在岗的比例，按人群", "still employed, by group"),
            Words("自上岗的天数", "days from the start of work"),
        ),
        _wages(city),
        city_table(city),
        whole_table("outcomes-stock", measured),
    )  # fmt: skip


def _inflow_blocks(measured: MeasuredCohort) -> tuple[Block, ...]:
    if not len(measured.cohort.people):
        return (_who(measured), Refusal("这段时间没有新登记的求职者", "nobody registered in that time"))
    table = measured.outcomes
    table = table[(table["district_code"] == ALL) & (table["group"] == EVERYONE) & (table["month"] != ALL)]
    proofs = (ANY_EVIDENCE, PROVED)
    rows = tuple(
        _interval(_one(table[table["month"] == month], Measure.PLACED, Method.AALEN_JOHANSEN, HEADLINE_DAYS, proof),
                  Words(str(month), ""), series)
        for month in sorted(table["month"].unique())
        for series, proof in enumerate(proofs)
    )  # fmt: skip
    title = Words(
        f"登记后 {HEADLINE_DAYS} 天内上岗（累积发生率）",
        f"placed within {HEADLINE_DAYS} days of registration (cumulative incidence)",
    )
    names = tuple(evidence_words(proof) for proof in proofs)
    return (
        _who(measured),
        IntervalChart(title, Kind.SHARE, rows, names),
        whole_table("outcomes-inflow", measured),
    )


def _who(measured: MeasuredCohort) -> Note:
    cohort, people = measured.cohort, f"{len(measured.cohort.people):,}"
    return Note(Words(f"{cohort.definition_zh}。共 {people} 人。", f"{cohort.definition}: {people} people."))


def _one(
    rows: pd.DataFrame, measure: Measure, method: Method, horizon: int | None = None,
    proof: EvidenceTier = ANY_EVIDENCE, group: str = EVERYONE,
) -> pd.Series[Any]:  # fmt: skip
    """The row of `OUTCOMES` with these keys."""
    of_horizon = rows["horizon_days"].isna() if horizon is None else rows["horizon_days"] == horizon
    chosen = (rows["measure"] == measure) & (rows["method"] == method) & (rows["proof"] == proof)
    return rows[chosen & (rows["group"] == group) & of_horizon].iloc[0]


def _headlines(city: pd.DataFrame) -> Headlines:
    days = HEADLINE_DAYS
    placed, proved, kept, wage = (
        _one(city, Measure.PLACED, Method.SHARE, days),
        _one(city, Measure.PLACED, Method.SHARE, days, PROVED),
        _one(city, Measure.RETAINED, Method.SHARE, days),
        _one(city, Measure.WAGE_AT_START, Method.MEDIAN),
    )
    return Headlines(
        (
            _headline(Words(f"{days} 天内上岗", f"placed within {days} days"), placed),
            _headline(Words("其中有合同或社保", "by contract or insurance"), proved),
            _headline(Words(f"上岗 {days} 天后仍在岗", f"still employed after {days} days"), kept),
            _headline(Words("起薪中位数", "median wage at start"), wage),
        )
    )


def _headline(label: Words, row: pd.Series[Any]) -> Headline:
    kind, why_none = KIND_OF[Unit(row["unit"])], REASONS[NoNumber(row["reason"])]
    ends = f"{number_text(row['low'], kind)} – {number_text(row['high'], kind)} · {base_text(row['denominator'])}"
    return Headline(label, number_text(row["estimate"], kind), why_none or ends)


def _cautions(measured: MeasuredCohort) -> list[Block]:
    found: list[Block] = [
        Caution(
            "留任率是“无离职记录”的占比：离职漏报或迟报时偏高。",
            "Retention is the share without a recorded departure: too high where departures come late or never.",
        )
    ]
    if undated := measured.undated_exits:
        found.append(
            Caution(
                f"{undated:,} 人的退出日期未记录，按最后一条记录的次日计。",
                f"{undated:,} people withdrew on a day not recorded: taken as the day after their last trace.",
            )
        )
    if later := measured.placed_after_exit:
        found.append(
            Caution(
                f"{later:,} 人先退出登记后上岗：计入就业率，不计入曲线。",
                f"{later:,} people were placed after leaving the register: in the rate, not in the curves.",
            )
        )
    if not measured.with_other_exits:
        found.append(
            Caution(
                "没有去向调查（升学、参军等）：这些人计为未就业，毕业生的就业率因此是下限。",
                "No destination survey (study, service) is on record: such people count as not placed, so that "
                "graduates' rates are lower bounds.",
            )
        )
    if hidden := int(measured.outcomes["suppressed"].sum()):
        found.append(
            Note(
                Words(
                    f"为保护个人，{hidden:,} 个数字因人数少（或可由此推出少数人）而隐去。",
                    f"{hidden:,} figures are withheld because they, or what follows from them, tell of few people.",
                )
            )
        )
    return found


def _interval(row: pd.Series[Any], label: Words, series: int = 0) -> Interval:
    value, low, high = (
        float("nan") if pd.isna(row[name]) else float(row[name]) for name in ("estimate", "low", "high")
    )
    return Interval(label, value, low, high, REASONS[NoNumber(row["reason"])] or base_text(row["denominator"]), series)


def _by_group(city: pd.DataFrame, measure: Measure, title: Words) -> IntervalChart:
    """One measure at every horizon, for every group that has a row."""
    rows = city[(city["measure"] == measure) & (city["method"] == Method.SHARE) & (city["proof"] == ANY_EVIDENCE)]
    horizons = sorted(rows["horizon_days"].unique())
    order = rows.assign(
        at=rows["group"].map({group: number for number, group in enumerate(_GROUPS)}),
        series=rows["horizon_days"].map({days: number for number, days in enumerate(horizons)}),
    ).sort_values(["at", "series"])
    names = tuple(Words(f"{days} 天", f"{days} days") for days in horizons)
    intervals = (_interval(row, group_words(row["group"]), int(row["series"])) for _, row in order.iterrows())
    return IntervalChart(title, Kind.SHARE, tuple(intervals), names)


def _by_district(table: pd.DataFrame) -> IntervalChart:
    chosen = (table["measure"] == Measure.PLACED) & (table["method"] == Method.SHARE) & (table["month"] == ALL)
    chosen &= (table["horizon_days"] == HEADLINE_DAYS) & (table["proof"] == ANY_EVIDENCE) & (table["group"] == EVERYONE)
    rows = (_interval(row, district_words(row["district_code"])) for _, row in table[chosen].iterrows())
    title = Words(f"{HEADLINE_DAYS} 天内就业率，按区县", f"placed within {HEADLINE_DAYS} days by district")
    return IntervalChart(title, Kind.SHARE, tuple(rows))


def _wages(city: pd.DataFrame) -> IntervalChart:
    rows = city[(city["measure"] == Measure.WAGE_AT_START) & (city["proof"] == ANY_EVIDENCE)]
    intervals = tuple(_interval(row, group_words(row["group"])) for _, row in rows.iterrows())
    return IntervalChart(Words("起薪中位数（每月）", "median wage at start, a month"), Kind.MONEY, intervals)


def _ends_of_waiting(measured: MeasuredCohort) -> CurveChart:
    points = measured.curves[measured.curves["group"] == EVERYONE]
    lines = tuple(
        _line(points[points["state"] == state], words)
        for state, words in _ENDS.items()
        if state in set(points["state"])
    )
    title = Words("等待：何时、因何结束（全体）", "how waits end (everyone)")
    return CurveChart(title, _WAITED, Words("占队列", "share of the cohort"), Kind.DAYS, Kind.SHARE, lines)


def _curves_by_group(measured: MeasuredCohort, state: str, title: Words, across: Words) -> CurveChart:
    points = measured.curves[measured.curves["state"] == state]
    lines = tuple(
        _line(points[points["group"] == group], group_words(group))
        for group in _GROUPS
        if group in set(points["group"])
    )
    return CurveChart(title, across, Words("占比", "share"), Kind.DAYS, Kind.SHARE, lines)


def _line(points: pd.DataFrame, label: Words) -> Curve:
    x, y, low, high = (tuple(map(float, points[name])) for name in ("day", "estimate", "low", "high"))
    return Curve(label, x, y, low, high)
