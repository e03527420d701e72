"""Ordinary least squares: one effect for all beside the covariates, or the untrained's line carried to the trained."""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm  # type: ignore[import-untyped, unused-ignore]

from evaluation.refusal import Refusal
from evaluation.training_effect.effect import Effect, Estimand
from evaluation.training_effect.overlap import extrapolation
from evaluation.training_effect.training_records import Floats, TrainingRecords, too_few

ROBUST = "HC2"
"""MacKinnon & White (1985): unbiased where errors are alike; HC3 where few people have much leverage."""


def regression_adjustment(records: TrainingRecords, *, covariance: str = ROBUST) -> Effect | Refusal:
    """Coefficient of training in y ~ training + covariates.

    The mean effect only if it is the same for all, or training was given by lot: otherwise effects are weighted by
    the variance of training given the covariates (Angrist 1998, Econometrica 66).
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    design = np.column_stack([np.ones(len(records)), records.trained, records.covariates])
    fitted = sm.OLS(records.outcome, design).fit(cov_type=covariance)
    trained = int(records.trained.sum())
    return Effect(
        "regression", Estimand.ATT, float(fitted.params[1]), float(fitted.bse[1]), covariance,
        trained, len(records) - trained, cautions=extrapolation(records),
    )  # fmt: skip


def outcome_imputation(records: TrainingRecords, *, covariance: str = ROBUST) -> Effect | Refusal:
    """ATT: mean outcome of the trained minus what a regression of the untrained predicts for them.

    The "unexplained part" of Oaxaca (1973) and Blinder (1973); Kline (2011, AER 101) on it as an estimator of the
    ATT. Variance: of the trained's residuals, plus x̄₁′ V x̄₁ of the coefficients.
    """
    records = records.varying()
    refusal = too_few(records)
    if refusal is not None:
        return refusal
    trained, design = records.trained, _with_constant(records.covariates)
    fitted = sm.OLS(records.outcome[~trained], design[~trained]).fit(cov_type=covariance)
    gained = records.outcome[trained] - fitted.predict(design[trained])
    mean_row = design[trained].mean(axis=0)
    variance = gained.var(ddof=1) / len(gained) + mean_row @ fitted.cov_params() @ mean_row
    return Effect(
        "Oaxaca–Blinder", Estimand.ATT, float(gained.mean()), float(np.sqrt(variance)), covariance,
        len(gained), int((~trained).sum()), cautions=extrapolation(records),
    )  # fmt: skip


def _with_constant(covariates: Floats) -> Floats:
    return np.column_stack([np.ones(len(covariates)), covariates])
