"""Paired randomisation test: could the sign of each query's difference as well have been the other?

Fisher's test by sign flips, with the mean difference as statistic; of the tests in use for rankings it assumes least
(Smucker, Allan & Carterette 2007, CIKM: with the bootstrap and the t-test it agrees, with Wilcoxon's and the sign
test it does not, and those two are not to be used).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FLIPS = 10_000
_CELLS = 4_000_000
"""Signs held at a time."""


def sign_flip_test(difference: npt.NDArray[np.floating], *, seed: int, flips: int = FLIPS) -> npt.NDArray[np.float64]:
    """Two-sided p-values, float64 (comparisons,), of paired differences of shape (comparisons, queries).

    All 2^queries flips where they are no more than `flips`: p is then exact. Else `flips` at random, those of one
    query the same in every comparison, and p = (1 + as extreme) ÷ (1 + flips): never 0 (Phipson & Smyth 2010). NaN
    takes no part.
    """
    known = np.nan_to_num(np.asarray(difference, dtype=np.float64))
    n = known.shape[1]
    observed = np.abs(known.sum(axis=1))
    # Sums of the same numbers in another order may differ in their last digits: still as extreme.
    least = observed - 1e-9 * np.abs(known).sum(axis=1)
    exact = n < 63 and 2**n <= flips
    total = 2**n if exact else flips
    extreme = np.zeros(len(known), dtype=np.int64)
    random = np.random.default_rng(seed)
    block = max(1, _CELLS // max(n, 1))
    for start in range(0, total, block):
        many = min(block, total - start)
        if exact:
            bits = np.arange(start, start + many)[:, None] >> np.arange(n) & 1
        else:
            bits = random.integers(0, 2, (many, n), dtype=np.int8)
        sums = np.abs((1.0 - 2.0 * bits) @ known.T)
        extreme += (sums >= least).sum(axis=0)
    return np.asarray(extreme / total if exact else (1 + extreme) / (1 + total))
