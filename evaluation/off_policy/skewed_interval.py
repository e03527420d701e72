"""The interval of a mean to which a few large contributions matter much: what heavy weights need."""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student_t

from evaluation.off_policy.logged_pairs import Floats


def skewed_interval(value: float, influence: Floats, confidence: float) -> tuple[float, float, float]:
    """Standard error, and the ends of an interval that is longer where the contributions have their long tail.

    With weights of some hundreds, a sample that lacks heavy referrals by chance has too small a value *and* too small
    an error: value ± z errors then lies below the truth far more often than above. Hall (1992), "On the removal of
    skewness by transformation", JRSS B 54, section 2: with T = (V − θ) ÷ error and γ the skewness of the
    contributions, T + γ T² ÷ (3 √n) + γ² T³ ÷ (27 n) + γ ÷ (6 √n) is nearly normal, and rises with T, so that it can be
    solved for θ. As the error itself is uncertain, Student's quantile stands for the normal one, with the degrees of
    freedom 2 n ÷ (κ − 1) of a variance estimated from contributions of kurtosis κ (Satterthwaite 1946).

    Parameters
    ----------
    influence
        float64 of shape (n,), n ≥ 2: each independent unit's influence on the value, whatever their mean.
    """
    n, centred = len(influence), influence - influence.mean()
    variance = float((centred**2).mean())
    if variance == 0.0:
        return 0.0, value, value
    error = float(np.sqrt(variance / (n - 1)))
    skewness = float((centred**3).mean()) / variance**1.5
    kurtosis = float((centred**4).mean()) / variance**2
    quantile = float(student_t.ppf(0.5 + confidence / 2, 2 * n / max(kurtosis - 1, 1e-9)))
    above, below = (_of_transformed(end, skewness / np.sqrt(n)) for end in (quantile, -quantile))
    return error, value - error * above, value - error * below


def _of_transformed(transformed: float, skew: float) -> float:
    """T of Hall's transform of it, with `skew` = γ ÷ √n."""
    if abs(skew) < 1e-8:
        return transformed
    return float(3 / skew * (np.cbrt(1 + skew * (transformed - skew / 6)) - 1))
