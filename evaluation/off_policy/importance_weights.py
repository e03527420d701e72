"""How much each logged referral counts for the other policy, and how many referrals that leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import ConfigurationError
from evaluation.off_policy.logged_pairs import Floats, LoggedPairs


@dataclass(frozen=True)
class ImportanceWeights:
    """Weights target ÷ logging of the referred pairs, none above a limit.

    Attributes
    ----------
    weight
        float64 of shape (referred pairs,), in their order.
    clipped_share
        Share of the referrals whose weight was lowered to the limit.
    clipped_away
        Σ of what was taken off ÷ lists: since outcomes are 0 to 1, clipping lowers the value by at most this.
    """

    weight: Floats
    clipped_share: float
    clipped_away: float


def importance_weights(pairs: LoggedPairs, most: float | None = None) -> ImportanceWeights:
    """min(target ÷ logging, `most`) of each referred pair (clipping: Ionides 2008); `most` > 0, none: no limit."""
    if most is not None and not most > 0:
        raise ConfigurationError(f"largest weight {most}", remedy="a number above 0, or none")
    weight = pairs.target[pairs.referred] / pairs.logging[pairs.referred]
    if most is None or not len(weight):
        return ImportanceWeights(weight, 0.0, 0.0)
    kept = np.minimum(weight, most)
    return ImportanceWeights(kept, float((weight > most).mean()), float((weight - kept).sum() / pairs.n_lists))


def effective_sample_size(weight: Floats) -> float:
    """(Σ w)² ÷ Σ w²: equally weighted observations that would say as much; 0 where every weight is 0.

    Kish (1965); Owen (2013), "Monte Carlo theory, methods and examples", eq. 9.13.
    """
    squares = float(weight @ weight)
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
