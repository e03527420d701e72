"""Referrals under an experiment: every arm's seekers by the arm's own policy, no vacancy above its capacity.

The arms share a vacancy's capacity beforehand, in proportion to their shares of its candidates: what one arm's policy
does can then neither take places from the other nor leave it more, and policies meet only where they should, at the
employer's door. `docs/decisions/0023-experiments-over-markets.md` says what that costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError, DataError
from matching.allocation import Allocation
from matching.allocation_policy import ReferralPolicy, Referrals, refer
from matching.candidate_edges import CandidateEdges
from matching.dual_prices import utilities
from matching.referral_graph import success_alone
from matching.unallocated_referrals import greedy, own_best

Ints = npt.NDArray[np.int64]
Arms = npt.NDArray[np.int8]


class ArmPolicy(StrEnum):
    """How the seekers of an arm are referred."""

    PRICES = "prices"
    """by the allocation; lists are ranked by score − price"""
    OWN_BEST = "own_best"
    """to everyone's own best candidates; where too many meet, those likeliest stay; lists are ranked by score"""
    GREEDY = "greedy"
    """by falling score while both ends have room; lists are ranked by score"""


@dataclass(frozen=True)
class ArmRule:
    """Policy of an arm; `per_seeker` (L) and `per_opening` (R) where they differ from the city's, and only below them.

    Raises
    ------
    ConfigurationError
        A limit is below 1.
    """

    policy: ArmPolicy
    per_seeker: int | None = None
    per_opening: int | None = None

    def __post_init__(self) -> None:
        if min(self.per_seeker or 1, self.per_opening or 1) < 1 or 0 in (self.per_seeker, self.per_opening):
            raise ConfigurationError(
                f"{self.per_seeker} referrals a seeker, {self.per_opening} an opening", remedy="at least 1 of each"
            )

    def limits(self, city: ReferralPolicy) -> ReferralPolicy:
        """The city's policy with this arm's limits.

        Raises
        ------
        ConfigurationError
            A limit is above the city's.
        """
        own = replace(
            city,
            per_seeker=self.per_seeker or city.per_seeker,
            per_opening=self.per_opening or city.per_opening,
        )
        if own.per_seeker > city.per_seeker or own.per_opening > city.per_opening:
            raise ConfigurationError(
                f"an arm with {own.per_seeker} referrals a seeker and {own.per_opening} an opening, the city's limits "
                f"are {city.per_seeker} and {city.per_opening}",
                remedy="an arm's limits lie within the city's: raise those, or lower the arm's",
            )
        return own


