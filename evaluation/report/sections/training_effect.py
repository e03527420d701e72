"""The effect of training: every estimator beside the placebo, overlap, sensitivity, and groups."""

from __future__ import annotations

import pandas as pd

from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import Block, DataTable, Interval, IntervalChart, Kind, Note, Section, Words, columns
from evaluation.report.number_text import base_text, number_text
from evaluation.training_effect.effect import Effect
from evaluation.training_effect.placebo_test import PlaceboTest, PlaceboVerdict
from evaluation.training_effect.training_evidence import TrainingEvidence
from evaluation.training_effect.unobserved_confounding import Robustness

_TITLE = Words("培训成效", "Effect of training")
_NAMES_ZH = {
    "difference in means": "均值之差",
    "regression": "回归",
    "Oaxaca–Blinder": "Oaxaca–Blinder 分解",
    "covariate matching": "协变量匹配",
    "propensity matching": "倾向值匹配",
    "inverse probability weighting": "逆概率加权",
    "doubly robust, linear": "双重稳健（线性）",
    "doubly robust, forests": "双重稳健（森林）",
}
_VERDICTS = {
    PlaceboVerdict.FAILS: "未通过 fails",
    PlaceboVerdict.PASSES: "通过 passes",
    PlaceboVerdict.UNDECIDED: "无法判定 undecided",
}


def no_training_section() -> Section:
    """Said where no records of training are given."""
    return Section(
        "training",
        _TITLE,
        (
            Refusal(
                "数据库不记录谁参加了培训。请用 zhuye evaluate --training 文件 提供：每人一行，"
                "结果、参训与否、培训前已知的各项。",
                "The database holds no enrolments. Give them with zhuye evaluate --training FILE: one row a person "
                "with outcome, trained or not, and what was known before the training.",
            ),
        ),
    )


def training_section(found: TrainingEvidence, *, source: str, left_out: int) -> Section:
    """The section from a file of records."""
    blocks: list[Block] = [
        Note(
            Words(
                f"来源 {source}：参训 {found.trained:,} 人，未参训 {found.untrained:,} 人。"
                "估计的是参训者的平均效果（ATT），以结果的单位计。各估计不一致时，都不可单独采信；安慰剂检验未通过的不应采信。",
                f"from {source}: {found.trained:,} trained, {found.untrained:,} not. What is estimated is the mean "
                "effect on the trained (ATT), in the outcome's unit. Where estimators disagree none is to be trusted "
                "alone; one that fails the placebo test is not to be believed.",
            )
        )
    ]
    if left_out:
        blocks.append(Caution(f"{left_out:,} 行有空格，未用", f"{left_out:,} rows with an empty cell were left out"))
    if isinstance(found.overlap, Refusal):
        blocks.append(found.overlap)
    else:
        blocks += [found.overlap.refusal] if found.overlap.refusal else list(found.overlap.cautions)
    failed = [
        f"{_NAMES_ZH[name]} {name}"
        for name, test in found.placebos.items()
        if isinstance(test, PlaceboTest) and test.verdict is PlaceboVerdict.FAILS
    ]
    if failed:
        names = "、".join(failed)
        blocks.append(Caution(f"安慰剂检验未通过，不应采信：{names}", "the placebo test fails: do not believe these"))
    blocks += [_chart(found), _table(found), _sensitivity(found)]
    if found.by_group:
        blocks.append(_groups(found))
    return Section("training", _TITLE, tuple(blocks))


def _chart(found: TrainingEvidence) -> IntervalChart:
    rows = [
        _interval(name, effect, series)
        for name in found.effects
        for series, effect in ((0, found.effects[name]), (1, _placebo_effect(found.placebos.get(name))))
        if effect is not None
    ]
    series = (Words("培训后", "after the training"), Words("安慰剂：培训前", "placebo: before it"))
    title = Words("各估计的效果与安慰剂", "the effect and the placebo by estimator")
    return IntervalChart(title, Kind.NUMBER, tuple(rows), series if found.placebos else series[:1], reference=0.0)


