"""What other policies would have achieved, from nights with a share of referrals by lot."""

from __future__ import annotations

import pandas as pd

from evaluation.off_policy.policy_evidence import PolicyEvidence
from evaluation.report.blocks import Block, DataTable, Interval, IntervalChart, Kind, Note, Section, Words, columns

_ESTIMATORS = {
    "ips": Words("逆倾向加权", "inverse propensity"),
    "snips": Words("自归一化", "self-normalised"),
    "dr": Words("双重稳健", "doubly robust"),
}
_NAN = float("nan")


def off_policy_section(found: PolicyEvidence) -> Section:
    """The section; where the log says nothing, why."""
    title = Words("换一种办法会怎样", "What another policy would have achieved")
    if found.refusal is not None:
        return Section("off-policy", title, (found.refusal,))
    days = found.horizon_days
    blocks: list[Block] = [
        Note(
            Words(
                f"{found.first_night} 至 {found.last_night} 的 {len(found.run_ids)} 次匹配，{found.seekers:,} 人，"
                f"{found.referrals:,} 个推荐；推荐后 {days} 天内上岗才算。",
                f"{len(found.run_ids)} nights from {found.first_night} to {found.last_night}, {found.seekers:,} "
                f"people, {found.referrals:,} referrals; work must have begun within {days} days.",
            )
        ),
        *found.cautions,
    ]
    return Section("off-policy", title, (*blocks, _chart(found.values), _table(found.values, days)))


def _chart(values: pd.DataFrame) -> IntervalChart:
    order = {name: number for number, name in enumerate(_ESTIMATORS)}
    intervals = []
    for row in values.to_dict("records"):
        label, series = Words(row["policy_zh"], row["policy_en"]), order[row["estimator"]]
        if pd.isna(row["value"]):
            intervals.append(Interval(label, _NAN, _NAN, _NAN, "不予估计 refused", series))
        else:
            intervals.append(Interval(label, row["value"], row["low"], row["high"], "", series))
    return IntervalChart(
        Words("每份名单的就业数", "placements a list"), Kind.NUMBER, tuple(intervals), tuple(_ESTIMATORS.values())
    )


def _table(values: pd.DataFrame, days: int) -> DataTable:
    rows = values.assign(
        policy=values["policy_zh"] + " " + values["policy_en"],
        estimator=values["estimator"].map({key: f"{words.zh} {words.en}" for key, words in _ESTIMATORS.items()}),
        remarks=[
            "；".join(text for text in row if isinstance(text, str) and text)
            for row in values[["refusal_zh", "refusal_en", "cautions_zh", "cautions_en"]].itertuples(index=False)
        ],
    )  # fmt: skip
    shown = columns(
        ("policy", "办法", "policy"), ("estimator", "估计", "estimator"),
        ("value", "每份名单的就业数", "placements a list", Kind.NUMBER),
        ("low", "区间下限", "low", Kind.NUMBER), ("high", "区间上限", "high", Kind.NUMBER),
        ("effective_sample_size", "有效样本", "effective sample", Kind.COUNT),
        ("unsupported_share", "无支撑", "without support", Kind.SHARE),
        ("clipped_share", "截断", "clipped", Kind.SHARE), ("remarks", "说明", "remarks"),
    )  # fmt: skip
    definition = Words(
        f"名单发出后 {days} 天内的就业数 ÷ 名单数，按当夜记录的倾向值加权；区间以人为单位聚类。",
        f"placements within {days} days ÷ lists, weighted by the propensities logged that night; clustered by person",
    )
    return DataTable("off-policy", Words("各办法各估计", "by policy and estimator"), definition, shown, rows)
