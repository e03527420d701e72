"""What a person is told of a recommended course, or of applying at once: statements in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.market import Market
from training_recs.course_advice import Advice, CourseAdvice
from training_recs.course_catalogue import Catalogue


@dataclass(frozen=True)
class Statement:
    """One statement; `code` names its kind."""

    code: str
    zh: str
    en: str


def course_statements(advice: CourseAdvice, market: Market, catalogue: Catalogue) -> list[Statement]:
    """Why this course, what to take first, what it costs, what is to be asked, and what else there is."""
    titles = market.courses["title"]
    return [
        *_opens(advice),
        _gains(advice.gains),
        *_pays(advice),
        _crowded(advice),
        *_first(advice, titles, catalogue.runs),
        _costs(advice),
        *(Statement(f"ask_{one.name}", one.question_zh, one.question_en) for one in advice.questions),
        *_others(advice, market.courses),
    ]


def apply_now_statements(advice: Advice) -> list[Statement]:
    """Why no course is recommended."""
    zh, en = "现在直接应聘最好", "best to apply now"
    if advice.best_gain_otherwise is None:
        return [
            Statement(
                "apply_now", f"{zh}：没有可报名、且能增加岗位的课程", f"{en}: no course that he may take opens anything"
            )
        ]
    gain = _gains(advice.best_gain_otherwise)
    return [
        Statement("apply_now", f"{zh}：最合适的课程扣除费用后也不划算", f"{en}: the best course is not worth its cost"),
        gain,
    ]


def _opens(advice: CourseAdvice) -> list[Statement]:
    said = []
    if advice.opened:
        zh = f"多出{len(advice.opened)}个可应聘的岗位（招{advice.opened_openings}人）"
        en = f"opens {len(advice.opened)} vacancies ({advice.opened_openings} openings)"
        said.append(Statement("opens", zh, en))
    if advice.settled:
        zh = f"{advice.settled}个岗位要求的证书（现在是否持有未知）将确定具备"
        en = f"{advice.settled} vacancies whose certificate is in question would surely be open"
        said.append(Statement("settles", zh, en))
    return said


def _gains(gains: Mapping[int, float]) -> Statement:
    points = {days: round(100 * gain) for days, gain in gains.items()}
    zh = "、".join(f"{days}天{gain:+d}" for days, gain in points.items())
    en = ", ".join(f"{days} days {gain:+d}" for days, gain in points.items())
    return Statement(
        "gain",
        f"就业可能性变化（百分点）：{zh}；上课期间少求职",
        f"chance of a job, points: {en}; less search while in class",
    )


def _pays(advice: CourseAdvice) -> list[Statement]:
    change = advice.wage_change_cny_month
    if change is None:
        return []
    return [
        Statement(
            "wage", f"最合适岗位的月薪变化{change:+,.0f}元", f"pay of the best vacancies {change:+,.0f} CNY/month"
        )
    ]


def _crowded(advice: CourseAdvice) -> Statement:
    crowding = advice.crowding
    if crowding.referrals_per_opening is None:
        return Statement("crowding", f"共招{crowding.openings}人", f"{crowding.openings} openings")
    each = crowding.referrals_per_opening
    return Statement(
        "crowding", f"共招{crowding.openings}人，每个名额已推荐{each:.1f}人",
        f"{crowding.openings} openings, {each:.1f} people referred to each",
    )  # fmt: skip


def _first(advice: CourseAdvice, titles: pd.Series[str], runs: pd.DataFrame) -> list[Statement]:
    said = []
    if advice.first_course is not None and advice.first_run is not None:
        title, day = titles.iloc[advice.first_course], f"{runs['starts_on'].iloc[advice.first_run]:%Y-%m-%d}"
        said.append(Statement("first", f"先上：{title}（{day}开班）", f"first take: {title} (from {day})"))
    if advice.prerequisite is not None:
        said.append(Statement("prerequisite", advice.prerequisite.zh, advice.prerequisite.en))
    return said


def _costs(advice: CourseAdvice) -> Statement:
    less_zh = "（已扣补贴）" if advice.subsidised else ""
    zh = f"自付{advice.fee_after_subsidy_cny:,.0f}元{less_zh}、路费约{advice.travel_cny:,.0f}元"
    en = (
        f"fee {advice.fee_after_subsidy_cny:,.0f} CNY{' after subsidy' if advice.subsidised else ''}, "
        f"travel about {advice.travel_cny:,.0f} CNY"
    )
    return Statement("cost", zh, en)


def _others(advice: CourseAdvice, courses: pd.DataFrame) -> list[Statement]:
    if not advice.alternatives:
        return []
    others = courses.iloc[list(advice.alternatives)]
    named = "、".join(
        f"{title}（{provider}）" for title, provider in zip(others["title"], others["provider"], strict=True)
    )
    return [Statement("alternatives", f"同样有用的课程：{named}", f"courses with the same effect: {named}")]
