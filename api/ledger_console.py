"""What the command line prints of published lists and of an erasure. Chinese first, English second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from api.jobs.erase_person import Erasure
    from api.published_list import PublishedPage

Language = Literal["zh", "en"]

_TABLES = {
    "seekers": "登记 / registration",
    "seeker_identities": "身份信息 / identity",
    "seeker_experience": "经历 / experience",
    "seeker_credentials": "证书 / credentials",
    "seeker_groups": "人员类别 / groups",
    "referrals": "推荐 / referrals",
    "referral_events": "推荐结果 / events of referrals",
    "seeker_exits": "去向 / exit",
    "matches": "已发布名单中的行 / rows of published lists",
    "seeker_utilities": "匹配效用 / utilities of runs",
    "course_recommendations": "已发布的培训推荐 / published courses",
    "course_seats": "培训名额 / seats of courses",
    "course_waiting": "培训候补 / waiting lists",
}


def show_published(page: PublishedPage, lang: Language) -> None:
    """A published list, as far as it holds today: a line a pair, referrals marked, with what must be asked."""
    from api.console import place_of, show_synthetic
    from matching.eligibility import rules_of

    zh, console = lang == "zh", Console()
    console.print(f"匹配批次 / run {page.run.run_id} ({page.run.as_of})", highlight=False)
    if page.listed.empty:
        console.print("名单上没有人或岗位 / nobody and nothing is on this list")
        return
    if page.market.is_synthetic:
        show_synthetic(console)
    if not page.calibrated:
        console.print(
            "[dim]尚无结果可学，分数只用于排序 / no outcomes to learn from yet: scores only order the list[/]"
        )
    table = Table(box=None)
    chance_zh, chance_en = ("预计成功率", "chance of placement") if page.calibrated else ("参考分", "score")
    headings = ("", "推荐" if zh else "referral", "求职者" if zh else "seeker", "岗位" if zh else "vacancy",
                "区县" if zh else "district", chance_zh if zh else chance_en, "要问" if zh else "ask")  # fmt: skip
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for pair, is_referral in zip(page.listed.to_dict("records"), page.is_referral.tolist(), strict=True):
        seeker, vacancy = page.market.seekers.iloc[pair["seeker"]], page.market.vacancies.iloc[pair["vacancy"]]
        questions = [rule.question_zh if zh else rule.question_en for rule in rules_of(pair["unknown"])]
        table.add_row(
            str(pair["position"]),
            "●" if is_referral else "",
            str(seeker["seeker_id"]),
            f"{vacancy['title']} · {vacancy['employer']} [dim]{vacancy['vacancy_id']}[/]",
            place_of(vacancy, lang),
            f"{pair['score']:.1%}" if page.calibrated else f"{pair['score']:.3f}",
            ("；" if zh else "; ").join(questions),
        )
    console.print(table, highlight=False)
    if page.next_place is not None:
        console.print("还有更多，用 --limit 增加 / there are more: --limit")


def show_erasure(erasure: Erasure) -> None:
    """What was erased, and where traces stay for how long."""
    table = Table(title=f"已删除 / erased: {erasure.seeker_id}", title_justify="left")
    table.add_column("")
    table.add_column("行 / rows", justify="right")
    for name, label in _TABLES.items():
        if name in erasure.rows:
            table.add_row(label, f"{erasure.rows[name]:,}")
    console = Console()
    console.print(table)
    console.print(
        "只留下编号，以便备份恢复后再次删除 / only the identifier is kept, so that a restored backup can be cleaned.\n"
        "查询结果中立即消失；运行目录 (ZHUYE_RUNS) 中的市场与名单至多再留两夜\n"
        "gone from every answer at once; market and lists in the run folders stay for two more nights at most.\n"
        "备份、导入的原文件和退回文件请另行处理 / see to backups, imported files and rejects files yourself."
    )
