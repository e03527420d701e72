"""The minimum wage of the city, below which nobody is advised to ask: own table with its source."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def minimum_wage_cny_month() -> float:
    """Lowest lawful monthly wage of full-time work, CNY."""
    with files("data.reference").joinpath("minimum_wage.csv").open(encoding="utf-8") as file:
        return float(pd.read_csv(file)["cny_month"].iloc[0])
