"""Ways to forecast a series, each by its name: the simple ones that must be beaten, and those that try to.

All but the smoothed shares are statsforecast's. Sources: exponential smoothing in state space (Hyndman et al. 2008),
optimised theta (Fiorucci et al. 2016), Croston with the correction of Syntetos & Boylan (2005), TSB (Teunter, Syntetos
& Babai 2011), IMAPA (Petropoulos & Kourentzes 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training_recs.demand_forecast.series_classes import SeriesClass
from training_recs.demand_forecast.smoothed_shares import smoothed_shares

Floats = npt.NDArray[np.float64]
YEAR = 12


class Method(StrEnum):
    """A way to forecast."""

    NAIVE = "naive"
    SEASONAL_NAIVE = "seasonal_naive"
    MEAN_OF_THREE = "mean_of_three"
    MEAN_OF_ALL = "mean_of_all"
    SMOOTHING = "exponential_smoothing"
    ETS = "ets"
    THETA = "theta"
    CROSTON = "croston"
    TSB = "tsb"
    IMAPA = "imapa"
    SHARES = "smoothed_shares"


BASELINES = (Method.NAIVE, Method.SEASONAL_NAIVE, Method.MEAN_OF_THREE)
"""What a forecast must beat to be used."""

METHOD_NAMES: dict[Method, tuple[str, str]] = {
    Method.NAIVE: ("上月数", "last month"),
    Method.SEASONAL_NAIVE: ("去年同月数", "same month of last year"),
    Method.MEAN_OF_THREE: ("近三月均数", "mean of the last three months"),
    Method.MEAN_OF_ALL: ("历史均数", "mean of all months"),
    Method.SMOOTHING: ("指数平滑", "exponential smoothing"),
    Method.ETS: ("状态空间指数平滑", "ETS"),
    Method.THETA: ("Theta 法", "optimised theta"),
    Method.CROSTON: ("Croston 法 (SBA 修正)", "Croston's method, corrected (SBA)"),
    Method.TSB: ("TSB 法", "TSB"),
    Method.IMAPA: ("多重聚合法", "IMAPA"),
    Method.SHARES: ("近三月总量按平滑份额分配", "smoothed share of the mean of the last three months' total"),
}

COSTLY = (Method.ETS, Method.THETA)
"""Some ten seconds for a thousand series: for panels to offer where there are few."""
FOR_INTERMITTENT = (Method.CROSTON, Method.TSB, Method.IMAPA)


@dataclass(frozen=True)
class Panel:
    """Series to forecast together.

    Attributes
    ----------
    values
        float64 (series, months), no gaps.
    classes
        `SeriesClass` of each series.
    costly
        bool (series,): whether methods that take long are tried too.
    """

    values: Floats
    classes: npt.NDArray[np.str_]
    costly: npt.NDArray[np.bool_]

    def until(self, month: int) -> Panel:
        """The same with its first `month` months only."""
        return Panel(self.values[:, :month], self.classes, self.costly)


def forecast_all(panel: Panel, horizon: int) -> dict[Method, Floats]:
    """Forecasts of each method, float64 (series, horizon) ≥ 0; NaN where a method is not offered for a series.

    The seasonal naive one is offered from 12 months on; the methods for intermittent demand to series of such a class;
    the costly ones where the panel says so, from 12 months on.
    """
    values = panel.values
    every = np.arange(len(values))
    found = {Method.SHARES: np.repeat(smoothed_shares(values)[:, None], horizon, axis=1)}
    found |= statsforecast_forecasts(values, every, horizon, _cheap(values.shape[1]))
    intermittent = np.flatnonzero(np.isin(panel.classes, [SeriesClass.INTERMITTENT, SeriesClass.LUMPY]))
    found |= statsforecast_forecasts(values, intermittent, horizon, FOR_INTERMITTENT)
    if values.shape[1] >= YEAR:
        found |= statsforecast_forecasts(values, np.flatnonzero(panel.costly), horizon, COSTLY)
    return found


def _cheap(months: int) -> tuple[Method, ...]:
    simple = (Method.NAIVE, Method.MEAN_OF_THREE, Method.MEAN_OF_ALL, Method.SMOOTHING)
    return (*simple, Method.SEASONAL_NAIVE) if months >= YEAR else simple


def statsforecast_forecasts(
    values: Floats, rows: npt.NDArray[np.int64], horizon: int, methods: Sequence[Method]
) -> dict[Method, Floats]:
    """Forecasts by statsforecast of some rows of `values`; the other rows are NaN."""
    if not rows.size:
        return {}
    from statsforecast import StatsForecast  # takes seconds to import

    months = values.shape[1]
    frame = pd.DataFrame(
        {"unique_id": np.repeat(rows, months), "ds": np.tile(np.arange(months), len(rows)), "y": values[rows].ravel()}
    )
    found = StatsForecast(models=[_model(method) for method in methods], freq=1, n_jobs=1).forecast(df=frame, h=horizon)
    forecasts = {}
    for method in methods:
        whole = np.full((len(values), horizon), np.nan)
        whole[rows] = np.maximum(found[str(method)].to_numpy(np.float64).reshape(len(rows), horizon), 0.0)
        forecasts[method] = whole
    return forecasts


def _model(method: Method) -> Any:
    from statsforecast import models

    name = str(method)
    match method:
        case Method.NAIVE:
            return models.Naive(alias=name)
        case Method.SEASONAL_NAIVE:
            return models.SeasonalNaive(season_length=YEAR, alias=name)
        case Method.MEAN_OF_THREE:
            return models.WindowAverage(window_size=3, alias=name)
        case Method.MEAN_OF_ALL:
            return models.HistoricAverage(alias=name)
        case Method.SMOOTHING:
            return models.SimpleExponentialSmoothingOptimized(alias=name)
        case Method.ETS:
            return models.AutoETS(season_length=1, model="ZZN", alias=name)
        case Method.THETA:
            return models.DynamicOptimizedTheta(season_length=1, alias=name)
        case Method.CROSTON:
            return models.CrostonSBA(alias=name)
        case Method.TSB:
            return models.TSB(alpha_d=0.2, alpha_p=0.2, alias=name)
        case Method.IMAPA:
            return models.IMAPA(alias=name)
    raise ValueError(f"{method} is not one of statsforecast's")
