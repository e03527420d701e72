"""The policies that are compared: each turns a month's market into referrals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from data.reference.priority_groups import load_priority_groups
from evaluation.simulation.month_market import MonthMarket, OpenCandidates, Pairs
from matching.allocation_policy import ReferralPolicy, priority_weights, refer, referral_capacity
from matching.candidate_edges import CandidateEdges
from matching.unallocated_referrals import own_best


class Policy(Protocol):
    """How people are referred. A further policy is a class with these four and an entry in `POLICIES`."""

    @property
    def name(self) -> str:
        """Identifier, in files and on the command line."""
        ...

    @property
    def zh(self) -> str:
        """Name shown."""
        ...

    @property
    def en(self) -> str:
        """Name shown."""
        ...

    def refer(self, market: MonthMarket) -> Pairs:
        """The referrals of a month: allowed pairs not referred before, at most `market.per_seeker` a person.

        Its answer depends on the market alone. What it may not do, the simulation refuses.
        """
        ...


@dataclass(frozen=True)
class Random:
    """Posts that the rules allow, by lot."""

    name: str = "random"
    zh: str = "抽签"
    en: str = "by lot"

    def refer(self, market: MonthMarket) -> Pairs:
        """`per_seeker` allowed posts by lot."""
        return market.first_by(np.zeros(len(market.vacancies), dtype=np.int64))


@dataclass(frozen=True)
class PostingOrder:
    """The newest posts that the rules allow, as job boards list them; those of one day by lot."""

    name: str = "posting_order"
    zh: str = "最新优先"
    en: str = "newest first"

    def refer(self, market: MonthMarket) -> Pairs:
        """`per_seeker` allowed posts of fewest days."""
        return market.first_by(market.days_open.astype(np.int64))


@dataclass(frozen=True)
class WordMatch:
    """Posts whose text shares most words with the person's, BM25."""

    name: str = "bm25"
    zh: str = "关键词"
    en: str = "BM25"

    def refer(self, market: MonthMarket) -> Pairs:
        """`per_seeker` posts of highest BM25."""
        return _first_of_each(market.worded, market.per_seeker)


@dataclass(frozen=True)
class Similarity:
    """Posts nearest in meaning by our embedder."""

    name: str = "similarity"
    zh: str = "语义相似"
    en: str = "similarity"

    def refer(self, market: MonthMarket) -> Pairs:
        """`per_seeker` posts of highest cosine."""
        return _first_of_each(market.similar, market.per_seeker)


@dataclass(frozen=True)
class RankerAlone:
    """Everyone's own best candidates by the two-sided ranker."""

    name: str = "ranker"
    zh: str = "各选最优"
    en: str = "ranker alone"

    def refer(self, market: MonthMarket) -> Pairs:
        """`per_seeker` candidates of highest score."""
        edges = market.edges
        return _pairs(edges, own_best(edges, seeker_limit=market.per_seeker))


@dataclass(frozen=True)
class RankerWithPrices:
    """The night's allocation: capacities, diminishing value, priority groups, prices."""

    name: str = "ranker_with_prices"
    zh: str = "统筹分配"
    en: str = "ranker, prices"
    limits: ReferralPolicy = field(default_factory=ReferralPolicy)

    def refer(self, market: MonthMarket) -> Pairs:
        """The referrals of `matching.allocation_policy.refer`, with its prices."""
        edges, n = market.edges, len(market.seekers)
        limits = ReferralPolicy(
            market.per_seeker, self.limits.per_opening, self.limits.everyone_seen, self.limits.employer_share,
            self.limits.rounds,
        )  # fmt: skip
        found = refer(
            edges, headcount=market.openings,
            capacity=referral_capacity(market.openings, market.employer, limits, n),
            priority=priority_weights(market.group_mask, load_priority_groups(), market.as_of), policy=limits,
        )  # fmt: skip
        return replace(_pairs(edges, found.chosen), price=found.price)


REFERENCE = RankerWithPrices()
"""What every other policy is compared with."""
POLICIES: tuple[Policy, ...] = (Random(), PostingOrder(), WordMatch(), Similarity(), RankerAlone(), REFERENCE)


def _first_of_each(candidates: OpenCandidates, limit: int) -> Pairs:
    place = np.arange(len(candidates.seeker)) - np.searchsorted(candidates.seeker, candidates.seeker)
    first = place < limit
    return Pairs(candidates.seeker[first], candidates.vacancy[first])


def _pairs(edges: CandidateEdges, chosen: npt.NDArray[np.int64]) -> Pairs:
    return Pairs(edges.seekers_of(chosen), edges.vacancy[chosen])
