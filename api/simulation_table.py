"""What `zhuye simulate` prints: policies side by side, what ours gains, and how much of it is displacement."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table

from api.console import show_synthetic
from api.jobs.simulate_policies import Simulation
from evaluation.groups import EVERYONE, group_name_zh, reported_groups
from evaluation.refusal import Refusal
from evaluation.simulation.comparisons import REFERRALS, policy_named
from evaluation.simulation.displacement import Displacement
from evaluation.simulation.enrolment_policies import TRIAL
from evaluation.simulation.policy_comparison import figure_of
from evaluation.simulation.seed_means import MeanInterval
from evaluation.simulation.year_measures import GAIN_PARTS, MEASURES, Kind

_SHOWN = (
    "people", "placed", "starts", "placed_30", "placed_90", "placed_180", "median_days", "retained_90", "retained_180",
    "wage_at_start", "vacancy_fill", "referrals", "beyond_capacity", "exposure_entropy", "trained", "seats_used",
    "completed",
)  # fmt: skip
_GROUP_MEASURE = "placed_180"
_MEASURE = {measure.name: measure for measure in MEASURES}


def show_simulation(found: Simulation) -> None:
    """Tables of means over seeds with 95 % intervals."""
    console, settings = Console(), found.settings
    show_synthetic(console)
    console.print(
        f"{settings.seeds} 座合成城市，{settings.months} 个月，同时在册约 {settings.seekers:,} 人、"
        f"{settings.vacancies:,} 个岗位；均值 ± 95 %\n"
        f"{settings.seeds} synthetic cities, {settings.months} months, about {settings.seekers:,} people and "
        f"{settings.vacancies:,} posts on the register at a time; mean ± 95 %",
        highlight=False,
    )
    names = list(dict.fromkeys(found.measures["policy"]))
    table = _table("各办法 / policies", "指标 / measure", names)
    for name in _SHOWN:
        figures = [figure_of(found.measures, policy, EVERYONE, name) for policy in names]
        if all(figure is None for figure in figures):
            continue
        shown = _MEASURE[name]
        table.add_row(f"{shown.zh}\n{shown.en}", *(_in_two_lines(figure, shown.kind) for figure in figures))
    console.print(table)
    table = _table(f"{_MEASURE[_GROUP_MEASURE].zh} / {_MEASURE[_GROUP_MEASURE].en}", "人群 / group", names)
    for group in reported_groups(dict.fromkeys(found.measures["group"], 0)):
        figures = [figure_of(found.measures, policy, group, _GROUP_MEASURE) for policy in names]
        table.add_row(
            f"{group_name_zh(group)}\n{group.replace('_', ' ')}",
            *(_in_two_lines(figure, _MEASURE[_GROUP_MEASURE].kind) for figure in figures),
        )
    console.print(table)
    if len(found.gains):
        console.print(_gains(found))
    if figure_of(found.measures, TRIAL.name, EVERYONE, "realised_gain") is not None:
        console.print(_calibration(found))
    if found.displacement:
        console.print(_displacement(found.displacement))
    for one in found.displacement:
        if isinstance(one.share, Refusal):
            console.print(
                f"{policy_named(one.compared).zh}：{one.share.zh} / {policy_named(one.compared).en}: {one.share.en}"
            )
    console.print(
        f"用时 / took {found.wall_seconds:,.0f} s, CPU {found.cpu_seconds:,.0f} s · "
        f"新模拟 / years simulated now {found.units - found.units_found}/{found.units}\n"
        f"结果 / results: {found.folder}",
        highlight=False,
    )


def _gains(found: Simulation) -> Table:
    """What the reference gains over each other policy, by group."""
    shown, reference = _MEASURE[_GROUP_MEASURE], found.settings.comparison.reference
    compared = list(dict.fromkeys(found.gains["compared"]))
    table = _table(f"{reference.zh}比各办法多出的{shown.zh} / gain of {reference.en}", "人群 / group", compared)
    for group in reported_groups(dict.fromkeys(found.gains["group"], 0)):
        gains = (figure_of(found.gains, name, group, shown.name) for name in compared)
        table.add_row(
            f"{group_name_zh(group)}\n{group.replace('_', ' ')}",
            *("—" if gain is None else ends(gain, 100, "{:+.1f}").replace(" [", "\n[") for gain in gains),
        )
    table.caption = f"{shown.zh}的差，百分点，各城市成对比较 / {shown.en}, percentage points, paired by city"
    return table


def _calibration(found: Simulation) -> Table:
    """What was expected of courses, and what the lot says they changed."""
    table = Table(title="培训作用：预期与抽签所见 / gain by training: expected, found by lot", title_justify="left")
    for heading in ("获选的人\nwho was chosen", "预期增量\nexpected gain", "实现增量\nrealised gain"):
        table.add_column(heading, justify="right" if table.columns else "left")
    for part, zh, en in GAIN_PARTS:
        figures = [
            figure_of(found.measures, TRIAL.name, EVERYONE, f"{kind}_gain{part}") for kind in ("expected", "realised")
        ]
        table.add_row(f"{zh or '全部'} {en or 'all'}", *(with_half(figure, Kind.SHARE) for figure in figures))
    table.caption = "就业可能性的变化 / change of the chance to be placed"
    return table


def _displacement(found: list[Displacement]) -> Table:
    reference = REFERRALS.reference
    table = Table(title=f"{reference.zh}的收益与挤出 / gain of {reference.en}, and displacement", title_justify="left")
    for heading in (
        "与之相比\ncompared with", "直接收益\ndirect gain", "全员收益\nwhole gain", "对未覆盖者\non the untreated",
        "挤出比例\ndisplaced",
    ):  # fmt: skip
        table.add_column(heading, justify="right" if table.columns else "left", overflow="fold")
    for one in found:
        share = "—" if isinstance(one.share, Refusal) else ends(one.share, 1, "{:.2f}").replace(" [", "\n[")
        policy = policy_named(one.compared)
        gains = (ends(figure, 100, "{:+.1f}").replace(" [", "\n[") for figure in (one.direct, one.whole, one.untreated))
        table.add_row(f"{policy.zh}\n{policy.en}", *gains, share)
    table.caption = "收益：年内就业者占比的差，百分点 / gains: share of people placed in the year, percentage points"
    return table


def _table(title: str, first: str, policies: list[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, overflow="fold")
    for name in policies:
        table.add_column(f"{policy_named(name).zh}\n{policy_named(name).en}", justify="right", overflow="fold")
    return table


def written(value: float, kind: Kind) -> str:
    """A value as people read it; a dash where it is not defined."""
    if math.isnan(value):
        return "—"
    if kind is Kind.INDEX:
        return f"{value:.2f}"
    return f"{100 * value:.1f}%" if kind is Kind.SHARE else f"{value:,.0f}"


def with_half(figure: MeanInterval | None, kind: Kind) -> str:
    """A mean with half its interval, where it has one."""
    if figure is None or math.isnan(figure.value):
        return "—"
    half = "" if math.isnan(figure.low) else f" ± {written(figure.high - figure.value, kind).rstrip('%')}"
    return written(figure.value, kind) + half


def _in_two_lines(figure: MeanInterval | None, kind: Kind) -> str:
    return with_half(figure, kind).replace(" ±", "\n±")


def ends(figure: MeanInterval, scale: float, form: str) -> str:
    """A mean, times `scale`, with the ends of its interval, where it has one."""
    value = form.format(scale * figure.value)
    if math.isnan(figure.low):
        return value
    return f"{value} [{form.format(scale * figure.low)}, {form.format(scale * figure.high)}]"
