"""What a person who wants to start is told: of each support why and what is to be asked, and what nobody can know."""

from __future__ import annotations

from collections.abc import Iterable

from data.records import GROUP_NAMES_ZH, STAGE_NAMES_ZH, STANDING_NAMES_ZH, SeekerGroup, Standing, StartupStage
from data.reference.startup_support import SupportRule, startup_conditions_of
from training_recs.course_statements import Statement
from training_recs.entrepreneurship.entitlements import Entitlement

VERDICT_NAMES: dict[Entitlement, tuple[str, str]] = {
    Entitlement.ENTITLED: ("可以享受", "entitled"),
    Entitlement.ASK: ("待询问后确定", "to be asked"),
    Entitlement.LATER: ("到时可申请", "later"),
}

NOT_MEASURED = Statement(
    "not_measured",
    "没有创业结果的数据，本系统不估计创业的成败和收入；排序依据是阶段、行业、距离和名额，不是成功的可能性",
    "no outcomes of start-ups are recorded, so neither success nor income is estimated; lists are ordered by stage, "
    "trade, distance and places, not by a chance of success",
)
NO_WISH = Statement(
    "no_wish",
    "没有创业意愿的记录，不作创业推荐；本人有意时登记其意愿（zhuye import startups，或接口）",
    "no wish to start is on record: nothing is recommended; record it where the person wants to "
    "(zhuye import startups, or the API)",
)
DECLINED = Statement(
    "declined", "本人不想创业，不作创业推荐", "the person does not want to start: nothing is recommended"
)


def wage_work_statement(utility: float, by_price: bool) -> Statement:
    """The honest alternative: what applying for work is worth today."""
    prices = ("按当前价格", "at current prices") if by_price else ("未计拥挤程度", "without crowding")
    return Statement(
        "wage_work",
        f"同时可比较：现在应聘，一轮推荐的预期就业为 {utility:.2f}（{prices[0]}）",
        f"for comparison: applying for work now, one list of referrals is worth {utility:.2f} placements ({prices[1]})",
    )


def entitlement_statements(rule: SupportRule, verdict: Entitlement, unknown: int) -> list[Statement]:
    """How much, when, and what is to be asked."""
    said = [Statement("amount", rule.amount_zh, rule.amount_en)]
    if verdict is Entitlement.LATER:
        said.append(_when(rule))
    return said + [
        _question(one.name, rule, (one.question_zh, one.question_en)) for one in startup_conditions_of(unknown)
    ]


def _when(rule: SupportRule) -> Statement:
    if rule.min_months:
        return Statement(
            "when", f"登记满 {rule.min_months} 个月后", f"from {rule.min_months} months after registration on"
        )
    first = min(rule.stages, key=list(StartupStage).index)
    return Statement("when", f"到“{STAGE_NAMES_ZH[first]}”阶段后", f"once the business is at the stage: {first}")


def _question(name: str, rule: SupportRule, otherwise: tuple[str, str]) -> Statement:
    if name == "further":
        return Statement(f"ask_{name}", rule.asks_zh, rule.asks_en)
    if name == "group":
        codes = [sorted(one) for one in rule.any_of]
        zh = "、".join("且".join(people_name(code) for code in one) for one in codes)
        en = ", ".join(" and ".join(code.replace("_", " ") for code in one) for one in codes)
        return Statement(f"ask_{name}", f"是否属于其中之一：{zh}？", f"Is the person one of these: {en}?")
    return Statement(f"ask_{name}", *otherwise)


def people_name(code: str) -> str:
    """Chinese name of a `SeekerGroup` or `Standing`."""
    return GROUP_NAMES_ZH[SeekerGroup(code)] if code in set(SeekerGroup) else STANDING_NAMES_ZH[Standing(code)]


def support_statements(
    *, likeness: float, km: float | None, price: float, unknown: int, free: int, online: bool
) -> list[Statement]:
    """Why this incubator or mentor, and what is to be asked; `free` its places, `price` of one of them to others."""
    said = [Statement("trade", f"行业相近程度 {likeness:.2f}", f"nearness of the trade {likeness:.2f}")]
    if online:
        said.append(Statement("online", "可线上指导", "advises online too"))
    elif km is not None:
        said.append(Statement("distance", f"直线距离 {km:.0f} 公里", f"{km:.0f} km, straight line"))
    said.append(Statement("free", f"空余 {free} 个", f"{free} free"))
    if price > 0:
        zh = f"名额紧张：每个名额对其他人的分量为 {price:.2f}"
        said.append(Statement("wanted", zh, f"wanted by others: a place is worth {price:.2f}"))
    asked = startup_conditions_of(unknown)
    return said + [Statement(f"ask_{one.name}", one.question_zh, one.question_en) for one in asked]


def in_language(said: Iterable[Statement], lang: str) -> list[str]:
    """The statements in Chinese (`zh`) or English."""
    return [one.zh if lang == "zh" else one.en for one in said]
