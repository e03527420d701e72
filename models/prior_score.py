"""Probabilities before there is any history: a logistic score whose coefficients anybody can read.

The coefficients in `data/reference/prior_ranker.csv` are judgements with a reason each, not estimates. They
order pairs sensibly; as probabilities they are uncalibrated, and the ranker's manifest says so.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.pair_features import FEATURE_NAMES


@cache
def load_prior() -> pd.DataFrame:
    """Rows: feature, when_unknown (value in place of NaN), low, high (bounds), accept, hire (log-odds), reason."""
    with files("data.reference").joinpath("prior_ranker.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def prior_probability(features: npt.NDArray[np.float32], side: str) -> npt.NDArray[np.float64]:
    """Logistic score of `side` ("accept" or "hire"), float64 (n,) in (0, 1).

    Summed feature by feature, never by a matrix product, whose rounding depends on the number of pairs.
    """
    table = load_prior()
    log_odds = np.full(len(features), float(table.loc[table["feature"] == "intercept", side].iloc[0]))
    for row in table[table["feature"] != "intercept"].to_dict("records"):
        value = features[:, FEATURE_NAMES.index(str(row["feature"]))].astype(np.float64)
        value = np.where(np.isnan(value), row["when_unknown"], value)
        log_odds += np.clip(value, row["low"], row["high"]) * row[side]
    return np.asarray(1 / (1 + np.exp(-log_odds)))
