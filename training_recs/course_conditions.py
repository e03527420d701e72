"""Whether a person may take a course: one verdict a condition, as the hard rules of vacancies have.

What law asks of a certificate is data (`reference/training_prerequisites.csv`); what is not known of the person is a
question and never passes in silence (docs/decisions/0003). The kernels that run the conditions share this module
because numba's cache on disk sees changes of one file only.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from data.records import Answer
from matching.rules import FAIL, NO, PASS, UNKNOWN, YES, distance_km
from models.kernels import kernel

NO_ROW = -1

RUN_RECORD = np.dtype([("x", "f8"), ("y", "f8"), ("z", "f8"), ("radius", "f4"), ("padding", "i4")])
OFFER_RECORD = np.dtype(
    [
        ("gives", "u8"), ("gives_first", "u8"), ("needs_any", "u8"), ("languages", "u8"),
        ("effect", "i4"), ("course", "i4"), ("run", "i4"), ("first_course", "i4"), ("first_run", "i4"),
        ("starts_in", "i4"), ("waits", "i4"), ("class_days", "i4"), ("teaching_days", "i4"), ("first_teaching", "i4"),
        ("minimum_age", "f4"), ("maximum_age", "f4"), ("fee", "f4"), ("subsidy", "f4"), ("first_subsidy", "f4"),
        ("completion", "f4"), ("education_min", "i1"), ("health", "i1"), ("asks_years", "i1"), ("next_year", "i1"),
        ("padding", "i4"),
    ]
)  # fmt: skip
"""A course at a run, or two courses one after the other; `effect` is what completing it adds (`course_effects`).

