"""Two match runs beside each other: what was different, what each was expected to achieve, and what came of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evaluation.groups import EVERYONE, reported_groups
from evaluation.match_run.run_outcomes import RunOutcomes
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
from evaluation.report.number_text import base_text, number_text

_STAGES = {
    "accepted": Words("求职者接受", "accepted by the seeker"),
    "hired": Words("录用", "hired"),
    "placed": Words("上岗", "placed"),
}
_FACTS = (
    ("as_of", Words("日期", "day"), Kind.TEXT),
    ("seekers", Words("求职者", "seekers"), Kind.COUNT),
    ("vacancies", Words("岗位", "vacancies"), Kind.COUNT),
    ("openings", Words("招聘人数", "openings"), Kind.COUNT),
    ("candidate_share", Words("可推荐组合", "pairs no rule forbids"), Kind.SHARE),
    ("seekers_referred", Words("获推荐的求职者", "seekers referred"), Kind.COUNT),
    ("vacancies_referred_to", Words("获推荐的岗位", "vacancies referred to"), Kind.COUNT),
    ("vacancies_unseen", Words("因限额无推荐的岗位", "vacancies unseen for the limits"), Kind.COUNT),
    ("referrals_per_seeker", Words("每人至多推荐", "most referrals a seeker"), Kind.COUNT),
    ("referrals_per_opening", Words("每个名额至多推荐", "most referrals an opening"), Kind.COUNT),
    ("certificate", Words("达到最优的比例", "share of the optimum proved"), Kind.SHARE),
)
Run = dict[str, Any]
_FLOATS = {"share": "float64", "low": "float64", "high": "float64"}


def comparison_sections(one: Run, other: Run, outcomes: RunOutcomes, *, horizon_days: int) -> tuple[Section, ...]:
    """Sections from the summaries of two runs (as published) and what came of the people they referred."""
    return (
        Section("expected", Words("预计就业", "Expected placements"), _expected(one, other)),
        Section("happened", Words("实际结果", "What came of them"), _happened(one, other, outcomes, horizon_days)),
        Section("facts", Words("有何不同", "What was different"), (_facts(one, other),)),
    )  # fmt: skip


def _expected(one: Run, other: Run) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Note(
            Words(
                "每人预计就业次数，两次匹配各按当日的求职者；区间只含抽样误差，不含评分本身的误差。",
                "Expected placements a seeker, each run over the seekers of its day. Intervals hold the error of the "
                "draws only, not that of the scores.",
            )
        )
    ]
    if one["as_of"] != other["as_of"]:
        blocks.append(
            Caution(
                "两次匹配的日期不同：人和岗位也变了，差别不全是办法之功。",
                "The runs are of different days: people and posts have changed too, so the difference is not the "
                "method's alone.",
            )
        )
    rows = [
        (policy, group, run["run_id"], size, *_rate(result, group, size))
        for run in (one, other)
        for policy, result in _policies(run).items()
        for group, size in reported_groups(run["groups"]).items()
    ]
    names = ("policy", "group", "run_id", "seekers", "placements", "rate", "low", "high")
    table = pd.DataFrame(rows, columns=list(names))
    intervals = tuple(
        Interval(Words(*_names(one, other)[policy]), row.rate, row.low, row.high, base_text(row.seekers), series)
        for policy in _names(one, other)
        for series, run in enumerate((one, other))
        for row in table[(table["policy"] == policy) & (table["run_id"] == run["run_id"])].itertuples()
        if row.group == EVERYONE
    )
    runs = (Words(one["run_id"], ""), Words(other["run_id"], ""))
    table = table.assign(
        policy=table["policy"].map({key: " ".join(names) for key, names in _names(one, other).items()}),
        group=[both(group_words(group)) for group in table["group"]],
    )
    shown = columns(
        ("policy", "办法", "policy"), ("group", "人群", "group"),
        ("run_id", "匹配", "run"), ("seekers", "求职者", "seekers", Kind.COUNT),
        ("placements", "预计就业", "expected placements", Kind.NUMBER),
        ("rate", "每人", "a seeker", Kind.SHARE),
    )  # fmt: skip
    definition = Words(
        "预计就业人数 ÷ 当日在册求职者（evaluation.match_run.expected_placements 的抽样）",
        "expected placements over simulated draws ÷ seekers open on the run's day",
    )
    return (
        *blocks,
        IntervalChart(Words("每百人预计就业", "expected placements a seeker"), Kind.SHARE, intervals, runs),
        DataTable("expected", Words("按人群", "by group"), definition, shown, table),
    )


def _policies(run: Run) -> dict[str, Run]:
    return {result["policy"]: result for result in run["policies"]}


def _names(one: Run, other: Run) -> dict[str, tuple[str, str]]:
    return {key: (result["name_zh"], result["name_en"]) for key, result in (_policies(one) | _policies(other)).items()}


def _rate(result: Run, group: str, size: int) -> tuple[float, float, float, float]:
    placements, nan = result["by_group"].get(group, float("nan")), float("nan")
    if group != EVERYONE:
        return placements, placements / size, nan, nan
    half = 1.96 * result["standard_error"]
    return placements, placements / size, (placements - half) / size, (placements + half) / size


def _happened(one: Run, other: Run, outcomes: RunOutcomes, horizon_days: int) -> tuple[Block, ...]:
    table = outcomes.table
    if (table["denominator"] == 0).all():
        return (
            Refusal(
                f"台账中没有这两次匹配满 {horizon_days} 天的推荐。推荐的结果用 zhuye import events 登记。",
                f"The ledger holds no referral of these runs that has been followed for {horizon_days} days. Results "
                "of referrals are recorded with zhuye import events.",
            ),
        )
    order = {run["run_id"]: series for series, run in enumerate((one, other))}
    shares = tuple(
        Interval(_STAGES[row["stage"]], row["share"], row["low"], row["high"], _of(row), order[row["run_id"]])
        for row in table.sort_values("stage", kind="stable").astype(_FLOATS).to_dict("records")
    )
    gaps = tuple(Interval(_STAGES[gap.stage], gap.value, gap.low, gap.high) for gap in outcomes.differences)
    runs = (Words(one["run_id"], ""), Words(other["run_id"], ""))
    definition = Words(
        f"推荐后 {horizon_days} 天内达到该步的人 ÷ 被推荐且观察满 {horizon_days} 天的人；"
        "上岗以任何证据计，少于 10 人不显示",
        f"people who came so far within {horizon_days} days ÷ people referred and followed for {horizon_days} days; "
        "placed by any evidence; fewer than ten people are not shown",
    )
    shown = columns(
        ("run_id", "匹配", "run"), ("stage", "步骤", "stage"),
        ("numerator", "分子", "numerator", Kind.COUNT),
        ("denominator", "分母", "denominator", Kind.COUNT),
        ("share", "占比", "share", Kind.SHARE),
        ("low", "区间下限", "low", Kind.SHARE), ("high", "区间上限", "high", Kind.SHARE),
    )  # fmt: skip
    named = table.assign(stage=[both(_STAGES[stage]) for stage in table["stage"]])
    return (
        IntervalChart(Words("被推荐的人走到哪一步", "how far the people referred came"), Kind.SHARE, shares, runs),
        IntervalChart(
            Words("差（前者减后者）", "difference, first minus second"),
            Kind.POINTS, gaps, reference=0.0,
        ),
        DataTable("happened", Words("推荐的结果", "results of referrals"), definition, shown, named),
    )  # fmt: skip


def _of(row: dict[Any, Any]) -> str:
    if pd.isna(row["denominator"]):
        return "人数少，隐去 withheld"
    return f"{int(row['numerator']):,} / {int(row['denominator']):,}"


def _facts(one: Run, other: Run) -> DataTable:
    rows = [(both(words), *(number_text(run.get(key), kind) for run in (one, other))) for key, words, kind in _FACTS]
    rankers = (", ".join(f"{side}: {model}" for side, model in sorted(run["ranker"].items())) for run in (one, other))
    rows.append(("评分模型 ranker", *rankers))
    shown = columns(
        ("fact", "项目", "fact"), ("one", one["run_id"], ""),
        ("other", other["run_id"], ""),
    )  # fmt: skip
    return DataTable(
        "facts",
        Words("两次匹配的概况", "the runs"),
        Words("各次匹配发布时记录", "as recorded when each run was published"),
        shown,
        pd.DataFrame(rows, columns=["fact", "one", "other"]),
    )
