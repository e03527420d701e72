"""The age bands by which fairness is measured: own table. Age is read for measuring only, never by a score."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def load_age_bands() -> pd.DataFrame:
    """Rows ascending and adjoining: band, from_years (included), to_years (excluded), zh, en, source."""
    with files("data.reference").joinpath("age_bands.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"band": "string"})
