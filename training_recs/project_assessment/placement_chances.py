"""How likely each referral ends in a placement, when seekers take one post and vacancies fill up.

The same world as `evaluation.match_run.expected_placements` draws from: a referral succeeds with probability q;
referrals are decided in an order drawn at random; whoever succeeds first at one post is gone, and a vacancy hires until
its h openings are filled. Instead of drawing, chances are computed: so that two sets of referrals can be compared for a
single employer without noise, and every sum of them agrees with every other.

- Of a seeker whose referrals would succeed with p_i = q_i β_i, one happens at a uniform time t, and he is still free
  for i with α_i = ∫₀¹ Π_{j≠i} (1 − p_j t) dt; Σ p_i α_i = 1 − Π (1 − p_i).
- Of a vacancy whose referrals would succeed with a_i = q_i α_i, E[min(number that succeed, h)] = β Σ a_i; the number
  is Poisson-binomial, its distribution is built up one referral at a time.

α needs β and β needs α; each is computed from the other until they stand. What is left out is that a seeker's luck at
one vacancy moves the others' chances there (they are taken as independent).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.candidate_edges import CandidateEdges
from models.kernels import kernel

Floats = npt.NDArray[np.float64]
ROUNDS = 12
"""α and β change by less than 1e-4 after that; the last is a β, so that no vacancy is expected to overfill."""


def placement_chances(edges: CandidateEdges, chosen: npt.NDArray[np.int64], headcount: npt.NDArray[np.int64]) -> Floats:
    """P(the referral ends in a placement), float64 of shape (referrals,).

    Of each vacancy they sum to no more than its openings, of each seeker to no more than 1 (to 1e-4).

    Parameters
    ----------
    chosen
        int64 of shape (referrals,): numbers of the edges referred, rising.
    headcount
        int64 of shape (vacancies,): openings.
    """
    first = np.searchsorted(chosen, edges.first_edge).astype(np.int64)
    vacancy = edges.vacancy[chosen].astype(np.int64)
    success = np.minimum(edges.success[chosen].astype(np.float64), 1.0)
    order = np.argsort(vacancy, kind="stable")
    first_at = np.searchsorted(vacancy[order], np.arange(edges.n_vacancies + 1)).astype(np.int64)
    chance = np.empty(len(chosen))
    _settle(first, vacancy, success, order, first_at, headcount, ROUNDS, chance)
    return chance


@kernel
def _settle(first, vacancy, success, order, first_at, headcount, rounds, chance):  # type: ignore[no-untyped-def]
    """Fill `chance` with q α β."""
    beta = np.ones(len(headcount))
    free = np.ones(len(success))
    for _ in range(rounds):
        for s in range(len(first) - 1):
            _seeker_free(first[s], first[s + 1], vacancy, success, beta, free)
        for v in range(len(headcount)):
            beta[v] = _share_with_room(first_at[v], first_at[v + 1], order, success, free, headcount[v])
    for r in range(len(success)):
        chance[r] = success[r] * free[r] * beta[vacancy[r]]


@kernel
def _seeker_free(begin, end, vacancy, success, beta, free):  # type: ignore[no-untyped-def]
    """α of each referral of one seeker: the polynomial of the others, integrated term by term."""
    others = np.empty(end - begin)
    for i in range(begin, end):
        others[:] = 0.0
        others[0] = 1.0
        degree = 0
        for j in range(begin, end):
            if j != i:
                p = success[j] * beta[vacancy[j]]
                degree += 1
                for k in range(degree, 0, -1):
                    others[k] -= p * others[k - 1]
        total = 0.0
        for k in range(degree + 1):
            total += others[k] / (k + 1)
        free[i] = total


@kernel
def _share_with_room(begin, end, order, success, free, headcount):  # type: ignore[no-untyped-def]
    """E[min(successes, h)] ÷ E[successes] of one vacancy; 1 where there is room for all."""
    if end - begin <= headcount:
        return 1.0
    below = np.zeros(headcount)  # P(so many successes), of fewer than h
    below[0] = 1.0
    expected = 0.0
    for place in range(begin, end):
        a = success[order[place]] * free[order[place]]
        expected += a
        for k in range(headcount - 1, 0, -1):
            below[k] += a * (below[k - 1] - below[k])
        below[0] -= a * below[0]
    if expected <= 0.0:
        return 1.0
    hired = float(headcount)
    for k in range(headcount):
        hired -= (headcount - k) * below[k]
    return min(1.0, hired / expected)
