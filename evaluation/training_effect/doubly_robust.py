"""Doubly robust effects with cross-fitting: learners of outcome and propensity, each predicting people it never saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluation.refusal import Caution, Refusal
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.overlap import OverlapLimits, judge_overlap
from evaluation.training_effect.training_records import Floats, TrainingRecords, too_few

FOLDS = 5
LARGEST_PROPENSITY = 0.99
"""Propensities beyond it (and below 1 − it) are pulled back, as DoubleML does; a caution says how many."""


@dataclass(frozen=True)
class Learners:
    """What predicts outcome and training: makers of unfitted scikit-learn estimators."""

    name: str
    outcome: Callable[[], Any]
    propensity: Callable[[], Any]


LINEAR = Learners(
    "linear", LinearRegression, lambda: make_pipeline(StandardScaler(), LogisticRegression(C=10.0, max_iter=1000))
)


def forests(seed: int, trees: int = 300) -> Learners:
    """Random forests, for effects of covariates that are not straight lines."""
    return Learners(
        "forests",
        lambda: RandomForestRegressor(trees, min_samples_leaf=5, random_state=seed),
        lambda: RandomForestClassifier(trees, min_samples_leaf=10, max_features=None, random_state=seed),
    )


@dataclass(frozen=True)
class Scores:
    """What each person says about the effect; the effect of any group is Σ numerator ÷ Σ denominator over it.

    Attributes
    ----------
    numerator, denominator
        float64 of shape (people,).
    records, estimand, learners, cautions
        Where they come from, and what limits them.
    """

    numerator: Floats
    denominator: Floats
    records: TrainingRecords
    estimand: Estimand
    learners: str
    cautions: tuple[Caution, ...]

    def effect(self, members: npt.NDArray[np.bool_]) -> Effect | Refusal:
        """The effect among `members`, bool of shape (people,); refused where too few are on a side."""
        inside = self.records.subset(members)
        refusal = too_few(inside, adjusted=False)
        if refusal is not None:
            return refusal
        numerator, denominator = self.numerator[members], self.denominator[members]
        value = float(numerator.sum() / denominator.sum())
        influence = (numerator - value * denominator) / denominator.mean()
        trained = int(inside.trained.sum())
        return Effect(
            f"doubly robust, {self.learners}", self.estimand, value,
            float(influence.std() / np.sqrt(len(influence))), f"influence function, {FOLDS} folds",
            trained, len(inside) - trained, cautions=self.cautions,
        )  # fmt: skip


def doubly_robust_scores(
    records: TrainingRecords, learners: Learners = LINEAR, *, estimand: Estimand = Estimand.ATT, seed: int = 0,
    limits: OverlapLimits | None = None,
) -> Scores | Refusal:  # fmt: skip
    """Scores of the interactive model (Robins, Rotnitzky & Zhao 1994; Chernozhukov et al. 2018, eq. 5.3 and 5.4).

    With outcome predictions g₁, g₀ and propensity m of people outside the fold::

        ATE  g₁ − g₀ + t (y − g₁) ÷ m − (1 − t) (y − g₀) ÷ (1 − m)      over 1
        ATT  t (y − g₀) − (1 − t) m (y − g₀) ÷ (1 − m)                  over t

    Bach, Chernozhukov, Kurz & Spindler (2022, JMLR 23, DoubleML) write the same with the share of the trained.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    y, t, x = records.outcome, records.trained, records.covariates
    m, g1, g0 = np.empty(len(y)), np.zeros(len(y)), np.empty(len(y))
    for fit, apply in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, t):
        m[apply] = learners.propensity().fit(x[fit], t[fit]).predict_proba(x[apply])[:, 1]
        untrained = fit[~t[fit]]
        g0[apply] = learners.outcome().fit(x[untrained], y[untrained]).predict(x[apply])
        if estimand is Estimand.ATE:
            trained = fit[t[fit]]
            g1[apply] = learners.outcome().fit(x[trained], y[trained]).predict(x[apply])
    overlap = judge_overlap(records, m, estimand, limits)
    if overlap.refusal is not None:
        return overlap.refusal
    least = 0.0 if estimand is Estimand.ATT else 1 - LARGEST_PROPENSITY
    kept = np.clip(m, least, LARGEST_PROPENSITY)
    cautions = overlap.cautions
    if (kept != m).any():
        cautions += (
            Caution(
                f"{(kept != m).mean():.1%} 的人倾向值过于极端，已截断",
                f"{(kept != m).mean():.1%} have an extreme propensity, which was pulled back",
            ),
        )
    if estimand is Estimand.ATT:
        numerator, denominator = (y - g0) * np.where(t, 1.0, -kept / (1 - kept)), t.astype(np.float64)
    else:
        numerator = g1 - g0 + np.where(t, (y - g1) / np.maximum(kept, least), -(y - g0) / (1 - kept))
        denominator = np.ones(len(y))
    return Scores(numerator, denominator, records, estimand, learners.name, cautions)


def doubly_robust(
    records: TrainingRecords, learners: Learners = LINEAR, *, estimand: Estimand = Estimand.ATT, seed: int = 0,
    limits: OverlapLimits | None = None,
) -> Effect | Refusal:  # fmt: skip
    """The mean effect from `doubly_robust_scores`: right if the learners of the outcome or those of training are."""
    scores = doubly_robust_scores(records, learners, estimand=estimand, seed=seed, limits=limits)
    return scores if isinstance(scores, Refusal) else scores.effect(np.ones(len(records), dtype=bool))
