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
from matching.allocation import allocate
from matching.candidate_edges import CandidateEdges
from training_recs.entrepreneurship.support_worth import JudgedSupport

Prices = npt.NDArray[np.float64]

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
    """The best `limit` places of each starter by worth − price, laid out as `RECOMMENDED_SUPPORT`.

    None of which a term fails. Ties go to the lower row.

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
    net = np.where(judged.failed == 0, judged.worth - price, -np.inf)
    order = np.argsort(-net, axis=1, kind="stable")[:, :limit]
    starter, position = np.nonzero(np.take_along_axis(net, order, axis=1) > -np.inf)
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


@dataclass(frozen=True)
class MentorAllocation:
    """`mentor` int32 (starters,): row of the mentor allocated, −1 none; `price` float64 (mentors,), expected worth.

    `certificate`: at least this share of the most worth that any allocation has.
    """

    mentor: npt.NDArray[np.int32]
    price: Prices
    certificate: float


def allocate_mentors(judged: JudgedSupport, places_free: npt.NDArray[np.int64]) -> MentorAllocation:
    """At most one mentor for each starter and no more people than places. Equal input gives equal output.

    Raises
    ------
    DataError
        Places do not fit the mentors, or are negative.
    """
    starter, mentor = np.nonzero((judged.failed == 0) & (judged.worth > 0))
    n, m = judged.worth.shape
    edges = CandidateEdges(
        np.searchsorted(starter, np.arange(n + 1)).astype(np.int64),
        mentor.astype(np.int32),
        judged.worth[starter, mentor],
        m,
    )
    found = allocate(edges, seeker_limit=1, capacity=places_free)
    chosen = np.full(n, -1, dtype=np.int32)
    chosen[starter[found.chosen]] = mentor[found.chosen]
    return MentorAllocation(chosen, np.maximum(found.price, 0.0), found.certificate)
