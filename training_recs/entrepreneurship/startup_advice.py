"""What is recommended to one person who wants to start, from the tables of all: values, with what is told of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from data.reference.startup_support import CourseStep, SupportRule, load_course_steps
from training_recs.course_conditions import Condition, conditions_of
from training_recs.course_statements import Statement
from training_recs.entrepreneurship.entitlements import Entitlement
from training_recs.entrepreneurship.startup_statements import entitlement_statements, support_statements


@dataclass(frozen=True)
class DueSupport:
    """A support that the person is, or may be, entitled to; `amount_cny` per `rule.unit`, None: not an amount."""

    rule: SupportRule
    verdict: Entitlement
    amount_cny: float | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class CourseChoice:
    """A start-up course at one run: rows of the courses and of the runs; amounts in CNY; km None: not known."""

    course: int
    run: int
    step: CourseStep
    fee_cny: float
    travel_cny: float
    distance_km: float | None
    questions: tuple[Condition, ...]


@dataclass(frozen=True)
class PlaceChoice:
    """An incubator or mentor, by its row; km None: not known, or online. `worth` is no probability."""

    place: int
    worth: float
    price: float
    likeness: float
    distance_km: float | None
    statements: tuple[Statement, ...]


def due_support(entitled: pd.DataFrame, rules: Sequence[SupportRule]) -> list[DueSupport]:
    """Of one person's ENTITLEMENTS, the surest first."""
    found = [
        DueSupport(
            rules[one["rule"]], Entitlement(one["verdict"]), _number(one["amount_cny"]),
            tuple(entitlement_statements(rules[one["rule"]], Entitlement(one["verdict"]), one["unknown"])),
        )
        for one in entitled.to_dict("records")
    ]  # fmt: skip
    return sorted(found, key=lambda one: list(Entitlement).index(one.verdict))


def course_choices(courses: pd.DataFrame) -> list[CourseChoice]:
    """Of one person's STARTUP_COURSES."""
    return [
        CourseChoice(
            one["course"], one["run"], load_course_steps()[one["step"]], one["fee_cny"], one["travel_cny"],
            _number(one["km"]), tuple(conditions_of(one["unknown"])),
        )
        for one in courses.to_dict("records")
    ]  # fmt: skip


def place_choices(recommended: pd.DataFrame, places: pd.DataFrame) -> list[PlaceChoice]:
    """Of one person's RECOMMENDED_SUPPORT, whose rows are of this INCUBATORS or MENTORS table."""
    free = places["workstations_free" if "workstations_free" in places else "places_free"].to_numpy("int64")
    online = places["online"].to_numpy(bool) if "online" in places else free < 0
    found = []
    for one in recommended.to_dict("records"):
        row, km = one["place"], _number(one["km"])
        said = support_statements(
            likeness=one["likeness"], km=km, price=one["price"], unknown=one["unknown"], free=int(free[row]),
            online=bool(online[row]),
        )  # fmt: skip
        found.append(PlaceChoice(row, one["worth"], one["price"], one["likeness"], km, tuple(said)))
    return found


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
