"""Numbers as people write them: full-width digits and Chinese numerals become Arabic digits."""

from __future__ import annotations

import re
import unicodedata

import cn2an

_DIGITS = "一二三四五六七八九"
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万]{1,16}")
_COLLOQUIAL = re.compile(r"^(.*[一二两三四五六七八九])([千百万])([一二三四五六七八九])$")
_LOWER = {"万": "千", "千": "百", "百": "十"}
_TIMES = {"": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000}

# 四五千 means four to five thousand; 三五年 three to five years.
_APPROXIMATE = re.compile(
    "(?<![零〇一二两三四五六七八九十百千万])(一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)([十百千万]?)"
    "(?=$|[^零〇一二两三四五六七八九十百千万])"
)
# 一百七八十 is said for 170 to 180, 两千六七 for 2,600 to 2,700.
_BETWEEN_TENS = re.compile(
    "([一二两三四五六七八九])([万千百])(一二|二三|三四|四五|五六|六七|七八|八九)([百十]?)(?![一二三四五六七八九十百])"
)
# 百八十 is said for eighty to a hundred, 千八百 for 800 to 1,000.
_OR_SO = re.compile(
    "(?<![零〇一二两三四五六七八九十百千万\\d])(百八十|千八百|万八千)(?![零〇一二两三四五六七八九十百千万])"
)
_SO_MUCH = {"百八十": "80-100", "千八百": "800-1000", "万八千": "8000-10000"}
# 十五六年 means fifteen or sixteen: the lower is kept.
_TEENS = re.compile("([二三四五六七八九]?十)([一两二三四五六七八])[二三四五六七八九](?=[年岁个天人名])")
# 3千5 and 1万2 are said for 3,500 and 12,000; what counts something else (5千8人) is left alone.
_TAIL = re.compile(r"(?<![\d.])(\d{1,9})([万千百])([\d一二三四五六七八九])(?![\d.十百千万kw险休班金薪人名天年个岁小])")


def with_digits(text: str) -> str:
    """`text` with its numbers in ASCII digits: １０ → 10, 三千五 → 3500, 3千5 → 3500, 四五千 → 4000-5000.

    The rest is unchanged but for Unicode normalisation (NFKC), so positions may shift.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _BETWEEN_TENS.sub(_between, plain)
    plain = _OR_SO.sub(lambda said: _SO_MUCH[said.group()], plain)
    plain = _APPROXIMATE.sub(_bounds, _TEENS.sub(r"\1\2", plain))
    return _TAIL.sub(_with_tail, _CHINESE.sub(_arabic, plain))


def _arabic(match: re.Match[str]) -> str:
    written = match.group()
    if written[0] in "百千万":
        # A unit after digits (5千), not a number; the digit after it is read with what stands before (1万二).
        return written if len(written) != 2 or written[1] not in _DIGITS else written[0] + _digit(written[1])
    # 三千五 is said for 三千五百.
    written = _COLLOQUIAL.sub(lambda m: m.group(1) + m.group(2) + m.group(3) + _LOWER[m.group(2)], written)
    try:
        return str(cn2an.cn2an(written, "smart"))
    except (ValueError, KeyError):
        return match.group()


def _bounds(match: re.Match[str]) -> str:
    pair, unit = match.groups()
    low, high = (_digit(digit) for digit in pair)
    return f"{int(low) * _TIMES[unit]}-{int(high) * _TIMES[unit]}"


def _between(match: re.Match[str]) -> str:
    head, unit, pair, lower = match.groups()
    step = _TIMES[lower] if lower else _TIMES[unit] // 10
    low, high = (int(_digit(head)) * _TIMES[unit] + int(_digit(tail)) * step for tail in pair)
    return f"{low}-{high}"


def _with_tail(match: re.Match[str]) -> str:
    whole, unit, tail = match.groups()
    return str(int(whole) * _TIMES[unit] + int(_digit(tail)) * _TIMES[unit] // 10)


def _digit(written: str) -> str:
    return "2" if written == "两" else str(_DIGITS.index(written) + 1) if written in _DIGITS else written
