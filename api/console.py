"""What the command line prints: imports, matches, runs, status. Chinese first, English second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from api.bootstrap import Services
    from api.jobs.check_advertisements import AdvertisementCheck
    from api.jobs.match_person import PersonMatches
    from api.jobs.whole_import import ImportSummary

Language = Literal["zh", "en"]

_SYNTHETIC = (
    "[bold yellow]合成数据：人、单位、岗位均为虚构 / synthetic data: people, employers and posts are invented[/]"
)


_FIELDS_ZH = {
    "age": "年龄", "education_level": "学历", "major": "专业", "experience": "经历", "experience_years": "工作年限",
    "skills": "技能", "credential": "证书", "desired_title": "想做", "desired_occupation_code": "职业代码",
    "wage_min_cny_month": "最低月薪", "needs_board": "须包吃", "needs_lodging": "须包住", "will_relocate": "愿住工作地",
    "accepts_night_work": "接受夜班", "accepts_shift_work": "接受倒班", "district_code": "区县", "group": "人群",
    "commute_limit_km": "通勤上限公里", "refuses": "不愿",
}  # fmt: skip
_MOST_OPENINGS = 5


def show_synthetic(console: Console) -> None:
    """Say that what follows is invented."""
    console.print(_SYNTHETIC)


def show_import(summary: ImportSummary) -> None:
    """Where the rows of a file went."""
    table = Table(
        title=f"导入 / import {summary.file_name} ({summary.kind}, {summary.file_format})", title_justify="left"
    )
    table.add_column("")
    table.add_column("行 / rows", justify="right")
    for name, count in (
        ("文件中 / in the file", summary.rows),
        ("新存入 / stored", summary.stored),
        ("重复 / duplicates", summary.duplicates),
        ("退回 / rejected", summary.rejected),
        ("其中职业未识别 / without an occupation code", summary.uncoded),
    ):
        if count is not None:
            table.add_row(name, f"{count:,}")
    console = Console()
    console.print(table)
    console.print(f"{summary.seconds:.1f} s · {summary.rows / summary.seconds:,.0f} 行/秒 rows/s", highlight=False)
    if summary.rejects_path:
        console.print(f"退回的行及原因 / rejected rows and why: {summary.rejects_path}", highlight=False)


def show_matches(result: PersonMatches, lang: Language) -> None:
    """One person's list, each vacancy with its reasons, what is missing, and what to ask."""
    console = Console()
    if result.reading is not None:
        read = [
            (_FIELDS_ZH[found.field] if lang == "zh" else found.field, str(found.value))
            for found in result.reading.fields
        ]
        console.print(
            "读懂的内容 / understood: " + "; ".join(f"[bold]{name}[/] {value}" for name, value in read)
            if read
            else "没有读出任何条件 / nothing was understood"
        )
    if result.matches.empty:
        console.print("没有符合硬性条件的岗位 / no vacancy that the hard rules allow")
        _show_beyond(console, result, lang)
        return
    if result.market.is_synthetic:
        show_synthetic(console)
    if not result.calibrated:
        console.print(
            "[dim]尚无结果可学，分数只用于排序 / no outcomes to learn from yet: scores only order the list[/]"
        )
    for match, why in zip(result.matches.to_dict("records"), result.explanations, strict=True):
        vacancy = result.market.vacancies.iloc[match["vacancy"]]
        console.print(
            f"\n[bold]{match['position']:>2}. {vacancy['title']}[/] · {vacancy['employer']} · {place_of(vacancy, lang)}"
            f" · {_pay(vacancy, lang)}",
            highlight=False,
        )
        price = f", {'影子价格' if lang == 'zh' else 'price'} {match['price']:.3f}" if result.by_price else ""
        if result.calibrated:
            chance = f"{'预计成功率' if lang == 'zh' else 'chance of placement'} {match['score']:.1%}"
        else:
            chance = f"{'参考分' if lang == 'zh' else 'score'} {match['score']:.3f}"
        console.print(f"    {chance}{price}  [dim]{vacancy['vacancy_id']}[/]", highlight=False)
        for sign, style, reasons in (
            ("✓", "green", why.reasons_for),
            ("✗", "red", why.reasons_against),
            ("缺" if lang == "zh" else "lacks", "red", why.missing),
            ("问" if lang == "zh" else "ask", "yellow", why.questions),
        ):
            if reasons:
                said = "；".join(reason.zh for reason in reasons) if lang == "zh" else "; ".join(r.en for r in reasons)
                console.print(f"    [{style}]{sign}[/] {said}", highlight=False)
    _show_beyond(console, result, lang)


