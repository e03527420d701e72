"""Who is sent to which course: the policies that are compared. Referrals are the same under all: ranker with prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.priority_groups import load_priority_groups
from evaluation.simulation.course_month import CourseMonth, Enrolments
from evaluation.simulation.eligible_pairs import are_eligible, eligible_bits
from evaluation.simulation.luck import Stream, luck
from evaluation.simulation.month_market import MonthMarket, Pairs
from evaluation.simulation.policies import REFERENCE, RankerWithPrices
from matching.allocation_policy import priority_weights
from training_recs.course_effects import minor_groups
from training_recs.course_value import ValueTerms, gains_of_offers, terms_of
from training_recs.recommend_courses import LEAST_VALUE, PROSPECTS, offer_values, recommend_courses
from training_recs.seat_allocation import allocate_seats
from training_recs.todays_options import options_of_run
from training_recs.uplift import UpliftSettings

GAPS_OF = 20
"""Posts nearest to a person whose requirements the search for gaps reads."""
_LISTED = 20
Floats = npt.NDArray[np.float64]


@runtime_checkable
class EnrolmentPolicy(Protocol):
    """A policy of referrals that also fills classes."""

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

    @property
    def held_back(self) -> float:
        """Share of those chosen who get no seat, by lot: against them the effect of training is measured."""
        ...

    def refer(self, market: MonthMarket) -> Pairs:
        """As `policies.Policy.refer`."""
        ...

    def enrol(self, month: CourseMonth) -> Enrolments:
        """The seats of the month's runs: nobody twice, no run beyond its seats, no condition broken.

        Its answer depends on the month alone. What it may not do, the simulation refuses.
        """
        ...


@dataclass(frozen=True)
class _SameReferrals:
    """What all of them share: people are referred by the night's allocation."""

    name: str
    zh: str
    en: str
    held_back: float = 0.0
    referrals: RankerWithPrices = REFERENCE

    def refer(self, market: MonthMarket) -> Pairs:
        """The referrals of `RankerWithPrices`."""
        return self.referrals.refer(market)


@dataclass(frozen=True)
class NoCourses(_SameReferrals):
    """Nobody is trained."""

    name: str = "no_training"
    zh: str = "不培训"
    en: str = "no training"

    def enrol(self, month: CourseMonth) -> Enrolments:  # noqa: ARG002
        """No seats."""
        return Enrolments.of(np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True)
class PopularCourses(_SameReferrals):
    """What most people want to work in is what they are trained in: each in turn by lot, while there are seats."""

    name: str = "popular_courses"
    zh: str = "热门课程"
    en: str = "popular courses"

    def enrol(self, month: CourseMonth) -> Enrolments:
        """Everyone the course, of those he may take, whose minor group most people want to work in."""
        group = minor_groups()
        wanted = month.market.seekers["desired_occupation"].to_numpy()
        wanting = np.bincount(group[wanted[wanted >= 0]], minlength=group.max(initial=0) + 1)
        occupation = month.market.courses["occupation"].to_numpy()[month.catalogue.runs["course"].to_numpy()]
        popularity = np.where(occupation >= 0, wanting[group[np.maximum(occupation, 0)]], 0)
        people = month.view.seekers
        turn = luck(month.view.seed, Stream.SEAT, month.view.month, people, np.zeros_like(people))
        seeker, run = np.nonzero(month.may_take)
        return _in_order(month, seeker, run, np.lexsort((run, -popularity[run], turn[seeker])))


@dataclass(frozen=True)
class NearestGaps(_SameReferrals):
    """What the posts nearest to a person ask for and he lacks: courses as most recommenders of skills choose them."""

    name: str = "nearest_gaps"
    zh: str = "缺什么补什么"
    en: str = "gap by similarity"

    def enrol(self, month: CourseMonth) -> Enrolments:
        """To each person the course that gives what most of the posts nearest to him lack him for, by similarity.

        Only posts count that no rule but that of credentials forbids. Seats go to the largest gaps.
        """
        gap = _gaps(month)
        seeker, run = np.nonzero(month.may_take & (gap > 0))
        return _in_order(month, seeker, run, np.lexsort((run, seeker, -gap[seeker, run])))


