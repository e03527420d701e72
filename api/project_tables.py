"""An assessment as tables that people read: names in place of codes, headings in both languages, text for a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from api.jobs.assess_project import CityProject
from api.withheld_origins import WITHHELD
from data.records import GROUP_NAMES_ZH, SeekerGroup
from matching.eligibility import RULES
from training_recs.project_assessment.people_of_posts import SEVERAL
from training_recs.project_assessment.post_statements import post_statements
from training_recs.seat_plan.names import district_name, occupation_name

CUMULATED = ("headcount", "expected", "by_training", "left")
POSTS_SHEET = "岗位 posts"
SHOWN_CHANGE = 0.05
"""Expected placements: what changes less is left out of the files."""
COURSE_WORDS = {
    "in_time": "有课，来得及 in time",
    "too_late": "有课，来不及 too late",
    "in_part": "只补其中一部分 in part",
    "no_course": "没有课程 no course",
}
_HEADERS = {
    "post": "序号 no.",
    "post_title": "岗位 post",
    "occupation": "职业 occupation",
    "starts_on": "到岗日期 from",
    "headcount": "招聘人数 openings",
    "fitting": "符合硬条件的求职者 fitting",
    "referred": "可推荐人数 referred",
    "expected": "预计招到 expected",
    "by_training": "培训可补 by training",
    "left": "仍缺 left open",
    "had_other_work": "其中本可另就业 had other work",
    "price": "价格 price",
    "of_the_trade": "本行求职者 of the trade",
    "people": "人数 people",
    "rule": "唯一不合的条件 only rule failed",
    "middle": "期望月薪中位数（元）median pay asked",
    "lacks_zh": "缺少",
    "lacks_en": "lacks",
    "course": "课程 course",
    "course_id": "课程编号 course id",
    "course_title": "课程名称 title",
    "provider": "机构 provider",
    "first_course_id": "先修课程 taken first",
    "begins_on": "开班 begins",
    "ends_on": "结业 ends",
    "seats": "名额 seats",
    "trainees": "培训人数 trainees",
    "employer_id": "单位编号 employer id",
    "employer": "用人单位 employer",
    "openings": "在招人数 openings",
    "placements_before": "无项目预计招到 before",
    "placements_after": "有项目预计招到 after",
    "change": "变化 change",
    "price_before": "无项目价格 price before",
    "price_after": "有项目价格 price after",
    "dimension": "分类 by",
    "code": "来源 from",
    "file_row": "行 row",
    "file_column": "栏 column",
    "found": "内容 found",
    "expected_text": "应为 expected",
    "zh": "说明",
    "en": "statement",
    "figure": "指标 figure",
    "value": "数值 value",
}
TOTALS = (
    ("openings", "项目招聘人数", "openings of the project"),
    ("referred", "可推荐人数", "people referred to it"),
    ("direct", "预计招到（一轮推荐）", "expected placements at the project, one round of referrals"),
    ("had_other_work", "其中没有项目也会就业的人", "of them, people who would have had other work anyway"),
    ("displaced", "其他单位少招", "placements that other employers lose"),
    ("net", "全市净增就业", "net new placements in the city"),
    ("by_training", "到岗前培训可补", "openings that training in time could fill besides"),
    ("before", "全市预计就业（无项目）", "expected placements in the city without the project"),
    ("after", "全市预计就业（有项目）", "expected placements in the city with the project"),
    ("resolution", "求解误差：净增小于此数不足为凭", "what the solver can tell apart: a smaller net says nothing"),
)


def project_tables(found: CityProject) -> dict[str, pd.DataFrame]:
    """Sheet name → table, ready to be written."""
    one = found.assessment
    titles = {
        post: f"{post + 1} {title}" for post, title in zip(one.posts["post"], one.posts["post_title"], strict=True)
    }
    totals = pd.DataFrame(
        [(f"{zh} / {en}", getattr(one.totals, name)) for name, zh, en in TOTALS], columns=["figure", "value"]
    )
    said = pd.DataFrame(
        [(post, words.zh, words.en) for post in one.posts["post"] for words in post_statements(one, int(post))],
        columns=["post", "zh", "en"],
    )
    by_date = one.posts.groupby("starts_on", as_index=False)[list(CUMULATED)].sum()
    sums = by_date[list(CUMULATED)].cumsum()
    rejects = found.rejects.rename(columns={"expected": "expected_text"})
    tables = {
        "结论 summary": totals,
        POSTS_SHEET: one.posts,
        "按日期累计 by date": by_date.assign(**{name: sums[name] for name in CUMULATED}),
        "原因与办法 reasons": said,
        "来源 origins": found.origins,
        "不合条件 barriers": one.barriers,
        "差一点 nearly": one.lacks,
        "培训 training": one.training,
        "职业影响 occupations": one.occupations[one.occupations["change"].abs() >= SHOWN_CHANGE],
        "单位影响 employers": one.employers[one.employers["change"].abs() >= SHOWN_CHANGE],
        "未评估的行 rejected": rejects,
    }
    return {name: _readable(table, titles) for name, table in tables.items()}


def origin_name(dimension: str, code: str) -> str:
    """A district or group by name."""
    if dimension == "district":
        return " ".join(district_name(code)) if code else "不详 not known"
    return "无类别 in no group" if code == "other" else f"{GROUP_NAMES_ZH[SeekerGroup(code)]} {code}"


def rule_name(rule: str) -> str:
    """A rule by its statement."""
    if rule == SEVERAL:
        return "多条不合 several"
    return next(f"{one.zh} {one.name}" for one in RULES if one.name == rule)


def _readable(table: pd.DataFrame, titles: Mapping[int, str]) -> pd.DataFrame:
    shown = table.copy()
    if "dimension" in shown:
        pairs = zip(shown["dimension"], shown["code"], strict=True)
        shown["code"] = [origin_name(str(dimension), str(code)) for dimension, code in pairs]
        shown["dimension"] = shown["dimension"].map({"district": "区县 district", "group": "人员类别 group"})
        for column in ("people", "expected"):
            withheld = shown[column].isna()
            shown[column] = shown[column].round(2).astype(object).mask(withheld, WITHHELD)
    named: dict[str, Callable[[object], str]] = {
        "post": lambda post: titles[int(str(post))],
        "occupation": lambda code: occupation_name(str(code)) if code else "不详 not known",
        "rule": lambda rule: rule_name(str(rule)),
        "course": lambda word: COURSE_WORDS[str(word)],
    }
    for column, name_of in named.items():
        if column in shown:
            shown[column] = [name_of(value) for value in shown[column]]
    for column in ("starts_on", "begins_on", "ends_on"):
        if column in shown:
            shown[column] = shown[column].dt.strftime("%Y-%m-%d")
    numbers = shown.select_dtypes("float64").columns
    shown[numbers] = shown[numbers].round(4)
    return shown.rename(columns=_HEADERS)
