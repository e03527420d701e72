"""Why a pair was matched, what speaks against it, what is missing and what to ask: true by construction.

Every statement is read from the features and verdicts that decided, never written beside them. Features
and verdicts are computed for many pairs at once; text is made only for the pair that is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.market import Market
from data.reference.credentials import codes_of, load_credentials
from matching.eligibility import Verdicts, judge, rules_of
from models.pair_features import FEATURE_NAMES, pair_features


@dataclass(frozen=True)
class Reason:
    """One statement about a pair, in both languages; `code` is a rule, a feature or `credential:CODE`."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Explanation:
    """Reasons for and against; `missing`: what fails or is short; `questions`: what must be asked first."""

    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]
    missing: tuple[Reason, ...]
    questions: tuple[Reason, ...]


def explain(market: Market, seeker_row: int, vacancy_row: int, *, similarity: float) -> Explanation:
    """Explain one pair of rows of the market's tables."""
    seeker, vacancy = np.array([seeker_row], np.int32), np.array([vacancy_row], np.int32)
    return explain_pairs(market, seeker, vacancy, np.array([similarity], np.float32))[0]


def explain_pairs(
    market: Market,
    seeker_rows: npt.NDArray[np.int32],
    vacancy_rows: npt.NDArray[np.int32],
    similarity: npt.NDArray[np.float32],
) -> list[Explanation]:
    """Explain the pairs (seeker_rows[i], vacancy_rows[i]); `similarity` is the cosine of their texts."""
    features = pair_features(market, seeker_rows, vacancy_rows, similarity)
    verdicts = judge(market, seeker_rows, vacancy_rows)
    required = market.vacancies["credential_mask"].to_numpy("uint64")[vacancy_rows]
    held = market.seekers["credential_mask"].to_numpy("uint64")[seeker_rows]
    return [
        _explain(
            dict(zip(FEATURE_NAMES, map(float, row), strict=True)), verdicts, pair, int(required[pair]), int(held[pair])
        )
        for pair, row in enumerate(features)
    ]


def _explain(facts: dict[str, float], verdicts: Verdicts, pair: int, required: int, held: int) -> Explanation:
    failed, unknown = rules_of(int(verdicts.failed[pair])), rules_of(int(verdicts.unknown[pair]))
    missing = [Reason(rule.name, f"不满足：{rule.zh}", f"not met: {rule.en}") for rule in failed]
    if {rule.name for rule in failed} & {"credentials", "languages"}:
        missing += [_credential(code) for code in codes_of(required & ~held)]
    questions = [Reason(rule.name, rule.question_zh, rule.question_en) for rule in unknown]
    against = _against(facts)
    if unknown:
        against.append(Reason("questions", f"{len(unknown)}项条件待确认", f"{len(unknown)} conditions to ask about"))
    return Explanation(tuple(_for(facts, required, held)), tuple(against), tuple(missing), tuple(questions))


def _credential(code: str) -> Reason:
    row = load_credentials().set_index("code").loc[code]
    return Reason(f"credential:{code}", f"缺少{row['name_zh']}", f"lacks: {row['name_en']}")


def _for(facts: dict[str, float], required: int, held: int) -> list[Reason]:
    found = []
    if facts["desired_relation"] == 4:
        found.append(
            Reason(
                "desired_relation",
                "按职业分类与想做的工作相同",
                "the same occupation as the work wanted, by the classification",
            )
        )
    elif facts["desired_relation"] == 3:
        found.append(Reason("desired_relation", "与想做的职业同属一小类", "same minor group as the work wanted"))
    if facts["related_years"] > 0:
        years = facts["related_years"]
        found.append(Reason("related_years", f"有{years:g}年同类工作经历", f"{years:g} years in this kind of work"))
    elif facts["experience_relation"] >= 3:
        found.append(Reason("experience_relation", "做过同类工作", "has done this kind of work"))
    if facts["wage_surplus"] > 0:
        share = f"{facts['wage_surplus']:.0%}"  # the feature ends at 300 %
        at_least = facts["wage_surplus"] >= 3
        zh = f"工资中位高出最低要求{share}{'以上' if at_least else ''}"
        en = f"middle pay is {'at least ' if at_least else ''}{share} above the floor"
        found.append(Reason("wage_surplus", zh, en))
    if facts["distance_share"] <= 1:
        km = facts["distance_km"]
        found.append(
            Reason("distance_km", f"直线距离{km:.1f}公里，在可接受范围内", f"{km:.1f} km away, within the limit")
        )
    if facts["lives_there"] == 1:
        found.append(
            Reason("lives_there", "提供住宿，求职者愿意住在工作地", "lodging, and the seeker would live there")
        )
    elif facts["lodging_match"] == 1:
        found.append(Reason("lodging_match", "提供住宿", "lodging is offered"))
    if facts["board_match"] == 1:
        found.append(Reason("board_match", "提供伙食", "meals are offered"))
    if required and required & ~held == 0:
        names = load_credentials().set_index("code").loc[codes_of(required)]
        zh, en = "持有所需：" + "、".join(names["name_zh"]), "holds: " + ", ".join(names["name_en"])
        found.append(Reason("credentials", zh, en))
    if facts["veteran_preferred"] == 1:
        found.append(Reason("veteran_preferred", "退役军人优先", "veterans are preferred"))
    return found


def _against(facts: dict[str, float]) -> list[Reason]:
    found = []
    if facts["desired_relation"] == 0:
        found.append(Reason("desired_relation", "与想做的职业属不同大类", "another major group than the work wanted"))
    if facts["experience_relation"] == 0:
        found.append(Reason("experience_relation", "没有相近的工作经历", "no experience in a neighbouring occupation"))
    if facts["wage_surplus"] < 0:
        share = -facts["wage_surplus"]
        found.append(
            Reason("wage_surplus", f"工资中位低于最低要求{share:.0%}", f"middle pay is {share:.0%} below the floor")
        )
    if facts["distance_share"] > 1 and not math.isclose(facts["lives_there"], 1):
        km = facts["distance_km"]
        found.append(
            Reason("distance_km", f"直线距离{km:.1f}公里，超出可接受范围", f"{km:.1f} km away, beyond the limit")
        )
    if facts["education_surplus"] >= 3:
        found.append(Reason("education_surplus", "学历明显高于岗位要求", "schooling well above what is asked"))
    if facts["shift_demand"] == 1:
        found.append(Reason("shift_demand", "有夜班或倒班", "works nights or shifts"))
    return found
