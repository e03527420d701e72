"""The night's allocation of today's market, solved once without a project's posts and once with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.allocation_policy import ReferralPolicy, Referrals, refer, referral_capacity
from matching.candidate_edges import CandidateEdges
from training_recs.project_assessment.placement_chances import placement_chances
from training_recs.project_assessment.planned_market import Graphs, PlannedMarket

Floats = npt.NDArray[np.float64]
RESOLUTION = 5e-4
"""Share of all placements within which two allocations of nearly the same city differ by how they were found."""


@dataclass(frozen=True)
class Solved:
    """One allocation, and what becomes of it.

    Attributes
    ----------
    seeker, vacancy
        int32 of shape (referrals,): the pairs referred.
    success, chance
        float64 of shape (referrals,): probability that the referral succeeds where both sides are free, and
        that it ends in a placement.
    price
        float64 of shape (vacancies,): the probability of success above which one more referral is worth making.
    placed
        float64 of shape (seekers,): probability that each is placed at all.
    filled
        float64 of shape (vacancies,): openings expected to be filled.
    """

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    success: Floats
    chance: Floats
    price: Floats
    placed: Floats
    filled: Floats


@dataclass(frozen=True)
class WithAndWithout:
    """Both allocations over the same rows. `first_post`: vacancies from this row on are the project's."""

    without: Solved
    with_posts: Solved
    first_post: int

    @property
    def resolution(self) -> float:
        """Placements below which a difference between the two may be chance of the solver."""
        return RESOLUTION * float(self.without.filled.sum())

    @property
    def is_post(self) -> npt.NDArray[np.bool_]:
        """Referrals of `with_posts` that go to the project."""
        return np.asarray(self.with_posts.vacancy >= self.first_post)


def solve_both(planned: PlannedMarket, graphs: Graphs, *, policy: ReferralPolicy, priority: Floats) -> WithAndWithout:
    """Allocate today's market, then the same with the posts.

    A project without posts changes nothing: it is not solved a second time.

    Parameters
    ----------
    priority
        float64 of shape (seekers,), > 0: how much a placement of each counts (`priority_weights`).
    """
    headcount = planned.headcount
    employer = pd.factorize(planned.market.vacancies["employer_id"])[0]
    capacity = referral_capacity(headcount, employer, policy, len(planned.market.seekers))
    closed = capacity.copy()
    closed[planned.first_post :] = 0

    def solved(edges: CandidateEdges, most: npt.NDArray[np.int64]) -> Solved:
        found = refer(edges, headcount=headcount, capacity=most, priority=priority, policy=policy)
        return _outcome(edges, found, headcount)

    without = solved(graphs.without, closed)
    after = solved(graphs.with_posts, capacity) if planned.n_posts else without
    return WithAndWithout(without, after, planned.first_post)


def _outcome(edges: CandidateEdges, found: Referrals, headcount: npt.NDArray[np.int64]) -> Solved:
    chance = placement_chances(edges, found.chosen, headcount)
    seeker, vacancy = edges.seekers_of(found.chosen), edges.vacancy[found.chosen]
    return Solved(
        seeker,
        vacancy,
        edges.success[found.chosen].astype(np.float64),
        chance,
        found.price,
        placed=np.bincount(seeker, chance, minlength=edges.n_seekers).astype(np.float64),
        filled=np.bincount(vacancy, chance, minlength=edges.n_vacancies).astype(np.float64),
    )
