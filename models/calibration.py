"""Are the probabilities honest? Calibration of a classifier and the measures that show it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

FOLDS = 5


def folds_in_time(cases: int) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """(rows to learn from, rows to foretell) of each fold; a fold is an unbroken stretch of cases in order of time.

    Not stratified: each class would then be cut on a day of its own, and between the two days only one class would
    be left to learn from.
    """
    return list(KFold(FOLDS).split(np.empty(cases)))


def rarest_learnt(labels: npt.NDArray[np.bool_]) -> int:
    """Fewest cases of either label that `calibrate` would learn from in a fold; 0 with fewer cases than folds."""
    if len(labels) < FOLDS:
        return 0
    return min(int(min(labels[learnt].sum(), (~labels[learnt]).sum())) for learnt, _ in folds_in_time(len(labels)))


def calibrate(classifier: Any, features: npt.NDArray[np.float32], labels: npt.NDArray[np.bool_]) -> Any:
    """Fit `classifier` on all cases and map its log-odds onto what happened where it had not looked.

    The map is a sigmoid (Platt 1999) of the log-odds that each fold's cases get from a classifier of the other
    folds, so no case is lost to calibration. Unlike isotonic regression it keeps the order of any two pairs:
    steps would make ties of what a list must rank. Cases come in order of time.
    """
    folds = folds_in_time(len(labels))
    # scikit-learn 1.9 cannot bin a column that is all NaN in what it learns from; a constant is never split on.
    never_known = np.any([np.isnan(features[learnt]).all(axis=0) for learnt, _ in folds], axis=0)
    features = np.where(never_known, np.float32(0), features)
    return CalibratedClassifierCV(classifier, method="sigmoid", cv=folds, ensemble=False).fit(features, labels)


def keeps_order(calibrated: Any, features: npt.NDArray[np.float32]) -> bool:
    """Whether a higher score of the classifier inside means a higher probability: else it learnt nothing that holds."""
    probability = calibrated.predict_proba(features)[:, 1]
    score = calibrated.calibrated_classifiers_[0].estimator.decision_function(features)
    return bool(probability[score.argmax()] > probability[score.argmin()])


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
