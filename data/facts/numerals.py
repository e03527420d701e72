"""Numbers as people write them: full-width digits and Chinese numerals become Arabic digits."""

from __future__ import annotations

import re
import unicodedata

import cn2an

_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_COLLOQUIAL = re.compile(r"^(.*[一二两三四五六七八九])([千百万])([一二三四五六七八九])$")
_LOWER = {"万": "千", "千": "百", "百": "十"}


def with_digits(text: str) -> str:
    """`text` with its numbers in ASCII digits: １０ → 10, 三千五 → 3500, 两万 → 20000; the rest is unchanged."""
    return _CHINESE.sub(_arabic, unicodedata.normalize("NFKC", text))


def _arabic(match: re.Match[str]) -> str:
    written = match.group()
    if written in {"百", "千", "万", "十百", "千万"}:
        return written  # a unit after digits (5千), not a number
    # 三千五 is said for 三千五百.
    written = _COLLOQUIAL.sub(lambda m: m.group(1) + m.group(2) + m.group(3) + _LOWER[m.group(2)], written)
    try:
        return str(cn2an.cn2an(written, "smart"))
    except (ValueError, KeyError):
        return match.group()
