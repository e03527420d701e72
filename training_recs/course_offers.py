"""What a course asks and gives, and every way to take it: at each of its runs, alone or after a first course.

A course whose certificate needs another first, or that employers ask for together with another, is also offered after a
course that gives that one: a chain of two. Where law wants the first held for years no chain helps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.facts.statutory_age import statutory_age
from data.market import Market
from data.reference.credentials import codes_of, mask_of_kind
from data.reference.training_completion import CompletionClass, completion_class
from data.reference.training_policy import TrainingPolicy
from data.reference.training_prerequisites import NOTHING, Prerequisite
from training_recs.course_conditions import NO_ROW, OFFER_RECORD

FIRSTS = 3
"""First courses offered before a second one and run: the cheapest, then the shortest."""


@dataclass(frozen=True)
class CourseTerms:
    """What a row of market_courses asks and gives."""

    row: int
    gives: int
    occupation: int
    teaching_days: int
    education_min: int
    minimum_age: int
    fee: float
    subsidy: float
    completion: float
    asks: Prerequisite


def course_terms(
    row: int, course: Any, prerequisites: Mapping[str, Prerequisite], completion: Sequence[CompletionClass]
) -> CourseTerms:
    """The terms of a row of market_courses, given as a named tuple."""
    gives = int(course.credential_mask)
    # Of a class of licence and all it includes the highest is worked for: its rule is that of the strictest.
    asked = [prerequisites[code] for code in codes_of(gives) if code in prerequisites]
    asks = max(asked, key=lambda one: (one.minimum_age, one.held_years, one.education_min), default=NOTHING)
    level = completion[completion_class(completion, course.title, int(course.duration_days))]
    return CourseTerms(
        row, gives, int(course.occupation), int(course.duration_days), int(course.education_min),
        max(asks.minimum_age, statutory_age(f"{course.title} {course.description}")),
        float(course.fee_cny), min(float(course.subsidy_cny), float(course.fee_cny)), level.probability, asks,
    )  # fmt: skip


EffectKey = tuple[int, int, bool]
"""What tells effects apart: credentials, occupation, whether the training is long enough to count as experience."""


def make_offers(
    market: Market, courses: Sequence[CourseTerms], runs: pd.DataFrame, policy: TrainingPolicy
) -> tuple[npt.NDArray[Any], list[EffectKey]]:
    """Every course at each of its runs (OFFERED_RUNS), alone and after each first that helps; and their effects."""
    of_run = [courses[row] for row in runs["course"]]
    starts, length = runs["starts_in"].to_numpy(np.int64), runs["class_days"].to_numpy(np.int64)
    firsts = _firsts(market, of_run)
    by_cost = sorted(
        range(len(runs)),
        key=lambda run: (of_run[run].fee - of_run[run].subsidy, int(length[run]), -int(starts[run]), run),
    )
    giving = {bit: [run for run in by_cost if of_run[run].gives & bit and not of_run[run].asks.needs_any]
              for bit in {bit for bits in firsts.values() for bit in bits}}  # fmt: skip
    year = runs["starts_on"].dt.year.to_numpy()
    made: list[tuple[Any, ...]] = []
    keys: list[EffectKey] = []
    for run, course in enumerate(of_run):
        made.append(_offer(course, run, None, 0, starts, length, year, market.as_of.year))
        keys.append(_key(course, course.gives, policy))
        for bit in firsts.get(course.row, ()):
            before = [
                first for first in giving[bit]
                if starts[first] + length[first] <= starts[run] and of_run[first].gives | course.gives != course.gives
            ]  # fmt: skip
            for first in before[:FIRSTS]:
                made.append(_offer(course, run, of_run[first], first, starts, length, year, market.as_of.year))
                keys.append(_key(course, course.gives | of_run[first].gives, policy))
    return np.array(made, dtype=OFFER_RECORD), keys


def named_offers(
    market: Market, courses: Sequence[CourseTerms], runs: pd.DataFrame, named: Sequence[tuple[int, int | None]]
) -> npt.NDArray[Any]:
    """OFFER_RECORD of these rows of `runs`, each alone or before another one, whether or not that helps anybody."""
    starts, length = runs["starts_in"].to_numpy(np.int64), runs["class_days"].to_numpy(np.int64)
    year, of_run = runs["starts_on"].dt.year.to_numpy(), [courses[row] for row in runs["course"]]
    made = [
        _offer(of_run[first], first, None, 0, starts, length, year, market.as_of.year) if then is None
        else _offer(of_run[then], then, of_run[first], first, starts, length, year, market.as_of.year)
        for first, then in named
    ]  # fmt: skip
    return np.array(made, dtype=OFFER_RECORD)


def _key(course: CourseTerms, gives: int, policy: TrainingPolicy) -> EffectKey:
    return gives, course.occupation, course.occupation >= 0 and course.teaching_days >= policy.replacing_days


def _firsts(market: Market, of_run: Sequence[CourseTerms]) -> dict[int, tuple[int, ...]]:
    """Single credentials worth having before a course (by row): needed for its certificate, or asked for with it."""
    languages = mask_of_kind("language")
    required = np.unique(market.vacancies["credential_mask"].to_numpy(np.uint64))
    pairs = [int(mask) & ~languages for mask in required if (int(mask) & ~languages).bit_count() == 2]
    found = {}
    for course in of_run:
        wanted = 0 if course.asks.held_years > 0 else course.asks.needs_any
        for pair in pairs if course.gives else ():
            if pair & course.gives and not course.asks.needs_any:
                wanted |= pair & ~course.gives
        found[course.row] = tuple(1 << bit for bit in range(64) if wanted >> bit & 1)
    return found


def _offer(
    course: CourseTerms, run: int, first: CourseTerms | None, first_run: int,
    starts: npt.NDArray[np.int64], length: npt.NDArray[np.int64], year: npt.NDArray[np.int32], this_year: int,
) -> tuple[Any, ...]:  # fmt: skip
    """A row of OFFER_RECORD; the effect is numbered later."""
    begin = int(starts[run]) if first is None else int(starts[first_run])
    in_class = int(length[run]) + (0 if first is None else int(length[first_run]))
    end = int(starts[run] + length[run])
    every = [course] if first is None else [course, first]
    needs = course.asks.needs_any if first is None or not first.gives & course.asks.needs_any else 0
    return (
        course.gives, 0 if first is None else first.gives, needs,
        course.asks.languages | (0 if first is None else first.asks.languages),
        NO_ROW, course.row, run, NO_ROW if first is None else first.row, NO_ROW if first is None else first_run,
        begin, end - begin - in_class, in_class, course.teaching_days, 0 if first is None else first.teaching_days,
        max(one.minimum_age for one in every), min(one.asks.maximum_age for one in every),
        sum(one.fee for one in every), course.subsidy, 0.0 if first is None else first.subsidy,
        float(np.prod([one.completion for one in every])),
        _education(every), any(one.asks.health for one in every), needs != 0 and course.asks.held_years > 0,
        sum(int(year[one]) > this_year for one in ([run] if first is None else [run, first_run])), 0,
    )  # fmt: skip


def _education(courses: Sequence[CourseTerms]) -> int:
    """The highest requirement; a course that states none asks for what the certificate asks, else it is a question."""
    stated = [max(one.education_min, one.asks.education_min) for one in courses]
    highest = max(stated)
    return -1 if highest <= 0 and any(one.education_min < 0 for one in courses) else highest
