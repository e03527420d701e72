"""The city's referrals under its policy: list lengths, who counts more, no vacancy unseen, a limit on each employer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError
from data.records import SeekerGroup
from data.reference.priority_groups import PriorityGroup
from matching.allocation import RELATIVE_ERROR, Allocation, allocate
from matching.diminishing_value import MarginalValue, marginal_value
from matching.referral_graph import edge_order
from matching.unallocated_referrals import best_edges, own_best

Floats = npt.NDArray[np.float64]
EARLY_ERROR = 2e-2
"""ε of the rounds before the last, as a share of the mean worth: they only tell how crowded everything will be."""


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
        bool of shape (edges,), in the order of the edges given.
    price
        float64 of shape (vacancies,), ≥ 0: the probability of success above which one more referral to the vacancy
        is worth making, to a seeker of average other chances; 0 where it takes nothing from anybody.
    utility
        float64 of shape (seekers,): Σ of the best L positive values of probability − price.
    allocation
        Of the last round, with its own objective, bound and prices.
    value
        The worths that the last round allocated by.
    unseen
        Vacancies with candidates and capacity that no allocation within the limits could have referred to as well.
    """

    chosen: npt.NDArray[np.bool_]
    price: Floats
    utility: Floats
    allocation: Allocation
    value: MarginalValue
    unseen: int


def refer(
    seeker: npt.NDArray[np.int32],
    vacancy: npt.NDArray[np.int32],
    success: npt.NDArray[np.floating[Any]],
    *,
    headcount: npt.NDArray[np.int64],
    capacity: npt.NDArray[np.int64],
    priority: Floats,
    policy: ReferralPolicy,
) -> Referrals:
    """Allocate referrals so that expected placements, each further one worth less, are most.

    Starts from everyone's own best candidates; each round allocates by the worth of referrals beside those of the
    round before (`matching.diminishing_value`).

    Parameters
    ----------
    seeker, vacancy, success
        Of shape (edges,), a pair once: rows, and the probability that the referral ends in a placement.
    headcount, capacity
        int64 of shape (vacancies,): openings, and most referrals (`referral_capacity`).
    priority
        float64 of shape (seekers,), > 0: how much a placement of this seeker counts (`priority_weights`).

    Raises
    ------
    DataError
        As `matching.allocation.allocate`.
    """
    order = edge_order(seeker, vacancy, len(priority), len(capacity))
    s, v, q = seeker[order], vacancy[order], success[order]
    picked = own_best(s, v, q, seeker_limit=policy.per_seeker) & (capacity[v] > 0)
    for round_ in range(policy.rounds):
        is_last = round_ == policy.rounds - 1
        value = marginal_value(s, v, q, picked, headcount=headcount, capacity=capacity, priority=priority)
        allocation = allocate(
            s, v, value.weight,
            seeker_limit=policy.per_seeker, capacity=capacity, n_seekers=len(priority),
            slot_cost=value.slot_cost, everyone_seen=policy.everyone_seen,
            relative_error=RELATIVE_ERROR if is_last else EARLY_ERROR,
        )  # fmt: skip
        picked = allocation.chosen
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order] = picked
    price = _price_of_success(allocation, value, s[picked])
    net = q - price[v]
    best = best_edges(s, v, net, policy.per_seeker, len(priority))
    could = np.bincount(v, minlength=len(capacity)) * (capacity > 0) > 0
    return Referrals(
        chosen=chosen,
        price=price,
        utility=np.maximum(np.append(net, 0.0)[best], 0.0).sum(axis=1),  # −1, no edge, is the 0 at the end
        allocation=allocation,
        value=value,
        unseen=int((could & (np.bincount(v[picked], minlength=len(capacity)) == 0)).sum()),
    )


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


def _price_of_success(allocation: Allocation, value: MarginalValue, referred: npt.NDArray[np.int32]) -> Floats:
    """The probability at which weight = price for a seeker whose α is the mean over those referred."""
    free = float(value.seeker_free[np.unique(referred)].mean()) if len(referred) else 1.0
    return np.asarray(np.maximum(0.0, allocation.price - value.replaced) / (free * value.opening_free))
