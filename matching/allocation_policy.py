"""The city's referrals under its policy: list lengths, who counts more, no vacancy unseen, a limit on each employer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError, DataError
from data.records import SeekerGroup
from data.reference.priority_groups import PriorityGroup
from matching.allocation import RELATIVE_ERROR, Allocation, WorthScale, allocate, worth_scale
from matching.candidate_edges import CandidateEdges
from matching.diminishing_value import MarginalValue, marginal_value
from matching.dual_prices import utilities
from matching.labour_markets import market_parts
from matching.referral_graph import EdgeWorth, edges_by_vacancy, success_alone
from matching.unallocated_referrals import own_best

Floats = npt.NDArray[np.float64]
EARLY_ERROR = 2e-2
"""ε of the rounds before the last, as a share of the mean worth: they only tell how crowded everything will be."""
MOST_EDGES_AT_ONCE = 500_000_000
"""Edges that are allocated at once: with 16 bytes an edge, 8 GB."""


@dataclass(frozen=True)
class ReferralPolicy:
    """What the city allows and wants.

    `per_seeker` (L) and `per_opening` (R): most referrals of each. `everyone_seen`: as many vacancies as possible
    that have a candidate receive a referral. `employer_share`: no employer receives more than this share of all
    the referrals that lists have room for, 0 to 1, save one for each of his vacancies. `rounds`: how often the
    worth of referrals is taken anew from those last allocated.
    """

    per_seeker: int = 3
    per_opening: int = 8
    everyone_seen: bool = True
    employer_share: float = 0.1
    rounds: int = 3

    def __post_init__(self) -> None:
        if min(self.per_seeker, self.per_opening, self.rounds) < 1 or not 0 < self.employer_share <= 1:
            raise ConfigurationError(
                f"{self.per_seeker} referrals a seeker, {self.per_opening} an opening, {self.rounds} rounds, "
                f"{self.employer_share} of all for one employer",
                remedy="at least 1 of each, and a share above 0 and not above 1",
            )


@dataclass(frozen=True)
class Referrals:
    """The referrals of a run, with prices and utilities in the units of a candidate's probability of placement.

    Attributes
    ----------
    chosen
        int64 of shape (referrals,): numbers of the edges referred, rising.
    price
        float64 of shape (vacancies,), ≥ 0: the probability of success above which one more referral to the vacancy
        is worth making, to a seeker of average other chances; 0 where it takes nothing from anybody.
    utility
        float64 of shape (seekers,): Σ of the best L positive values of probability − price.
    allocation
        Of the last round, with its own objective, bound and prices.
    unseen
        Vacancies with candidates and capacity that no allocation within the limits could have referred to as well.
    """

    chosen: npt.NDArray[np.int64]
    price: Floats
    utility: Floats
    allocation: Allocation
    unseen: int


def refer(
    edges: CandidateEdges,
    *,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    priority: Floats,
    policy: ReferralPolicy,
    most_edges: int = MOST_EDGES_AT_ONCE,
) -> Referrals:
    """Allocate referrals so that expected placements, each further one worth less, are most.

    Starts from everyone's own best candidates; each round allocates by the worth of referrals beside those of the
    round before (`matching.diminishing_value`). A graph of more than `most_edges` is allocated one group of labour
    markets after another, as far as it consists of several (`matching.labour_markets`); that changes no referral.

    Parameters
    ----------
    edges
        Success is the probability that the referral ends in a placement.
    headcount, capacity
        int64 of shape (vacancies,): openings, and most referrals (`referral_capacity`).
    priority
        float64 of shape (seekers,), > 0: how much a placement of this seeker counts (`priority_weights`).

    Raises
    ------
    DataError
        A capacity is negative, or there is not one of each for each seeker and vacancy.
    """
    n_vacancies = edges.n_vacancies
    if len(priority) != edges.n_seekers or not len(headcount) == len(capacity) == n_vacancies:
        raise DataError(
            f"{len(priority)} priorities, {len(headcount)} headcounts and {len(capacity)} capacities of "
            f"{edges.n_seekers} seekers and {n_vacancies} vacancies",
            remedy="give one of each",
        )
    scale = worth_scale(edges, EdgeWorth(priority, np.ones(n_vacancies), np.zeros(n_vacancies)))
    chosen, objective, bound = [], 0.0, 0.0
    price, utility, seeker_free = np.zeros(n_vacancies), np.zeros(edges.n_seekers), np.ones(edges.n_seekers)
    opening_free, added = np.ones(n_vacancies), np.zeros(n_vacancies)
    for part in market_parts(edges, most_edges):
        s, v = part.seekers, part.vacancies
        allocation, value = _allocate_in_rounds(part.edges, headcount[v], capacity[v], priority[s], policy, scale)
        chosen.append(part.numbers_in_whole(allocation.chosen))
        price[v], utility[s], seeker_free[s] = allocation.price, allocation.utility, value.seeker_free
        opening_free[v], added[v] = value.worth.of_vacancy, value.worth.added
        objective += allocation.objective
        bound += allocation.bound
        del part, allocation, value  # before the next part is copied
    whole = Allocation(np.sort(np.concatenate(chosen)), price, utility, objective, bound)
    is_referred = np.diff(np.searchsorted(whole.chosen, edges.first_edge)) > 0
    free = float(seeker_free[is_referred].mean()) if is_referred.any() else 1.0
    # The probability at which weight = price for a seeker whose α is the mean over those referred.
    price_of_success = np.maximum(0.0, price - added) / (free * opening_free)
    could = (edges.candidates_of_vacancies() > 0) & (capacity > 0)
    seen = np.bincount(edges.vacancy[whole.chosen], minlength=n_vacancies) > 0
    return Referrals(
        chosen=whole.chosen,
        price=price_of_success,
        utility=utilities(edges, success_alone(edges), price_of_success, policy.per_seeker),
        allocation=whole,
        unseen=int((could & ~seen).sum()),
    )


def _allocate_in_rounds(
    edges: CandidateEdges,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    priority: Floats,
    policy: ReferralPolicy,
    scale: WorthScale,
) -> tuple[Allocation, MarginalValue]:
    """The last round's allocation, and the worths that it allocated by."""
    at_vacancy = edges_by_vacancy(edges)
    slots = np.minimum(capacity, np.diff(at_vacancy.first))
    chosen = own_best(edges, seeker_limit=policy.per_seeker)
    chosen = chosen[slots[edges.vacancy[chosen]] > 0]

    def one_round(error: float) -> tuple[Allocation, MarginalValue]:
        value = marginal_value(edges, chosen, headcount=headcount, capacity=slots, priority=priority)
        allocation = allocate(
            edges, seeker_limit=policy.per_seeker, capacity=slots, worth=value.worth, slot_cost=value.slot_cost,
            everyone_seen=policy.everyone_seen, relative_error=error, scale=scale, at_vacancy=at_vacancy,
        )  # fmt: skip
        return allocation, value

    for _ in range(policy.rounds - 1):  # nothing else of a round is kept while the next one runs
        chosen = one_round(EARLY_ERROR)[0].chosen
    return one_round(RELATIVE_ERROR)


