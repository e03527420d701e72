"""What is compared between people: names, units, and of whom each figure is (numerator and denominator)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FairnessMeasure(StrEnum):
    """Each is a ratio of two sums over people, in the order of a report."""

    REFERRED_SHARE = "referred_share"
    REFERRALS_EACH = "referrals_each"
    PLACES_EACH = "places_each"
    HAS_CANDIDATE = "has_candidate"
    ELIGIBLE_RECALL = "eligible_recall"
    EXPECTED_PLACEMENT = "expected_placement"
    PLACED = "placed"
    ACCEPT_CALIBRATION = "accept_calibration"
    HIRE_CALIBRATION = "hire_calibration"


@dataclass(frozen=True)
class FairnessDefinition:
    """Names, numerator and denominator in words, and how a figure is read.

    Attributes
    ----------
    is_share
        The numerator counts people, each 0 or 1, out of the denominator's: Wilson's interval holds.
    best
        1: more is better; 0: zero is best (a prediction's error).
    """

    name_zh: str
    name_en: str
    of_zh: str
    of_en: str
    is_share: bool
    best: int = 1


DEFINITIONS: dict[FairnessMeasure, FairnessDefinition] = {
    FairnessMeasure.REFERRED_SHARE: FairnessDefinition(
        "获推荐的比例", "share with a referral",
        "至少获一个推荐的人 ÷ 本次匹配的求职者", "people with at least one referral ÷ seekers of the run", True,
    ),
    FairnessMeasure.REFERRALS_EACH: FairnessDefinition(
        "人均推荐数", "referrals a seeker", "推荐数 ÷ 本次匹配的求职者", "referrals ÷ seekers of the run", False,
    ),
    FairnessMeasure.PLACES_EACH: FairnessDefinition(
        "人均名单岗位数", "places in the list a seeker",
        "名单中的岗位数（含推荐）÷ 本次匹配的求职者",
        "vacancies listed, referrals included ÷ seekers of the run", False,
    ),
    FairnessMeasure.HAS_CANDIDATE: FairnessDefinition(
        "有候选的比例", "share with a candidate",
        "至少有一个候选岗位的人 ÷ 确有符合全部条件的岗位的人",
        "people with at least one candidate ÷ people who surely meet every condition of some vacancy", True,
    ),
    FairnessMeasure.ELIGIBLE_RECALL: FairnessDefinition(
        "合格岗位召回率", "eligible recall",
        "候选中有的 ÷ 最相近的 k 个确定符合条件的岗位（逐一精确比较）；候选中也有条件待确认的岗位，故可低于 100 %",
        "those among the candidates ÷ the k most similar vacancies whose every condition surely holds (exact); below "
        "100 % where vacancies with an open question are more similar", False,
    ),
    FairnessMeasure.EXPECTED_PLACEMENT: FairnessDefinition(
        "预计就业率", "expected placement rate",
        "各人在模拟中就业的频率之和 ÷ 本次匹配的求职者",
        "sum of each person's share of simulated draws with a placement ÷ seekers of the run", False,
    ),
    FairnessMeasure.PLACED: FairnessDefinition(
        "实际就业率", "observed placement rate",
        "在期限内上岗的人 ÷ 队列中已观察满期限的求职者",
        "started work within the horizon ÷ seekers of the cohort observed for all of it", True,
    ),
    FairnessMeasure.ACCEPT_CALIBRATION: FairnessDefinition(
        "接受意愿预测偏差", "error of predicted acceptance",
        "（预测概率 − 是否接受）之和 ÷ 结果已知的推荐",
        "sum of (predicted − accepted) ÷ referrals with known answer", False, 0,
    ),
    FairnessMeasure.HIRE_CALIBRATION: FairnessDefinition(
        "录用预测偏差", "error of predicted hiring",
        "（预测概率 − 是否录用）之和 ÷ 求职者接受且结果已知的推荐",
        "sum of (predicted − hired) ÷ accepted referrals whose decision is known", False, 0,
    ),
}  # fmt: skip
