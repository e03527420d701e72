"""Years of experience asked for or told."""

from __future__ import annotations

import re

from data.facts.numerals import with_digits

_NONE = re.compile(r"无需经验|经验不限|不限经验|无经验(?:要求|亦可|也可)?|应届|在校生|没有?经验")
_YEARS = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d)?)\s*(?:[-—~至到]\s*\d{1,3}\s*)?[多几来]?(?:\+|以上|及以上)?\s*(?:年|个年头)"
    r"(?![级龄薪底会终度])(半?)"
)
_MONTHS = re.compile(r"(?<!\d)(\d{1,3})\s*(?:[-—~至到]\s*\d{1,3}\s*)?[多几来]?\s*个月")
# 有2年经验者优先 is a wish; it is not asked for.
_PREFERRED = re.compile(r"[^,，。;；、\n]{0,12}优先")
_LONGEST_YEARS = 60.0


def find_experience_years(text: str) -> float | None:
    """Least years of experience in 3-4年经验, 10年以上, 干了十多年, 两三年, 半年 …; 0 for 无需经验; None if silent.

    What is only preferred (…者优先) is passed over, as are calendar years and what no working life can hold.
    """
    plain = with_digits(text)
    for found in _YEARS.finditer(plain):
        years = float(found.group(1)) + (0.5 if found.group(2) else 0.0)
        if years <= _LONGEST_YEARS and not _PREFERRED.match(plain, found.end()):
            return years
    months = _MONTHS.search(plain)
    if months is not None:
        return min(int(months.group(1)) / 12, _LONGEST_YEARS)
    if "半年" in plain:
        return 0.5
    return 0.0 if _NONE.search(text) else None
