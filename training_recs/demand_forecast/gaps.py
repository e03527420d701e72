"""Months without observation, filled for methods that need a value in every month.

What is filled is never held against a forecast: errors are counted over observed months only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEAR = 3


def fill_gaps(values: Floats) -> Floats:
    """`values` (series, months) without NaN: inside a series by the straight line between its neighbours, at either
    end by the mean of the three observed months next to it; a series never observed becomes zero."""
    filled = values.copy()
    months = np.arange(values.shape[1])
    for row in np.flatnonzero(np.isnan(values).any(axis=1)):
        seen = np.flatnonzero(np.isfinite(values[row]))
        if not seen.size:
            filled[row] = 0.0
            continue
        filled[row] = np.interp(months, seen, values[row, seen])
        filled[row, : seen[0]] = values[row, seen[:NEAR]].mean()
        filled[row, seen[-1] + 1 :] = values[row, seen[-NEAR:]].mean()
    return filled