def show_rules(lang: Language) -> None:
    """Every hard rule with its source and question."""
    from data.reference.market_rules import load_market_rules
    from matching.eligibility import RULES

    zh = lang == "zh"
    table = Table(title="硬性条件 / hard rules", title_justify="left", show_lines=True)
    for name in ("规则 / rule", "条件 / condition", "未知时要问 / asked if unknown", "依据 / source"):
        table.add_column(name, overflow="fold")
    for rule in RULES:
        table.add_row(rule.name, rule.zh if zh else rule.en, rule.question_zh if zh else rule.question_en, rule.source)
    for row in load_market_rules().itertuples():
        table.add_row(str(row.rule), str(row.zh if zh else row.en), "", str(row.source))
    Console().print(table)


def show_compliance(check: AdvertisementCheck, lang: Language) -> None:
    """How many advertisements have which finding, and the first words of each."""
    from data.reference.unlawful_conditions import Severity

    zh = lang == "zh"
    table = Table(
        title=f"岗位检查 / advertisements checked: {check.vacancies:,}", title_justify="left", show_lines=False
    )
    for name in ("种类 / kind", "程度 / severity"):
        table.add_column(name)
    table.add_column("岗位 / vacancies", justify="right")
    table.add_column("例 / example", overflow="fold")
    table.add_column("建议 / advice", overflow="fold")
    shown = {"unlawful": "违法", "doubtful": "存疑", "missing": "缺项"}
    order = list(shown)
    kinds = {(str(s), str(c)): rows for (s, c), rows in check.findings.groupby(["severity", "code"])}
    for (severity, code), rows in sorted(kinds.items(), key=lambda kind: (order.index(kind[0][0]), -len(kind[1]))):
        first = rows.iloc[0]
        table.add_row(
            code,
            shown[severity] if zh else severity,
            f"{rows['vacancy_id'].nunique():,}",
            "" if severity == Severity.MISSING else f"{first['vacancy_id']}: {first['words']}",
            first["advice_zh"] if zh else first["advice_en"],
        )
    console = Console()
    console.print(table)
    console.print(f"全部明细 / all findings: {check.path}", highlight=False)


def _show_beyond(console: Console, result: PersonMatches, lang: Language) -> None:
    """Near occupations where the wish leaves too little, and what would open further work."""
    if result.neighbouring is not None and len(result.neighbouring.matches):
        console.print("\n[bold]相近职业的岗位 / neighbouring work[/]")
        for row, near in zip(result.neighbouring.matches["vacancy"], result.neighbouring.neighbours, strict=True):
            vacancy = result.market.vacancies.iloc[row]
            console.print(
                f"  · {vacancy['title']} · {vacancy['employer']} · {place_of(vacancy, lang)} · {_pay(vacancy, lang)}"
                f"  [dim]{near.zh if lang == 'zh' else near.en}  {vacancy['vacancy_id']}[/]",
                highlight=False,
            )
    if result.openings:
        console.print("\n[bold]怎样能多出岗位 / what would open further work[/]")
        for change in result.openings[:_MOST_OPENINGS]:
            console.print(f"  · {change.zh if lang == 'zh' else change.en}", highlight=False)


