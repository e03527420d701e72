"""The classes that can serve an order: those that end in time, and new ones that would have to begin by a day.

A course serves an order if what it adds bears on the posts reserved (`course_effects`): it leads to a credential that
they require, or trains in their minor group. A new class is reckoned at the latest day on which it can begin, at the
place of work, with a seat for everybody needed. Chains of two courses are not offered: a seat in the first is no seat
in the second, and the order needs both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import COURSE_RUNS
from data.market import Market
from data.reference.districts import load_districts
from data.reference.training_completion import CompletionClass
from data.reference.training_policy import TrainingPolicy
from data.reference.training_prerequisites import Prerequisite
from training_recs.course_catalogue import Catalogue, build_catalogue
from training_recs.course_effects import Effects, TouchedVacancies, Vectors, touched_vacancies
from training_recs.training_orders.order_terms import OrderTerms

NEW_CLASS = "new:"
"""Before the course's identifier: a class that nobody has planned yet."""
_CALENDAR_DAYS = 7 / 5
"""Days of a class a teaching day, where the course has no run to tell it by: five teaching days a week."""
MOST_SEATS = 100_000


@dataclass(frozen=True)
class OrderCatalogue:
    """`catalogue` holds only runs, offers and effects that serve the order; `touched` only its vacancy.

    `is_new` bool (runs,): a class not planned yet. `courses` int32: rows of market_courses that bear on the posts at
    all; `earliest_end`: the first day on which training by any of them can end; None where there is no such course.
    `gives_requirement`: some of them give what the posts require, else they only train in the occupation.
    `chosen_is_open`: the run that the order has chosen can still be entered, and is the only one here.
    """

    catalogue: Catalogue
    touched: TouchedVacancies
    is_new: npt.NDArray[np.bool_]
    courses: npt.NDArray[np.int32]
    earliest_end: date | None
    gives_requirement: bool
    chosen_is_open: bool


def order_catalogue(
    market: Market, course_vectors: Vectors, course_runs: pd.DataFrame, terms: OrderTerms,
    *, policy: TrainingPolicy, prerequisites: Mapping[str, Prerequisite], completion: Sequence[CompletionClass],
) -> OrderCatalogue:  # fmt: skip
    """What can serve the order.

    Parameters
    ----------
    course_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's courses.
    course_runs
        A COURSE_RUNS table whose `seats` are those that are free.

    Raises
    ------
    DataError
        As `build_catalogue`.
    """
    courses = _courses_that_bear(market, course_vectors, terms.vacancy)
    identifiers = market.courses["course_id"].iloc[courses]
    planned = course_runs[course_runs["course_id"].isin(identifiers)]
    first_day = market.as_of + timedelta(days=policy.enrolment_lead_days)
    to_come = planned[(planned["starts_on"] >= pd.Timestamp(first_day)).to_numpy(bool)]
    days = _class_days(market, courses, planned)
    ends = [first_day + timedelta(days=int(length) - 1) for length in days.to_numpy()]
    ends += [day.date() for day in to_come["ends_on"]]
    in_time = to_come[(to_come["ends_on"] <= pd.Timestamp(terms.ready_by)).to_numpy(bool)]
    runs = in_time[((in_time["course_run_id"] == (terms.course_run_id or "")) & (in_time["seats"] > 0)).to_numpy(bool)]
    chosen_is_open = len(runs) > 0
    if not chosen_is_open:
        runs = pd.concat([in_time, _new_classes(market, days, terms)], ignore_index=True)
    built = build_catalogue(
        market, course_vectors, COURSE_RUNS.check(runs), policy=policy, prerequisites=prerequisites,
        completion=completion,
    )  # fmt: skip
    post = market.vacancies.iloc[[terms.vacancy]]
    touched = touched_vacancies(built.effects, post)
    single = built.offers["first_run"] < 0
    catalogue = _within(built, single & np.isin(built.offers["effect"], touched.effect))
    touched = touched_vacancies(catalogue.effects, post)
    return OrderCatalogue(
        catalogue=catalogue,
        touched=replace(touched, vacancy=np.full_like(touched.vacancy, terms.vacancy)),
        is_new=catalogue.runs["course_run_id"].str.startswith(NEW_CLASS).to_numpy(bool),
        courses=courses,
        earliest_end=min(ends, default=None),
        gives_requirement=_gives_requirement(market, courses, terms.vacancy, policy),
        chosen_is_open=chosen_is_open,
    )


