"""How many are wanted."""

from __future__ import annotations

import re

from data.facts.numerals import with_digits

_HEADCOUNT = re.compile(r"(\d{1,5})\s*(?:[-—~至到]\s*\d+\s*)?(?:人|名|位|个)?")


def find_headcount(text: str) -> int | None:
    """Least number of openings in words such as 2人, 招3-5名, 十人; None for 若干 and where nothing is said."""
    found = _HEADCOUNT.search(with_digits(text))
    return int(found.group(1)) if found else None
