"""What real advertisements of Changchun said in December 2020: shares and pay by industry, education, place.

Method: 51job advertisements without exact duplicates (12,864); pay is the middle of the advertised range,
10,000 CNY a year turned into CNY a month, kept between 1,500 and 60,000; industries as advertised; education
0 where the field held no education (no requirement, or experience in its place); districts where one is
named. Manual work is under-represented: the crawl dropped hourly and daily pay. Values with fewer than 15
advertisements are left out.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def load_advertised_distributions() -> pd.DataFrame:
    """Rows: dimension, key (text), advertisements (count), share (0–1), pay_p10 … pay_p90 (CNY/month), source."""
    with files("data.reference").joinpath("changchun_2020_distributions.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"dimension": "string", "key": "string", "source": "string"})


def advertised(dimension: str) -> pd.DataFrame:
    """The rows of one dimension (`industry`, `education`, `district`, `employer_type`, `size_band`), by key."""
    table = load_advertised_distributions()
    return table[table["dimension"] == dimension].set_index("key")
