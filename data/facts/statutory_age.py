"""The lowest lawful age for a post: 16 in general, 18 where the law keeps young workers away.

劳动法 arts. 15, 58, 64 and 未成年工特殊保护规定 art. 3. Certificates of special operations and driving licences are
given from 18 on; a post that requires one needs no age of its own, for who holds it has that age.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

GENERAL_AGE = 16


def statutory_age(text: str) -> int:
    """Lowest lawful age, in years, for a post of this text (title and description)."""
    return max((age for pattern, age in _limits() if pattern.search(text)), default=GENERAL_AGE)


@cache
def _limits() -> tuple[tuple[re.Pattern[str], int], ...]:
    with files("data.reference").joinpath("young_workers.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    return tuple(
        (re.compile(str(pattern)), int(age)) for pattern, age in zip(table["pattern"], table["age_years"], strict=True)
    )
