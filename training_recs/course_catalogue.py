"""The courses that can be begun: runs to come with seats, what each asks and adds, and why others are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.errors import DataError
from data.market import Market
from data.reference.districts import district_rows, load_districts
from data.reference.training_completion import CompletionClass
from data.reference.training_policy import TrainingPolicy
from data.reference.training_prerequisites import Prerequisite
from training_recs.course_conditions import RUN_RECORD
from training_recs.course_effects import Effects, Vectors
from training_recs.course_offers import CourseTerms, EffectKey, course_terms, make_offers, named_offers

OFFERED_RUNS = Table(
    "offered_runs",
    {
        "course_run_id": Column(TEXT, "course_runs.course_run_id; the table is sorted by it"),
        "course": Column("int32", "row of market_courses", low=0),
        "starts_on": Column("datetime64[s]", "first day"),
        "ends_on": Column("datetime64[s]", "last day"),
        "starts_in": Column("int32", "days from as_of to the first day", low=0),
        "class_days": Column("int32", "calendar days from the first to the last, both counted", low=1),
        "seats": Column("int32", "seats", low=1),
        "longitude": Column("float32", "degrees; NaN unknown", nullable=True),
        "latitude": Column("float32", "degrees; NaN unknown", nullable=True),
        "place_radius_km": Column("float32", "km the place may be away from there; NaN unknown", nullable=True),
        "district": Column("int16", "row of reference districts; -1 unknown", low=-1),
    },
)

NOT_OFFERED = Table(
    "not_offered",
    {
        "course": Column("int32", "row of market_courses", low=0),
        "reason": Column(
            TEXT, "why it cannot be begun", codes=frozenset({"no_run", "past", "no_seats", "nothing_to_measure"})
        ),
    },
)
NOT_OFFERED_NAMES = {
    "no_run": ("没有开班计划", "no run is planned"),
    "past": ("已开班或报名期已过", "its runs have begun, or begin too soon to enrol"),
    "no_seats": ("没有名额", "its runs have no seats"),
    "nothing_to_measure": (
        "没有证书也没有职业，无法衡量作用",
        "without certificate and occupation nothing can be measured",
    ),
}


@dataclass(frozen=True)
class Catalogue:
    """`runs` laid out as `OFFERED_RUNS`, `places` and `offers` as `RUN_RECORD` and `OFFER_RECORD`, offers by effect.

    `first_offer` int64 (effects + 1,): offers of effect e are `offers[first_offer[e]:first_offer[e + 1]]`.
    `not_offered` is laid out as `NOT_OFFERED`.
    """

    runs: pd.DataFrame
    places: npt.NDArray[Any]
    offers: npt.NDArray[Any]
    first_offer: npt.NDArray[np.int64]
    effects: Effects
    not_offered: pd.DataFrame


def build_catalogue(
    market: Market,
    course_vectors: Vectors,
    course_runs: pd.DataFrame,
    *,
    policy: TrainingPolicy,
    prerequisites: Mapping[str, Prerequisite],
    completion: Sequence[CompletionClass],
) -> Catalogue:
    """What can be begun of the market's courses on its day.

    Parameters
    ----------
    course_vectors
        float32 (courses, d), rows L2-normalised: `models.job_text.course_texts` embedded.
    course_runs
        A COURSE_RUNS table.

    Raises
    ------
    DataError
        A run is of no course of the market, or ends before it begins; vectors do not fit.
    """
    if len(course_vectors) != len(market.courses):
        raise DataError(
            f"{len(course_vectors)} vectors of {len(market.courses)} courses", remedy="embed this market's courses"
        )
    courses = [
        course_terms(row, one, prerequisites, completion)
        for row, one in enumerate(market.courses.itertuples(index=False))
    ]
    runs, not_offered = offered_runs(market, _measurable(courses), course_runs, policy)
    offers, keys = make_offers(market, courses, runs, policy)
    effects, effect_of = _effects(courses, keys, course_vectors, policy)
    offers["effect"] = effect_of
    order = np.lexsort((np.arange(len(offers)), effect_of))
    return Catalogue(
        runs=runs,
        places=run_places(runs),
        offers=offers[order],
        first_offer=np.searchsorted(effect_of[order], np.arange(len(effects) + 1)).astype(np.int64),
        effects=effects,
        not_offered=not_offered,
    )


def offers_of_classes(
    market: Market, course_runs: pd.DataFrame, classes: Sequence[tuple[str, str | None]], *, policy: TrainingPolicy,
    prerequisites: Mapping[str, Prerequisite], completion: Sequence[CompletionClass],
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]:  # fmt: skip
    """Offers (OFFER_RECORD) and places (RUN_RECORD) of these classes: (run, None), or (run, one after it).

    The third result, bool (classes,), says which can be begun; the offers are of those alone. Raises as
    `build_catalogue`.
    """
    terms = [
        course_terms(row, one, prerequisites, completion)
        for row, one in enumerate(market.courses.itertuples(index=False))
    ]
    runs, _ = offered_runs(market, _measurable(terms), course_runs, policy)
    row = {str(one): number for number, one in enumerate(runs["course_run_id"])}
    open_now = np.array([first in row and (then is None or then in row) for first, then in classes], dtype=bool)
    named = [
        (row[first], None if then is None else row[then])
        for (first, then), is_open in zip(classes, open_now, strict=True)
        if is_open
    ]
    return named_offers(market, terms, runs, named), run_places(runs), open_now


def _measurable(courses: Sequence[CourseTerms]) -> npt.NDArray[np.bool_]:
    """Whether anything can be said of what completing it changes."""
    return np.array([one.gives != 0 or one.occupation >= 0 for one in courses], dtype=bool)


def offered_runs(
    market: Market, measurable: npt.NDArray[np.bool_], course_runs: pd.DataFrame, policy: TrainingPolicy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs that can be begun (OFFERED_RUNS) of the courses chosen, bool (courses,); why others cannot (NOT_OFFERED)."""
    runs = course_runs.sort_values("course_run_id", ignore_index=True)
    row_of = pd.Index(market.courses["course_id"]).get_indexer(pd.Index(runs["course_id"]))
    for wrong, what, remedy in (
        (row_of < 0, "is of no course of this market", "freeze the market anew"),
        ((runs["ends_on"] < runs["starts_on"]).to_numpy(bool), "ends before it begins", "correct its dates"),
    ):
        if wrong.any():
            raise DataError(f"course run {runs['course_run_id'].iloc[int(np.argmax(wrong))]} {what}", remedy=remedy)
    starts_in = (runs["starts_on"] - pd.Timestamp(market.as_of)).dt.days.to_numpy(np.int64)
    in_time, has_seats = starts_in >= policy.enrolment_lead_days, runs["seats"].to_numpy("int64") > 0
    runs_of, begun_later, with_seats = (
        np.bincount(row_of[some], minlength=len(measurable)) for some in (slice(None), in_time, in_time & has_seats)
    )
    reason = np.select(
        [~measurable, runs_of == 0, begun_later == 0, with_seats == 0],
        ["nothing_to_measure", "no_run", "past", "no_seats"],
        default="",
    )
    kept = np.flatnonzero(in_time & has_seats & measurable[row_of])
    chosen = runs.iloc[kept].reset_index(drop=True)
    table = OFFERED_RUNS.check(
        pd.DataFrame(
            {
                "course_run_id": chosen["course_run_id"],
                "course": row_of[kept],
                "starts_on": chosen["starts_on"],
                "ends_on": chosen["ends_on"],
                "starts_in": starts_in[kept],
                "class_days": (chosen["ends_on"] - chosen["starts_on"]).dt.days + 1,
                "seats": chosen["seats"],
                **coordinates(chosen),
            }
        )
    )
    left_out = np.flatnonzero(reason != "")
    return table, NOT_OFFERED.check(
        pd.DataFrame({"course": left_out, "reason": pd.Series(reason[left_out], dtype=TEXT)})
    )


