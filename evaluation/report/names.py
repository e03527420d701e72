"""Names of groups, districts, months and evidence as the tables of a report show them."""

from __future__ import annotations

from functools import cache

from data.records import EvidenceTier
from data.reference.districts import load_districts
from evaluation.groups import group_name_zh
from evaluation.outcomes.cells import ALL
from evaluation.outcomes.cohorts import UNKNOWN_DISTRICT
from evaluation.report.blocks import Words

_EVIDENCE = {
    EvidenceTier.SOCIAL_INSURANCE: Words("社保记录", "social-insurance record"),
    EvidenceTier.CONTRACT: Words("合同或更强", "contract or stronger"),
    EvidenceTier.EMPLOYER_CONFIRMS: Words("用人单位确认或更强", "employer confirms, or stronger"),
    EvidenceTier.SEEKER_REPORTS: Words("任何证据", "any evidence"),
}


def group_words(group: str) -> Words:
    """Name of a policy group, or of everyone."""
    return Words(group_name_zh(group), group.replace("_", " "))


def district_words(code: str) -> Words:
    """Name of a district by its division code; also `ALL` and unknown."""
    if code == ALL:
        return Words("全市", "whole city")
    if code == UNKNOWN_DISTRICT:
        return Words("未知", "unknown")
    zh, en = _districts().get(code, (code, code))
    return Words(zh, en)


def evidence_words(tier: int) -> Words:
    """The standard of evidence that counts this tier and stronger ones."""
    return _EVIDENCE[EvidenceTier(tier)]


def both(words: Words) -> str:
    """Chinese and English in one cell."""
    return f"{words.zh} {words.en}"


@cache
def _districts() -> dict[str, tuple[str, str]]:
    table = load_districts()
    return {str(code): (zh, en) for code, zh, en in zip(table["code"], table["name_zh"], table["name_en"], strict=True)}
