"""What a further referral adds: less to somebody who has others, and less to a vacancy that has others.

A referral that would succeed with probability q ends in a placement only if the seeker has not taken another
post before and an opening is still free. The order in which referrals are decided is unknown (as in
`evaluation.expected_placements`), so of a set of referrals:

- seeker *s*, whose referrals succeed at the rate Λ_s = Σ q β, is still free for one of them with probability
  α_s = (1 − exp(−Λ_s)) / Λ_s, the mean of exp(−Λ_s t) over the time t of the decision;
- before the *k*-th referral to vacancy *v* with h openings, each of which succeeds with the mean probability
  q̄_v of α q, an opening is free with probability f_vk = P(Binomial(k − 1, q̄_v) < h);
- β_v is the mean of f_vk over the referrals that the vacancy has.

The *k*-th referral to *v* adds α q f_vk. A flow needs a value that is a sum of a part of the edge and a part of
the slot; of the product, the one that agrees to first order about the present referrals is
α q β_v + q̄_v (f_vk − β_v), that is, with weights and slot costs that are not negative,

    weight = α q β + q̄ (1 − β),    cost of slot k = q̄ (1 − f_k).

Weights of priority groups multiply α q. `docs/decisions/0014-diminishing-value-of-referrals.md` compares it with
the other forms that were tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDS = 5
"""α needs β and β needs α: so often each is computed from the other. Their changes are then below 0.1 %."""


@dataclass(frozen=True)
class MarginalValue:
    """What referrals are worth beside those that a city has.

    Attributes
    ----------
    weight
        float32 of shape (edges,): worth of the referral in a slot that costs nothing; 0 where it cannot succeed.
    slot_cost
        float64 of shape (Σ capacity,): q̄ (1 − f), the slots of one vacancy after those of another.
    seeker_free
        float64 of shape (seekers,): α.
    opening_free
        float64 of shape (vacancies,): β.
    replaced
        float64 of shape (vacancies,): q̄ (1 − β), the part of the weights that is no edge's own.
    """

    weight: npt.NDArray[np.float32]
    slot_cost: Floats
    seeker_free: Floats
    opening_free: Floats
    replaced: Floats


def marginal_value(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    chosen: npt.NDArray[np.bool_],
    *,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    priority: Floats,
) -> MarginalValue:
    """Values beside the referrals `chosen`.

    Parameters
    ----------
    seeker, vacancy, success, chosen
        Of shape (edges,): rows, probability that the referral ends in a placement, whether it is made.
    headcount, capacity
        int64 of shape (vacancies,): openings; most referrals.
    priority
        float64 of shape (seekers,), > 0: how much a placement of this seeker counts.
    """
    n_seekers, n_vacancies = len(priority), len(headcount)
    s, v, q = seeker[chosen], vacancy[chosen], success[chosen].astype(np.float64)
    referrals = np.bincount(v, minlength=n_vacancies)
    # Where nothing is referred yet, the vacancy's candidates stand for whoever will be.
    stand_in = _means(vacancy, success, n_vacancies)
    opening_free = np.ones(n_vacancies)
    for _ in range(ROUNDS):
        rate = np.bincount(s, weights=q * opening_free[v], minlength=n_seekers)
        seeker_free = np.where(rate > 0, -np.expm1(-rate) / np.where(rate > 0, rate, 1.0), 1.0)
        succeeds = np.where(referrals > 0, _means(v, q * seeker_free[s], n_vacancies), stand_in)
        slot_free, opening_free = _openings_free(succeeds, headcount, capacity, referrals)
    counts = priority * seeker_free
    worth = np.where(
        referrals > 0, _means(v, q * counts[s], n_vacancies), _means(vacancy, success, n_vacancies, counts, seeker)
    )
    replaced = worth * (1 - opening_free)
    return MarginalValue(
        weight=_weights(seeker, vacancy, success, counts, opening_free, replaced),
        slot_cost=np.repeat(worth, capacity) * (1 - slot_free),
        seeker_free=seeker_free,
        opening_free=opening_free,
        replaced=replaced,
    )


def _means(
    group: npt.NDArray[np.int32],
    values: npt.NDArray[np.floating[Any]],
    n: int,
    factor: Floats | None = None,
    row: npt.NDArray[np.int32] | None = None,
) -> Floats:
    """Mean of `values` (times `factor` of their `row`) in each of `n` groups, 0 in empty ones."""
    total, count = _sums(group, values, n, np.ones(1) if factor is None else factor, group if row is None else row)
    return np.asarray(total / np.maximum(count, 1))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _sums(
    group: npt.NDArray[np.int32], values: npt.NDArray[np.floating[Any]], n: int, factor: Floats,
    row: npt.NDArray[np.int32],
) -> tuple[Floats, npt.NDArray[np.int64]]:  # fmt: skip
    total, count = np.zeros(n), np.zeros(n, dtype=np.int64)
    for i in range(len(group)):
        total[group[i]] += values[i] * (factor[row[i]] if len(factor) > 1 else factor[0])
        count[group[i]] += 1
    return total, count


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _weights(
    seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32], success: npt.NDArray[np.floating[Any]],
    counts: Floats, opening_free: Floats, replaced: Floats,
) -> npt.NDArray[np.float32]:  # fmt: skip
    weight = np.zeros(len(success), dtype=np.float32)
    for e in range(len(success)):
        if success[e] > 0:
            v = vacancy[e]
            weight[e] = counts[seeker[e]] * success[e] * opening_free[v] + replaced[v]
    return weight


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _openings_free(
    succeeds: Floats,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    referrals: npt.NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """P(Binomial(k − 1, q) < h) of every slot k, and its mean over the vacancy's first `referrals` slots.

    With each further trial it falls by q × P(Binomial(k − 1, q) = h − 1), which is carried on as a logarithm.
    """
    slot_free = np.ones(capacity.sum())
    mean_free = np.ones(len(headcount))
    start = 0
    for v in range(len(headcount)):
        h, q = headcount[v], min(succeeds[v], 1 - 1e-9)
        total, free = 0.0, 1.0
        log_last_open = (h - 1) * np.log(q) if q > 0 else -np.inf  # of h − 1 trials
        for k in range(capacity[v]):  # k referrals before this one
            if k >= h and q > 0:
                if k > h:
                    log_last_open += np.log(k - 1) + np.log1p(-q) - np.log(k - h)
                free = max(0.0, free - q * np.exp(log_last_open))
            slot_free[start + k] = free
            if k < referrals[v]:
                total += free
        if referrals[v] > 0:
            mean_free[v] = total / referrals[v]
        start += capacity[v]
    return slot_free, mean_free
