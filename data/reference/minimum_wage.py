"""The minimum wage of the city, below which nobody is advised to ask or may be offered: own table with its source."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def minimum_wage_cny_month() -> float:
    """Lowest lawful monthly wage of full-time work, CNY."""
    with files("data.reference").joinpath("minimum_wage.csv").open(encoding="utf-8") as file:
        return float(pd.read_csv(file)["cny_month"].iloc[0])


def minimum_wage_words() -> tuple[str, str]:
    """What a wage offered has to be, with the article of law, in Chinese and English."""
    least = minimum_wage_cny_month()
    return (
        f"不低于最低工资 {least:g} 元/月（《中华人民共和国劳动法》第四十八条）",
        f"at least the minimum wage, {least:g} CNY a month (Labour Law, Article 48)",
    )
