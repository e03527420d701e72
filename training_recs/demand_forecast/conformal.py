"""Prediction intervals from past errors: split conformal, by horizon, without a model of the errors.

Vovk, Gammerman & Shafer 2005; Lei et al. 2018. Errors are taken on the scale of square roots, on which the spread of
counts hardly depends on their size, and pooled over series that were forecast alike: of one level and of similar size
(Mondrian conformal). Series in time are not exchangeable, so coverage is measured in the backtest, not proved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SHIFT = 3 / 8
"""Anscombe (1948): 2 √(x + 3/8) of a Poisson count has a variance near 1."""
SIZE_EDGES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 1000.0)
"""Openings; forecasts between two edges are of similar size."""
FEWEST_SCORES = 40
"""Fewer errors of one size or horizon are pooled with those of others."""


@dataclass(frozen=True)
class ConformalScores:
    """Past errors: actual less forecast, on the square-root scale.

    Attributes
    ----------
    level, size, horizon
        int64 (n,): which level, which bin of `SIZE_EDGES`, how many months ahead (from 0).
    score
        float64 (n,).
    """

    level: npt.NDArray[np.int64]
    size: npt.NDArray[np.int64]
    horizon: npt.NDArray[np.int64]
    score: Floats

    def quantiles(self, forecast: Floats, level: npt.NDArray[np.int64], probabilities: Floats) -> Floats:
        """Quantiles of what will come, float64 (series, horizon, probabilities), ≥ 0 and ascending.

        With n errors the p-quantile is the ⌈p (n + 1)⌉-th of them, so that what comes is not above it with a chance of
        at least p where errors are exchangeable; below one half the (n + 1 − ⌈(1 − p)(n + 1)⌉)-th, so that it is not
        below. Where n is too small for p it is the largest or the smallest error.

        Parameters
        ----------
        forecast
            float64 (series, horizon).
        level
            (series,), as in `self.level`.
        probabilities
            Ascending, each between 0 and 1.
        """
        root, size = np.sqrt(forecast + SHIFT), size_of(forecast)
        out = np.empty((*forecast.shape, len(probabilities)))
        for one in np.unique(level):
            rows = np.flatnonzero(level == one)
            for step in range(forecast.shape[1]):
                for bin_ in np.unique(size[rows, step]):
                    chosen = rows[size[rows, step] == bin_]
                    ordered = np.sort(self._pool(int(one), int(bin_), step))
                    # A score is twice the difference of roots.
                    at = root[chosen, step, None] + _quantiles(ordered, probabilities)[None] / 2
                    out[chosen, step] = np.maximum(at, 0.0) ** 2 - SHIFT
        return np.maximum(out, 0.0)

    def _pool(self, level: int, size: int, step: int) -> Floats:
        """Errors like these: of the level, size and horizon; where they are few, of neighbouring sizes, then of all
        horizons, then of all levels. Errors of another horizon are stretched as errors of the level grow with it.
        """
        same_level, same_step = self.level == level, self.horizon == step
        near = [np.abs(self.size - size) <= reach for reach in (0, 1, 2, len(SIZE_EDGES))]
        for chosen in (same_level & same_step & sizes for sizes in near[:3]):
            if chosen.sum() >= FEWEST_SCORES:
                return np.asarray(self.score[chosen])
        stretched = self.score * ((step + 1) / (self.horizon + 1)) ** self._growth(same_level)
        for chosen in (*(same_level & sizes for sizes in near), *near):
            if chosen.sum() >= FEWEST_SCORES:
                return np.asarray(stretched[chosen])
        return stretched if stretched.size else np.zeros(1)

    def _growth(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Exponent with which errors grow with the months ahead: 0 where they do not, one half as in a random walk."""
        months, squares = self.horizon[chosen] + 1, self.score[chosen] ** 2
        counts = np.bincount(months)[1:]
        if np.count_nonzero(counts) < 2:
            return 0.5
        known = np.flatnonzero(counts)
        spread = np.bincount(months, weights=squares)[1:][known] / counts[known]
        slope = np.polyfit(np.log(known + 1), np.log(np.maximum(spread, 1e-9)) / 2, 1, w=np.sqrt(counts[known]))[0]
        return float(np.clip(slope, 0.0, 0.5))


def conformal_scores(forecast: Floats, actual: Floats, level: npt.NDArray[np.int64]) -> ConformalScores:
    """Scores of forecasts, float64 (origins, series, horizon), against what came; NaN there: not observed."""
    origin, series, step = np.nonzero(np.isfinite(actual))
    made, came = forecast[origin, series, step], actual[origin, series, step]
    score = 2 * (np.sqrt(came + SHIFT) - np.sqrt(made + SHIFT))
    return ConformalScores(level[series], size_of(made), step.astype(np.int64), score)


def size_of(forecast: Floats) -> npt.NDArray[np.int64]:
    """Bin of `SIZE_EDGES` of each forecast."""
    return np.searchsorted(np.array(SIZE_EDGES), forecast, side="right").astype(np.int64)


def _quantiles(ordered: Floats, probabilities: Floats) -> Floats:
    n = len(ordered)
    upper = np.ceil(probabilities * (n + 1))
    lower = n + 1 - np.ceil((1 - probabilities) * (n + 1))
    place = np.where(probabilities >= 0.5, upper, lower)
    return ordered[np.clip(place, 1, n).astype(np.int64) - 1]


def interval_tails(coverage: float) -> Floats:
    """The two probabilities whose quantiles are the ends of an interval that is to cover this share."""
    return np.array([(1 - coverage) / 2, (1 + coverage) / 2])


def whole_openings(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """An interval's ends as whole openings, covering the same counts: the low end up, the high end down.

    Where no whole number lies between, the nearest ones around.
    """
    inner_low, inner_high = np.ceil(low - 1e-9), np.floor(high + 1e-9)
    none_between = inner_low > inner_high
    low = np.where(none_between, np.floor(low), inner_low)
    # Adding 0 makes the −0 that rounding up leaves a 0.
    return low + 0.0, np.where(none_between, np.ceil(high), inner_high)
