"""Reliability: of what was given a probability, how much happened. Curve, calibration error, Brier score in parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.columns import Column, Table
from evaluation.intervals import wilson
from evaluation.ranking.forecasts import Floats, Forecasts, Ints
from models.calibration import expected_calibration_error

DRAWS = 1_000

RELIABILITY = Table(
    "reliability",
    {
        "bin": Column("Int64", "bins of equal numbers by ascending prediction, from 1", low=1),
        "cases": Column("Int64", "forecasts in the bin", low=1),
        "events": Column("Int64", "of these, what happened", low=0),
        "lowest": Column("Float64", "lowest prediction", low=0, high=1),
        "highest": Column("Float64", "highest prediction", low=0, high=1),
        "mean_prediction": Column("Float64", "mean prediction", low=0, high=1),
        "observed": Column("Float64", "events ÷ cases", low=0, high=1),
        "low": Column("Float64", "end of Wilson's 95 % interval of observed", low=0, high=1),
        "high": Column("Float64", "end of Wilson's 95 % interval of observed", low=0, high=1),
    },
)


def reliability_table(forecasts: Forecasts) -> pd.DataFrame:
    """`RELIABILITY`: the curve, bin by bin. Wilson's intervals take cases for independent."""
    if not len(forecasts):
        return RELIABILITY.empty()
    cases = pd.DataFrame(
        {"bin": forecasts.bin_of() + 1, "said": forecasts.prediction, "happened": forecasts.happened.astype(np.int64)}
    )
    table = cases.groupby("bin").agg(
        cases=("said", "size"), events=("happened", "sum"), lowest=("said", "min"), highest=("said", "max"),
        mean_prediction=("said", "mean"),
    )  # fmt: skip
    low, high = wilson(table["events"].to_numpy(np.int64), table["cases"].to_numpy(np.int64))
    table = table.assign(observed=table["events"] / table["cases"], low=low, high=high)
    return RELIABILITY.check(table.reset_index())


@dataclass(frozen=True)
class CalibrationError:
    """Expected calibration error with its interval, and what an exactly honest forecast would show by chance."""

    value: float
    low: float
    high: float
    by_chance: float


def calibration_error(forecasts: Forecasts, *, seed: int) -> CalibrationError:
    """ECE over the bins of `Forecasts.bin_of`, with a 95 % bootstrap interval.

    The error is a sum of absolute values: chance only adds to it, and does so again in every resample. So the lower end
    is the pivotal one, 2 ECE − quantile, which takes that off once, and 0 unless the error exceeds what an honest
    forecast shows in 97.5 % of cases: the resampled gaps less the gaps themselves, which is how far bins stray where
    nothing is wrong, dependence included. The upper end adds the resamples' spread above their median. In simulations
    of 300 to 5,000 cases it covers 93 to 97 % (decision 21). Resamples are of the first clustering's units.
    """
    place = forecasts.bin_of()
    bins = int(place.max(initial=0)) + 1
    value = expected_calibration_error(forecasts.prediction, forecasts.happened, bins=bins)
    gaps, drawn = _resampled_gaps(forecasts, place, bins, seed)
    middle, most = np.quantile(np.abs(drawn).sum(axis=1), [0.5, 0.975])
    honest = np.abs(drawn - gaps).sum(axis=1)
    low = 0.0 if value <= np.quantile(honest, 0.975) else max(0.0, float(2 * value - most))
    return CalibrationError(value, low, value + float(most - middle), float(honest.mean()))


def _resampled_gaps(forecasts: Forecasts, place: Ints, bins: int, seed: int) -> tuple[Floats, Floats]:
    """Gap of each bin × its share of the cases, float64 (bins,), and of resamples, (draws, bins)."""
    unit = forecasts.clusters[0] if forecasts.clusters else np.arange(len(forecasts))
    names, row = np.unique(unit, return_inverse=True)
    sums, sizes = np.zeros((len(names), bins)), np.bincount(row, minlength=len(names)).astype(np.float64)
    np.add.at(sums, (row, place), forecasts.residual)
    random = np.random.default_rng(seed)
    drawn = np.empty((DRAWS, bins))
    block = max(1, 4_000_000 // len(names))
    for start in range(0, DRAWS, block):
        many = min(block, DRAWS - start)
        times = np.stack(
            [np.bincount(random.integers(0, len(names), len(names)), minlength=len(names)) for _ in range(many)]
        )
        drawn[start : start + many] = times @ sums / (times @ sizes)[:, None]
    return sums.sum(axis=0) / len(forecasts), drawn


@dataclass(frozen=True)
class BrierScore:
    """Brier score and its parts: score = reliability − resolution + uncertainty + within_bins.

    Attributes
    ----------
    score
        Mean of (prediction − happened)²; 0 is perfect.
    reliability
        Mean squared gap between what was said and what happened, by bin: smaller is more honest.
    resolution
        How far the bins' rates lie from the overall rate: larger tells cases apart better.
    uncertainty
        rate · (1 − rate): the score of who always says the overall rate.
    within_bins
        What the bins hide; small where predictions in a bin are alike.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float

    @property
    def skill(self) -> float:
        """1 − score ÷ uncertainty: 0 is no better than the overall rate; NaN where everything, or nothing, happened."""
        return 1 - self.score / self.uncertainty if self.uncertainty else float("nan")


def brier_score(forecasts: Forecasts) -> BrierScore:
    """Murphy (1973), with the terms within bins of Stephenson, Coelho & Jolliffe (2008), Weather and Forecasting 23."""
    said, happened, place = forecasts.prediction, forecasts.happened.astype(np.float64), forecasts.bin_of()
    size = np.bincount(place)
    mean_said, rate = (np.bincount(place, values) / size for values in (said, happened))
    share, overall = size / len(forecasts), happened.mean()
    score = float(np.mean((said - happened) ** 2))
    reliability = float(share @ (mean_said - rate) ** 2)
    resolution = float(share @ (rate - overall) ** 2)
    uncertainty = float(overall * (1 - overall))
    return BrierScore(score, reliability, resolution, uncertainty, score - reliability + resolution - uncertainty)
