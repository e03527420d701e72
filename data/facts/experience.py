"""Years of experience asked for or told."""

from __future__ import annotations

import re

from data.facts.numerals import with_digits

_NONE = re.compile(r"无需经验|经验不限|不限经验|无经验(?:要求|亦可|也可)?|应届|在校生|没有?经验")
_YEARS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[-—~至到]\s*\d+\s*)?多?(?:\+|以上|及以上)?\s*(?:年|个年头)")
_TENS = re.compile(r"十(?:多|几|来)年")
_HALF = re.compile(r"半年|(\d+)\s*个月")


def find_experience_years(text: str) -> float | None:
    """Least years of experience in 3-4年经验, 10年以上, 干了十多年, 半年 …; 0 for 无需经验; None if silent."""
    if _TENS.search(text):
        return 10.0
    plain = with_digits(text)
    years = _YEARS.search(plain)
    if years is not None:
        half = 0.5 if "年半" in plain[years.start() : years.end() + 1] else 0.0
        return float(years.group(1)) + half
    months = _HALF.search(plain)
    if months is not None:
        return int(months.group(1)) / 12 if months.group(1) else 0.5
    return 0.0 if _NONE.search(text) else None
