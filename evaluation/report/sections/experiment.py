"""An experiment over markets: how it stands, and what it shows once the horizon has passed."""

from __future__ import annotations

import pandas as pd

from evaluation.experiments.analysis import ExperimentAnalysis
from evaluation.experiments.design import ExperimentDesign
from evaluation.groups import EVERYONE
from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import Block, DataTable, Interval, IntervalChart, Kind, Note, Section, Words, columns
from evaluation.report.names import both, group_words
from evaluation.report.number_text import base_text

_TITLE = Words("对照试验", "Experiment")
_CONTRASTS = {
    "total": Words("全体", "everybody"),
    "treated": Words("处理者", "the treated"),
    "untreated": Words("未处理者（外溢）", "the untreated (spillover)"),
    "within": Words("同市场内两者之差（会误导）", "within the same markets (misleads)"),
}
_ARMS = {"control": "对照 control", "treatment": "处理 treatment"}


def no_experiment_section() -> Section:
    """Said where no experiment runs."""
    reason = Refusal(
        "没有进行中的试验（zhuye experiment design … 写出设计，ZHUYE_EXPERIMENT 指定）",
        "no experiment runs (zhuye experiment design … writes a design, ZHUYE_EXPERIMENT names it)",
    )
    return Section("experiment", _TITLE, (reason,))


def experiment_section(
    design: ExperimentDesign, nights: int, standing: pd.DataFrame, analysis: ExperimentAnalysis | Refusal
) -> Section:
    """The section of the experiment of `design`, which `nights` have obeyed."""
    blocks: list[Block] = [
        Note(
            Words(
                f"试验 {design.name}：{design.hypothesis_zh}。{design.starts_on} 至 {design.ends_on}，"
                f"{len(design.markets)} 个市场，已有 {nights} 夜遵行；设计写于 {design.written_at:%Y-%m-%d}，"
                f"校验和 {design.checksum[:12]}。",
                f"Experiment {design.name}: {design.hypothesis_en}. From {design.starts_on} to {design.ends_on}, "
                f"{len(design.markets)} markets, {nights} nights obeyed so far; designed on "
                f"{design.written_at:%Y-%m-%d}, checksum {design.checksum[:12]}.",
            )
        ),
        _standing(standing),
    ]
    if isinstance(analysis, Refusal):
        return Section("experiment", _TITLE, (*blocks, analysis))
    if analysis.is_interim:
        blocks.append(Caution("期中结果，不作结论", "interim: concludes nothing"))
    blocks += [*analysis.cautions, _chart(analysis.effects), _effects(analysis), _conduct(analysis.conduct)]
    return Section("experiment", _TITLE, (*blocks, _balance(analysis.balance)))


def _label(row: pd.Series[str]) -> Words:
    words = _CONTRASTS[row["contrast"]]
    return Words(f"{words.zh}，饱和度 {row['saturation']}", f"{words.en}, saturation {row['saturation']}")


def _chart(effects: pd.DataFrame) -> IntervalChart:
    rows = effects[(effects["group"] == EVERYONE) & effects["effect"].notna()]
    intervals = tuple(
        Interval(_label(row), float(row["effect"]), float(row["low"]), float(row["high"]), base_text(row["people"]))
        for _, row in rows.iterrows()
    )
    title = Words("对就业率的影响（百分点）", "effect on the share placed (points)")
    return IntervalChart(title, Kind.POINTS, intervals, reference=0.0)


def _effects(analysis: ExperimentAnalysis) -> DataTable:
    effects = analysis.effects
    rows = effects.assign(
        contrast=[both(_label(row)) for _, row in effects.iterrows()],
        group=[both(group_words(group)) for group in effects["group"]],
        primary=effects["is_primary"].map({True: "是 yes", False: ""}),
        reason=effects["reason_zh"] + " " + effects["reason_en"],
    )
    shown = columns(
        ("contrast", "比较", "contrast"), ("group", "人群", "group"),
        ("primary", "主要", "primary"), ("markets", "市场", "markets", Kind.COUNT),
        ("control_markets", "对照市场", "control markets", Kind.COUNT),
        ("people", "人数", "people", Kind.COUNT), ("rate", "就业率", "placed", Kind.SHARE),
        ("control_rate", "对照就业率", "placed, control", Kind.SHARE),
        ("effect", "影响", "effect", Kind.POINTS), ("low", "下限", "low", Kind.POINTS),
        ("high", "上限", "high", Kind.POINTS), ("p_adjusted", "调整后 p", "adjusted p", Kind.P_VALUE),
        ("p_randomisation", "重抽 p", "randomisation p", Kind.P_VALUE),
        ("reason", "无数字的原因", "why there is none"),
    )  # fmt: skip
    definition = Words(
        f"{analysis.design.horizon_days} 天内上岗的比例之差，按意向处理；区间按市场聚类（CR2，Satterthwaite 自由度）。",
        f"difference of the shares placed within {analysis.design.horizon_days} days, by intention to treat; intervals "
        "clustered by market (CR2, Satterthwaite)",
    )
    return DataTable("experiment-effects", Words("各项比较", "every contrast"), definition, shown, rows)


def _standing(standing: pd.DataFrame) -> DataTable:
    shown = columns(
        ("saturation", "饱和度", "saturation"), ("arm", "组", "arm"),
        ("markets", "市场", "markets", Kind.COUNT), ("people", "已进入", "entered", Kind.COUNT),
    )  # fmt: skip
    rows = standing.assign(arm=standing["arm"].map(_ARMS))
    definition = Words("至今进入试验的人", "people who entered so far")
    return DataTable("experiment-standing", Words("进入情况", "who entered"), definition, shown, rows)


def _conduct(conduct: pd.DataFrame) -> DataTable:
    shown = columns(
        ("saturation", "饱和度", "saturation"), ("arm", "组", "arm"),
        ("people", "人数", "people", Kind.COUNT), ("referrals", "推荐", "referrals", Kind.COUNT),
        ("obeying_share", "遵行", "obeyed", Kind.SHARE),
        ("observed_share", "观察满期限", "followed", Kind.SHARE),
        ("left_share", "未就业退出", "left unplaced", Kind.SHARE),
    )  # fmt: skip
    rows = conduct.assign(arm=conduct["arm"].map(_ARMS))
    definition = Words("遵行与流失，按饱和度和组", "compliance and attrition by saturation and arm")
    return DataTable("experiment-conduct", Words("执行", "conduct"), definition, shown, rows)


def _balance(balance: pd.DataFrame) -> DataTable:
    shown = columns(
        ("fact", "事前情况", "known before"), ("saturation", "饱和度", "saturation"),
        ("mean", "均值", "mean", Kind.NUMBER), ("control_mean", "纯对照均值", "pure control", Kind.NUMBER),
        ("standardised_difference", "标准化差", "standardised difference", Kind.NUMBER),
        ("p_value", "p", "p", Kind.P_VALUE),
    )  # fmt: skip
    definition = Words("分组是否均衡", "was the draw even")
    return DataTable("experiment-balance", Words("均衡", "balance"), definition, shown, balance)
