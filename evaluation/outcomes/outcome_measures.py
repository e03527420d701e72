"""What is measured of a cohort: names, units and, as the report must show it, of whom (the denominator)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """Figures of `outcomes`, in the order of a report."""

    PLACED = "placed"
    DAYS_TO_QUARTER_PLACED = "days_to_quarter_placed"
    DAYS_TO_HALF_PLACED = "days_to_half_placed"
    LEFT_REGISTER = "left_register"
    FURTHER_STUDY = "further_study"
    OTHER_EXIT = "other_exit"
    RETAINED = "retained"
    EVIDENCED = "evidenced"
    WAGE_AT_START = "wage_at_start"
    WAGE_OVER_WANTED = "wage_over_wanted"
    WAGE_OVER_PREVIOUS = "wage_over_previous"
    WAGE_MEETS_WANTED = "wage_meets_wanted"
    SAME_LINE_AS_WANTED = "same_line_as_wanted"
    SAME_LINE_AS_BEFORE = "same_line_as_before"
    EDUCATION_WELL_ABOVE = "education_well_above"


class Method(StrEnum):
    """How the estimate is made. Where people are observed for different times the methods differ, and are all shown."""

    SHARE = "share"
    """Of those observed for the whole horizon, or for whom the fact is known; Wilson's interval."""
    AALEN_JOHANSEN = "aalen_johansen"
    """Of everyone, censored when knowledge ends; another exit ends the wait. What did happen."""
    KAPLAN_MEIER = "kaplan_meier"
    """Of everyone, censored at other exits too: what would happen without them, if they told nothing of the chances."""
    MEDIAN = "median"
    """Of those for whom the value is known; interval between order statistics."""


class Unit(StrEnum):
    """Unit of an estimate and its interval."""

    SHARE = "share"
    DAYS = "days"
    CNY_MONTH = "cny_month"
    RATIO = "ratio"


@dataclass(frozen=True)
class Definition:
    """Names of a measure, its unit, and numerator and denominator in words."""

    name_zh: str
    name_en: str
    unit: Unit
    of_zh: str
    of_en: str


_PLACED_ZH = "首次就业（按所列证据等级计）的人员"
_PLACED_EN = "people of the cohort placed by the last day observed, by evidence of the stated tier or stronger"
_RELATION = "same minor group (小类, three parts of the code) of the 2022 classification"

DEFINITIONS: dict[Measure, Definition] = {
    Measure.PLACED: Definition(
        "就业率", "placement rate", Unit.SHARE,
        "在期限内上岗的人数 ÷ 队列中的求职者（share：仅已观察满期限者）",
        "started work within the horizon ÷ seekers of the cohort (share: those observed for the whole horizon)",
    ),
    Measure.DAYS_TO_QUARTER_PLACED: Definition(
        "四分之一上岗所需天数", "days until a quarter are placed", Unit.DAYS,
        "队列中全部求职者，自起始日", "all seekers of the cohort, from day 0",
    ),
    Measure.DAYS_TO_HALF_PLACED: Definition(
        "半数上岗所需天数", "days until half are placed", Unit.DAYS,
        "队列中全部求职者，自起始日", "all seekers of the cohort, from day 0",
    ),
    Measure.LEFT_REGISTER: Definition(
        "未就业而退出登记", "left the register without a placement", Unit.SHARE,
        "登记期满未上岗的人数 ÷ 队列中的求职者", "registration ended without a placement ÷ seekers of the cohort",
    ),
    Measure.FURTHER_STUDY: Definition(
        "升学", "went on to study", Unit.SHARE,
        "升学人数 ÷ 队列中的求职者（仅在提供去向数据时）",
        "went on to study ÷ seekers of the cohort (only where a destination survey is given)",
    ),
    Measure.OTHER_EXIT: Definition(
        "其他去向", "other exit", Unit.SHARE,
        "入伍、退休、迁出、死亡等 ÷ 队列中的求职者（仅在提供去向数据时）",
        "military service, retirement, moved away, died ÷ seekers of the cohort (only where given)",
    ),
    Measure.RETAINED: Definition(
        "留任率", "retention", Unit.SHARE,
        f"上岗后第 H 天仍在同一岗位（无离职记录）的人数 ÷ {_PLACED_ZH}（share：仅上岗已满 H 天者）",
        f"no departure from the placement recorded up to day H ÷ {_PLACED_EN} (share: placed at least H days ago)",
    ),
    Measure.EVIDENCED: Definition(
        "证据等级", "strength of evidence", Unit.SHARE,
        "证据达到所列等级或更强的人数 ÷ 有任何证据的已就业人员",
        "evidence of the stated tier or stronger ÷ people placed by any evidence",
    ),
    Measure.WAGE_AT_START: Definition(
        "起薪", "wage at start", Unit.CNY_MONTH, f"已知工资的{_PLACED_ZH}", f"{_PLACED_EN}, wage known",
    ),
    Measure.WAGE_OVER_WANTED: Definition(
        "起薪 ÷ 期望最低工资 − 1", "wage at start ÷ lowest wage wanted − 1", Unit.RATIO,
        f"两项均已知的{_PLACED_ZH}", f"{_PLACED_EN}, both known",
    ),
    Measure.WAGE_OVER_PREVIOUS: Definition(
        "起薪 ÷ 上一次就业起薪 − 1", "wage at start ÷ that of the previous placement − 1", Unit.RATIO,
        f"台账中有上一次就业且两项均已知的{_PLACED_ZH}",
        f"{_PLACED_EN}, with an earlier placement in the ledger, both known",
    ),
    Measure.WAGE_MEETS_WANTED: Definition(
        "起薪不低于期望最低工资", "wage at start is at least the lowest wanted", Unit.SHARE,
        f"÷ 两项均已知的{_PLACED_ZH}", f"÷ {_PLACED_EN}, both known",
    ),
    Measure.SAME_LINE_AS_WANTED: Definition(
        "与期望职业同一小类", "in the line of work wanted", Unit.SHARE,
        f"÷ 期望职业与岗位职业均已知的{_PLACED_ZH}", f"{_RELATION} ÷ {_PLACED_EN}, both occupations known",
    ),
    Measure.SAME_LINE_AS_BEFORE: Definition(
        "与曾从事职业同一小类", "in a line of work done before", Unit.SHARE,
        f"÷ 曾从事职业与岗位职业均已知的{_PLACED_ZH}", f"{_RELATION} ÷ {_PLACED_EN}, both occupations known",
    ),
    Measure.EDUCATION_WELL_ABOVE: Definition(
        "学历高出要求两级及以上", "education two levels or more above the post's requirement", Unit.SHARE,
        f"÷ 学历与岗位要求均已知的{_PLACED_ZH}", f"÷ {_PLACED_EN}, both levels known",
    ),
}  # fmt: skip
