"""Do the intervals hold? Calibrated on what was known at the backtest's cut, counted on what came afterwards."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from training_recs.demand_forecast.backtest import Backtest
from training_recs.demand_forecast.conformal import conformal_scores, interval_tails, whole_openings
from training_recs.demand_forecast.hierarchy import Level

Floats = npt.NDArray[np.float64]

COVERAGE = Table(
    "forecast_coverage",
    {
        "level": Column(TEXT, "Level", codes=frozenset(Level)),
        "months_ahead": Column("Int64", "from 1", low=1),
        "nominal": Column("Float64", "share meant to be covered", low=0, high=1),
        "covered": Column("Float64", "share of months that fell into their interval, ends included", low=0, high=1),
        "below": Column("Float64", "share that fell below it", low=0, high=1),
        "forecasts": Column("Int64", "that were held against what came", low=1),
        "width": Column("Float64", "mean width, openings", low=0),
    },
)


def measure_coverage(
    forecast: Floats, backtest: Backtest, level: npt.NDArray[np.int64], nominal: float
) -> pd.DataFrame:
    """`COVERAGE` of intervals around `forecast`, float64 (origins, nodes, horizon)."""
    scores = conformal_scores(forecast, backtest.deciding, level)
    came = backtest.measuring
    ends = np.stack([scores.quantiles(one, level, interval_tails(nominal)) for one in forecast])
    low, high = whole_openings(ends[..., 0], ends[..., 1])
    rows = []
    for number, name in enumerate(Level):
        for step in range(forecast.shape[2]):
            there = came[:, level == number, step]
            known = np.isfinite(there)
            if not known.any():
                continue
            bottom, top = low[:, level == number, step], high[:, level == number, step]
            rows.append(
                {
                    "level": name,
                    "months_ahead": step + 1,
                    "nominal": nominal,
                    "covered": ((there >= bottom) & (there <= top))[known].mean(),
                    "below": (there < bottom)[known].mean(),
                    "forecasts": known.sum(),
                    "width": (top - bottom)[known].mean(),
                }
            )
    return COVERAGE.check(pd.DataFrame(rows, columns=list(COVERAGE.columns)))
