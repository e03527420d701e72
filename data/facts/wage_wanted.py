"""The least that a person would work for: not what he earned, and not what he pays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data.errors import DataError
from data.facts.clauses import Told, find_clauses
from data.facts.pay import WORKING_DAYS_A_MONTH, parse_pay
from data.facts.person import asks_for_another, begins_with_another

# A sum that looks like a wage: 3k-4k, 五千到六千, 两千五, 5500; not a year.
_SUM = r"(?:[\d一二两三四五六七八九十点.]{0,9}[kK千万][\d一二两三四五六七八九多]{0,4}|(?<!\d)\d{1,2}\d00(?!\d|年|届))"
_PERIOD = r"(?:[/每一1]|按)(?:个?月|天|日|个?小时|个?钟头)"
_WAGE_WORDS = re.compile(
    rf"月薪|工资|薪资|薪水|底薪|月收?入|年薪|日薪|时薪|块钱?|元|百八十|[一二两三]百[一二三四五六七八九两]|千八百|往上|以上|打底|{_PERIOD}|{_SUM}"
)
_NO_WAGE = re.compile(
    r"公里|字|(?:平|万)米|人以上|[岁]|年以上|平方|千万"
    r"|(?:房租|学费|培训费|押金|退休金|(?:内退|退休)工资|养老金|低保金?|贷款?|(?<!实习)补[贴助]|花了?|[交缴](?:社保|保险|费)?|欠|省|罚)[了着的给]?[^,，。;；]{0,3}[\d一二两三四五六七八九]"
)
_PAST = re.compile(r"之前|以前|原来|原先|上[家份个]|那时|那会|目前|在职|到手|能剩|挣(?:过|了|到)|给过|给我?开|的时候")
_REFUSED_BELOW = re.compile(
    r"(?<![不别])(?<!不能)[低少]于.{1,8}?(?:不|免|别|没|就算)|[低少]了(?:不|免)|最[低少].{0,3}[\d一二两三四五六七八九]|底线"
)
_ASKED = re.compile(
    r"^我?要|期望|要求|希望|想要?|最低|最少|至少|不低于|[不别]能?[低少]于|接受|以上|往上|朝上|起|就[行干成够去可中]|也[行成中干]|都行|知足|保底|打底|\+|得给|给个|愿意|就去|都去"
)
_BY_THE_DAY = re.compile(r"(?:[/每一1]|按)[天日]|日[薪结]")
_FOR_TWO = re.compile(r"(?:两个?人|俩人?|两口子|夫妻俩?)(?:一共|加一?起来?|合[计起]来?|总共|共|一个?月|每月|得|要|给)")
_WAGE_RANGE = (500.0, 100_000.0)


def find_wage_floor(text: str) -> Told | None:
    """Least wage wanted, CNY a month, with its clause.

    Of several sums: one below which he would not come (低于三百五不去), else one that is asked for, else the first
    that is not of the past. What two ask for together is halved.
    """
    sums = list(_sums(text))
    return max(sums, key=lambda pair: pair[0])[1] if sums else None  # the first of the highest


def _sums(text: str) -> Iterator[tuple[int, Told]]:
    by_the_day, before, on_behalf = False, "", asks_for_another(text)
    for clause in find_clauses(text):
        words, context, before = clause.group(), before, clause.group()
        refused, asked = _REFUSED_BELOW.search(words), _ASKED.search(words)
        if not (refused or _WAGE_WORDS.search(words)) or _NO_WAGE.search(words):
            continue
        by_the_day = by_the_day or bool(_BY_THE_DAY.search(words))
        if not asked and not refused and (_PAST.search(words) or _PAST.search(context)):
            continue
        if begins_with_another(words) and not on_behalf:
            continue
        floor = _monthly(words, by_the_day=by_the_day)
        if floor is not None:
            yield 2 if refused else 1 if asked else 0, Told(floor, clause.start(), clause.end())


def _monthly(words: str, *, by_the_day: bool) -> float | None:
    try:
        pay = parse_pay(words)
    except DataError:
        return None
    floor = pay.min_cny_month if pay.min_cny_month is not None else pay.max_cny_month
    if floor is None:
        return None
    if floor < _WAGE_RANGE[0] and by_the_day:
        floor = float(round(floor * WORKING_DAYS_A_MONTH))
    if _FOR_TWO.search(words):
        floor /= 2
    return floor if _WAGE_RANGE[0] <= floor <= _WAGE_RANGE[1] else None
