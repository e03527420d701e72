"""A person's own education: the level completed and the major, not where he taught or what his children attend."""

from __future__ import annotations

import re

from data.facts.clauses import Told, find_clauses
from data.facts.education import find_education
from data.facts.person import asks_for_another, tells_of_another
from data.records import EducationLevel

_LEVEL = r"(?:博士|硕士|研究生|专升本|[一二三]本(?!书|地)|本科|大专|专科|中专|中技|技校|职高|高中|初中|小学)"
_KIND = r"(?:全日制|统招|普通|自考|函授|成人|电大|正规|国家|一本|二本|我|俺|本人|是|就|学历|文化|程度|[:：])"
_EDUCATION = re.compile(
    rf"(?P<near>{_LEVEL})(?=文化|学历|文凭|毕业|水平|读的|念的|学的|[^,，。;；]{{0,14}}专业"
    r"|没毕业|没念完|没读完|没上完|没念下来|肄业|辍学|念完|上完|刚毕业|研究生|毕业生|[一二三四五六]年级)"
    rf"|(?P<got>(?<=拿了|拿的|取得|学院|大学|学校)(?:本科|大专|专科|中专|硕士|博士)|专升本(?!没))"
    rf"|^(?:[^教上去接考想]{{0,8}}|.{{0,4}}(?:念到|读到|上到))(?P<alone>{_LEVEL})(?:生|吧)?$"
    rf"|^{_KIND}*(?P<leading>本科|专升本|[一二三]本(?!书|地)|大专|专科|硕士|中专|技校|职高)(?!(?<=专科)护|[生以及老教英语数部医门室在])"
)
# 念到初二 is 小学 completed, 高一就不念了 初中.
_BROKEN_OFF = re.compile(
    r"(?P<school>初[一二]|高[一二])(?:就|没|下|辍|不|念|$)|(?:念|读|上)到(?P<upto>初[一二]|高[一二])"
)
_NONE = re.compile(r"没(?:念|读|上)过(?:啥|什么|几天)?(?:书|学)|不识字|文盲|没啥文化|没文化")
_UNFINISHED = re.compile(r"(?:就|也|都)?(?:没毕业|没念完|没读完|没上完|没念下来|肄业|辍学)")
_STILL_THERE = re.compile(r"在读|在校|还没毕业|大[一二三](?!专)|正在[念读上]")
_MAJOR = re.compile(
    rf"{_LEVEL}(?P<after_level>[^,，。;；]{{2,16}})专业"
    r"|^(?:我|本人)?学(?:的是|的)(?P<studied>[^,，。;；]{2,14}?)(?:专业|的)?$"
    r"|^(?:我|本人)?学(?P<learnt>[^的,，。;；]{2,10})的$"
    rf"|^(?P<named>[^,，。;；不限本]{{2,12}})专业(?:{_LEVEL}(?:毕业)?)?$"
    r"|^(?!应届|大学|统招|自考|全日制|函授|成人|学历|我|本人)(?P<before_level>[^,，。;；教上去接考想]{2,8})(?:硕士|本科|大专|中专)$"
)


def find_completed_level(text: str) -> Told | None:
    """The highest `EducationLevel` (int) that the person says he completed; what is unfinished counts one lower."""
    found = [told for told in map(_level, _own_clauses(text)) if told is not None]
    return max(found, key=lambda told: (int(told.value), -told.start), default=None)


def find_major(text: str) -> Told | None:
    """The major, as the person words it."""
    for clause in find_clauses(text):
        said = _MAJOR.search(clause.group())
        if said is not None:
            group = next(name for name, value in said.groupdict().items() if value)
            start = clause.start() + said.start(group)
            return Told(said.group(group).strip(), start, clause.start() + said.end(group))
    return None


def _own_clauses(text: str) -> list[re.Match[str]]:
    on_behalf = asks_for_another(text)
    return [clause for clause in find_clauses(text) if on_behalf or not tells_of_another(clause.group())]


def _level(clause: re.Match[str]) -> Told | None:
    words = clause.group()
    if _STILL_THERE.search(words):
        return None
    said = max(_EDUCATION.finditer(words), key=_named, default=None)
    if said:
        level = max(_named(said) - bool(_UNFINISHED.match(words, said.end())), EducationLevel.PRIMARY)
    elif said := _BROKEN_OFF.search(words):
        junior = (said.group("school") or said.group("upto")).startswith("初")
        level = EducationLevel.PRIMARY if junior else EducationLevel.JUNIOR_MIDDLE
    elif said := _NONE.search(words):
        level = EducationLevel.PRIMARY
    else:
        return None
    return Told(int(level), clause.start() + said.start(), clause.start() + said.end())


def _named(said: re.Match[str]) -> int:
    name = said.group("near") or said.group("got") or said.group("alone") or said.group("leading")
    return EducationLevel.BACHELOR if name.endswith("本") else find_education(name) or 0
