"""Courses for a seeker by what they would change for him, and whether to take one at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.market import Market
from models.ranker import Ranker
from training_recs.uplift import UpliftSettings, credential_uplift

LEAST_UPLIFT = 1e-4
"""Expected placements; less is within what the ranker cannot tell apart."""


@dataclass(frozen=True)
class CourseRecommendation:
    """A course (row of the market's courses), its uplift and the vacancies (rows) that it opens."""

    course: int
    uplift: float
    opened: tuple[int, ...]


def recommend_courses(
    market: Market,
    seeker_vector: npt.NDArray[np.float32],
    vacancy_vectors: npt.NDArray[np.float32],
    ranker: Ranker,
    prices: npt.NDArray[np.float64],
    *,
    limit: int,
    settings: UpliftSettings | None = None,
) -> list[CourseRecommendation]:
    """The best courses for the only seeker of `market`; an empty list says: no course, apply now.

    Considered are courses that lead to a credential he is not known to hold, have seats in runs to come, and
    whose schooling he has (or may have, where his is not known). Ties go to the shorter, then the cheaper.
    Courses without a credential are left out: what they change cannot be measured yet.
    """
    seeker = market.seekers.iloc[0]
    courses = market.courses
    adds = courses["credential_mask"].to_numpy(np.uint64) & ~np.uint64(seeker["credential_mask"])
    schooled = (courses["education_min"] <= seeker["education_level"]) | (seeker["education_level"] < 0)
    rows = np.flatnonzero((adds != 0) & (courses["seats"] > 0).to_numpy() & schooled.to_numpy())
    uplifts = credential_uplift(
        market, seeker_vector, vacancy_vectors, ranker, prices, adds[rows], settings or UpliftSettings()
    )
    found = [
        CourseRecommendation(int(row), uplift.value, uplift.opened)
        for row, uplift in zip(rows, uplifts, strict=True)
        if uplift.value >= LEAST_UPLIFT
    ]
    days = courses["duration_days"].to_numpy()
    cost = (courses["fee_cny"] - courses["subsidy_cny"]).to_numpy()
    return sorted(found, key=lambda c: (-c.uplift, days[c.course], cost[c.course], c.course))[:limit]
