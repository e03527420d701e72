"""A log of referrals of which the truth is known: lists of two, drawn by a policy of desk habit.

Each seeker has eight candidates with two features: `near` (what desks go by) and `fit` (what the other policy goes by,
and what decides hiring). Each of the two places draws one candidate from the policy's choice probabilities, anew if it
is taken: places are filled from two halves of the candidates, so that each is a plain draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.off_policy.logged_pairs import LoggedPairs

CANDIDATES = 8


@dataclass(frozen=True)
class SimulatedLog:
    pairs: LoggedPairs
    success: np.ndarray  # (pairs,): the true probability of a placement if referred
    value: float  # expected placements a seeker under the target policy, of these seekers

    def relogged(self, logging: np.ndarray) -> LoggedPairs:
        """The same log with other (wrong) propensities."""
        p = self.pairs
        return LoggedPairs(p.seeker, logging, p.target, p.referred, p.outcome, p.n_seekers)


def simulate_log(seed: int, n_seekers: int = 1500, *, never_below_fit: float | None = None) -> SimulatedLog:
    """`never_below_fit`: logging never refers candidates whose fit is above it (support is missing there)."""
    rng = np.random.default_rng(seed)
    near, fit = rng.normal(size=(2, n_seekers, 2, CANDIDATES // 2))
    temper = rng.normal(scale=0.5, size=(n_seekers, 1, 1))
    success = 1 / (1 + np.exp(1.2 - 0.9 * fit - 0.4 * near - temper))
    habit = np.exp(0.6 * near)
    if never_below_fit is not None:
        habit *= (fit < never_below_fit) + 1e-12
    logging = habit / habit.sum(axis=2, keepdims=True)
    wish = np.exp(1.0 * fit)
    target = wish / wish.sum(axis=2, keepdims=True)
    drawn = (logging.cumsum(axis=2) < rng.random((n_seekers, 2, 1))).sum(axis=2).clip(max=CANDIDATES // 2 - 1)
    referred = np.arange(CANDIDATES // 2) == drawn[:, :, None]
    happened = rng.random(success.shape) < success
    pairs = LoggedPairs(
        np.repeat(np.arange(n_seekers), CANDIDATES),
        logging.ravel(), target.ravel(), referred.ravel(), np.where(referred, happened, np.nan).ravel(), n_seekers,
    )  # fmt: skip
    return SimulatedLog(pairs, success.ravel(), float((target * success).sum() / n_seekers))
