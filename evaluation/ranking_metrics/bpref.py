"""Binary preference: ranking quality where only some items are judged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def bpref(relevant: npt.NDArray[np.bool_], score: npt.NDArray[np.floating]) -> float:
    """bpref of Buckley & Voorhees (SIGIR 2004) over the judged items of one query; NaN if none is relevant.

    bpref = 1/R · Σ_r (1 − |irrelevant above r, at most min(R, N)| / min(R, N)), with R relevant and N irrelevant
    judged items: how seldom an item judged irrelevant stands above a relevant one. What is not judged does not count.

    Parameters
    ----------
    relevant
        bool (n,): judgement of each judged item.
    score
        (n,): higher is ranked above; ties keep their order.
    """
    order = np.argsort(-score, kind="stable")
    ranked = relevant[order]
    n_relevant, n_irrelevant = int(ranked.sum()), int((~ranked).sum())
    if not n_relevant:
        return float("nan")
    most = min(n_relevant, n_irrelevant)
    if not most:
        return 1.0
    above = np.minimum(np.cumsum(~ranked)[ranked], most)
    return float(np.mean(1 - above / most))