def show_run(summary: dict[str, Any]) -> None:
    """What a match run did and is expected to achieve."""
    from evaluation.groups import group_name_zh, reported_groups

    console = Console()
    console.print(Panel(f"[bold]夜间匹配 / overnight match[/] {summary['as_of']} · {summary['run_id']}", expand=False))
    if summary["is_synthetic"]:
        show_synthetic(console)
    console.print(
        f"求职者 / seekers {summary['seekers']:,} · 岗位 / vacancies {summary['vacancies']:,}"
        f" (招 / openings {summary['openings']:,}) · 课程 / courses {summary['courses']:,}\n"
        f"可推荐组合 / pairs no rule forbids {summary['candidate_share']:.1%} · "
        f"确定符合 / surely eligible {summary['eligible_share']:.1%}\n"
        f"获推荐的 / referred: 求职者 / seekers {summary['seekers_referred']:,}, "
        f"岗位 / vacancies {summary['vacancies_referred_to']:,}\n"
        f"无候选 / without candidates: 求职者 / seekers {_lonely(summary['seekers_without_candidates'])}, "
        f"岗位 / vacancies {_lonely(summary['vacancies_without_candidates'])}\n"
        f"统筹方案至少达到最优的 / the allocation reaches at least {summary['certificate']:.3%} of the optimum\n"
        f"抽签试推 / by lot {_by_lot(summary['by_lot'])}",
        highlight=False,
    )
    if experiment := summary.get("experiment"):
        console.print(
            f"[bold]试验 / experiment {experiment['name']}[/]: "
            + " · ".join(
                f"{arm['arm_zh']} / {arm['arm']} ({arm['policy_zh']} / {arm['policy_en']}) {arm['seekers']:,} 人, "
                f"推荐 / referrals {arm['referrals']:,}"
                for arm in experiment["arms"]
            ),
            highlight=False,
        )
    if training := summary.get("training"):
        console.print(
            f"[bold]培训 / training[/]: 推荐课程 / courses for {training['people']:,} 人 · "
            f"名额 / seats {training['seats']:,} · 分到 / seated {training['seated']:,} · "
            f"候补 / waiting {training['waiting']:,}",
            highlight=False,
        )
    table = Table(title="预计就业人数 / expected placements (± 95 %)", title_justify="left")
    table.add_column("人群 / group")
    table.add_column("人数 / seekers", justify="right")
    for policy in summary["policies"]:
        table.add_column(f"{policy['name_zh']}\n{policy['name_en']}", justify="right")
    for group, size in reported_groups(summary["groups"]).items():
        error = group == "everyone"
        table.add_row(
            f"{group_name_zh(group)} / {group.replace('_', ' ')}",
            f"{size:,}",
            *(
                f"{policy['by_group'][group]:,.0f}" + (f" ± {1.96 * policy['standard_error']:.0f}" if error else "")
                for policy in summary["policies"]
            ),
        )
    for label, key, form in (
        ("推荐数 / referrals", "referrals", "{:,}"),
        ("超出容量 / beyond capacity", "beyond_capacity", "{:.1%}"),
        ("曝光基尼 / Gini of exposure", "exposure_gini", "{:.2f}"),
    ):
        table.add_row(label, "", *(form.format(policy[key]) for policy in summary["policies"]), style="dim")
    console.print(table)
    stages = Table(title="用时与内存 / time and peak memory", title_justify="left")
    stages.add_column("步骤 / stage")
    stages.add_column("s", justify="right")
    stages.add_column("MiB", justify="right")
    for stage in summary["stages"]:
        stages.add_row(stage["name"], f"{stage['seconds']:.1f}", f"{stage['peak_mib']:,.0f}")
    console.print(stages)
    console.print(f"报告 / report: {summary['report']}", highlight=False)


