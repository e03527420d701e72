"""Why a post stays open and what would help, in words, Chinese and English: one sentence a finding."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from matching.eligibility import RULES
from training_recs.project_assessment.assess_project import ProjectAssessment
from training_recs.project_assessment.people_of_posts import SEVERAL

ENOUGH = 0.5
"""Openings: a post that lacks less is filled as far as anybody can tell."""
MOST_BARRIERS = 3


class Said(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


_HELP = {
    "age": Said("法定年龄不能放宽", "a lawful age cannot be lowered"),
    "education": Said("可放宽学历要求", "ask for less schooling"),
    "experience": Said("可放宽年限，或先培训", "ask for fewer years, or train first"),
    "credentials": Said("先培训取证", "train for the certificate first"),
    "languages": Said("可放宽语言要求，或先培训", "ask for less, or train first"),
    "night_work": Said("可减少夜班", "have fewer night shifts"),
    "shift_work": Said("可设固定白班", "offer fixed day work"),
    "board": Said("可提供用餐", "offer meals"),
    "lodging": Said("可提供住宿", "offer lodging"),
    "commute": Said("可提供住宿或班车", "offer lodging or a bus"),
}


def post_statements(found: ProjectAssessment, post: int) -> list[Said]:
    """What is to be said of one post; empty where it fills."""
    row = found.posts.iloc[post]
    if row["headcount"] - row["expected"] < ENOUGH:
        return []
    said = []
    if row["occupation"] and not row["of_the_trade"]:
        said.append(
            Said("登记求职者中没有人想做或做过这一小类的工作", "no seeker on the register wants, or did, such work")
        )
    elif row["occupation"] and row["of_the_trade"] < row["headcount"]:
        said.append(
            Said(
                f"想做或做过这一小类工作的求职者只有 {row['of_the_trade']} 人",
                f"only {row['of_the_trade']} seekers want, or did, such work",
            )
        )
    if not row["fitting"]:
        said.append(Said("没有一名求职者符合全部硬性条件", "not one seeker meets every hard requirement"))
    barriers = found.barriers[(found.barriers["post"] == post) & (found.barriers["rule"] != SEVERAL)]
    said += [_barrier(one) for one in barriers.head(MOST_BARRIERS).to_dict("records")]
    return [*said, *_training(found, post, row)]


def _barrier(one: Mapping[Hashable, Any]) -> Said:
    rule = next(rule for rule in RULES if rule.name == one["rule"])
    people, middle = int(one["people"]), float(one["middle"])
    if one["rule"] == "wage" and not math.isnan(middle):
        return Said(
            f"本行 {people} 人只差工资：他们的最低要求中位数为 {middle:,.0f} 元/月",
            f"{people} people of the trade are kept out by pay alone: the median that they ask is {middle:,.0f} CNY",
        )
    helped = _HELP[rule.name]
    return Said(
        f"本行 {people} 人只因一条不合（{rule.zh}）：{helped.zh}",
        f"{people} people of the trade fail one rule alone ({rule.en}): {helped.en}",
    )


def _training(found: ProjectAssessment, post: int, row: pd.Series[float]) -> list[Said]:
    said = []
    trainees = int(found.training.loc[found.training["post"] == post, "trainees"].sum())
    lacks = found.lacks[found.lacks["post"] == post]
    if trainees:
        said.append(
            Said(
                f"到岗前结业的课程可培训 {trainees} 人，约补 {row['by_training']:.1f} 个岗位",
                f"courses that end in time can train {trainees} people for about {row['by_training']:.1f} openings",
            )
        )
    elif lacks["course"].eq("too_late").any():
        said.append(Said("有对口课程，但到岗日之前不能结业", "courses exist, but none ends before people are needed"))
    elif len(lacks):
        said.append(
            Said("没有值得安排的对口培训：请与培训机构开设新班", "no training is worth its cost: plan a new class")
        )
    if row["left"] >= ENOUGH:
        said.append(Said(f"仍缺约 {row['left']:.1f} 人", f"about {row['left']:.1f} openings stay open"))
    return said