@dataclass(frozen=True)
class Uplift(_SameReferrals):
    """Courses by what they change, seats by allocation: what the service recommends; `priced`: at current prices."""

    name: str = "uplift_with_prices"
    zh: str = "按作用（计价格）"
    en: str = "uplift, prices"
    priced: bool = True

    def enrol(self, month: CourseMonth) -> Enrolments:
        """As `seats`."""
        chosen = self.seats(month)
        seeker, run = (chosen[side].to_numpy(np.int32) for side in ("seeker", "run"))
        return Enrolments(seeker, run, chosen["gain"].to_numpy(np.float64))

    def seats(self, month: CourseMonth) -> pd.DataFrame:
        """Those that `training_recs.seat_allocation` gives: its `SEATED`, and of each what was known of the person.

        That is his `gain`, within the days that are left to him, his `PROSPECTS`, and the city's `usual_rate`. In these
        cities people are gone when their registration ends, which is known; so the value of a course is taken within
        the days that are left, too, not within `ranked_horizon_days` for everyone.
        """
        view, market = month.view, month.market
        prices = month.prices if self.priced else np.zeros(len(market.vacancies))
        today = options_of_run(view.edges, prices)
        settings = UpliftSettings(view.per_seeker, profile_share=month.policy.profile_share)
        terms = terms_of(month.policy, today.mean_prospects(settings.referrals, prices))
        recommended = recommend_courses(
            market, month.seeker_vectors, month.vacancy_vectors, month.ranker, prices, today, month.catalogue, terms,
            limit=_LISTED, settings=settings, facts=month.facts, threads=1,
        ).courses  # fmt: skip
        values = offer_values(market, recommended, month.catalogue, terms, month.facts)
        known = recommended[[*PROSPECTS]].iloc[values["row"]].reset_index(drop=True)
        values = pd.concat([values, known], axis=1).assign(usual_rate=terms.usual.rate)
        values["gain"], missed = _gains(month, values, terms)
        values["value"] -= missed
        values = values[(values["value"] >= LEAST_VALUE) & (values["gain"] > 0)]
        priority = priority_weights(view.group_mask, load_priority_groups(), view.as_of)
        seated = allocate_seats(
            market, values, month.catalogue, programmes=month.programmes, priority=priority, used=month.seats_used,
            used_next_year=month.seats_used_next_year,
        ).seated  # fmt: skip
        return seated.merge(
            values[["seeker", "offer", "gain", *PROSPECTS, "usual_rate"]], on=["seeker", "offer"], how="left",
            validate="one_to_one",
        )  # fmt: skip


NONE, POPULAR, GAPS = NoCourses(), PopularCourses(), NearestGaps()
UNPRICED = Uplift("uplift_without_prices", "按作用（不计价格）", "uplift, no prices", priced=False)
OURS = Uplift()
TRIAL = Uplift("uplift_trial", "按作用，半数抽签暂缓", "uplift, half held back by lot", held_back=0.5)
"""Measures the effect of training as an experiment does; with half of the seats empty it is no policy to compare."""
ENROLMENT_POLICIES: tuple[EnrolmentPolicy, ...] = (NONE, POPULAR, GAPS, UNPRICED, OURS, TRIAL)


def _gaps(month: CourseMonth) -> Floats:
    """Σ similarity of the nearest posts that ask for what the run gives and the person lacks, (seekers, runs)."""
    every = np.uint64(2**64 - 1)
    relaxed = month.market.seekers.assign(credential_mask=every, credentials_complete=True)
    bits = eligible_bits(replace(month.market, seekers=relaxed))
    held = month.market.seekers["credential_mask"].to_numpy(np.uint64)
    asked = month.market.vacancies["credential_mask"].to_numpy(np.uint64)
    found = np.zeros((len(held), len(month.gives)))
    nearest = min(GAPS_OF, len(asked))
    vacancy = np.arange(len(asked), dtype=np.int32)
    for i in range(len(held) if nearest else 0):
        similarity = month.vacancy_vectors @ month.seeker_vectors[i]
        similarity[~are_eligible(bits, np.full(len(asked), i, dtype=np.int32), vacancy)] = -1.0
        near = np.argpartition(-similarity, nearest - 1)[:nearest]
        lacking = asked[near] & ~held[i]
        closes = (lacking[:, None] & month.gives != 0) & (lacking[:, None] & ~month.gives == 0)
        found[i] = np.maximum(similarity[near], 0.0) @ closes
    return found


def _gains(month: CourseMonth, values: pd.DataFrame, terms: ValueTerms) -> tuple[Floats, Floats]:
    """Of each row of `offer_values`, `PROSPECTS` beside, the person's own gain within the days that he has; and how
    much less the city's is within these than within those that courses are ranked by.
    """
    prospects = [values[name].to_numpy() for name in PROSPECTS]
    offers = month.catalogue.offers[values["offer"].to_numpy()]
    left = month.horizon_days[values["seeker"].to_numpy()].astype(np.float64)
    within = gains_of_offers(*prospects, offers, left, terms)
    ranked = gains_of_offers(*prospects, offers, np.full(len(values), terms.ranked_days), terms)
    return within[:, 1], ranked[:, 0] - within[:, 0]


def _in_order(
    month: CourseMonth, seeker: npt.NDArray[np.int64], run: npt.NDArray[np.int64], order: npt.NDArray[np.int64]
) -> Enrolments:
    """First come, first served: of the wishes (seeker, run) in this order those that find a seat, a person once."""
    left = month.catalogue.runs["seats"].tolist()
    seated: dict[int, int] = {}
    for s, r in zip(seeker[order].tolist(), run[order].tolist(), strict=True):
        if s not in seated and left[r] > 0:
            seated[s] = r
            left[r] -= 1
    return Enrolments.of(np.array([*seated], dtype=np.int32), np.array([*seated.values()], dtype=np.int32))
