"""What a policy may know when it fills the classes that begin within the month: people, posts, prices, courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from data.market import Market
from data.reference.training_policy import TrainingPolicy
from data.reference.training_programmes import TrainingProgramme
from evaluation.simulation.month_market import MonthMarket
from matching.eligibility import seeker_records
from matching.retrieval import Vectors
from models.ranker import Ranker
from training_recs.course_catalogue import Catalogue
from training_recs.course_conditions import TraineeFacts, judge_courses

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Enrolments:
    """Seats given: `seeker` int32, places in the month's people, each once; `run` int32, rows of the catalogue's runs.

    `gain`: what the policy expects, placements within `horizon_days` of the seat's person more than without; NaN where
    it expects nothing in numbers. Both float64.
    """

    seeker: Ints
    run: Ints
    gain: npt.NDArray[np.float64]

    @classmethod
    def of(cls, seeker: npt.NDArray[np.integer], run: npt.NDArray[np.integer]) -> Enrolments:
        """Seats of which nothing is expected in numbers."""
        return cls(seeker.astype(np.int32), run.astype(np.int32), np.full(len(seeker), np.nan))


@dataclass(frozen=True)
class CourseMonth:
    """The people who seek and are not in class, and the runs that begin before the next month's day.

    Attributes
    ----------
    view
        The month as the policy of referrals sees it.
    market
        Its people and open posts, row for row, with the certificates gained so far; and the courses.
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market.
    prices
        Of the month's referrals by open post, float64 (vacancies,); zeros where the policy refers without.
    catalogue
        The runs that can be begun, of courses that lead to a certificate.
    programmes
        In force on the day.
    seats_used, seats_used_next_year
        Seats taken up so far that each programme pays for, in runs that begin in this calendar year and in the next.
    horizon_days
        int64 (seekers,): days until the person's registration ends, `policy.ranked_horizon_days` at most.
    """

    view: MonthMarket
    market: Market
    seeker_vectors: Vectors
    vacancy_vectors: Vectors
    ranker: Ranker
    prices: npt.NDArray[np.float64]
    catalogue: Catalogue
    policy: TrainingPolicy
    programmes: Sequence[TrainingProgramme]
    facts: TraineeFacts
    seats_used: Mapping[str, int]
    seats_used_next_year: Mapping[str, int]
    horizon_days: npt.NDArray[np.int64]

    @cached_property
    def may_take(self) -> npt.NDArray[np.bool_]:
        """Bool (seekers, runs): no condition of the run's course, taken by itself, fails for the person."""
        alone = self.catalogue.offers[self._alone]
        failed, _ = judge_courses(seeker_records(self.market.seekers), self.facts, alone, self.catalogue.places)
        return np.asarray(failed == 0)

    @cached_property
    def completion(self) -> npt.NDArray[np.float64]:
        """Usual probability of completing each run's course, float64 (runs,)."""
        return np.asarray(self.catalogue.offers["completion"][self._alone].astype(np.float64))

    @cached_property
    def gives(self) -> npt.NDArray[np.uint64]:
        """Credential masks of the runs' certificates, implied ones included, uint64 (runs,)."""
        courses = self.market.courses["credential_mask"].to_numpy(np.uint64)
        return np.asarray(courses[self.catalogue.runs["course"].to_numpy()])

    @cached_property
    def _alone(self) -> npt.NDArray[np.int64]:
        """Of each run the offer of its course by itself."""
        offers = self.catalogue.offers
        alone = np.flatnonzero(offers["first_run"] < 0)
        return np.asarray(alone[np.argsort(offers["run"][alone], kind="stable")])
