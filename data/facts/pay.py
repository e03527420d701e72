"""Pay as advertised → CNY a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from data.errors import DataError
from data.facts.numerals import with_digits

WORKING_DAYS_A_MONTH = 21.75
"""劳社部发〔2008〕3号: (365 − 104) ÷ 12."""

HOURS_A_DAY = 8.0
"""劳动法 第三十六条."""

_HIGHEST_CNY_MONTH = 1_000_000.0
_PER_MONTH = {"月": 1.0, "年": 1 / 12, "天": WORKING_DAYS_A_MONTH, "小时": WORKING_DAYS_A_MONTH * HOURS_A_DAY}
_FACTOR = {"万": 10_000.0, "千": 1_000.0, "k": 1_000.0, "元": 1.0, "": 1.0}

_NUMBER = r"(\d+(?:\.\d+)?)"
_UNIT = r"\s*(万|千|k|元|块)?\s*(?:元|块|人民币|rmb)?"
_TO = r"\s*(?:[-—~至]+|到)\s*(?:￥|¥)?\s*"
_RANGE = re.compile(rf"(?:￥|¥|rmb)?\s*{_NUMBER}{_UNIT}(?:{_TO}{_NUMBER}{_UNIT})?", re.IGNORECASE)
_PERIOD = re.compile(r"(小时|时|h\b|hour|天|日|day|月|month|年|year)", re.IGNORECASE)
_PERIOD_NAMES = {
    "小时": "小时", "时": "小时", "h": "小时", "hour": "小时", "天": "天", "日": "天", "day": "天",
    "月": "月", "month": "月", "年": "年", "year": "年",
}  # fmt: skip
_NEGOTIABLE = re.compile(r"面议|面谈|另议|negotiable", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:^|[^\d\w万千kK元])-\s*\d")
_AT_MOST = re.compile(r"以下|以内|不超过|最高|至多")
_AT_LEAST = re.compile(r"以上|往上|起(?!步)|不低于|至少|\+|不能低于|最低")
_A_MONTH = re.compile(r"[1一每]个月")
_EXTRA_MONTHS = re.compile(r"[·*x×]?\s*\d{2}\s*薪", re.IGNORECASE)

PayUnit = Literal["元/月", "万/年"]


@dataclass(frozen=True)
class Pay:
    """Least and most, CNY a month; None where not stated. `negotiable`: to be agreed (面议)."""

    min_cny_month: float | None
    max_cny_month: float | None
    negotiable: bool = False


def parse_pay(text: str, default_unit: PayUnit = "元/月") -> Pay:
    """Read pay text such as 1-1.5万/月, 5千-8千, 15-20万/年, 150元/天, 8K-12K·13薪, 三千五到五千, 面议.

    Parameters
    ----------
    default_unit
        What bare numbers mean; the 51job crawl writes 5-7 for 50,000 to 70,000 CNY a year.

    Raises
    ------
    DataError
        The text states no pay, a negative one, more at least than at most, or an absurd sum.
    """
    plain = _EXTRA_MONTHS.sub("", _A_MONTH.sub("月", with_digits(text).replace("–", "-"))).strip()
    if _NEGATIVE.search(plain) or plain.startswith("-"):
        raise DataError(f"pay {text!r} is negative", remedy="write a sum such as 4000-6000元/月")
    found = _RANGE.search(plain.replace(",", ""))
    if found is None:
        if _NEGOTIABLE.search(plain):
            return Pay(None, None, negotiable=True)
        raise DataError(f"{text!r} states no pay", remedy="write 4000-6000元/月, 150元/天, 10万/年 or 面议")
    low_text, low_unit, high_text, high_unit = found.groups()
    bare = not (low_unit or high_unit or _PERIOD.search(plain[found.end() :]))
    if bare and default_unit == "万/年":
        factor_low = factor_high = 10_000.0 / 12
    else:
        # In 1-1.5万 and 5-8千 the unit stands once, at the end, and holds for both.
        per_month = _PER_MONTH[_period(plain, found.end())]
        factor_high = _FACTOR[_unit(high_unit or low_unit)] * per_month
        factor_low = _FACTOR[_unit(low_unit or high_unit)] * per_month
    low: float | None = float(low_text) * factor_low
    high = float(high_text) * factor_high if high_text else None
    if low is not None and high is not None and low > high:
        raise DataError(f"pay {text!r}: more at least than at most", remedy="write the smaller sum first")
    most = max(low or 0.0, high or 0.0)
    if most > _HIGHEST_CNY_MONTH:
        raise DataError(f"pay {text!r} is {most:,.0f} CNY a month", remedy="check the unit: 元/月, 万/年, 元/天")
    if high is None and _AT_MOST.search(plain):
        low, high = None, low
    elif high is None and not _AT_LEAST.search(plain):
        high = low
    return Pay(_whole(low), _whole(high), negotiable=bool(_NEGOTIABLE.search(plain)))


def _whole(amount: float | None) -> float | None:
    return None if amount is None else float(round(amount))


def _period(text: str, after: int) -> str:
    named = _PERIOD.search(text, after) or _PERIOD.search(text)
    return _PERIOD_NAMES[named.group(1).lower()] if named else "月"


def _unit(written: str | None) -> str:
    unit = (written or "").lower()
    return "元" if unit == "块" else unit