def referral_capacity(
    headcount: npt.NDArray[np.int64], employer: npt.NDArray[np.integer[Any]], policy: ReferralPolicy, n_seekers: int
) -> npt.NDArray[np.int64]:
    """Most referrals to each vacancy, int64 of shape (vacancies,): R an opening, employers held to their share.

    An employer's referrals are divided among his vacancies as their openings are, by largest remainders (ties to
    the lower row), at least one each: what he can receive in all never depends on who comes.

    Parameters
    ----------
    employer
        Of shape (vacancies,): number of the employer, from 0.
    """
    capacity = headcount * policy.per_opening
    most = max(1, int(policy.employer_share * policy.per_seeker * n_seekers))
    wanted = np.bincount(employer, weights=capacity)[employer] if len(employer) else np.empty(0)
    rows = np.flatnonzero(wanted > most)
    rows = rows[np.argsort(employer[rows], kind="stable")]
    for mine in np.split(rows, np.flatnonzero(np.diff(employer[rows])) + 1) if len(rows) else []:
        spare = max(0, most - len(mine))
        exact = spare * capacity[mine] / capacity[mine].sum()
        share = np.floor(exact).astype(np.int64)
        largest = np.argsort(-(exact - share), kind="stable")[: spare - share.sum()]
        share[largest] += 1
        capacity[mine] = np.minimum(capacity[mine], 1 + share)
    return capacity


def priority_weights(
    group_mask: npt.NDArray[np.uint16], groups: Iterable[PriorityGroup], as_of: date
) -> npt.NDArray[np.float64]:
    """How much a placement of each seeker counts on `as_of`, float64 of shape (seekers,): of his groups the most.

    Weights enter what a referral is worth and nothing else: no rule, limit or capacity depends on them.

    Parameters
    ----------
    group_mask
        uint16 of shape (seekers,), bit = order in `SeekerGroup`.
    """
    bit_of = {group: bit for bit, group in enumerate(SeekerGroup)}
    weights = np.ones(len(group_mask))
    for group in groups:
        if group.in_force(as_of):
            inside = (group_mask >> bit_of[group.group]) & 1 == 1
            weights[inside] = np.maximum(weights[inside], group.weight)
    return weights
