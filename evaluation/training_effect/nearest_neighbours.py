"""Matching: each trained person beside the most similar untrained ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from evaluation.refusal import Refusal
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.overlap import OverlapLimits, judge_overlap
from evaluation.training_effect.propensity import fit_propensity
from evaluation.training_effect.training_records import Floats, TrainingRecords, too_few

SAME_SIDE = 2
"""Neighbours of the same side from which the spread of outcomes around their mean is taken."""
_TIE = 1e-9


def propensity_matching(
    records: TrainingRecords, *, neighbours: int = 1, limits: OverlapLimits | None = None
) -> Effect | Refusal:
    """ATT by nearest log odds of the propensity, with replacement (Rosenbaum & Rubin 1983; Abadie & Imbens 2016).

    The standard error takes the propensity as known; for the ATT estimating it may make the truth larger or smaller.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    model = fit_propensity(records)
    overlap = judge_overlap(records, model.probability, Estimand.ATT, limits)
    if overlap.refusal is not None:
        return overlap.refusal
    found = _matched_effect(records, model.linear[:, None], neighbours, "propensity matching", adjust=False)
    return replace(found, cautions=overlap.cautions)


def covariate_matching(
    records: TrainingRecords, *, neighbours: int = 5, limits: OverlapLimits | None = None
) -> Effect | Refusal:
    """ATT by nearest covariates, each in its standard deviations, less the bias that a regression finds in the gaps.

    Abadie & Imbens (2006, Econometrica 74; 2011, JBES 29). Equal distances are all taken.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    overlap = judge_overlap(records, fit_propensity(records).probability, Estimand.ATT, limits)
    if overlap.refusal is not None:
        return overlap.refusal
    scaled = records.covariates / records.covariates.std(axis=0)
    found = _matched_effect(records, scaled, neighbours, "covariate matching, bias-adjusted", adjust=True)
    return replace(found, cautions=overlap.cautions)


def _matched_effect(records: TrainingRecords, place: Floats, neighbours: int, method: str, *, adjust: bool) -> Effect:
    """Mean of y − ŷ₀ over the trained, with the variance of Abadie & Imbens (2006, theorem 7).

    V = 1/n₁² [ Σ_trained (y − ŷ₀ − τ)² + Σ_untrained (K² − K′) σ² ], where K and K′ sum a person's shares as a match
    and their squares: somebody matched often counts as one person, not as many.
    """
    trained = records.trained
    share = _match(place[trained], place[~trained], neighbours)
    outcome, used = records.outcome[~trained], np.asarray(share.sum(axis=0)).ravel()
    imputed = share @ outcome
    if adjust:
        expected = _expected_untrained(records, used)
        imputed += expected[trained] - share @ expected[~trained]
    gained = records.outcome[trained] - imputed
    value = float(gained.mean())
    spread = _spread(place[~trained], outcome)
    squares = np.asarray(share.multiply(share).sum(axis=0)).ravel()
    variance = ((gained - value) ** 2).sum() + (used**2 - squares) @ spread
    return Effect(
        method, Estimand.ATT, value, float(np.sqrt(max(variance, 0.0))) / len(gained), "Abadie–Imbens",
        len(gained), int((used > 0).sum()),
    )  # fmt: skip


def _match(asked: Floats, offered: Floats, neighbours: int) -> csr_matrix:
    """Shares of the nearest offered in each asked, of shape (asked, offered), rows summing to 1; ties all enter."""
    tree = cKDTree(offered)
    k = min(neighbours, len(offered))
    farthest = np.asarray(tree.query(asked, k=[k])[0]).ravel()
    lists = tree.query_ball_point(asked, farthest * (1 + _TIE) + _TIE)
    sizes = np.array([len(found) for found in lists])
    rows = np.repeat(np.arange(len(asked)), sizes)
    return csr_matrix((1 / sizes[rows], (rows, np.concatenate(lists).astype(np.int64))), (len(asked), len(offered)))


def _expected_untrained(records: TrainingRecords, used: npt.NDArray[np.float64]) -> Floats:
    """Prediction for everybody by a regression of the untrained, weighted as they are used."""
    design = np.column_stack([np.ones(len(records)), records.covariates])
    root = np.sqrt(used)[:, None]
    untrained = ~records.trained
    fitted = np.linalg.lstsq(design[untrained] * root, records.outcome[untrained] * root[:, 0], rcond=None)[0]
    return np.asarray(design @ fitted)


def _spread(place: Floats, outcome: Floats) -> Floats:
    """Variance of each outcome around its mean, from the nearest of the same side (Abadie & Imbens 2006, eq. 14)."""
    k = min(SAME_SIDE, len(place) - 1)
    near = cKDTree(place).query(place, k=k + 1)[1]
    others = np.array([[row for row in found if row != own][:k] for own, found in enumerate(near)])
    return np.asarray(k / (k + 1) * (outcome - outcome[others].mean(axis=1)) ** 2)
