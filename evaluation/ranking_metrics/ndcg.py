"""Normalised discounted cumulative gain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import ndcg_score


def condensed_ndcg(grade: npt.ArrayLike, score: npt.ArrayLike, *, k: int) -> float:
    """nDCG@k of one query over its judged items only: gain 2^grade − 1, discount 1 ÷ log2(1 + place).

    An item that nobody judged is unknown, not irrelevant, so only judged ones are given (condensed list;
    Sakai 2007). Gain after Burges et al. (2005); ties share their places' mean discount (McSherry & Najork 2008),
    as scikit-learn does.

    Parameters
    ----------
    grade, score
        Shape (judged items,): grades ≥ 0, and what the system ranks by.

    Returns
    -------
    0 to 1; NaN where no item is relevant or only one is judged.
    """
    gain = 2.0 ** np.asarray(grade, dtype=np.float64) - 1
    if len(gain) < 2 or not gain.any():
        return float("nan")
    return float(ndcg_score([gain], [np.asarray(score, dtype=np.float64)], k=k))
