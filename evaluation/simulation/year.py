"""The loop of months: people are referred, hired, leave and return; openings fill and open again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.errors import DataError
from evaluation.match_run.expected_placements import normalised_entropy
from evaluation.simulation.course_year import CourseYear
from evaluation.simulation.eligible_pairs import are_eligible
from evaluation.simulation.enrolment_policies import EnrolmentPolicy
from evaluation.simulation.month_candidates import MonthCandidates
from evaluation.simulation.month_market import MonthMarket, Pairs
from evaluation.simulation.month_outcome import STARTS, starts_of_month
from evaluation.simulation.policies import Policy
from evaluation.simulation.simulated_city import SimulatedCity
from matching.allocation_policy import ReferralPolicy, referral_capacity

Ints = npt.NDArray[np.int32]
_NOBODY = -1

MONTHS = Table(
    "months",
    {
        "month": Column("int32", "from 0", low=0),
        "seekers": Column("int32", "registered and without work", low=0),
        "vacancies": Column("int32", "advertised, with openings left", low=0),
        "openings": Column("int32", "left", low=0),
        "referrals": Column("int32", "made", low=0),
        "beyond_capacity": Column("int32", "of them, more than the night would allow the post", low=0),
        "exposure_entropy": Column("float64", "of referrals over the open posts ÷ its maximum", low=0, high=1.0001),
    },
)
REFERRALS = Table(
    "referrals",
    {
        "seeker": Column("int32", "row of the year's seekers", low=0),
        "vacancy": Column("int32", "row of the year's vacancies", low=0),
        "month": Column("int32", "from 0", low=0),
    },
)


@dataclass(frozen=True)
class Arm:
    """A policy and whom it refers: bool (seekers of the year,)."""

    policy: Policy
    members: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class YearOutcome:
    """What a year came to: tables `STARTS`, `MONTHS`, `REFERRALS`; openings offered, those opened again included."""

    starts: pd.DataFrame
    months: pd.DataFrame
    referrals: pd.DataFrame
    openings_offered: int


def simulate_year(
    city: SimulatedCity,
    month_of: Callable[[int], MonthCandidates],
    arms: Sequence[Arm],
    *,
    seed: int,
    limits: ReferralPolicy | None = None,
    courses: CourseYear | None = None,
) -> YearOutcome:
    """Run a year in which each arm's policy refers its members; everybody meets the same posts.

    On each of `city.month_days` those seek who are registered and hold no job, for the openings that are left at
    posts still advertised. A referral succeeds where the pair's luck in that month is below both true probabilities;
    successes are taken up in an order by lot: a person takes his first, a post hires until it is full. Work starts
    within the month, and ends after a time that the true hazard and the pair's luck give; then the person is back, if
    still registered, and the opening is, if still advertised.

    Parameters
    ----------
    month_of
        Candidates of a month; `seekers` and `vacancies` are all whose days include the month's day.
    arms
        Each seeker is in at most one of them.
    limits
        What referrals beyond capacity are counted by, and how many a person may get. Default: the night's.
    courses
        The year's classes, which the policies fill after they referred (`EnrolmentPolicy`); None: there are none.

    Raises
    ------
    DataError
        A policy broke a hard rule, referred a pair again, or a person too often; or somebody is in two arms.
    """
    if np.sum([arm.members for arm in arms], axis=0).max(initial=0) > 1:
        raise DataError("a seeker is in two arms", remedy="divide the seekers among the arms")
    limits = limits or ReferralPolicy()
    busy_until = np.full(city.n_seekers, -1, dtype=np.int64)
    already = np.full((city.n_seekers, limits.per_seeker * len(city.month_days)), _NOBODY, dtype=np.int32)
    is_seen = np.zeros(city.n_vacancies, dtype=bool)
    none = np.empty(0, dtype=np.int32)
    starts = [STARTS.empty()]
    referrals, months, reopened, day_before = [REFERRALS.empty()], [], 0, -1
    for month, day in enumerate(city.month_days):
        candidates, now = month_of(month), city
        if courses is not None:
            now, candidates, register = courses.begin(month, candidates)
        begun = pd.concat(starts)
        held = np.bincount(begun["vacancy"][begun["leave_day"] > day], minlength=city.n_vacancies)
        left = begun["vacancy"][(begun["leave_day"] > day_before) & (begun["leave_day"] <= day)].to_numpy()
        reopened += int(np.isin(left, candidates.vacancies).sum())
        is_seen[candidates.vacancies] = True
        openings = (city.headcount - held)[candidates.vacancies]
        free = busy_until[candidates.seekers] <= day
        if courses is not None:
            free &= ~courses.in_class(day)[candidates.seekers]
        views = [
            _view(city, candidates, free & arm.members[candidates.seekers], openings, already, month, seed, limits)
            for arm in arms
        ]
        made_by = [_checked(arm.policy, view) for arm, view in zip(arms, views, strict=True)]
        rows = [
            (view.seekers[one.seeker], view.vacancies[one.vacancy]) for view, one in zip(views, made_by, strict=True)
        ]
        seeker, vacancy = (np.concatenate([none, *(part[side] for part in rows)]) for side in range(2))
        _remember(already, seeker, vacancy)
        made = starts_of_month(now, seeker, vacancy, openings, candidates.vacancies, month, seed)
        busy_until[made["seeker"]] = made["leave_day"]
        if courses is not None:
            started = made["seeker"].to_numpy()
            for arm, view, pairs in zip(arms, views, made_by, strict=True):
                courses.enrol(cast(EnrolmentPolicy, arm.policy), view, register, started, prices=pairs.price)
        starts.append(made)
        referrals.append(pd.DataFrame({"seeker": seeker, "vacancy": vacancy, "month": np.int32(month)}))
        months.append(_month_row(city, candidates, views, openings, vacancy, month, limits))
        day_before = day
    return YearOutcome(
        starts=STARTS.check(pd.concat(starts)),
        months=MONTHS.check(pd.DataFrame(months)),
        referrals=REFERRALS.check(pd.concat(referrals)),
        openings_offered=int(city.headcount[is_seen].sum()) + reopened,
    )


def _view(
    city: SimulatedCity, candidates: MonthCandidates, chosen: npt.NDArray[np.bool_], openings: npt.NDArray[np.int64],
    already: Ints, month: int, seed: int, limits: ReferralPolicy,
) -> MonthMarket:  # fmt: skip
    places, open_places = (np.flatnonzero(mask).astype(np.int32) for mask in (chosen, openings > 0))
    seekers, vacancies = candidates.seekers[places], candidates.vacancies[open_places]
    day = city.month_days[month]
    return MonthMarket(
        as_of=city.as_of + timedelta(days=day), month=month, seed=seed, per_seeker=limits.per_seeker,
        seekers=seekers, vacancies=vacancies, openings=openings[open_places],
        employer=np.unique(city.employer[vacancies], return_inverse=True)[1].astype(np.int64),
        group_mask=city.group_mask[seekers], days_open=day - city.vacancy_first[vacancies],
        already=already[seekers, : limits.per_seeker * month],
        seeker_places=places, vacancy_places=open_places, candidates=candidates,
    )  # fmt: skip


def _checked(policy: Policy, market: MonthMarket) -> Pairs:
    """The policy's referrals, if it kept to what is allowed."""
    pairs = policy.refer(market)
    wrong = {
        "break a hard rule": ~are_eligible(
            market.candidates.bits, market.seeker_places[pairs.seeker], market.vacancy_places[pairs.vacancy]
        ),
        "were made before": _is_repeated(market, pairs),
        "are beyond what a person gets": np.bincount(pairs.seeker, minlength=1)[pairs.seeker] > market.per_seeker,
    }
    for what, rows in wrong.items():
        if rows.any():
            raise DataError(
                f"policy {policy.name}, month {market.month}: {rows.sum()} referrals {what}",
                remedy="a policy refers allowed pairs, each once, and no more than per_seeker a person",
            )
    return pairs


