"""Start-up courses for people who want to start: the ladder GYB → SYB → IYB / EYB by the stage of the business.

What a start-up course changes is not known (no outcomes of start-ups are recorded), so no uplift is reckoned: courses
are ordered by the ladder, then by what the person pays, then by the day on which they begin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.market import Market
from data.reference.startup_support import course_step, load_course_steps
from data.reference.training_completion import CompletionClass
from data.reference.training_policy import TrainingPolicy
from data.reference.training_prerequisites import Prerequisite
from matching.eligibility import seeker_records
from models.pair_features import distance_km
from training_recs.course_catalogue import offered_runs, run_places
from training_recs.course_conditions import TraineeFacts, judge_courses
from training_recs.course_offers import course_terms, make_offers
from training_recs.entrepreneurship.starters import STAGES, Starters

Numbers = npt.NDArray[Any]
_PLACE = ("longitude", "latitude")

STARTUP_COURSES = Table(
    "startup_courses",
    {
        "starter": Column("int32", "row of the starters; the table is sorted by it and by position", low=0),
        "position": Column("int32", "place in the list, from 1", low=1),
        "course": Column("int32", "row of market_courses", low=0),
        "run": Column("int32", "row of the runs offered", low=0),
        "step": Column("int32", "row of the ladder's steps", low=0),
        "place": Column("int32", "how early it comes at this stage, from 1; at an unknown stage at any", low=1),
        "fee_cny": Column("float64", "what the person pays, less the subsidy where he is entitled to it, CNY", low=0),
        "travel_cny": Column("float64", "there and back on every teaching day, CNY; 0 where it is not known", low=0),
        "km": Column("float64", "to the class, straight line; NaN: not known", nullable=True, low=0),
        "unknown": Column("uint16", "conditions to ask about; bit = condition of training"),
    },
)


def startup_courses(
    starters: Starters,
    courses: Market,
    course_runs: pd.DataFrame,
    subsidised: npt.NDArray[np.bool_],
    *,
    policy: TrainingPolicy,
    prerequisites: Mapping[str, Prerequisite],
    completion: Sequence[CompletionClass],
    limit: int,
    facts: TraineeFacts | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The best run of each start-up course for each starter, at most `limit`, laid out as `STARTUP_COURSES`.

    Parameters
    ----------
    courses
        A market whose courses these are.
    course_runs
        A COURSE_RUNS table.
    facts
        Row for row with the starters; by default nothing is known.
    subsidised
        bool (starters,): entitled to the subsidy of start-up training beyond question.

    Returns
    -------
    The table, and the runs (OFFERED_RUNS) that it refers to.

    Raises
    ------
    DataError
        As `offered_runs`.
    """
    steps = load_course_steps()
    step_of = [course_step(title) for title in courses.courses["title"]]
    is_startup = np.array([step is not None for step in step_of], dtype=bool)
    runs, _ = offered_runs(courses, is_startup, course_runs, policy)
    terms = [
        course_terms(row, one, prerequisites, completion)
        for row, one in enumerate(courses.courses.itertuples(index=False))
    ]
    offers, _ = make_offers(courses, terms, runs, policy)
    offers = offers[offers["first_course"] < 0]  # alone, at each of the runs in their order
    course = runs["course"].to_numpy(np.int64)
    step = np.array([steps.index(one) if one is not None else -1 for one in step_of], dtype=np.int64)[course]
    failed, unknown = judge_courses(
        seeker_records(starters.seekers), facts or TraineeFacts.nothing_known(len(starters)), offers, run_places(runs)
    )
    rows = [
        _of_one(starters, number, runs, offers, step, failed[number], unknown[number], bool(entitled), policy, limit)
        for number, entitled in enumerate(subsidised)
    ]
    return STARTUP_COURSES.check(pd.concat(rows, ignore_index=True)) if rows else STARTUP_COURSES.empty(), runs


def _of_one(
    starters: Starters, number: int, runs: pd.DataFrame, offers: Numbers, step: Numbers, failed: Numbers,
    unknown: Numbers, subsidised: bool, policy: TrainingPolicy, limit: int,
) -> pd.DataFrame:  # fmt: skip
    stage = int(starters.stage[number])
    ladder = [
        one.place.get(STAGES[stage], 0) if stage >= 0 else min(one.place.values(), default=0)
        for one in load_course_steps()
    ]
    place = np.array(ladder, dtype=np.int64)[step]
    longitude, latitude = (np.full(len(runs), starters.seekers[axis].iloc[number]) for axis in _PLACE)
    km = distance_km(longitude, latitude, *(runs[axis].to_numpy() for axis in _PLACE))
    fee = offers["fee"] - offers["subsidy"] * subsidised
    travel = policy.travel_cny_km * 2 * offers["teaching_days"] * np.nan_to_num(km)
    order = np.lexsort((np.arange(len(runs)), offers["starts_in"], fee + travel, place))
    order = order[((failed == 0) & (place > 0))[order]]
    once = ~pd.Series(runs["course"].to_numpy()[order]).duplicated().to_numpy()
    chosen = order[once][:limit]
    return pd.DataFrame(
        {
            "starter": np.full(len(chosen), number, np.int32), "position": np.arange(1, len(chosen) + 1),
            "course": runs["course"].to_numpy()[chosen], "run": chosen, "step": step[chosen], "place": place[chosen],
            "fee_cny": fee[chosen].astype(np.float64), "travel_cny": travel[chosen].astype(np.float64),
            "km": km[chosen], "unknown": unknown[chosen],
        }
    )  # fmt: skip
