"""Average precision, and its mean over queries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score


def average_precision(relevant: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Mean precision at the places of the relevant items (Buckley & Voorhees 2000, binary relevance, full ranking).

    Returns
    -------
    0 to 1; NaN where nothing is relevant. Items of equal score enter together.
    """
    truth = np.asarray(relevant, dtype=bool)
    return float(average_precision_score(truth, np.asarray(score))) if truth.any() else float("nan")


def mean_average_precision(relevant: npt.NDArray[np.bool_], score: npt.NDArray[np.floating]) -> float:
    """Mean over queries (rows), those without a relevant item left out; arrays of shape (queries, items)."""
    return float(np.nanmean([average_precision(r, s) for r, s in zip(relevant, score, strict=True)]))
