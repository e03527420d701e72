"""One model for all series: gradient boosting on the shape of the last months, whatever their size.

Short histories say little one by one; thousands of them together show what usually follows a given shape (Montero-Manso
& Hyndman 2021, Principles and algorithms for forecasting groups of time series, Int. J. Forecasting 37). Everything is
in logarithms relative to a series' own level, so that a district's two welders and the city's ten thousand posts are of
one kind, and what is learnt is the median of the change from that level.

What all series do together in a month is taken out first: of that a history has one example a month, far too few, and
trees learn each by heart. So the model says how a series moves against all of them; that all of them move it does not
say. It reads a series' own past only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingRegressor

Floats = npt.NDArray[np.float64]
LEVEL_MONTHS = 3
YEAR = 12
MONTHS_OF_SEASONS = 36
"""From so many months on the model also reads what the same month did a year ago: with fewer, the months whose year
before is known tell one year's accidents."""


@dataclass(frozen=True)
class PooledSettings:
    """How the model looks back and how it is trained.

    `lags` months are read; at most `rows` examples are drawn, evenly spread by a seeded generator. An example weighs
    (level + 1)^`weight`: 0 treats all series alike, 1 counts each opening alike.
    """

    lags: int = 6
    rows: int = 60_000
    iterations: int = 80
    learning_rate: float = 0.1
    weight: float = 0.5
    seed: int = 1


@dataclass(frozen=True)
class PooledModel:
    """A fitted model; `forecast` continues any series, those it was fitted on or others."""

    settings: PooledSettings
    with_year: bool
    regressor: HistGradientBoostingRegressor = field(repr=False)

    def forecast(self, values: Floats, horizon: int) -> Floats:
        """Medians of the next months of `values`, float64 (series, months) without gaps; (series, horizon) ≥ 0."""
        out = np.empty((len(values), horizon))
        for step in range(horizon):
            features, level = _features(values, step, self.settings.lags, self.with_year)
            out[:, step] = np.expm1(self.regressor.predict(features) + level)
        return np.maximum(out, 0.0)


def fit_pooled(values: Floats, horizon: int, settings: PooledSettings | None = None) -> PooledModel:
    """Fit on windows of `values`, float64 (series, months), that are followed by a known month.

    Raises
    ------
    ValueError
        There are fewer than `lags` + 1 months.
    """
    settings = settings or PooledSettings()
    months = values.shape[1]
    with_year = months >= MONTHS_OF_SEASONS
    if months <= settings.lags:
        raise ValueError(f"{months} months, {settings.lags} lags: nothing follows the first window")
    windows = [
        (origin, step) for origin in range(settings.lags, months) for step in range(min(horizon, months - origin))
    ]
    generator = np.random.default_rng(settings.seed)
    total = len(windows) * len(values)
    drawn = np.sort(generator.choice(total, min(settings.rows, total), replace=False))
    window_of, row_of = np.divmod(drawn, len(values))
    parts = []
    for number, (origin, step) in enumerate(windows):
        rows = row_of[window_of == number]
        features, level = _features(values[rows, :origin], step, settings.lags, with_year)
        came = values[rows, origin + step] / _together(values, origin, step)
        parts.append((features, np.log1p(came) - level, level))
    features, change, level = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    regressor = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=settings.iterations,
        learning_rate=settings.learning_rate,
        min_samples_leaf=100,
        early_stopping=False,
        random_state=settings.seed,
    )
    regressor.fit(features, change, sample_weight=np.exp(settings.weight * level))
    return PooledModel(settings, with_year, regressor)


def _together(values: Floats, origin: int, step: int) -> float:
    """All series' sum in the month, against the mean of the last three that were known; 1 where that is 0."""
    before = float(values[:, origin - LEVEL_MONTHS : origin].mean(axis=1).sum())
    then = float(values[:, origin + step].sum())
    return then / before if before > 0 and then > 0 else 1.0


def _features(values: Floats, step: int, lags: int, with_year: bool) -> tuple[Floats, Floats]:
    """Features (series, f) of the month `step` + 1 after the last one, and the log level (series,) they stand against.

    The level is the log of 1 + the mean of the last three months.
    """
    window = values[:, -lags:]
    logs = np.log1p(window)
    own, level = _relative(values, step, lags, with_year)
    columns = [
        own,
        np.log1p(window.mean(axis=1)) - level,
        np.log1p(values.mean(axis=1)) - level,
        np.log1p(np.median(window, axis=1)) - level,
        logs.std(axis=1),
        (window == 0).sum(axis=1),
        np.full(len(values), step),
    ]
    return np.column_stack(columns), level


def _relative(values: Floats, step: int, lags: int, with_year: bool) -> tuple[Floats, Floats]:
    """Level, the last months against it, and what the same month did a year ago (NaN: no such month); the level."""
    level = np.log1p(values[:, -LEVEL_MONTHS:].mean(axis=1))
    columns = [level, np.log1p(values[:, -lags:]) - level[:, None]]
    if with_year:
        then = values.shape[1] - YEAR
        change = np.full(len(values), np.nan)
        if step < YEAR and then >= LEVEL_MONTHS:
            change = np.log1p(values[:, then + step]) - np.log1p(values[:, then - LEVEL_MONTHS : then].mean(axis=1))
        columns.append(change)
    return np.column_stack(columns), level
