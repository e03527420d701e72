"""Is the forecast honest? Two tests, robust to clusters, and the gap that they could not see.

Of an honest forecast, what happened less what was said has mean 0 whatever else is known of a case. Tested are the
means of residual × (1, log-odds), which is the score test of Cox's recalibration, intercept 0 and slope 1; and the
residuals of each bin, which sees what no slope describes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from evaluation.ranking.clustered_sums import covariance_of_sums
from evaluation.ranking.forecasts import Floats, Forecasts
from evaluation.ranking.recalibration import log_odds

BINS_TESTED = 5
POWER = 0.8


@dataclass(frozen=True)
class CalibrationTest:
    """What the tests say.

    Attributes
    ----------
    p_recalibration, p_bins
        p-values of the two tests.
    detectable_gap
        Smallest difference of the overall rate from the mean prediction that would be found four times in five.
    detectable_gap_bin
        The same in one of `BINS_TESTED` bins, the middle of them.
    """

    p_recalibration: float
    p_bins: float
    detectable_gap: float
    detectable_gap_bin: float

    def rejected(self, level: float = 0.05) -> bool:
        """Whether either test rejects honesty, at `level` for both together (Bonferroni)."""
        return min(self.p_recalibration, self.p_bins) < level / 2


def calibration_test(forecasts: Forecasts) -> CalibrationTest:
    """Both tests at once, asymptotic: they need some twenty cases of the rarer outcome."""
    x, place = log_odds(forecasts), forecasts.bin_of(BINS_TESTED)
    one, inside = np.ones((len(x), 1)), (place[:, None] == np.arange(place.max() + 1)).astype(np.float64)
    # Centred it is the same test, better conditioned.
    scores = np.column_stack([one, x - x.mean()]) if np.ptp(x) > 1e-9 else one
    needed = float(norm.ppf(0.975) + norm.ppf(POWER))
    overall, by_bin = (np.diag(_covariance(what, forecasts)) for what in (one, inside))
    return CalibrationTest(
        p_recalibration=_p_value(scores, forecasts),
        p_bins=_p_value(inside, forecasts),
        detectable_gap=float(needed * np.sqrt(overall[0]) / len(x)),
        detectable_gap_bin=float(np.median(needed * np.sqrt(by_bin) / inside.sum(axis=0))),
    )


def _p_value(what: Floats, forecasts: Forecasts) -> float:
    """Of Sᵀ V⁻¹ S, χ² with as many degrees of freedom as `what` (cases, k) has columns; S = Σ residual · what."""
    sums = what.T @ forecasts.residual
    statistic = sums @ np.linalg.pinv(_covariance(what, forecasts)) @ sums
    return float(chi2.sf(statistic, what.shape[1]))


def _covariance(what: Floats, forecasts: Forecasts) -> Floats:
    """Covariance of Σ residual · what if the forecast is honest.

    Of each case the variance is then known, p (1 − p); only what cases have in common must be estimated.
    """
    residual, variance = forecasts.residual[:, None], (forecasts.prediction * (1 - forecasts.prediction))[:, None]
    alone = (what * variance).T @ what
    if not forecasts.clusters:
        return np.asarray(alone)
    terms = what * residual
    in_common = covariance_of_sums(terms, forecasts.clusters) - terms.T @ terms
    values, vectors = np.linalg.eigh(alone + in_common)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)
