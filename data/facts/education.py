"""Education words → `EducationLevel`."""

from __future__ import annotations

import re

from data.records import EducationLevel

NONE_REQUIRED = 0
"""What a vacancy asks for when it says 学历不限."""

# 小学英语老师 and 专科医院 name a place of work, 本科室 a department.
_SCHOOL = r"(?!.{0,4}(?:老师|教师|教员|家教|辅导|语文|数学|英语|物理|化学|部|班主任))"
_WORDS: tuple[tuple[str, EducationLevel], ...] = (
    (r"博士|\bphd\b", EducationLevel.DOCTOR),
    (r"硕士|研究生|\bmaster\b|\bmba\b", EducationLevel.MASTER),
    (r"本科(?!室)|学士|\bbachelor\b|统招二本|大学毕业", EducationLevel.BACHELOR),
    (r"大专(?!业)|专科(?!医|门诊|护)|高职", EducationLevel.JUNIOR_COLLEGE),
    (rf"高中{_SCHOOL}|中专|职高|技校|中技|中职|职业高中", EducationLevel.SENIOR_MIDDLE),
    (rf"初中{_SCHOOL}|中学{_SCHOOL}", EducationLevel.JUNIOR_MIDDLE),
    (rf"小学{_SCHOOL}|文盲|没上过学|没念过书", EducationLevel.PRIMARY),
)
_UNLIMITED = re.compile(r"(?:学历|文化)?(?:程度)?(?:不限|无要求|不作要求|没要求)|无学历要求")
_PATTERN = re.compile("|".join(f"(?P<level_{level.value}>{words})" for words, level in _WORDS), re.IGNORECASE)
_PREFERRED = re.compile(r"[^,，。;；、\n]{0,8}优先")
_OR = re.compile(r"\s*(?:学历|文化)?\s*(?:/|或者?|、|\||\\)\s*")


def find_education(text: str) -> int | None:
    """Level that `text` names first: an `EducationLevel`, 0 where it says that none is required, None if silent.

    Of levels that stand for one another (本科/大专, 高中或初中) the lowest; what is only preferred is passed over.
    """
    found = find_education_span(text)
    return found[0] if found else None


def find_education_span(text: str) -> tuple[int, int, int] | None:
    """As `find_education`, with where the words begin and end."""
    named = [found for found in _PATTERN.finditer(text) if not _PREFERRED.match(text, found.end())]
    if not named:
        unlimited = _UNLIMITED.search(text)
        return (NONE_REQUIRED, unlimited.start(), unlimited.end()) if unlimited else None
    alternatives = named[:1]
    for following in named[1:]:
        if not _OR.fullmatch(text, alternatives[-1].end(), following.start()):
            break
        alternatives.append(following)
    lowest = min(alternatives, key=_level)
    return _level(lowest), lowest.start(), lowest.end()


def _level(found: re.Match[str]) -> int:
    return int((found.lastgroup or "").removeprefix("level_"))
