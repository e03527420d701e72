"""What referral lists achieve: expected placements when seekers take one job and vacancies fill up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.kernels import kernel

DRAWS = 200
MOST_DRAWN = 60_000_000
"""Referrals drawn in all: of a large city fewer draws are as exact, for chance averages out over its people."""
FEWEST_DRAWS = 20


@dataclass(frozen=True)
class ReferralOutcome:
    """Expected result of one set of referral lists, over simulated draws.

    Attributes
    ----------
    placements, standard_error
        Mean number of placements, and the standard error of that mean over the draws.
    by_draw
        int64 of shape (draws,): placements in each draw; draws of two policies of one seed share their luck.
    placed_share
        float64 of shape (seekers,): share of draws in which each seeker is placed.
    referrals
        Number of referrals.
    beyond_capacity
        Share of referrals beyond what each vacancy may receive (congestion).
    exposure_gini
        Gini coefficient of referrals per opening over vacancies: 0 equal, 1 all to one.
    exposure_entropy
        Entropy of the distribution of referrals over vacancies ÷ its maximum: 1 equal, 0 all to one.
    """

    placements: float
    standard_error: float
    by_draw: npt.NDArray[np.int64]
    placed_share: npt.NDArray[np.float64]
    referrals: int
    beyond_capacity: float
    exposure_gini: float
    exposure_entropy: float


def expected_placements(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    p_accept: npt.NDArray[np.floating],
    p_hire: npt.NDArray[np.floating],
    *,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    n_seekers: int,
    seed: int,
    draws: int | None = None,
) -> ReferralOutcome:
    """Simulate what becomes of referrals.

    In each draw a referral succeeds with p_accept × p_hire, independently. Referrals are decided in an order
    drawn anew each time; a seeker takes the first that succeeds and is then gone, a vacancy hires until its
    openings are filled. Draws of a pair depend on `seed`, the draw and the pair alone, so that policies
    which refer the same pair share its luck (common random numbers).

    Parameters
    ----------
    seeker, vacancy
        int32 of shape (referrals,): the pairs referred.
    p_accept, p_hire
        Shape (referrals,), 0 to 1.
    headcount, capacity
        int64 of shape (vacancies,): openings; most referrals before more only crowd.
    draws
        Default: 200, fewer where there are more than 300,000 referrals, at least 20.
    """
    draws = draws or max(FEWEST_DRAWS, min(DRAWS, MOST_DRAWN // max(1, len(seeker))))
    success = np.asarray(p_accept, dtype=np.float64) * np.asarray(p_hire, dtype=np.float64)
    placed, by_draw = _simulate(
        seeker.astype(np.int64), vacancy.astype(np.int64), success, headcount.astype(np.int64), n_seekers, seed, draws
    )
    received = np.bincount(vacancy, minlength=len(headcount))
    beyond = np.maximum(received - capacity, 0).sum()
    return ReferralOutcome(
        placements=float(by_draw.mean()),
        standard_error=float(by_draw.std(ddof=1) / np.sqrt(draws)) if draws > 1 else float("nan"),
        by_draw=by_draw,
        placed_share=placed / draws,
        referrals=len(seeker),
        beyond_capacity=float(beyond / len(seeker)) if len(seeker) else 0.0,
        exposure_gini=gini(received / np.maximum(headcount, 1)),
        exposure_entropy=normalised_entropy(received),
    )


def gini(values: npt.NDArray[np.floating]) -> float:
    """Gini coefficient: Σ (2 i − n − 1) x_i ÷ (n Σ x) over ascending x; 0 where everything is zero."""
    total = values.sum()
    if total <= 0:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(((2 * ranks - len(values) - 1) @ np.sort(values)) / (len(values) * total))


def normalised_entropy(counts: npt.NDArray[np.integer]) -> float:
    """Shannon entropy of the shares ÷ ln(number of values); 1 where there is one value or none is counted."""
    if len(counts) < 2 or counts.sum() == 0:
        return 1.0
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(counts)))


@kernel
def _uniform(seed: np.uint64, draw: np.uint64, pair: np.uint64, stream: np.uint64) -> float:
    """A number in [0, 1) from its coordinates alone: SplitMix64 (Steele, Lea & Flood 2014) as a hash."""
    mixed = seed * np.uint64(0x9E3779B97F4A7C15) + draw * np.uint64(0xBF58476D1CE4E5B9)
    mixed += pair * np.uint64(0x94D049BB133111EB) + stream * np.uint64(0xD6E8FEB86659FD93)
    for _ in range(2):
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) / 9007199254740992.0


@kernel
def _simulate(
    seeker: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int64],
    success: npt.NDArray[np.float64],
    headcount: npt.NDArray[np.int64],
    n_seekers: int,
    seed: int,
    draws: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    placed = np.zeros(n_seekers, dtype=np.int64)
    by_draw = np.zeros(draws, dtype=np.int64)
    pair = seeker.astype(np.uint64) * np.uint64(len(headcount)) + vacancy.astype(np.uint64)
    for draw in range(draws):
        lucky = np.empty(len(seeker), dtype=np.int64)
        moment = np.empty(len(seeker))
        count = 0
        for r in range(len(seeker)):
            if _uniform(np.uint64(seed), np.uint64(draw), pair[r], np.uint64(1)) < success[r]:
                lucky[count] = r
                moment[count] = _uniform(np.uint64(seed), np.uint64(draw), pair[r], np.uint64(2))
                count += 1
        gone = np.zeros(n_seekers, dtype=np.bool_)
        hired = np.zeros(len(headcount), dtype=np.int64)
        for r in lucky[:count][np.argsort(moment[:count])]:
            s, v = seeker[r], vacancy[r]
            if not gone[s] and hired[v] < headcount[v]:
                gone[s] = True
                hired[v] += 1
                placed[s] += 1
                by_draw[draw] += 1
    return placed, by_draw
