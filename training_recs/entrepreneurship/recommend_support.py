"""Incubators and mentors for people who want to start; mentors for everybody at once, within their free places.

A mentor's places are few, so they are allocated like referrals (matching.allocation): the dual gives each mentor a
price, and every list is ranked by worth − price. One person at given prices sees what he sees among everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.errors import DataError
from data.reference.startup_support import StartupPolicy
from matching.allocation import allocate
from matching.candidate_edges import CandidateEdges
from training_recs.entrepreneurship.starters import Starters
from training_recs.entrepreneurship.support_worth import JudgedSupport, Vectors, judge_support

Prices = npt.NDArray[np.float64]
CANDIDATES = 200
"""Mentors that a person bids for, the best for him. With 50 of 2,000 most bid for the same, and half the places stay
empty."""
TURN = 7919
"""By how many places, a prime, the order of equal mentors is turned from one person to the next."""
BLOCK = 1000
"""Starters judged at a time: memory stays small however many there are."""

RECOMMENDED_SUPPORT = Table(
    "recommended_support",
    {
        "starter": Column("int32", "row of the starters; the table is sorted by it and by position", low=0),
        "position": Column("int32", "place in the list, from 1", low=1),
        "place": Column("int32", "row of the incubators or mentors", low=0),
        "worth": Column("float64", "how well it suits (support_worth): a convention, no probability", low=0, high=1),
        "price": Column("float64", "what one of its places is worth to others", low=0),
        "likeness": Column("float64", "nearness of the trade", low=0, high=1),
        "km": Column("float64", "straight line; NaN: not known, or online", nullable=True, low=0),
        "unknown": Column("uint16", "terms to ask about; bit = startup condition"),
    },
)


def recommend_support(judged: JudgedSupport, prices: Prices | None = None, *, limit: int) -> pd.DataFrame:
    """The best `limit` places of each starter, laid out as `RECOMMENDED_SUPPORT`; none of which a term fails.

    First those that are worth more to him than to others, by worth − price; then the rest by worth. Ties go to the
    lower row.

    Parameters
    ----------
    prices
        float64 (places,), ≥ 0; by default 0.

    Raises
    ------
    DataError
        There is not one price for each place.
    """
    m = judged.worth.shape[1]
    price = np.zeros(m) if prices is None else prices
    if len(price) != m:
        raise DataError(f"{len(price)} prices of {m} places", remedy="use the prices of these places, in their order")
    net = judged.worth - price
    # Worths are at most 1: those above their price come before all others.
    rank = np.where(judged.failed == 0, np.where(net > 0, 1.0 + net, judged.worth), -np.inf)
    order = np.argsort(-rank, axis=1, kind="stable")[:, :limit]
    starter, position = np.nonzero(np.take_along_axis(rank, order, axis=1) > -np.inf)
    place = order[starter, position]
    return RECOMMENDED_SUPPORT.check(
        pd.DataFrame(
            {
                "starter": starter, "position": position + 1, "place": place, "worth": judged.worth[starter, place],
                "price": price[place], "likeness": judged.likeness[starter, place], "km": judged.km[starter, place],
                "unknown": judged.unknown[starter, place],
            }
        )
    )  # fmt: skip


def _candidates(worth: npt.NDArray[np.float64], first: int) -> npt.NDArray[np.int64]:
    """The best mentors of each starter, int64 (starters, k). Of equal ones each begins elsewhere, so that all are bid
    for: people of one trade are alike to every mentor who is online."""
    n, m = worth.shape
    if m <= CANDIDATES:
        return np.tile(np.arange(m), (n, 1))
    turned = (np.arange(m) + (first + np.arange(n))[:, None] * TURN) % m
    order = np.argsort(-np.take_along_axis(worth, turned, axis=1), axis=1, kind="stable")[:, :CANDIDATES]
    return np.take_along_axis(turned, order, axis=1)


@dataclass(frozen=True)
class MentorAllocation:
    """`mentor` int32 (starters,): row of the mentor allocated, −1 none; `price` float64 (mentors,), in units of worth.

    `certificate`: at least this share of the most worth that any allocation to the mentors bid for has.
    """

    mentor: npt.NDArray[np.int32]
    price: Prices
    certificate: float


def allocate_mentors(
    starters: Starters, mentors: pd.DataFrame, starter_vectors: Vectors, mentor_vectors: Vectors, policy: StartupPolicy
) -> MentorAllocation:
    """At most one mentor for each starter and no more people than free places. Equal input gives equal output.

    Each starter bids for the `CANDIDATES` mentors that suit him best. Vectors and mentors as of `judge_support`.
    """
    n, m = len(starters), len(mentors)
    first, mentor, worth = [0], [np.empty(0, np.int32)], [np.empty(0)]
    for start in range(0, n, BLOCK):
        block = slice(start, start + BLOCK)
        judged = judge_support(starters.rows(block), mentors, starter_vectors[block], mentor_vectors, policy)
        best = np.sort(_candidates(judged.worth, start), axis=1)
        of_best = np.take_along_axis(judged.worth, best, axis=1)
        first += list(first[-1] + np.cumsum((of_best > 0).sum(axis=1)))
        mentor.append(best[of_best > 0].astype(np.int32))
        worth.append(of_best[of_best > 0])
    edges = CandidateEdges(np.array(first, dtype=np.int64), np.concatenate(mentor), np.concatenate(worth), m)
    found = allocate(edges, seeker_limit=1, capacity=mentors["places_free"].to_numpy(np.int64))
    chosen = np.full(n, -1, dtype=np.int32)
    chosen[np.searchsorted(edges.first_edge, found.chosen, side="right") - 1] = edges.vacancy[found.chosen]
    return MentorAllocation(chosen, np.maximum(found.price, 0.0), found.certificate)
