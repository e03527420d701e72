"""Education words → `EducationLevel`."""

from __future__ import annotations

import re

from data.records import EducationLevel

NONE_REQUIRED = 0
"""What a vacancy asks for when it says 学历不限."""

_WORDS: tuple[tuple[str, EducationLevel], ...] = (
    (r"博士|phd", EducationLevel.DOCTOR),
    (r"硕士|研究生|master|mba", EducationLevel.MASTER),
    (r"本科|学士|bachelor|统招二本", EducationLevel.BACHELOR),
    (r"大专|专科|高职|大学专科", EducationLevel.JUNIOR_COLLEGE),
    (r"高中|中专|职高|技校|中技|中职|职业高中", EducationLevel.SENIOR_MIDDLE),
    (r"初中|中学", EducationLevel.JUNIOR_MIDDLE),
    (r"小学|文盲|没上过学|没念过书", EducationLevel.PRIMARY),
)
_UNLIMITED = re.compile(r"(?:学历|文化)?(?:程度)?(?:不限|无要求|不作要求|没要求)|无学历要求")
_PATTERN = re.compile("|".join(f"(?P<level_{level.value}>{words})" for words, level in _WORDS), re.IGNORECASE)


def find_education(text: str) -> int | None:
    """Level that `text` names first: an `EducationLevel`, 0 where it says that none is required, None if silent."""
    found = find_education_span(text)
    return found[0] if found else None


def find_education_span(text: str) -> tuple[int, int, int] | None:
    """As `find_education`, with where the words begin and end."""
    named = _PATTERN.search(text)
    if named is not None and named.lastgroup is not None:
        return int(named.lastgroup.removeprefix("level_")), named.start(), named.end()
    unlimited = _UNLIMITED.search(text)
    return (NONE_REQUIRED, unlimited.start(), unlimited.end()) if unlimited else None
