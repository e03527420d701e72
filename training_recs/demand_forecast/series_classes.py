"""How a series of demand behaves: smooth, erratic, intermittent or lumpy.

Syntetos, Boylan & Croston (2005), On the categorization of demand patterns, J. Oper. Res. Soc. 56: the mean interval
between months with demand (ADI) parts at 1.32, the squared coefficient of variation of demand where there is any
(CV²) at 0.49. Which method forecasts well depends on it, so the choice is made class by class.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ADI_LIMIT, CV2_LIMIT = 1.32, 0.49


class SeriesClass(StrEnum):
    """Pattern of demand over time."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"


CLASS_NAMES_ZH = {
    SeriesClass.SMOOTH: "平稳",
    SeriesClass.ERRATIC: "波动",
    SeriesClass.INTERMITTENT: "间断",
    SeriesClass.LUMPY: "间断且波动",
}


def classify(values: Floats) -> npt.NDArray[np.str_]:
    """`SeriesClass` of each row of `values`, float64 (series, months); months that are NaN are not looked at.

    A series that never had demand is intermittent.
    """
    observed = np.isfinite(values)
    positive = observed & (np.nan_to_num(values) > 0)
    months, active = observed.sum(axis=1), positive.sum(axis=1)
    interval = months / np.maximum(active, 1)
    total = np.where(positive, values, 0.0).sum(axis=1)
    mean = total / np.maximum(active, 1)
    spread = (np.where(positive, values - mean[:, None], 0.0) ** 2).sum(axis=1) / np.maximum(active, 1)
    cv2 = spread / np.maximum(mean, 1e-12) ** 2
    often, even = interval < ADI_LIMIT, cv2 < CV2_LIMIT
    names = np.where(
        often,
        np.where(even, SeriesClass.SMOOTH, SeriesClass.ERRATIC),
        np.where(even, SeriesClass.INTERMITTENT, SeriesClass.LUMPY),
    )
    return np.where(active > 0, names, SeriesClass.INTERMITTENT).astype(str)
