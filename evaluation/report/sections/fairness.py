"""Who is shown, found, referred and placed, by group, sex, age and district, and what the gate said."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evaluation.fairness.fairness_measures import DEFINITIONS, FairnessMeasure
from evaluation.fairness.fairness_table import SIGNIFICANT
from evaluation.fairness.gate import GateVerdict
from evaluation.fairness.gate_words import finding_words
from evaluation.fairness.people import DIMENSION_NAMES, UNKNOWN, category_names
from evaluation.groups import EVERYONE
from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import Block, DataTable, Interval, IntervalChart, Kind, Note, Section, Words, columns
from evaluation.report.number_text import base_text

_CHARTED = (
    FairnessMeasure.EXPECTED_PLACEMENT, FairnessMeasure.PLACED, FairnessMeasure.REFERRED_SHARE,
    FairnessMeasure.ELIGIBLE_RECALL, FairnessMeasure.HIRE_CALIBRATION,
)  # fmt: skip
_DIMENSIONS = (EVERYONE, "group", "sex", "age")
_SIDES = {"accept": "接受 accepted", "hire": "录用 hired"}


def fairness_section(
    table: pd.DataFrame, calibration: pd.DataFrame, verdict: GateVerdict, notes: tuple[Refusal | Caution, ...]
) -> Section:
    """The section from `FAIRNESS`, `CALIBRATION_BY_GROUP`, and the verdict on the published run."""
    blocks: list[Block] = [*notes, *_verdict(verdict)]
    blocks += [chart for measure in _CHARTED if (chart := _chart(table, measure)).intervals]
    if len(table):
        blocks.append(_fairness_table(table))
    if len(calibration):
        blocks.append(_calibration_table(calibration))
    return Section("fairness", Words("公平", "Fairness"), tuple(blocks))


def _verdict(verdict: GateVerdict) -> list[Block]:
    if verdict.compared_with is None:
        return [Note(Words("发布闸门：没有可比的上一次匹配。", "The gate: no earlier run to compare with."))]
    broken = [Caution(*finding_words(finding)) for finding in verdict.broken]
    if not broken:
        return [
            Note(
                Words(
                    f"发布闸门：与 {verdict.compared_with} 相比，{len(verdict.findings)} 项检查均未超限。",
                    f"The gate: beside {verdict.compared_with}, none of {len(verdict.findings)} checks is exceeded.",
                )
            )
        ]
    reason = verdict.despite or ""
    return [
        *broken,
        Note(Words(f"仍予发布，理由：{reason}", f"Published all the same; the reason given: {reason}")),
    ]  # fmt: skip


def _label(row: dict[Any, Any]) -> Words:
    zh, en = category_names(row["dimension"], row["category"])
    if row["category"] == UNKNOWN:
        of_zh, of_en = DIMENSION_NAMES[row["dimension"]]
        return Words(f"{of_zh}{zh}", f"{of_en} {en}")
    return Words(zh, en)


def _chart(table: pd.DataFrame, measure: FairnessMeasure) -> IntervalChart:
    definition = DEFINITIONS[measure]
    rows = table[(table["measure"] == measure) & table["dimension"].isin(_DIMENSIONS) & table["estimate"].notna()]
    intervals = tuple(
        Interval(_label(row), row["estimate"], row["low"], row["high"], base_text(row["people"]))
        for row in rows.astype({"low": "float64", "high": "float64"}).to_dict("records")
    )
    kind = Kind.POINTS if definition.best == 0 else Kind.SHARE
    return IntervalChart(Words(definition.name_zh, definition.name_en), kind, intervals, reference=_of_everyone(rows))


def _of_everyone(rows: pd.DataFrame) -> float | None:
    estimate = rows.loc[rows["dimension"] == EVERYONE, "estimate"]
    return float(estimate.iloc[0]) if len(estimate) else None


def _fairness_table(table: pd.DataFrame) -> DataTable:
    definitions = {str(measure): definition for measure, definition in DEFINITIONS.items()}
    first = (table["differs"] & (table["dimension"].isin(_DIMENSIONS))).sort_values(ascending=False, kind="stable")
    rows = table.loc[first.index].assign(
        measure=table["measure"].map({key: f"{d.name_zh} {d.name_en}" for key, d in definitions.items()}),
        definition=table["measure"].map({key: f"{d.of_zh} {d.of_en}" for key, d in definitions.items()}),
        dimension=[_dimension(name) for name in table["dimension"]],
        category=[" ".join(category_names(*row)) for row in zip(table["dimension"], table["category"], strict=True)],
        differs=table["differs"].map({True: "是 yes", False: ""}),
    )
    shown = columns(
        ("measure", "指标", "measure"), ("dimension", "维度", "dimension"),
        ("category", "类别", "category"), ("people", "人数", "people", Kind.COUNT),
        ("numerator", "分子", "numerator", Kind.NUMBER),
        ("denominator", "分母", "denominator", Kind.NUMBER),
        ("estimate", "数值", "value", Kind.NUMBER),
        ("others", "其他人", "everyone else", Kind.NUMBER),
        ("difference", "差", "difference", Kind.NUMBER),
        ("difference_low", "差的下限", "low", Kind.NUMBER),
        ("difference_high", "差的上限", "high", Kind.NUMBER),
        ("p_adjusted", "调整后 p", "adjusted p", Kind.P_VALUE),
        ("differs", "有差异", "differs"), ("definition", "定义", "definition"),
    )  # fmt: skip
    return DataTable(
        "fairness",
        Words("公平：各类人与其他人", "each category beside everyone else"),
        Words(
            f"每类人与其余所有人相比，95 % 区间；p 经 Benjamini–Hochberg 调整，小于 {SIGNIFICANT} 为有差异。"
            "人数少的隐去。",
            f"each category against everyone else, 95 % intervals; p by Benjamini–Hochberg, below {SIGNIFICANT} it "
            "differs; small cells are withheld",
        ),
        shown,
        rows,
        in_page=30,
    )


def _dimension(name: str) -> str:
    parts = [DIMENSION_NAMES[part] for part in name.split(" × ")]
    return " × ".join(zh for zh, _ in parts) + " " + " × ".join(en for _, en in parts)


def _calibration_table(calibration: pd.DataFrame) -> DataTable:
    rows = calibration.assign(
        side=calibration["side"].map(_SIDES),
        category=[
            " ".join(category_names(*row))
            for row in zip(calibration["dimension"], calibration["category"], strict=True)
        ],
    )
    shown = columns(
        ("side", "哪一方", "side"), ("category", "类别", "category"),
        ("referrals", "推荐", "referrals", Kind.COUNT),
        ("predicted", "平均预测", "mean prediction", Kind.SHARE),
        ("observed", "实际", "observed", Kind.SHARE),
        ("calibration_error", "校准误差", "calibration error", Kind.SHARE),
        ("by_chance", "纯属偶然时", "by chance alone", Kind.SHARE),
        ("p_value", "p", "p", Kind.P_VALUE), ("auc", "AUC", "AUC", Kind.NUMBER),
        ("brier", "Brier 分", "Brier score", Kind.NUMBER),
    )  # fmt: skip
    definition = Words(
        "留出的最近推荐上，预测概率与实际结果；校准误差为十个等量分组的加权平均差。",
        "predicted and observed on the latest referrals, held out; the calibration error is over ten equal bins",
    )
    return DataTable("fairness-calibration", Words("按类别的校准", "calibration by category"), definition, shown, rows)
