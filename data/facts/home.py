"""The district where a person lives, or else wants to work: not where he worked."""

from __future__ import annotations

import re
from functools import cache

from data.facts.clauses import Told, find_clauses
from data.reference.districts import find_district, load_districts

_EMPLOYERS_TOO = frozenset({"一汽", "汽车厂"})  # names of a district and of an employer
_WORKED_THERE = re.compile(
    r"(?:干|做|当|开|种|打|待|呆|卖|管|站|教)[过了]|上[过了]?班(?!方便)|打工|实习|毕业|工作[过了]|念|读[过了]"
)


def find_home(text: str) -> Told | None:
    """Code of the district: first what is called home, then one that opens a clause, then one wished for."""
    for pattern in _patterns():
        for clause in find_clauses(text):
            said = pattern.search(clause.group())
            if said is not None and not _WORKED_THERE.search(clause.group()[said.start() :]):
                name = said.group("district")
                code = find_district(name) or find_district(f"{name}区")
                return Told(code, clause.start() + said.start(), clause.start() + said.end())
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = load_districts()
    names = {
        name for row in zip(table["name_zh"], table["aliases"], strict=True) for cell in row for name in cell.split("|")
    } - {""}
    names |= {name.removesuffix("区") for name in names if len(name) > 2}  # 汽开
    every = _any_of(names) + "(?!技术企业)"
    sure = _any_of(names - _EMPLOYERS_TOO) + "(?!技术企业)"
    place = rf"(?:{sure}|(?:{_any_of(_EMPLOYERS_TOO)})(?=.{{0,6}}(?:街|路|附近|这边|那边|这块|住)))"
    return (
        re.compile(
            rf"(?:家住|家在|家是|家(?=.{{2,6}}的$)|老家|现居|(?<![包管供要])住(?![宿家厂的])在?|人在|坐标|租(?:房|住|的房)?在?|搬到|回)[^包管供]{{0,6}}?(?P<district>{every})"
        ),
        re.compile(rf"^(?:我|俺|本人|咱|就|人|们|是|在|来自|家|目前|现在)*(?P<district>{place})"),
        re.compile(rf"(?:想(?:在|去|到|找)|离|[在靠去]|(?:区域|地点)[:：]?)[^干做]{{0,3}}?(?P<district>{place})"),
        re.compile(rf"(?P<district>{sure})(?=区|[^,，。;；]{{1,4}}(?:大街|路|街|广场))"),
    )


def _any_of(names: set[str] | frozenset[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + ")"