def _interval(name: str, effect: Effect | Refusal, series: int) -> Interval:
    label, nan = Words(_NAMES_ZH[name], name), float("nan")
    if isinstance(effect, Refusal):
        return Interval(label, nan, nan, nan, "不予估计 refused", series)
    return Interval(label, effect.value, effect.low, effect.high, "", series)


def _placebo_effect(test: PlaceboTest | Refusal | None) -> Effect | Refusal | None:
    return test.effect if isinstance(test, PlaceboTest) else test


def _table(found: TrainingEvidence) -> DataTable:
    rows = []
    for name, effect in found.effects.items():
        placebo = found.placebos.get(name)
        row: dict[str, object] = {"estimator": f"{_NAMES_ZH[name]} {name}"}
        if isinstance(effect, Refusal):
            row["remarks"] = f"{effect.zh} {effect.en}"
        else:
            row |= {
                "value": effect.value, "low": effect.low, "high": effect.high, "error": effect.standard_error,
                "remarks": "；".join(f"{caution.zh} {caution.en}" for caution in effect.cautions),
            }  # fmt: skip
        if isinstance(placebo, PlaceboTest):
            row |= {"placebo": placebo.effect.value, "verdict": _VERDICTS[placebo.verdict]}
        rows.append(row)
    shown = columns(
        ("estimator", "估计", "estimator"),
        ("value", "效果", "effect", Kind.NUMBER),
        ("low", "区间下限", "low", Kind.NUMBER),
        ("high", "区间上限", "high", Kind.NUMBER),
        ("error", "标准误", "standard error", Kind.NUMBER),
        ("placebo", "安慰剂", "placebo", Kind.NUMBER),
        ("verdict", "安慰剂检验", "placebo test"),
        ("remarks", "说明", "remarks"),
    )
    return DataTable(
        "training-effect",
        Words("各估计", "every estimator"),
        Words("参训者的平均效果（ATT），95 % 区间；安慰剂为对培训前结果的同一估计。",
              "mean effect on the trained (ATT), 95 % interval; the placebo is the same of the earlier outcome"),
        shown,
        pd.DataFrame(rows, columns=[column.name for column in shown]),
    )  # fmt: skip


def _sensitivity(found: TrainingEvidence) -> Block:
    if not isinstance(found.sensitivity, Robustness):
        return found.sensitivity
    value, of_interval = (
        number_text(part, Kind.SHARE) for part in (found.sensitivity.value, found.sensitivity.value_of_interval)
    )
    strength = "—" if found.strength is None else f"{found.strength.of_estimate:.2f} ({found.strength.of_interval:.2f})"
    return Note(
        Words(
            f"未观测的混杂要把回归估计抵消为零，须同时解释培训与结果各 {value} 的剩余差异"
            f"（使区间触及零：{of_interval}）。双重稳健估计的 E 值 {strength}。",
            f"To bring the regression to zero, something unobserved would have to explain {value} of what is left of "
            f"both training and outcome ({of_interval} to make the interval reach zero; Cinelli & Hazlett 2020). "
            f"E-value of the doubly robust estimate (of its interval): {strength} (VanderWeele & Ding 2017).",
        )
    )


def _groups(found: TrainingEvidence) -> IntervalChart:
    nan = float("nan")
    rows = tuple(
        Interval(Words(name, ""), nan, nan, nan, "人数过少 too few")
        if isinstance(effect, Refusal)
        else Interval(
            Words(name, ""), effect.value, effect.low, effect.high, base_text(effect.trained + effect.untrained)
        )
        for name, effect in found.by_group.items()
    )
    title = Words("按人群（双重稳健，线性）", "by group (doubly robust, linear)")
    return IntervalChart(title, Kind.NUMBER, rows, reference=0.0)
