"""What the commands about experiments print: designs, standings, analyses. Chinese first, English second."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.table import Table

from evaluation.experiments.analysis_plan import POLICY_NAMES, analysis_plan
from evaluation.experiments.design import ARM_NAMES, ARM_NAMES_ZH
from evaluation.groups import EVERYONE, group_name_zh
from evaluation.refusal import Refusal

if TYPE_CHECKING:
    from api.jobs.evaluation.experiment_evidence import ExperimentEvidence
    from evaluation.experiments.analysis import ExperimentAnalysis
    from evaluation.experiments.design import ExperimentDesign
    from evaluation.experiments.make_design import MadeDesign

CONTRASTS = {
    "total": ("全体", "everybody"),
    "treated": ("处理者", "the treated"),
    "untreated": ("未处理者（外溢）", "the untreated (spillover)"),
    "within": ("同市场处理者与未处理者之差", "treated less untreated, same markets"),
}
FACTS = {
    "age_years": ("年龄", "age"),
    "education_level": ("学历", "education"),
    "experience_years": ("工作年限", "years of work"),
    "wage_min_cny_month": ("最低月薪", "lowest pay accepted"),
}


def show_design(made: MadeDesign, path: Path) -> None:
    """A design just written: markets, leakage, power, and what to do next."""
    console, design = Console(), made.design
    _show_heading(console, design)
    sizes = [market.seekers for market in design.markets]
    console.print(
        f"市场 / markets {len(sizes)}，每个 {min(sizes):,}–{max(sizes):,} 人 / seekers each\n"
        f"跨市场的推荐 / referrals across markets {design.leakage:.1%} "
        f"(合并前 / before merging {made.leakage_of_cells:.1%}, 上限 / limit {design.leakage_limit:.0%})；"
        f"名单中的组合 / listed pairs {design.leakage_of_candidates:.1%}"
        + (
            f"；过去的就业 / past placements {design.leakage_of_placements:.1%}"
            if design.leakage_of_placements is not None
            else ""
        ),
        highlight=False,
    )
    if design.past_rate is not None and design.icc is not None:
        console.print(
            f"过去 {design.horizon_days} 天就业比例 / placed before {design.past_rate:.1%} · "
            f"组内相关 / intracluster correlation {design.icc:.3f}",
            highlight=False,
        )
    table = Table(title="最小可检出效应 (80 %, 5 %) / minimal detectable effect", title_justify="left")
    for name in ("比较 / contrast", "饱和度 / saturation"):
        table.add_column(name, overflow="fold")
    for name in ("市场 / markets", "对照 / control", "百分点 / points"):
        table.add_column(name, justify="right")
    for row in design.power:
        effect = "—" if row.effect is None else f"{100 * row.effect:.1f}"
        table.add_row(
            " / ".join(CONTRASTS[row.contrast]), str(row.saturation), str(row.markets), str(row.control_markets), effect
        )
    console.print(table)
    for caution in made.cautions:
        console.print(f"[yellow]注意 / caution: {caution.zh} {caution.en}[/]", highlight=False)
    console.print(
        f"设计已写入 / written to {path}\n"
        f"下一步 / next: zhuye experiment start {path}（{design.starts_on} 之前 / before）",
        highlight=False,
        soft_wrap=True,
    )


def show_rehearsal(design: ExperimentDesign, rehearsed: pd.DataFrame) -> None:
    """What the experiment would find on the last run's lists, beside the truth that was simulated."""
    console = Console()
    _show_heading(console, design)
    table = Table(title="预演，百分点 / rehearsed, percentage points", title_justify="left")
    for name in ("比较 / contrast", "饱和度\nsaturation"):
        table.add_column(name, overflow="fold")
    for name in ("真值\ntruth", "平均估计\nmean estimate", "标准误\nstd. error", "覆盖率\ncoverage", "检出\nfound"):
        table.add_column(name, justify="right")
    for row in rehearsed.to_dict("records"):
        points = (f"{100 * row[name]:+.1f}" for name in ("truth", "mean"))
        shares = (f"{row[name]:.0%}" for name in ("coverage", "found"))
        table.add_row(
            " / ".join(CONTRASTS[row["contrast"]]), row["saturation"], *points, f"{100 * row['standard_error']:.1f}",
            *shares,
        )  # fmt: skip
    console.print(table)
    console.print(
        "真值：全市都按处理臂推荐，减去全市都按对照臂推荐；按双方预计概率模拟，只用名单中的组合。覆盖率应近 95 %。\n"
        "truth: everybody under the treatment less everybody under the control, simulated from estimated probabilities "
        "on listed pairs; coverage should be near 95 %",
        highlight=False,
    )


def show_started(design: ExperimentDesign, path: Path) -> None:
    """That an experiment is started, and how nights come to obey it."""
    console = Console()
    _show_heading(console, design)
    console.print(
        f"试验已开始登记，设计从此不可改动 / started: the design can no longer be changed\n"
        f"让夜间匹配执行它 / for nights to obey it: [bold]ZHUYE_EXPERIMENT={path.absolute()}[/]",
        highlight=False,
        soft_wrap=True,
    )


