"""What a policy's log holds: every pair it could have referred, and how likely each policy is to refer it.

A referral list is several pairs of one seeker. The estimators here use the *item-position model* (Li, Abbasi-Yadkori,
Kveton, Muthukrishnan, Vinay & Wen, KDD 2018, "Offline evaluation of ranking policies with click models"): what becomes
of a referred pair depends on the pair, and on its place if the probabilities are those of "this pair in this place",
but not on what else is in the list. The value of a policy is then a sum over pairs, and only probabilities of pairs
are needed, never those of whole lists. It leaves out that a seeker who takes one job declines the others, and that
two seekers compete for one opening: what displacement does is measured by an experiment over markets, not from a log.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.errors import DataError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LoggedPairs:
    """Candidate pairs of the seekers of a log; pairs that were not referred are needed to see what has no support.

    Attributes
    ----------
    seeker
        int64 of shape (pairs,): row of the seeker, 0 to `n_seekers` − 1. Seekers are the independent units.
    logging, target
        float64 of shape (pairs,), 0 to 1: probability with which the policy that made the log, and the policy that
        is asked about, refer the pair (put it in its place, where places matter).
    referred
        bool of shape (pairs,): what the log's policy did.
    outcome
        float64 of shape (pairs,), 0 to 1, such as 1 for a placement within 90 days; read only where `referred`.
    n_seekers
        All seekers of the log, those without a candidate included.
    lists
        int64 of shape (n_seekers,): lists that each received, as many as nights were pooled in which he took part.
        Values are per list; which nights he took part in counts as given. Default: one each, and values are per seeker.

    Raises
    ------
    DataError
        Lengths differ, a number is out of range, or a pair was referred to which the log gives no probability.
    """

    seeker: npt.NDArray[np.int64]
    logging: Floats
    target: Floats
    referred: npt.NDArray[np.bool_]
    outcome: Floats
    n_seekers: int
    lists: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.seeker), len(self.logging), len(self.target), len(self.referred), len(self.outcome)}
        if len(lengths) != 1:
            raise DataError(f"columns of {sorted(lengths)} pairs", remedy="give one value of each for every pair")
        if len(self.seeker) and (self.seeker.min() < 0 or self.seeker.max() >= self.n_seekers):
            raise DataError("a pair names a seeker who does not exist", remedy=f"rows 0 to {self.n_seekers - 1}")
        if self.lists is not None and (len(self.lists) != self.n_seekers or (self.lists < 1).any()):
            raise DataError("a seeker of the log has no list", remedy=f"a number ≥ 1 for each of {self.n_seekers}")
        for name, values in {
            "logging": self.logging, "target": self.target, "outcome of a referred pair": self.outcome[self.referred],
        }.items():  # fmt: skip
            if not ((values >= 0) & (values <= 1)).all():
                raise DataError(f"{name}: a value is missing or outside 0 to 1", remedy="correct the log")
        impossible = int((self.logging[self.referred] <= 0).sum())
        if impossible:
            raise DataError(
                f"{impossible} referred pairs have the logged propensity 0",
                remedy="log the probability with which the pair was referred at the moment of the draw",
            )

    @property
    def n_lists(self) -> int:
        """Lists in all, what values are divided by."""
        return self.n_seekers if self.lists is None else int(self.lists.sum())

    @property
    def target_length(self) -> float:
        """Referrals a list that the target policy is expected to make."""
        return float(self.target.sum() / max(self.n_lists, 1))

    def influence_of_mean(self, gained: Floats) -> tuple[float, Floats]:
        """V = Σ gained ÷ lists, and each seeker's influence on it: (gained − V · his lists) ÷ mean lists.

        `gained` is float64 of shape (n_seekers,), summed over a seeker's lists.
        """
        value = float(gained.sum() / max(self.n_lists, 1))
        if self.lists is None:
            return value, gained - value
        return value, (gained - value * self.lists) / (self.n_lists / max(self.n_seekers, 1))

    def per_seeker(self, values: Floats) -> Floats:
        """Sums by seeker of values of the referred pairs; float64 of shape (n_seekers,)."""
        return np.asarray(np.bincount(self.seeker[self.referred], values, self.n_seekers), dtype=np.float64)
