"""How many are wanted."""

from __future__ import annotations

import re

from data.facts.numerals import with_digits

_MOST = 100_000
_UPPER = r"(?:[-—~至到]\s*\d{1,6}\s*)?"
# A number of people, or the only number there is: 2023年招5人 wants five.
_PEOPLE = re.compile(rf"(?<![\d.点])(\d{{1,6}})\s*{_UPPER}(?:多|余)?(?:人|名|位|个)")
_BARE = re.compile(rf"\D*?(?<![\d.点])(\d{{1,6}})\s*{_UPPER}\D*")


def find_headcount(text: str) -> int | None:
    """Least number of openings (1 to 100,000) in 2人, 招3-5名, 十人, 5; None for 若干 and where none is said."""
    plain = with_digits(text)
    found = _PEOPLE.search(plain) or _BARE.fullmatch(plain)
    people = int(found.group(1)) if found else 0
    return people if 1 <= people <= _MOST else None
