"""Policies side by side through a year of a synthetic city."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.records import SeekerGroup
from evaluation.groups import EVERYONE
from evaluation.refusal import Caution, Refusal
from evaluation.report.blocks import (
    Block,
    DataTable,
    Interval,
    IntervalChart,
    Kind,
    Note,
    Section,
    Words,
    columns,
)
from evaluation.report.names import both, group_words
from evaluation.simulation.comparisons import Comparison, policy_named
from evaluation.simulation.policies import Policy
from evaluation.simulation.year_measures import MEASURES

_CHARTED = ("placed_share", "retained_90", "vacancy_fill")


@dataclass(frozen=True)
class SimulationTables:
    """What a simulation left.

    `measures`, `gains`, `displacement`: `POLICY_MEASURES`, `POLICY_GAINS`, `DISPLACEMENT`; `settings_zh`,
    `settings_en`: what was simulated, in words.
    """

    settings_zh: str
    settings_en: str
    measures: pd.DataFrame
    gains: pd.DataFrame
    displacement: pd.DataFrame


def simulation_section(key: str, comparison: Comparison, found: SimulationTables | None, command: str) -> Section:
    """The section of a simulation of this comparison, or that there is none; `command` makes one."""
    title = Words(f"模拟：{comparison.zh}", f"Simulation: {comparison.en}")
    if found is None:
        reason = Refusal(f"还没有做过模拟（{command}）", f"nothing has been simulated yet ({command})")
        return Section(key, title, (reason,))
    blocks: list[Block] = [
        Note(Words(found.settings_zh, found.settings_en)),
        Caution(
            "模拟城市是合成的：它说明各种办法相互比较时会发生什么，不预测本市的数字。",
            "The simulated city is synthetic: it shows how policies compare, and foretells no figure of this city.",
        ),
        *(_chart(found.measures, measure) for measure in _CHARTED),
        _gains_chart(found.gains, comparison.reference),
        _measures_table(key, found.measures),
        *([_displacement_table(found.displacement)] if comparison.is_mixed else []),
    ]
    return Section(key, title, tuple(blocks))


def _policy_words(name: str) -> Words:
    policy = policy_named(name)
    return Words(policy.zh, policy.en)


def _intervals(rows: pd.DataFrame, who: str) -> tuple[Interval, ...]:
    shown = rows.astype({"estimate": "float64", "low": "float64", "high": "float64"}).to_dict("records")
    return tuple(
        Interval(_policy_words(row[who]), row["estimate"], row["low"], row["high"], f"{row['seeds']} 城 cities")
        for row in shown
    )


def _chart(measures: pd.DataFrame, name: str) -> IntervalChart:
    measure = next(measure for measure in MEASURES if measure.name == name)
    rows = measures[(measures["measure"] == name) & (measures["group"] == EVERYONE)]
    return IntervalChart(Words(measure.zh, measure.en), Kind.SHARE, _intervals(rows, "policy"))


def _gains_chart(gains: pd.DataFrame, reference: Policy) -> IntervalChart:
    rows = gains[(gains["measure"] == "placed_share") & (gains["group"] == EVERYONE)]
    title = Words(f"{reference.zh}比各办法多就业的比例", f"gain of {reference.en} over each, share placed")
    return IntervalChart(title, Kind.POINTS, _intervals(rows, "compared"), reference=0.0)


def _measures_table(key: str, measures: pd.DataFrame) -> DataTable:
    names = {measure.name: f"{measure.zh} {measure.en}" for measure in MEASURES}
    groups = {group: both(group_words(group)) for group in (EVERYONE, *map(str, SeekerGroup))}
    rows = measures[measures["group"].isin(list(groups))]
    rows = rows.assign(
        policy=[both(_policy_words(name)) for name in rows["policy"]],
        group=rows["group"].map(groups),
        measure=rows["measure"].map(names),
    )
    shown = columns(
        ("policy", "办法", "policy"), ("group", "人群", "group"), ("measure", "指标", "measure"),
        ("seeds", "种子数", "seeds", Kind.COUNT), ("estimate", "均值", "mean", Kind.NUMBER),
        ("low", "区间下限", "low", Kind.NUMBER), ("high", "区间上限", "high", Kind.NUMBER),
    )  # fmt: skip
    definition = Words(
        "各随机种子的均值与 95 % t 区间；各办法用同样的运气。",
        "mean over seeds, 95 % t interval; policies share their luck",
    )
    return DataTable(key, Words("各办法各指标", "every measure of every policy"), definition, shown, rows)


def _displacement_table(displacement: pd.DataFrame) -> DataTable:
    rows = displacement.assign(
        compared=[both(_policy_words(name)) for name in displacement["compared"]],
        refusal=displacement["refusal_zh"].fillna("") + " " + displacement["refusal_en"].fillna(""),
    )
    shown = columns(
        ("compared", "与何种办法相比", "compared with"), ("seeds", "种子数", "seeds", Kind.COUNT),
        ("direct", "同一市场内的差", "direct gain", Kind.POINTS), ("direct_low", "下限", "low", Kind.POINTS),
        ("direct_high", "上限", "high", Kind.POINTS), ("whole", "全体的得益", "whole gain", Kind.POINTS),
        ("whole_low", "下限", "low", Kind.POINTS), ("whole_high", "上限", "high", Kind.POINTS),
        ("untreated", "对其他人的影响", "effect on the others", Kind.POINTS),
        ("share", "挤占的份额", "share displaced", Kind.SHARE), ("share_low", "下限", "low", Kind.SHARE),
        ("share_high", "上限", "high", Kind.SHARE), ("refusal", "无数字的原因", "why there is none"),
    )  # fmt: skip
    definition = Words(
        "同一市场内半数人按统筹分配、半数按另一办法；挤占的份额 = 1 − 全体的得益 ÷ 市场内的差（Crépon 等 2013）。",
        "half the people under the allocation, half under the other policy, in one market; share displaced = 1 − whole "
        "gain ÷ direct gain (Crépon et al. 2013)",
    )
    title = Words("得益有多少是从别人那里挤来的", "how much of the gain is taken from others")
    return DataTable("displacement", title, definition, shown, rows)
