"""A small share of referrals drawn by lot, so that the log can tell what another policy would have achieved.

The allocation is deterministic: it gives a pair the probability 1 or 0, and says nothing about pairs it never tries.
Here the seekers come up one after the other in an order drawn by lot, and with the probability `share` a place of
the list goes to another candidate of the same seeker instead:

- at most one place of a seeker changes, each that may change with the probability `share`; places that the allocation
  left empty may be filled, or nothing could ever be learnt about whom it refers to nobody;
- it goes to one of his candidates that is not on his list and whose vacancy still has room, with a probability in
  proportion to its success;
- the only referral to a vacancy is not taken away, so that no vacancy falls out of sight.

With B places that may change and the successes w of the candidates that may come in, the propensities are

    1 − share   for a referral that may leave, 1 for one that may not,
    share · B · w_v ÷ Σ w   for a candidate that may come in, 0 for the others.

They sum to the length of the list and `share` for each place that was empty. They are conditional on the draws of
those who came before, which decide where there is room: the terms of inverse propensity scoring are then martingale
differences, and it stays unbiased (Hadad, Hirshberg, Zhan, Wager & Athey 2021, PNAS 118, "Confidence intervals for
policy evaluation in adaptive experiments").
`docs/decisions/0017-a-share-of-referrals-by-lot.md` says what is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError, DataError
from matching.candidate_edges import CandidateEdges
from models.kernels import kernel


@dataclass(frozen=True)
class Exploration:
    """Referrals after the draw, one value an edge.

    Attributes
    ----------
    chosen
        bool of shape (edges,): the referrals to make. A list is as long as before, or longer by one if it had room.
    drawn
        bool of shape (edges,): those of them that the draw put in.
    propensity
        float32 of shape (edges,), 0 to 1: probability with which each candidate pair was referred.
    """

    chosen: npt.NDArray[np.bool_]
    drawn: npt.NDArray[np.bool_]
    propensity: npt.NDArray[np.float32]


def capacity_before_the_draw(
    capacity: npt.NDArray[np.int64], headcount: npt.NDArray[np.int64], *, share: float
) -> npt.NDArray[np.int64]:
    """What the allocation may fill: a referral an opening is left for the draw, where that leaves one an opening.

    Vacancies that are sought after would else be full, and nothing learnt about them. int64 of shape (vacancies,),
    never above `capacity`; equal to it where the share is 0.
    """
    if share == 0:
        return capacity
    return np.asarray(np.maximum(np.minimum(capacity, headcount), capacity - headcount))


def explore(
    edges: CandidateEdges,
    chosen: npt.NDArray[np.bool_],
    *,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    share: float,
    seed: int | Sequence[int],
    everyone_seen: bool = True,
) -> Exploration:
    """Replace a share of the referrals by candidates drawn by lot, in proportion to their success.

    Beside the edges it holds 6 bytes an edge.

    Parameters
    ----------
    edges
        Nobody but these candidates is ever drawn, so hard rules hold; those of success 0 are never.
    chosen
        bool of shape (edges,): referrals of the allocation, within the limits.
    seeker_limit
        L ≥ 1, places of a list.
    capacity
        int64 of shape (vacancies,): most referrals a vacancy, the draw's included.
    share
        Probability with which a place goes by lot, 0 to 1 ÷ L.
    seed
        Of the run and its day: the same seed, the same draw. Two nights of one seed would draw the same people.
    everyone_seen
        Keep the only referral to a vacancy where it is.

    Raises
    ------
    ConfigurationError
        The share is out of range.
    DataError
        There is not one `chosen` for each edge and one capacity for each vacancy, or the referrals given exceed a
        limit.
    """
    if len(chosen) != len(edges) or len(capacity) != edges.n_vacancies:
        raise DataError(
            f"{len(chosen)} choices and {len(capacity)} capacities of {len(edges)} edges and {edges.n_vacancies} "
            "vacancies",
            remedy="give one of each",
        )
    if seeker_limit < 1 or not 0 <= share * seeker_limit <= 1:
        raise ConfigurationError(
            f"share {share} of lists of {seeker_limit}", remedy="share × list length 0 to 1: one place a seeker changes"
        )
    load = np.bincount(edges.vacancy[chosen], minlength=len(capacity))
    lengths = np.diff(np.searchsorted(np.flatnonzero(chosen), edges.first_edge))
    if (load > capacity).any() or lengths.max(initial=0) > seeker_limit:
        raise DataError(
            "a seeker or vacancy has more referrals than it may", remedy="give the limits of the allocation itself"
        )
    lot = np.random.default_rng(seed)
    turn, luck = lot.permutation(edges.n_seekers), lot.random((edges.n_seekers, 2))
    propensity, now = chosen.astype(np.float32), chosen.copy()
    _draw(
        turn, luck, edges.first_edge, edges.vacancy, edges.success,
        share, seeker_limit, capacity, load, everyone_seen, now, propensity,
    )  # fmt: skip
    return Exploration(now, now & ~chosen, propensity)


@kernel
def _draw(
    turn: npt.NDArray[np.int64],
    luck: npt.NDArray[np.float64],
    first: npt.NDArray[np.int64],
    vacancy: npt.NDArray[np.int32],
    weight: npt.NDArray[np.floating[Any]],
    share: float,
    seeker_limit: int,
    capacity: npt.NDArray[np.int64],
    load: npt.NDArray[np.int64],
    everyone_seen: bool,
    now: npt.NDArray[np.bool_],
    propensity: npt.NDArray[np.float32],
) -> None:
    for s in turn:
        places, total = seeker_limit, 0.0
        for e in range(first[s], first[s + 1]):
            if now[e]:
                places -= load[vacancy[e]] == 1 and everyone_seen
            elif load[vacancy[e]] < capacity[vacancy[e]]:
                total += weight[e]
        if places == 0 or total <= 0.0:
            continue
        leaving = int(luck[s, 0] / share) if luck[s, 0] < share * places else -1
        mark, place, out, came, passed = luck[s, 1] * total, 0, -1, -1, 0.0
        for e in range(first[s], first[s + 1]):
            v = vacancy[e]
            if now[e]:
                if load[v] > 1 or not everyone_seen:
                    propensity[e] = 1.0 - share
                    if place == leaving:
                        out = e
                    place += 1
            elif load[v] < capacity[v] and weight[e] > 0.0:
                propensity[e] = share * places * weight[e] / total
                if passed <= mark:
                    came = e
                passed += weight[e]
        if leaving >= 0:
            now[came] = True
            load[vacancy[came]] += 1
        if out >= 0:  # none where an empty place was drawn
            now[out] = False
            load[vacancy[out]] -= 1
