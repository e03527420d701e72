"""Demand forecasts on real monthly series of job skills, beside the simple ones and statsforecast's.

`python -m benchmarks.bench_demand_forecast [--data DIR]`

Job-SDF (Chen et al. 2024, arXiv 2406.11920): demand for 2,335 skills in 14 occupation groups and in 7 regions, monthly
from 2021-01 to 2023-12. Months 1–27 train, 28–30 validate, 31–36 test: three months from each of four origins, after
months 30, 31, 32 and 33. The method is chosen on the validation months, and held against rolling origins after months
18 to 27, where each model knows the months before its origin only. What is tested is fitted on months 1–30. No month of
the test is looked at for either: it only moves into the window that the model continues.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.results import data_folder, write_section
from training_recs.demand_forecast.accuracy import Accuracy, accuracy
from training_recs.demand_forecast.candidates import METHOD_NAMES, Method, blend, statsforecast_forecasts
from training_recs.demand_forecast.conformal import conformal_scores, interval_tails, whole_openings
from training_recs.demand_forecast.pooled_model import PooledSettings, fit_pooled

Floats = npt.NDArray[np.float64]
Forecaster = Callable[[int], Floats]
"""From a number of known months to forecasts of the next three, float64 (series, 3)."""
HORIZON, TRAINED, KNOWN = 3, 27, 30
ROLLING = {18: (18, 19, 20), 21: (21, 22, 23), 24: (24, 25, 26), 27: (27,)}
"""Months a model is fitted on, and the origins that it then forecasts from."""
TEST_ORIGINS = (30, 31, 32, 33)
FLOOR = "mean of the last three months"
FLOORS = {"r1": (17.19, 191.94, 27.18), "region": (31.86, 182.00, 29.63)}
"""MAE, RMSE and SMAPE of the floor as known; the run must find them again."""
WEIGHTS = (0.5, 1.0)
"""Of the pooled model, tried on the validation months."""
OF_STATSFORECAST = (
    Method.NAIVE, Method.SEASONAL_NAIVE, Method.MEAN_OF_THREE, Method.MEAN_OF_ALL, Method.SMOOTHING, Method.CROSTON,
    Method.TSB, Method.IMAPA,
)  # fmt: skip
SLOW = (Method.THETA, Method.ETS)
SLOW_SERIES = 300
COVERAGE = 0.8


class Series:
    """One level of the data."""

    def __init__(self, path: Path) -> None:
        self.values = pd.read_parquet(path).iloc[:, 2:].to_numpy(np.float64)

    def simple(self, method: Method) -> Forecaster:
        """A method of statsforecast."""
        every = np.arange(len(self.values))
        return lambda known: statsforecast_forecasts(self.values[:, :known], every, HORIZON, (method,))[method]

    def pooled(self, fitted: int, weight: float, *, blended: bool) -> Forecaster:
        """The pooled model fitted on the first months, by itself or blended with the mean of recent months."""
        model = fit_pooled(self.values[:, :fitted], HORIZON, PooledSettings(weight=weight))

        def forecast(known: int) -> Floats:
            made = model.forecast(self.values[:, :known], HORIZON)
            return blend(made, self.values[:, :known]) if blended else made

        return forecast

    def rolling(self, weight: float, *, blended: bool) -> Forecaster:
        """The same as it would have been at each of the rolling origins."""
        made = {}
        for fitted, origins in ROLLING.items():
            forecaster = self.pooled(fitted, weight, blended=blended)
            made |= {origin: forecaster(origin) for origin in origins}
        return made.__getitem__

    def judge(self, forecaster: Forecaster, origins: tuple[int, ...], *, whole: bool = False) -> Accuracy:
        """Errors over all origins; `whole`: of forecasts rounded to whole openings."""
        made = np.stack([forecaster(origin) for origin in origins])
        came = np.stack([self.values[:, origin : origin + HORIZON] for origin in origins])
        return accuracy(np.round(made) if whole else made, came)


def run(folder: Path, level: str) -> tuple[list[dict[str, str]], list[str]]:
    series, rows, notes = Series(folder / f"demand_{level}.parquet"), [], []
    count = len(series.values)

    def show(name: str, forecaster: Forecaster, seconds: float | None = None, *, whole: bool = False) -> Accuracy:
        start = time.process_time()
        found = series.judge(forecaster, TEST_ORIGINS, whole=whole)
        took = time.process_time() - start if seconds is None else seconds
        row = {"level": level, "method": name, "MAE": f"{found.mae:.2f}", "RMSE": f"{found.rmse:.2f}"}
        rows.append(row | {"SMAPE": f"{found.smape:.2f}", "CPU s / 1,000 series": f"{1000 * took / count:.2f}"})
        return found

    for method in OF_STATSFORECAST:
        found = show(METHOD_NAMES[method][1], series.simple(method))
        if METHOD_NAMES[method][1] == FLOOR:
            floor = found
    if not np.allclose((floor.mae, floor.rmse, floor.smape), FLOORS[level], atol=0.006):
        raise SystemExit(f"{level}: {floor}, not {FLOORS[level]}: these are not the data of the floors")
    show(f"{FLOOR}, rounded", series.simple(Method.MEAN_OF_THREE), whole=True)
    tried = {
        (weight, blended): series.judge(series.pooled(TRAINED, weight, blended=blended), (TRAINED,), whole=True)
        for weight in WEIGHTS
        for blended in (False, True)
    }
    (weight, blended), best = min(tried.items(), key=lambda item: item[1].overall)
    mean = series.simple(Method.MEAN_OF_THREE)
    origins = tuple(origin for some in ROLLING.values() for origin in some)
    earlier = series.rolling(weight, blended=blended)
    notes.append(
        f"{level}, chosen on months 28–30: pooled model, weight {weight:g}{', blended' if blended else ''}: "
        f"{_three(best)} there, where the mean of three has {_three(series.judge(mean, (TRAINED,), whole=True))}; on "
        f"rolling origins after months 18–27 {_three(series.judge(earlier, origins, whole=True))} and "
        f"{_three(series.judge(mean, origins, whole=True))}. Tried, √(MAE × RMSE) on months 28–30: "
        + ", ".join(f"{w:g}{' blended' if b else ''} {found.overall:.1f}" for (w, b), found in tried.items())
        + "."
    )
    start = time.process_time()
    ours = series.pooled(KNOWN, weight, blended=blended)
    show("ours", ours, seconds=time.process_time() - start + _seconds(series, ours))
    found = show("ours, rounded to whole openings", ours, seconds=0.0, whole=True)
    rows[-1]["CPU s / 1,000 series"] = "as above"
    ratios = [mine / theirs for mine, theirs in zip((found.mae, found.rmse, found.smape), FLOORS[level], strict=True)]
    notes.append(
        f"{level}: rounded, times the mean of three: MAE {ratios[0]:.3f}, RMSE {ratios[1]:.3f}, SMAPE {ratios[2]:.3f}."
    )
    notes.append(_slow_note(series, level, ours))
    notes.append(_coverage_note(series, level, earlier, origins, ours))
    return rows, notes


def _seconds(series: Series, forecaster: Forecaster) -> float:
    start = time.process_time()
    series.judge(forecaster, TEST_ORIGINS)
    return time.process_time() - start


def _slow_note(series: Series, level: str, ours: Forecaster) -> str:
    """Methods that take long, on a sample of the series."""
    sample = np.sort(np.random.default_rng(1).choice(len(series.values), SLOW_SERIES, replace=False))
    came = np.stack([series.values[sample, origin : origin + HORIZON] for origin in TEST_ORIGINS])
    told = []
    for method in SLOW:
        start = time.process_time()
        made = [
            statsforecast_forecasts(series.values[sample, :origin], np.arange(SLOW_SERIES), HORIZON, (method,))[method]
            for origin in TEST_ORIGINS
        ]
        took = (time.process_time() - start) * 1000 / SLOW_SERIES
        told.append(f"{METHOD_NAMES[method][1]} {_three(accuracy(np.stack(made), came))} in {took:.0f} s")
    mine = accuracy(np.stack([ours(origin)[sample] for origin in TEST_ORIGINS]), came)
    return (
        f"{level}, {SLOW_SERIES:,} series drawn at random, MAE / RMSE / SMAPE unrounded: "
        f"{'; '.join(told)}; ours {_three(mine)}."
    )


def _three(found: Accuracy) -> str:
    return f"{found.mae:.2f} / {found.rmse:.2f} / {found.smape:.2f}"


def _coverage_note(series: Series, level: str, earlier: Forecaster, origins: tuple[int, ...], ours: Forecaster) -> str:
    """Intervals calibrated on the rolling origins' errors, counted on the test."""
    nothing = np.zeros(len(series.values), dtype=np.int64)
    came = np.stack([series.values[:, origin : origin + HORIZON] for origin in origins])
    scores = conformal_scores(np.stack([earlier(origin) for origin in origins]), came, nothing)
    covered = []
    for origin in TEST_ORIGINS:
        ends = scores.quantiles(ours(origin), nothing, interval_tails(COVERAGE))
        low, high = whole_openings(ends[..., 0], ends[..., 1])
        there = series.values[:, origin : origin + HORIZON]
        covered.append((low <= there) & (there <= high))
    by_step = np.stack(covered).mean(axis=(0, 1))
    return (
        f"{level}: intervals meant to cover {COVERAGE:.0%}, calibrated before the test, covered "
        f"{', '.join(f'{share:.1%}' for share in by_step)} at one, two and three months."
    )


def main() -> None:
    folder, _ = data_folder(__doc__, "job_sdf")
    rows, notes = [], []
    for level in FLOORS:
        found = run(folder, level)
        rows += found[0]
        notes += found[1]
    notes.insert(
        0,
        "All series × four origins × three months. SMAPE = mean of |error| ÷ (|forecast| + |actual|) × 100, 0 ÷ 0 as "
        "0: beside a zero any fraction of an opening counts as wholly wrong, so rounding alone lowers it. CPU time of "
        "all four origins, fitting included, one thread; choosing among the settings takes four fits more.",
    )
    write_section(
        "demand_forecast", "Demand forecasts of 49,035 real series (Job-SDF)",
        "python -m benchmarks.bench_demand_forecast", pd.DataFrame(rows), notes,
    )  # fmt: skip


if __name__ == "__main__":
    main()
