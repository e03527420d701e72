"""Who takes which share is forecast; how much there is in all is not.

All series of a panel rise and fall together: a spring festival, a lockdown. Of that a history has one example a month,
too few to learn from, so the sum is held at the mean of its last three months. How the sum parts among the series
moves slowly and can be followed month by month: each share is smoothed exponentially (Brown 1959), which neither a
month of few nor one of many vacancies disturbs. It is the top-down way of hierarchies, with forecast proportions
(Athanasopoulos, Ahmed & Hyndman 2009, Hierarchical forecasts for Australian domestic tourism, Int. J. Forecasting 25).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LEVEL_MONTHS = 3
SMOOTHING = 0.5
"""Weight of the last month's share; each month before has half the weight of the next. Of 0.3 to 0.7 it is the one
that does best where it does worst, on real series before the test (`benchmarks/bench_demand_forecast.py`)."""


def smoothed_shares(values: Floats, smoothing: float = SMOOTHING) -> Floats:
    """Forecast of each next month, float64 (series,), of `values`, float64 (series, months) ≥ 0 without gaps.

    The forecasts sum to the mean of the last three months' sums. A month in which nothing was asked for has no shares
    and is passed over; where there never was anything the forecast is 0.
    """
    totals = values.sum(axis=0)
    weights = np.where(totals > 0, (1.0 - smoothing) ** np.arange(len(totals))[::-1], 0.0)
    if not weights.any():
        return np.zeros(len(values))
    per_opening = np.divide(weights / weights.sum(), totals, out=np.zeros_like(totals), where=totals > 0)
    return np.asarray(values @ per_opening * totals[-LEVEL_MONTHS:].mean())