def show_standing(evidence: ExperimentEvidence) -> None:
    """How an experiment stands: nights that obeyed, who entered, and when it can be analysed."""
    console, design = Console(), evidence.design
    _show_heading(console, design)
    days = max(0, (min(evidence.as_of, design.ends_on) - design.starts_on).days + 1)
    obeyed = evidence.nights["as_of"].nunique()
    console.print(f"执行设计的夜晚 / nights that obeyed: {obeyed} / {days}", highlight=False)
    table = Table(title="已进入试验 / who entered so far", title_justify="left")
    for name in ("饱和度 / saturation", "臂 / arm"):
        table.add_column(name, overflow="fold")
    for name in ("市场 / markets", "人数 / people"):
        table.add_column(name, justify="right")
    for row in evidence.standing.to_dict("records"):
        zh = ARM_NAMES_ZH[ARM_NAMES.index(row["arm"])]
        table.add_row(row["saturation"], f"{zh} / {row['arm']}", str(row["markets"]), _count(row["people"]))
    console.print(table)
    console.print(f"可作分析 / may be analysed: {design.known_on}", highlight=False)


def show_analysis(analysis: ExperimentAnalysis | Refusal, written: Path | None) -> None:
    """Effects with intervals, compliance, balance; or why there are none."""
    console = Console()
    if isinstance(analysis, Refusal):
        console.print(f"[yellow]不能分析 / no analysis: {analysis.zh} {analysis.en}[/]", highlight=False)
        return
    _show_heading(console, analysis.design)
    console.print(analysis_plan(analysis.design).outcome_zh + " / " + analysis_plan(analysis.design).outcome_en)
    for caution in analysis.cautions:
        console.print(f"[yellow]注意 / caution: {caution.zh} {caution.en}[/]", highlight=False)
    console.print(_effects(analysis.effects))
    console.print(_conduct(analysis.conduct))
    console.print(_balance(analysis.balance))
    if written is not None:
        console.print(f"全部数字 / every figure: {written}", highlight=False, soft_wrap=True)


def _show_heading(console: Console, design: ExperimentDesign) -> None:
    arms = "；".join(
        f"{zh} / {name}: {' / '.join(POLICY_NAMES[rule.policy])}"
        for zh, name, rule in zip(ARM_NAMES_ZH, ARM_NAMES, design.arms, strict=True)
    )
    console.print(f"[bold]试验 / experiment {design.name}[/] {design.starts_on} – {design.ends_on}", highlight=False)
    console.print(f"{design.hypothesis_zh} / {design.hypothesis_en}\n{arms}", highlight=False)


def _effects(effects: pd.DataFrame) -> Table:
    table = Table(title="效应，百分点 / effects, percentage points", title_justify="left")
    for name in ("比较 / contrast", "饱和度\nsaturation", "人群 / group"):
        table.add_column(name, overflow="fold")
    for name in ("人数 / people", "就业\nplaced", "对照\ncontrol", "效应 / effect", "95 %", "p", "抽签 p\nby draw"):
        table.add_column(name, justify="right")
    for row in effects.to_dict("records"):
        group = "全体 / everyone" if row["group"] == EVERYONE else f"{group_name_zh(row['group'])} / {row['group']}"
        head = (" / ".join(CONTRASTS[row["contrast"]]), row["saturation"], group)
        if pd.isna(row["effect"]):
            table.add_row(*head, _count(row["people"]), "", "", f"{row['reason_zh']} / {row['reason_en']}", style="dim")
            continue
        drawn = "" if pd.isna(row["p_randomisation"]) else f"{row['p_randomisation']:.3f}"
        table.add_row(
            *head, _count(row["people"]), f"{row['rate']:.1%}", f"{row['control_rate']:.1%}",
            f"{100 * row['effect']:+.1f}", f"{100 * row['low']:+.1f} … {100 * row['high']:+.1f}",
            f"{row['p_adjusted']:.3f}", drawn, style="bold" if row["is_primary"] else None,
        )  # fmt: skip
    return table


def _conduct(conduct: pd.DataFrame) -> Table:
    table = Table(title="执行与退出 / compliance and attrition", title_justify="left")
    for name in ("饱和度 / saturation", "臂 / arm"):
        table.add_column(name, overflow="fold")
    for name in ("人数\npeople", "推荐\nreferrals", "按设计\nobeying", "满期\nfollowed", "退出登记\nleft register"):
        table.add_column(name, justify="right")
    for row in conduct.to_dict("records"):
        zh = ARM_NAMES_ZH[ARM_NAMES.index(row["arm"])]
        shares = (_share(row[name]) for name in ("obeying_share", "observed_share", "left_share"))
        table.add_row(
            row["saturation"], f"{zh} / {row['arm']}", _count(row["people"]), _count(row["referrals"]), *shares
        )
    return table


def _balance(balance: pd.DataFrame) -> Table:
    table = Table(title="事前均衡 / balance before", title_justify="left")
    for name in ("项目 / fact", "饱和度 / saturation"):
        table.add_column(name, overflow="fold")
    for name in ("均值\nmean", "对照\ncontrol", "标准化差\nstd. difference", "p"):
        table.add_column(name, justify="right")
    for row in balance.to_dict("records"):
        zh, en = FACTS.get(row["fact"]) or (group_name_zh(row["fact"]), row["fact"])
        figures = ("mean", "control_mean", "standardised_difference", "p_value")
        table.add_row(
            f"{zh} / {en}", row["saturation"], *("" if pd.isna(row[name]) else f"{row[name]:,.2f}" for name in figures)
        )
    return table


def _count(number: float | None) -> str:
    return "<10" if pd.isna(number) else f"{number:,.0f}"


def _share(share: float | None) -> str:
    return "" if pd.isna(share) else f"{share:.1%}"
