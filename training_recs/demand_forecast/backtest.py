"""Rolling backtest: what each method would have forecast at past months, held against what came.

At each origin a method sees the months before only. A month parts the backtest in two: forecasts made before it, held
against months before it, decide which method is used; forecasts made from it on, which no choice has seen, say how well
that method does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training_recs.demand_forecast.candidates import Method, Panel, forecast_all

Floats = npt.NDArray[np.float64]
FEWEST_MONTHS_LEARNT = 6
DECIDING_ORIGINS = 6
"""At most; the last ones before the cut."""
WHOLE_MEASURED = 3
"""Origins after the cut of which the whole horizon is known, where the history is long enough."""


@dataclass(frozen=True)
class Backtest:
    """Forecasts at past origins and what came.

    Attributes
    ----------
    origins
        Months known at each origin, ascending: the forecast begins with the month of that number (from 0).
    cut
        Months known when methods are chosen: what decides is older, what measures begins there.
    forecasts
        By method, float64 (origins, series, horizon); NaN where it was not offered.
    actual
        float64 (origins, series, horizon); NaN after the last month, and where a month was not observed.
    """

    origins: tuple[int, ...]
    cut: int
    forecasts: dict[Method, Floats]
    actual: Floats

    @property
    def deciding(self) -> Floats:
        """`actual` as it was known at the cut, of origins before it; else NaN."""
        month = np.array(self.origins)[:, None] + np.arange(self.actual.shape[2])
        return np.where((month < self.cut)[:, None, :], self.actual, np.nan)

    @property
    def measuring(self) -> Floats:
        """`actual` of origins from the cut on, which no choice has seen; else NaN."""
        return np.where((np.array(self.origins) >= self.cut)[:, None, None], self.actual, np.nan)


def months_needed(horizon: int) -> int:
    """Fewest months of history from which anything is forecast: six to learn from, and one whole horizon to test."""
    return FEWEST_MONTHS_LEARNT + horizon


def backtest_origins(months: int, horizon: int) -> tuple[tuple[int, ...], int]:
    """Origins and the cut of a history of so many months."""
    cut = max(FEWEST_MONTHS_LEARNT + 2, months - horizon - WHOLE_MEASURED + 1)
    return tuple(range(max(FEWEST_MONTHS_LEARNT, cut - DECIDING_ORIGINS), months)), cut


def run_backtest(
    panel: Panel,
    observed: Floats,
    horizon: int,
    *,
    report: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Backtest:
    """Forecast at each of the last origins from which at least one month is known to have followed.

    Parameters
    ----------
    observed
        float64 (series, months): `panel.values` before gaps were filled, which is what forecasts are held against.
    """
    months = panel.values.shape[1]
    origins, cut = backtest_origins(months, horizon)
    count = len(panel.values)
    actual = np.full((len(origins), count, horizon), np.nan)
    forecasts: dict[Method, Floats] = {}
    for place, origin in enumerate(origins):
        known = min(horizon, months - origin)
        actual[place, :, :known] = observed[:, origin : origin + known]
        for method, found in forecast_all(panel.until(origin), horizon).items():
            forecasts.setdefault(method, np.full(actual.shape, np.nan))[place] = found
        report(place + 1, len(origins))
    return Backtest(origins, cut, forecasts, actual)