def _is_repeated(market: MonthMarket, pairs: Pairs) -> npt.NDArray[np.bool_]:
    before = (market.already[pairs.seeker] == market.vacancies[pairs.vacancy][:, None]).any(axis=1)
    key = pairs.seeker.astype(np.int64) * len(market.vacancies) + pairs.vacancy
    again = np.ones(len(key), dtype=bool)
    again[np.unique(key, return_index=True)[1]] = False
    return np.asarray(before | again)


def _remember(already: Ints, seeker: Ints, vacancy: Ints) -> None:
    """Note the month's referrals in each person's next free places."""
    order = np.argsort(seeker, kind="stable")
    s, v = seeker[order], vacancy[order]
    place = np.arange(len(s)) - np.searchsorted(s, s) + (already[s] != _NOBODY).sum(axis=1)
    already[s, place] = v


def _month_row(
    city: SimulatedCity, candidates: MonthCandidates, views: Sequence[MonthMarket], openings: npt.NDArray[np.int64],
    vacancy: Ints, month: int, limits: ReferralPolicy,
) -> dict[str, object]:  # fmt: skip
    is_open = openings > 0
    rows, seekers = candidates.vacancies[is_open], sum(len(view.seekers) for view in views)
    received = np.bincount(vacancy, minlength=city.n_vacancies)[rows]
    employer = np.unique(city.employer[rows], return_inverse=True)[1].astype(np.int64)
    capacity = referral_capacity(openings[is_open], employer, limits, seekers)
    return {
        "month": month,
        "seekers": seekers,
        "vacancies": len(rows),
        "openings": int(openings[is_open].sum()),
        "referrals": len(vacancy),
        "beyond_capacity": int(np.maximum(received - capacity, 0).sum()),
        "exposure_entropy": normalised_entropy(received),
    }