def _courses_that_bear(market: Market, course_vectors: Vectors, vacancy: int) -> npt.NDArray[np.int32]:
    nothing = np.zeros(len(market.courses), dtype=np.float32)
    each = Effects(
        market.courses["credential_mask"].to_numpy(np.uint64), market.courses["occupation"].to_numpy(np.int16),
        nothing, nothing, course_vectors,
    )  # fmt: skip
    found = touched_vacancies(each, market.vacancies.iloc[[vacancy]])
    return np.sort(found.effect)


def _gives_requirement(market: Market, courses: npt.NDArray[np.int32], vacancy: int, policy: TrainingPolicy) -> bool:
    post, taught = market.vacancies.iloc[vacancy], market.courses.iloc[courses]
    leads_to = taught["credential_mask"].to_numpy(np.uint64) & np.uint64(post["credential_mask"])
    long_enough = taught["duration_days"].to_numpy() >= policy.replacing_days
    return bool(leads_to.any() or (post["experience_min_years"] > 0 and long_enough.any()))


def _class_days(market: Market, courses: npt.NDArray[np.int32], planned: pd.DataFrame) -> pd.Series[int]:
    """Calendar days of a class of each course, by identifier: as its runs have lasted, longest first."""
    table = market.courses.iloc[courses]
    reckoned = np.ceil(table["duration_days"].to_numpy() * _CALENDAR_DAYS).astype(np.int64)
    lasted = ((planned["ends_on"] - planned["starts_on"]).dt.days + 1).groupby(planned["course_id"]).max()
    known = lasted.reindex(table["course_id"]).to_numpy(dtype="float64", na_value=np.nan)
    days = np.where(np.isnan(known), reckoned, known).astype(np.int64)
    return pd.Series(days, index=table["course_id"])


def _new_classes(market: Market, days: pd.Series[int], terms: OrderTerms) -> pd.DataFrame:
    post = market.vacancies.iloc[terms.vacancy]
    district = int(post["district"])
    ends_on = pd.Timestamp(terms.ready_by)
    is_exact = float(post["place_radius_km"]) == 0
    return COURSE_RUNS.check(
        pd.DataFrame(
            {
                "course_run_id": [f"{NEW_CLASS}{course}" for course in days.index],
                "course_id": days.index,
                "starts_on": ends_on - pd.to_timedelta(days.to_numpy() - 1, unit="D"),
                "ends_on": ends_on,
                "seats": MOST_SEATS,
                "district_code": None if district < 0 else str(load_districts()["code"].iloc[district]),
                "longitude": float(post["longitude"]) if is_exact else None,
                "latitude": float(post["latitude"]) if is_exact else None,
            }
        )
    )


def _within(catalogue: Catalogue, kept: npt.NDArray[np.bool_]) -> Catalogue:
    """The catalogue with these offers only, and the effects that they have; all runs stay."""
    offers = catalogue.offers[kept].copy()
    effects, offers["effect"] = np.unique(offers["effect"], return_inverse=True)
    some = catalogue.effects
    return replace(
        catalogue,
        offers=offers,
        first_offer=np.searchsorted(offers["effect"], np.arange(len(effects) + 1)).astype(np.int64),
        effects=Effects(
            some.credentials[effects], some.occupation[effects], some.replaced_years[effects],
            some.counted_years[effects], some.vectors[effects],
        ),
    )  # fmt: skip
