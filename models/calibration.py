"""Are the probabilities honest? Calibration of a fitted classifier and the measures that show it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import roc_auc_score

FEW_LABELS = 1000
"""Isotonic regression overfits below about this many cases (Niculescu-Mizil & Caruana 2005): a sigmoid then."""


def calibrate(classifier: Any, features: npt.NDArray[np.float32], labels: npt.NDArray[np.bool_]) -> Any:
    """`classifier`, unchanged, with its probabilities mapped onto what happened in a later slice of time."""
    method = "sigmoid" if len(labels) < FEW_LABELS else "isotonic"
    return CalibratedClassifierCV(FrozenEstimator(classifier), method=method, ensemble=False).fit(features, labels)


def expected_calibration_error(
    probability: npt.NDArray[np.floating], labels: npt.NDArray[np.bool_], *, bins: int = 10
) -> float:
    """Mean gap between predicted and observed rate over bins of equal size, weighted by size; in [0, 1].

    ECE of Naeini, Cooper & Hauskrecht, AAAI 2015, with bins of equal numbers instead of equal width.
    """
    order = np.argsort(probability, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [abs(float(probability[p].mean()) - float(labels[p].mean())) * len(p) for p in parts]
    return float(sum(gaps) / max(1, len(order)))


def quality(probability: npt.NDArray[np.floating], labels: npt.NDArray[np.bool_]) -> dict[str, float]:
    """AUC (NaN where only one class occurs), Brier score, ECE, observed rate and number of cases."""
    both = 0 < int(labels.sum()) < len(labels)
    return {
        "cases": float(len(labels)),
        "rate": float(labels.mean()) if len(labels) else float("nan"),
        "auc": float(roc_auc_score(labels, probability)) if both else float("nan"),
        "brier": float(np.mean((probability - labels) ** 2)) if len(labels) else float("nan"),
        "ece": expected_calibration_error(probability, labels),
    }
