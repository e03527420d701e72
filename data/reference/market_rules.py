"""Rules that decide who and what takes part at all, before any pair is judged: own table, each with its source."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def load_market_rules() -> pd.DataFrame:
    """Rows: rule, zh, en, source, valid_from (all text)."""
    with files("data.reference").joinpath("market_rules.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="string", keep_default_na=False)