def refer_by_arm(
    edges: CandidateEdges,
    arm: Arms,
    rules: Sequence[ArmRule],
    *,
    headcount: Ints,
    capacity: Sequence[Ints],
    priority: npt.NDArray[np.float64],
    policy: ReferralPolicy,
    seed: int,
) -> Referrals:
    """Refer every arm's seekers by its rule.

    Prices are those of the last arm that has any (zero if none does), utilities are at these prices; the certificate
    is that of the arms that allocate, 0 if none does. Openings are not divided: an arm weighs further referrals as if
    it were alone.

    Parameters
    ----------
    arm
        int8 (seekers,): number of each seeker's arm.
    rules
        One an arm.
    headcount
        int64 (vacancies,): openings.
    capacity
        For each arm, int64 (vacancies,): most referrals to each vacancy under the arm's own limits, all arms together.
    priority
        float64 (seekers,), > 0.
    policy
        The city's limits.
    seed
        Breaks ties between arms over a single place.

    Raises
    ------
    DataError
        There is not one arm a seeker, or an arm without a rule.
    """
    if len(arm) != edges.n_seekers or len(capacity) != len(rules) or not ((arm >= 0) & (arm < len(rules))).all():
        raise DataError(
            f"{len(arm)} arms of {edges.n_seekers} seekers, {len(rules)} rules, {len(capacity)} capacities",
            remedy="give each seeker an arm, and each arm a rule and its capacities",
        )
    arm_of_edge = np.repeat(arm, np.diff(edges.first_edge))
    wanted = np.array([np.bincount(edges.vacancy[arm_of_edge == a], minlength=edges.n_vacancies) for a in _arms(rules)])
    places = share_capacity(np.maximum.reduce(list(capacity)), wanted, seed)
    chosen, objective, bound = [], 0.0, 0.0
    price = np.zeros(edges.n_vacancies)
    for a, rule in enumerate(rules):
        own, numbers = _edges_of(edges, arm_of_edge == a)
        room = np.minimum(places[a], share_capacity(capacity[a], wanted, seed)[a])
        limits = rule.limits(policy)
        if rule.policy is ArmPolicy.PRICES:
            found = refer(own, headcount=headcount, capacity=room, priority=priority, policy=limits)
            chosen.append(numbers[found.chosen])
            price = found.price
            objective += found.allocation.objective
            bound += found.allocation.bound
        elif rule.policy is ArmPolicy.GREEDY:
            chosen.append(numbers[greedy(own, seeker_limit=limits.per_seeker, capacity=room)])
        else:
            chosen.append(numbers[_within(own, own_best(own, seeker_limit=limits.per_seeker), room)])
    if not any(rule.policy is ArmPolicy.PRICES for rule in rules):
        bound = np.inf  # nothing is proved of how near the best it is
    every = np.sort(np.concatenate(chosen))
    utility = utilities(edges, success_alone(edges), price, policy.per_seeker)
    seen = np.bincount(edges.vacancy[every], minlength=edges.n_vacancies) > 0
    could = (wanted.sum(axis=0) > 0) & (np.maximum.reduce(list(capacity)) > 0)
    return Referrals(
        chosen=every,
        price=price,
        utility=utility,
        allocation=Allocation(every, price, utility, objective, bound),
        unseen=int((could & ~seen).sum()),
    )


def share_capacity(capacity: Ints, candidates: Ints, seed: int) -> Ints:
    """Places of each arm at each vacancy, int64 (arms, vacancies): in proportion to candidates, largest remainders.

    They add up to the capacity wherever there is a candidate. Equal remainders are decided by lot, the same for the
    same seed, so that no arm always gets the odd place.

    Parameters
    ----------
    capacity
        int64 (vacancies,).
    candidates
        int64 (arms, vacancies).
    """
    total = candidates.sum(axis=0)
    whole, rest = np.divmod(capacity * candidates, np.maximum(total, 1))
    left = np.where(total > 0, capacity - whole.sum(axis=0), 0)
    order = np.lexsort((np.random.default_rng(seed).random(candidates.shape), -rest), axis=0)
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(candidates))[:, None], axis=0)
    return np.asarray(whole + (place < left), dtype=np.int64)


def _arms(rules: Sequence[ArmRule]) -> range:
    return range(len(rules))


def _edges_of(edges: CandidateEdges, mine: npt.NDArray[np.bool_]) -> tuple[CandidateEdges, Ints]:
    """The edges of one arm, seekers and vacancies under their own rows, and their numbers in the whole."""
    numbers = np.flatnonzero(mine)
    first = np.concatenate([[0], np.cumsum(mine)])[edges.first_edge].astype(np.int64)
    return CandidateEdges(first, edges.vacancy[numbers], edges.success[numbers], edges.n_vacancies), numbers


def _within(edges: CandidateEdges, chosen: Ints, capacity: Ints) -> Ints:
    """Of the edges `chosen`, at each vacancy as many as it has room for: the likeliest, ties to the lower seeker."""
    vacancy = edges.vacancy[chosen]
    order = np.lexsort((chosen, -edges.success[chosen], vacancy))
    ordered = vacancy[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return np.sort(chosen[order[place < capacity[ordered]]])