def show_changes(summary: dict[str, Any]) -> None:
    """What is different from the run before, by reason."""
    from evaluation.match_run.run_changes import REASONS

    changes, console = summary["changes"], Console()
    if changes["since"] is None:
        console.print("没有可比的上一次匹配 / there is no earlier run to compare with")
        return
    if not changes["counts"]:
        console.print(f"与 {changes['since']} 相比没有变化 / nothing changed since then", highlight=False)
        return
    table = Table(title=f"与上一次相比 / changes since {changes['since']}", title_justify="left")
    table.add_column("原因 / reason", overflow="fold")
    for name in ("新推荐\nreferred", "不再推荐\nno longer referred", "新进名单\nlisted", "退出名单\nno longer listed"):
        table.add_column(name, justify="right")
    kinds = ("referrals_gained", "referrals_lost", "newly_listed", "no_longer_listed")
    for reason, (zh, en) in REASONS.items():
        if reason in changes["counts"]:
            table.add_row(f"{zh} / {en}", *(f"{changes['counts'][reason][kind]:,}" for kind in kinds))
    console.print(table)
    console.print(f"推荐有变的求职者 / seekers whose referrals changed: {changes['seekers']:,}", highlight=False)
    console.print(f"全部明细 / every change: {changes['file']}", highlight=False)


def _by_lot(drawn: dict[str, Any]) -> str:
    """The share, how many referrals went by lot, and what that costs."""
    return (
        f"{drawn['share']:.1%}: {drawn['referrals']:,} 个推荐 / referrals, 预计少就业 / expected placements lost "
        f"{drawn['cost']:.1f} ± {1.96 * drawn['standard_error']:.1f}"
    )


def _lonely(without: dict[str, Any]) -> str:
    """How many have no candidate, and what most often stands in the way of how many of them."""
    from evaluation.match_run.run_summary import reason_names

    # Stored as JSON the order of the reasons is lost.
    reasons = sorted(without["reasons"].items(), key=lambda reason: -reason[1])[:1]
    return f"{without['rows']:,}" + "".join(f" ({reason_names(name)[0]} {count:,})" for name, count in reasons)


def show_status(services: Services) -> None:
    """What the database holds, the last imports, the published run."""
    from data.storage.import_repository import list_imports
    from data.storage.record_repository import count_records, count_synthetic
    from data.storage.run_repository import published_run

    with services.engine.connect() as connection:
        counts, synthetic = count_records(connection), count_synthetic(connection)
        imports, run = list_imports(connection), published_run(connection)
    console = Console()
    records = Table(title="记录 / records", title_justify="left")
    records.add_column("")
    records.add_column("行 / rows", justify="right")
    records.add_column("合成 / synthetic", justify="right")
    for name, count in counts.items():
        records.add_row(name, f"{count:,}", f"{synthetic[name]:,}" if name in synthetic else "")
    console.print(records)
    if imports:
        table = Table(title="最近导入 / last imports", title_justify="left")
        for heading in (
            "时间 / when",
            "文件 / file",
            "内容 / kind",
            "行 / rows",
            "存入 / stored",
            "重复 / dup.",
            "退回 / rej.",
        ):
            table.add_column(heading)
        for done in imports:
            table.add_row(
                f"{done.imported_at:%Y-%m-%d %H:%M}", done.file_name, done.kind, f"{done.rows:,}", f"{done.stored:,}",
                f"{done.duplicate:,}", f"{done.rejected:,}",
            )  # fmt: skip
        console.print(table)
    if run is None:
        console.print("尚无已发布的匹配 / no match run is published yet: zhuye rematch")
    else:
        console.print(
            f"已发布的匹配 / published run: {run.run_id} ({run.as_of}) · {run.summary['report']}", highlight=False
        )


def place_of(vacancy: pd.Series[Any], lang: Language) -> str:
    """The district of a vacancy (a row of `MARKET_VACANCIES`)."""
    from data.reference.districts import load_districts

    row = int(vacancy["district"])
    if row < 0:
        return "地点未写明" if lang == "zh" else "place not stated"
    return str(load_districts().iloc[row]["name_zh" if lang == "zh" else "name_en"])


def _pay(vacancy: pd.Series[Any], lang: Language) -> str:
    least, most = vacancy["wage_min"], vacancy["wage_max"]
    stated = [f"{amount:,.0f}" for amount in (least, most) if amount == amount]  # NaN is not equal to itself
    if not stated:
        return ("面议" if lang == "zh" else "negotiable") if vacancy["wage_negotiable"] else "—"
    return "–".join(dict.fromkeys(stated)) + (" 元/月" if lang == "zh" else " CNY/month")
