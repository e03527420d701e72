"""Pay as advertised → CNY a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from data.errors import DataError
from data.facts.numerals import with_digits

WORKING_DAYS_A_MONTH = 21.75
"""劳社部发〔2008〕3号: (365 − 104) ÷ 12."""

HOURS_A_DAY = 8.0
"""劳动法 第三十六条."""

_LOWEST_CNY_MONTH, _HIGHEST_CNY_MONTH = 100.0, 1_000_000.0
_LONGEST_TEXT = 200
_PER_MONTH = {"月": 1.0, "年": 1 / 12, "天": WORKING_DAYS_A_MONTH, "小时": WORKING_DAYS_A_MONTH * HOURS_A_DAY}
_FACTOR = {"万": 10_000.0, "w": 10_000.0, "千": 1_000.0, "k": 1_000.0, "百": 100.0, "": 1.0}

# Every way to name a period becomes "/月" and so on, before numerals are read: in 200一天 the 一 counts days.
_PERIODS = {
    "年": r"年(?:薪|收入|入)|(?:/|每|一|per\s*)\s*(?:年|year)",
    "月": r"月(?:薪|工资|收入|入|给)|(?:/|每|一|(?<!\d)1|per\s*)\s*个?\s*(?:月|month)",
    "天": r"日(?:薪|工资)|(?:/|每|一|(?<!\d)1|per\s*)\s*(?:天|日|day)",
    "小时": r"时薪|(?:/|每|一|(?<!\d)1|per\s*)\s*个?\s*(?:小时|钟头|时|hour|h(?![a-z]))",
}
_PERIOD_WORDS = re.compile("|".join(f"({words})" for words in _PERIODS.values()), re.IGNORECASE)
_PERIOD = re.compile(rf"/({'|'.join(_PERIODS)})")
# The period of a sum stands right after it (5000元以上/月, 150元天), or anywhere before it (年薪约15-20万).
_PERIOD_AFTER = re.compile(rf"[^\d,。;；(、/]{{0,6}}/({'|'.join(_PERIODS)})|({'|'.join(_PERIODS)})(?!\w)")

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"\s*(万|千|百|k|w)?(?![a-z])\s*((?:元|块钱?|人民币|rmb)?)"
_TO = r"\s*(?:[-—–~〜至]+|到)\s*[￥¥]?\s*"
_SUM = re.compile(rf"(?<![\d.a-z])[￥¥]?\s*{_NUMBER}{_UNIT}(?:{_TO}{_NUMBER}{_UNIT})?", re.IGNORECASE)
_COUNTS_SOMETHING_ELSE = re.compile(r"\s*[%人名位岁险金休班天个点级楼号公平次\d.]|\s*小时|\s*年(?!薪)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EXTRA_MONTHS = re.compile(r"[·*x×]?\s*(?<!\d)\d{2}\s*薪", re.IGNORECASE)

_NEGOTIABLE = re.compile(r"面议|面谈|另议|negotiable", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:^|[^\d万千百元块kw\s/天日月年时])\s*-\s*\d|负\s*\d", re.IGNORECASE)
_FOREIGN = re.compile(r"美元|美金|欧元|日元|港[元币]|韩元|卢布|usd|eur|jpy", re.IGNORECASE)
_BY_THE_PIECE = re.compile(r"\d\s*(?:元|块)?\s*(?:/|每|一)\s*(?:课时|课|件|单|次|吨|节|趟|票|箱|套|场|根|米|平)")
_AT_MOST = re.compile(r"以下|以内|不超过|最高|至多|最多")
_AT_LEAST = re.compile(r"以上|往上|朝上|起|[不别]低于|[不别]能?低于|不少于|至少|最少|\+|最低|保底|底薪")

PayUnit = Literal["元/月", "万/年"]


@dataclass(frozen=True)
class Pay:
    """Least and most, CNY a month; None where not stated. `negotiable`: to be agreed (面议)."""

    min_cny_month: float | None
    max_cny_month: float | None
    negotiable: bool = False


def parse_pay(text: str, default_unit: PayUnit = "元/月") -> Pay:
    """Read pay text such as 1-1.5万/月, 5千-8千, 15-20万/年, 150元/天, 8K-12K·13薪, 三千五到五千, 一天二百, 面议.

    Months beyond the twelfth (13薪) are not added: they are promised, not monthly pay.

    Parameters
    ----------
    default_unit
        What bare numbers mean; the 51job crawl writes 5-7 for 50,000 to 70,000 CNY a year.

    Raises
    ------
    DataError
        The text states no pay, a negative one, foreign money, pay by the piece, more at least than at most, or a
        sum outside 100 to 1,000,000 CNY a month.
    """
    if len(text) > _LONGEST_TEXT:
        _refuse(text, f"is {len(text):,} characters long", "write the sum alone: 4000-6000元/月")
    plain = _plain(text)
    if _NEGATIVE.search(plain):
        _refuse(text, "is negative", "write a sum such as 4000-6000元/月")
    if _FOREIGN.search(plain):
        _refuse(text, "is not in CNY", "write it in CNY: 4000-6000元/月")
    found = next((m for m in _SUM.finditer(plain) if _is_money(m, plain)), None)
    if found is None:
        if _NEGOTIABLE.search(plain):
            return Pay(None, None, negotiable=True)
        raise DataError(f"{text!r} states no pay", remedy="write 4000-6000元/月, 150元/天, 10万/年 or 面议")
    if _BY_THE_PIECE.search(plain):
        _refuse(text, "is by the piece", "write what it comes to in a month: 4000-6000元/月")
    low, high = _amounts(found, plain, default_unit)
    if high is not None and low > high:
        _refuse(text, "has more at least than at most", "write the smaller sum first")
    if not _LOWEST_CNY_MONTH <= (low if high is None else high) <= _HIGHEST_CNY_MONTH:
        _refuse(text, f"is {low if high is None else high:,.0f} CNY a month", "check the unit: 元/月, 万/年, 元/天")
    return _pay(low, high, plain[: found.start()][-8:], plain[found.end() :], bool(_NEGOTIABLE.search(plain)))


def _plain(text: str) -> str:
    periods = _PERIOD_WORDS.sub(lambda m: f"/{list(_PERIODS)[(m.lastindex or 1) - 1]} ", text.translate(_HALF_WIDTH))
    return _EXTRA_MONTHS.sub("", _THOUSANDS.sub("", with_digits(periods))).strip()


def _is_money(found: re.Match[str], plain: str) -> bool:
    has_unit = any(found.group(2, 3, 5, 6))
    return has_unit or not _COUNTS_SOMETHING_ELSE.match(plain, found.end())


def _amounts(found: re.Match[str], plain: str, default_unit: PayUnit) -> tuple[float, float | None]:
    low_text, low_unit, low_yuan, high_text, high_unit, high_yuan = found.groups()
    after, before = _PERIOD_AFTER.match(plain, found.end()), _PERIOD.findall(plain[: found.start()])
    period = (after.group(1) or after.group(2)) if after else before[-1] if before else None
    low, high = float(low_text), float(high_text) if high_text else None
    if default_unit == "万/年" and not (low_unit or low_yuan or high_unit or high_yuan or period):
        return low * 10_000 / 12, None if high is None else high * 10_000 / 12
    times = _PER_MONTH[period or "月"]
    low_factor, high_factor = _FACTOR[(low_unit or "").lower()], _FACTOR[(high_unit or "").lower()]
    # In 1-1.5万 the unit stands once and holds for both; in 8000-1.2万 and 5千-8000 it does not.
    if high is not None and high_unit and not low_unit and low <= high:
        low_factor = high_factor
    if high is not None and low_unit and not high_unit and high < low * low_factor:
        high_factor = low_factor
    return low * low_factor * times, None if high is None else high * high_factor * times


def _pay(low: float, high: float | None, before: str, after: str, negotiable: bool) -> Pay:
    # What is said of another sum, beyond the next comma, is not said of this one.
    around = before + re.split(r"[,。;；、(\d]", after)[0]
    least, most = float(round(low)), None if high is None else float(round(high))
    if most is None and _AT_LEAST.search(around):
        return Pay(least, None, negotiable)
    if most is None and _AT_MOST.search(around):
        return Pay(None, least, negotiable)
    return Pay(least, least if most is None else most, negotiable)


def _refuse(text: str, why: str, remedy: str) -> NoReturn:
    raise DataError(f"pay {text[:60]!r} {why}", remedy=remedy)


_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
