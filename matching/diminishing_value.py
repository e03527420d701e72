"""What a further referral adds: less to somebody who has others, and less to a vacancy that has others.

A referral that would succeed with probability q ends in a placement only if the seeker has not taken another
post before and an opening is still free. The order in which referrals are decided is unknown (as in
`evaluation.match_run.expected_placements`), so of a set of referrals:

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

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from matching.referral_graph import EdgeWorth
from models.kernels import kernel

Floats = npt.NDArray[np.float64]
ROUNDS = 5
"""α needs β and β needs α: so often each is computed from the other. Their changes are then below 0.1 %."""


@dataclass(frozen=True)
class MarginalValue:
    """What referrals are worth beside those that a city has.

    Attributes
    ----------
    worth
        Of every referral in a slot that costs nothing: priority × α, β and q̄ (1 − β) of its ends.
    slot_cost
        float64 of shape (Σ capacity,): q̄ (1 − f), the slots of one vacancy after those of another.
    seeker_free
        float64 of shape (seekers,): α.
    """

    worth: EdgeWorth
    slot_cost: Floats
    seeker_free: Floats


def marginal_value(
    edges: CandidateEdges,
    chosen: npt.NDArray[np.int64],
    *,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    priority: Floats,
) -> MarginalValue:
    """Values beside the referrals `chosen`.

    Parameters
    ----------
    chosen
        int64 of shape (referrals,): numbers of the edges referred, rising.
    headcount, capacity
        int64 of shape (vacancies,): openings; most referrals.
    priority
        float64 of shape (seekers,), > 0: how much a placement of this seeker counts.
    """
    columns = (edges.first_edge, edges.vacancy, edges.success)
    each = np.ones(edges.n_seekers)
    # Where nothing is referred yet, the vacancy's candidates stand for whoever will be.
    stand_in, _ = _candidate_means(*columns, each, edges.n_vacancies)
    opening_free = np.ones(edges.n_vacancies)
    slot_cost = np.empty(int(capacity.sum()))
    for _ in range(ROUNDS):
        seeker_free = _seekers_free(*columns, chosen, opening_free)
        means, referrals = _referred_means(*columns, chosen, seeker_free, edges.n_vacancies)
        succeeds = np.where(referrals > 0, means, stand_in)
        opening_free = _openings_free(succeeds, headcount, capacity, referrals, slot_cost)
    counts = priority * seeker_free
    of_referred, _ = _referred_means(*columns, chosen, counts, edges.n_vacancies)
    of_candidates, _ = _candidate_means(*columns, counts, edges.n_vacancies)
    worth = np.where(referrals > 0, of_referred, of_candidates)
    _price_slots(slot_cost, capacity, worth)
    return MarginalValue(EdgeWorth(counts, opening_free, worth * (1 - opening_free)), slot_cost, seeker_free)


@kernel
def _seekers_free(
    first_edge: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int32], success: npt.NDArray[np.floating[Any]],
    chosen: npt.NDArray[np.int64], opening_free: Floats,
) -> Floats:  # fmt: skip
    free = np.ones(len(first_edge) - 1)
    at = 0
    for s in range(len(free)):
        rate = 0.0
        while at < len(chosen) and chosen[at] < first_edge[s + 1]:
            rate += success[chosen[at]] * opening_free[vacancy[chosen[at]]]
            at += 1
        if rate > 0.0:
            free[s] = -np.expm1(-rate) / rate
    return free


@kernel
def _referred_means(
    first_edge: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int32], success: npt.NDArray[np.floating[Any]],
    chosen: npt.NDArray[np.int64], factor: Floats, vacancies: int,
) -> tuple[Floats, npt.NDArray[np.int64]]:  # fmt: skip
    """Mean of success × factor of the seeker over the referrals of each vacancy, 0 where none; how many they are."""
    mean, count = np.zeros(vacancies), np.zeros(vacancies, dtype=np.int64)
    s = 0
    for e in chosen:
        while first_edge[s + 1] <= e:
            s += 1
        mean[vacancy[e]] += success[e] * factor[s]
        count[vacancy[e]] += 1
    return mean / np.maximum(count, 1), count


@kernel
def _candidate_means(
    first_edge: npt.NDArray[np.int64], vacancy: npt.NDArray[np.int32], success: npt.NDArray[np.floating[Any]],
    factor: Floats, vacancies: int,
) -> tuple[Floats, npt.NDArray[np.int64]]:  # fmt: skip
    """The same over the candidates of each vacancy."""
    mean, count = np.zeros(vacancies), np.zeros(vacancies, dtype=np.int64)
    for s in range(len(first_edge) - 1):
        for e in range(first_edge[s], first_edge[s + 1]):
            mean[vacancy[e]] += success[e] * factor[s]
            count[vacancy[e]] += 1
    return mean / np.maximum(count, 1), count


@kernel
def _price_slots(slot_cost: Floats, capacity: npt.NDArray[np.int64], worth: Floats) -> None:
    """Turn the chances that an opening is free at each slot into what its slot costs."""
    slot = 0
    for v in range(len(capacity)):
        for _ in range(capacity[v]):
            slot_cost[slot] = worth[v] * (1 - slot_cost[slot])
            slot += 1


@kernel
def _openings_free(
    succeeds: Floats,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    referrals: npt.NDArray[np.int64],
    slot_free: Floats,
) -> Floats:
    """P(Binomial(k − 1, q) < h) of every slot k, written, and its mean over the vacancy's first `referrals` slots.

    With each further trial it falls by q × P(Binomial(k − 1, q) = h − 1), which is carried on as a logarithm.
    """
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
    return mean_free
