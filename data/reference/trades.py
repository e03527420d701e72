"""Occupations as people and job boards call them, with usual conditions: own list, not from any data set."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def load_trades() -> pd.DataFrame:
    """Rows by occupation_code.

    titles and credentials ('|' between), desired_words, pay_cny_month (usual, CNY/month), education_min
    (EducationLevel, 0 none), flags (n night, s shift, b board, l lodging, h hazardous: 18 and over), industry,
    weight (relative demand, 1–9), skills ('、' between).
    """
    with files("data.reference").joinpath("trades.csv").open(encoding="utf-8") as file:
        texts = pd.read_csv(file, dtype="string", keep_default_na=False)
    return texts.astype({"pay_cny_month": "float64", "education_min": "int8", "weight": "float64"})