def coordinates(runs: pd.DataFrame) -> dict[str, Any]:
    """Places as stated, or the centre of the district, as those of the market; of any table that has them."""
    district = runs["district_code"].map(district_rows()).astype("Float64").fillna(-1).to_numpy(np.int16)
    centres, known = load_districts(), district >= 0
    stated = (runs["longitude"].notna() & runs["latitude"].notna()).to_numpy(bool)
    centre = {name: centres[name].to_numpy("float32")[np.maximum(district, 0)] for name in _PLACE}
    unknown = np.float32(np.nan)
    return {
        "district": district,
        "place_radius_km": np.where(stated, np.float32(0), np.where(known, centre["radius_km"], unknown)),
        **{
            axis: np.where(
                stated, runs[axis].to_numpy("float32", na_value=np.nan), np.where(known, centre[axis], unknown)
            )
            for axis in ("longitude", "latitude")
        },
    }


_PLACE = ("longitude", "latitude", "radius_km")


def run_places(runs: pd.DataFrame) -> npt.NDArray[Any]:
    """RUN_RECORD of each row of OFFERED_RUNS."""
    places = np.zeros(len(runs), dtype=RUN_RECORD)
    longitude, latitude = (np.radians(runs[axis].to_numpy("float64")) for axis in ("longitude", "latitude"))
    places["x"], places["y"] = np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude)
    places["z"], places["radius"] = np.sin(latitude), runs["place_radius_km"].to_numpy()
    return places


def _effects(
    courses: Sequence[CourseTerms], keys: Sequence[EffectKey], vectors: Vectors, policy: TrainingPolicy
) -> tuple[Effects, npt.NDArray[np.int32]]:
    """The distinct effects, in order, and which each offer has; their text is the mean of their courses'."""
    distinct = sorted(set(keys))
    number = {key: place for place, key in enumerate(distinct)}
    text = np.zeros((len(distinct), vectors.shape[1]), dtype=np.float64)
    in_occupation: dict[int, list[CourseTerms]] = {}
    for course in courses:
        in_occupation.setdefault(course.occupation, []).append(course)
    for place, (gives, occupation, _) in enumerate(distinct):
        for course in in_occupation[occupation]:
            if (course.gives & gives) == course.gives and bool(course.gives) == bool(gives):
                text[place] += vectors[course.row]
    norm = np.linalg.norm(text, axis=1, keepdims=True)
    long_enough = np.array([key[2] for key in distinct], dtype=bool)
    return Effects(
        credentials=np.array([key[0] for key in distinct], dtype=np.uint64),
        occupation=np.array([key[1] for key in distinct], dtype=np.int16),
        replaced_years=np.where(long_enough, policy.replaced_experience_years, 0).astype(np.float32),
        counted_years=np.where(long_enough, policy.counted_experience_years, 0).astype(np.float32),
        vectors=(text / np.maximum(norm, 1e-12)).astype(np.float32),
    ), np.array([number[key] for key in keys], dtype=np.int32)
