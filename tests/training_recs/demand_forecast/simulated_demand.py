"""Simulated histories whose truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from training_recs.demand_forecast.demand_history import CELLS, DemandHistory, Measure
from training_recs.demand_forecast.forecast_demand import ForecastSettings

Floats = npt.NDArray[np.float64]
OCCUPATIONS, DISTRICTS = (
    ("4-03-02", "6-18-02", "6-29-03", "4-10-01"),
    ("220102", "220103", "220104", "220105", "220106"),
)
SMALL = ForecastSettings(most_costly=1)
"""Methods that take long are tried for the city only."""


def history(values: Floats, first: str = "2023-01") -> DemandHistory:
    """A history of these cells, float64 (cells, months); cells run over occupations, then districts."""
    pairs = [(occupation, district) for occupation in OCCUPATIONS for district in DISTRICTS][: len(values)]
    months = np.datetime64(first) + np.arange(values.shape[1])
    return DemandHistory(
        Measure.OPENINGS, CELLS.check(pd.DataFrame(pairs, columns=list(CELLS.columns))), months, values
    )


def poisson_around(levels: Floats, months: int, seed: int) -> Floats:
    """Counts that vary by chance alone around each cell's level."""
    return np.random.default_rng(seed).poisson(levels[:, None], (len(levels), months)).astype(float)


def levels(seed: int) -> Floats:
    """A level for each of the 20 cells, from a few openings to a hundred."""
    return np.exp(np.random.default_rng(seed).uniform(np.log(3), np.log(100), 20))
