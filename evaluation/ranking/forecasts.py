"""Probabilities that were said beforehand, and what then happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import DataError

BINS = 10
CASES_A_BIN = 30
"""A bin of fewer cases shows chance."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Forecasts:
    """Forecasts of yes or no; arrays of shape (cases,).

    Attributes
    ----------
    prediction
        float64, 0 to 1: said before anything happened.
    happened
        bool.
    clusters
        Up to two int64 arrays: cases of one seeker, or of one vacancy, share what no forecast knows, so they are not
        independent. None: every case is.

    Raises
    ------
    DataError
        Shapes differ, or a prediction is not in [0, 1].
    """

    prediction: Floats
    happened: npt.NDArray[np.bool_]
    clusters: tuple[Ints, ...] = ()

    def __post_init__(self) -> None:
        shapes = {np.shape(values) for values in (self.prediction, self.happened, *self.clusters)}
        if len(shapes) > 1 or self.prediction.ndim != 1 or len(self.clusters) > 2:
            raise DataError(f"forecasts of shapes {shapes}", remedy="one value a case, at most two clusterings")
        inside = (self.prediction >= 0) & (self.prediction <= 1)
        if not inside.all():
            first = int(np.flatnonzero(~inside)[0])
            raise DataError(f"prediction {self.prediction[first]} of case {first}", remedy="probabilities, 0 to 1")

    def __len__(self) -> int:
        return len(self.prediction)

    @property
    def events(self) -> int:
        """Cases that happened."""
        return int(self.happened.sum())

    @property
    def residual(self) -> Floats:
        """What happened less what was said, float64 (cases,): 0 on average if the forecast is honest."""
        return self.happened - self.prediction

    def of(self, chosen: npt.NDArray[np.bool_]) -> Forecasts:
        """Some of the cases, bool (cases,)."""
        return Forecasts(
            self.prediction[chosen], self.happened[chosen], tuple(cluster[chosen] for cluster in self.clusters)
        )

    def bin_of(self, most: int = BINS) -> Ints:
        """int64 (cases,): bins of equal numbers by ascending prediction, each of at least `CASES_A_BIN` cases."""
        bins = min(most, max(1, len(self) // CASES_A_BIN))
        found = np.empty(len(self), dtype=np.int64)
        order = np.argsort(self.prediction, kind="stable")
        for number, part in enumerate(np.array_split(order, bins)):
            found[part] = number
        return found