Units: ages in years, days in calendar days from `as_of` (`starts_in` of the first class, `waits` days outside class
before the end, `class_days` in class) or of teaching, amounts in CNY. −1: no first course. `next_year`: how many of its
classes begin in a later calendar year, the last one first.
"""


@dataclass(frozen=True)
class TraineeFacts:
    """What only matters for training, row for row with the market's seekers.

    `free_from_days` int32: days from `as_of` from which the person is free; `fit` int8 `Answer`: fit for work that
    asks for it; `subsidised_this_year` int32: courses that were subsidised in this calendar year.
    """

    free_from_days: npt.NDArray[np.int32]
    fit: npt.NDArray[np.int8]
    subsidised_this_year: npt.NDArray[np.int32]

    @classmethod
    def nothing_known(cls, seekers: int) -> TraineeFacts:
        """Free today, fitness to be asked, no course subsidised yet."""
        return cls(np.zeros(seekers, np.int32), np.full(seekers, Answer.UNKNOWN, np.int8), np.zeros(seekers, np.int32))

    def of(self, rows: slice | npt.NDArray[np.integer]) -> TraineeFacts:
        """The same for some seekers."""
        return TraineeFacts(self.free_from_days[rows], self.fit[rows], self.subsidised_this_year[rows])


@dataclass(frozen=True)
class Condition:
    """A condition of training: its bit, statement, the question where it is unknown, and its source."""

    bit: int
    name: str
    zh: str
    en: str
    question_zh: str
    question_en: str
    source: str


@cache
def load_conditions() -> tuple[Condition, ...]:
    """In bit order, which is the order of `course_verdicts` and of `data/reference/training_conditions.csv`."""
    with files("data.reference").joinpath("training_conditions.csv").open(encoding="utf-8") as file:
        return tuple(
            Condition(
                bit, row["condition"], row["zh"], row["en"], row["question_zh"], row["question_en"], row["source"]
            )
            for bit, row in enumerate(csv.DictReader(file))
        )


def conditions_of(mask: int) -> list[Condition]:
    """The conditions whose bits are set."""
    return [one for one in load_conditions() if int(mask) >> one.bit & 1]


@kernel
def _holds(required, s):  # type: ignore[no-untyped-def]
    if required & ~s.credentials == 0:
        return PASS
    return FAIL if s.complete == YES else UNKNOWN


@kernel
def new(s, offer):  # type: ignore[no-untyped-def]
    """Nobody is sent to a course for a certificate that he holds; who was not asked is asked first."""
    for gives in (offer.gives, offer.gives_first):
        if gives != 0 and gives & ~s.credentials == 0:
            return FAIL
    return UNKNOWN if offer.gives != 0 and s.complete != YES else PASS


@kernel
def education(s, offer):  # type: ignore[no-untyped-def]
    """Level reached against level required; silence of either is a question."""
    if 0 <= offer.education_min <= 1:
        return PASS
    if offer.education_min < 0 or s.education < 0:
        return UNKNOWN
    return PASS if s.education >= offer.education_min else FAIL


@kernel
def minimum_age(s, offer):  # type: ignore[no-untyped-def]
    """Lowest lawful age on the day on which it is asked; people of 16 and over are registered."""
    if offer.minimum_age <= 16:
        return PASS
    if math.isnan(s.age):
        return UNKNOWN
    return PASS if s.age >= offer.minimum_age else FAIL


@kernel
def maximum_age(s, offer):  # type: ignore[no-untyped-def]
    """Highest lawful age, reached with the birthday: 63 means until the 64th."""
    if offer.maximum_age > 120:
        return PASS
    if math.isnan(s.age):
        return UNKNOWN
    return PASS if s.age < offer.maximum_age + 1 else FAIL


@kernel
def prerequisite(s, offer):  # type: ignore[no-untyped-def]
    """One of the certificates needed first; for how long it has been held is asked where that counts."""
    if offer.needs_any == 0:
        return PASS
    if offer.needs_any & s.credentials == 0:
        return FAIL if s.complete == YES else UNKNOWN
    return UNKNOWN if offer.asks_years == YES else PASS


@kernel
def language(s, offer):  # type: ignore[no-untyped-def]
    """Languages, as credentials."""
    return _holds(offer.languages, s)


@kernel
def health(fit, offer):  # type: ignore[no-untyped-def]
    """Fitness, where the work asks for it."""
    if offer.health != YES or fit == YES:
        return PASS
    return FAIL if fit == NO else UNKNOWN


@kernel
def distance(s, run):  # type: ignore[no-untyped-def]
    """Within the daily limit; a place known only by its district may be nearer than its centre: then ask."""
    km = distance_km(s, run)
    if math.isnan(km) or math.isnan(s.commute_limit):
        return UNKNOWN
    if km <= s.commute_limit:
        return PASS
    return UNKNOWN if km <= s.commute_limit + math.sqrt(s.radius**2 + run.radius**2) else FAIL


@kernel
def timetable(free_from, offer):  # type: ignore[no-untyped-def]
    """Free from the first day of class on."""
    return PASS if free_from <= offer.starts_in else FAIL


@kernel
def course_masks(s, fit, free_from, offer, runs):  # type: ignore[no-untyped-def]
    """Bits of the conditions that fail, and of those that are unknown."""
    near = distance(s, runs[offer.run])
    if offer.first_run >= 0:
        first = distance(s, runs[offer.first_run])
        near = FAIL if FAIL in (near, first) else UNKNOWN if UNKNOWN in (near, first) else PASS
    found = (
        new(s, offer), education(s, offer), minimum_age(s, offer), maximum_age(s, offer), prerequisite(s, offer),
        language(s, offer), health(fit, offer), near, timetable(free_from, offer),
    )  # fmt: skip
    failed, unknown = 0, 0
    for condition in range(len(found)):
        failed |= (found[condition] == FAIL) << condition
        unknown |= (found[condition] == UNKNOWN) << condition
    return failed, unknown


@kernel
def judge_offers(seekers, fit, free_from, offers, runs, failed, unknown):  # type: ignore[no-untyped-def]
    """Fill `failed` and `unknown`, uint16 (seekers, offers), bit = condition."""
    for i in range(len(seekers)):
        for j in range(len(offers)):
            failed[i, j], unknown[i, j] = course_masks(seekers[i], fit[i], free_from[i], offers[j], runs)


def judge_courses(
    seekers: npt.NDArray[Any], facts: TraineeFacts, offers: npt.NDArray[Any], runs: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Conditions that fail and that are unknown for every (seeker, offer), uint16 (seekers, offers), bit = condition.

    Parameters
    ----------
    seekers
        `matching.eligibility.seeker_records`.
    offers, runs
        Of a `Catalogue`.
    """
    failed, unknown = (np.zeros((len(seekers), len(offers)), dtype=np.uint16) for _ in range(2))
    judge_offers(seekers, facts.fit, facts.free_from_days, offers, runs, failed, unknown)
    return failed, unknown


@kernel
def _none_fails(seekers, fit, free_from, offers, runs, seeker, offer, taken):  # type: ignore[no-untyped-def]
    for k in range(len(seeker)):
        i = seeker[k]
        failed, _ = course_masks(seekers[i], fit[i], free_from[i], offers[offer[k]], runs)
        taken[k] = failed == 0


def may_take(
    seekers: npt.NDArray[Any], facts: TraineeFacts, offers: npt.NDArray[Any], runs: npt.NDArray[Any],
    seeker: npt.NDArray[np.integer], offer: npt.NDArray[np.integer],
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Bool (n,): no condition fails for the pairs (seeker[k], offer[k])."""
    taken = np.empty(len(seeker), dtype=bool)
    _none_fails(seekers, facts.fit, facts.free_from_days, offers, runs, seeker, offer, taken)
    return taken
