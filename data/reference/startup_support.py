"""What people who start a business are entitled to, the ladder of start-up courses, and how support is weighed.

All of it is dated data for the city to edit: `startup_support.csv`, `startup_conditions.csv`, `startup_courses.csv`,
`startup_policy.csv`, `startup_trades.csv`. 条文未核 in a source is what was not checked against the full text.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from data.errors import ConfigurationError
from data.records import BusinessForm, SeekerGroup, Standing, StartupStage
from data.reference.training_policy import rows_in_force


@dataclass(frozen=True)
class SupportRule:
    """One way to a support. None: it does not matter.

    `any_of`: groups or standings of which one suffices, each a set that must hold together. `stages`: those in which
    it can be applied for. Months count from registration, both ends included. `amount_cny` is per `unit`: once, year,
    loan, course, site. `asks_zh`, `asks_en`: what no record holds and is therefore always asked; may be empty.
    """

    support: str
    variant: str
    kind: str
    zh: str
    en: str
    any_of: tuple[frozenset[str], ...]
    stages: frozenset[StartupStage]
    form: BusinessForm | None
    min_months: int | None
    max_months: int | None
    minimum_age: int | None
    maximum_age: int | None
    first_business: bool
    licence: bool
    amount_cny: float | None
    unit: str
    amount_zh: str
    amount_en: str
    asks_zh: str
    asks_en: str
    source: str


@cache
def load_support_rules(as_of: date) -> tuple[SupportRule, ...]:
    """Rules in force on `as_of`, in the order of the file. Raises as `support_rule`."""
    rows, above = [], ""
    for row in rows_in_force("startup_support.csv", as_of):
        above = row["source"].replace("同上", above, 1) if row["source"].startswith("同上") else row["source"]
        rows.append(support_rule({**row, "source": above}))
    return tuple(rows)


def support_rule(row: dict[str, str]) -> SupportRule:
    """One row of `startup_support.csv`, checked.

    Raises
    ------
    ConfigurationError
        A group, standing, stage or form is unknown, or a number is none.
    """
    known = {*map(str, SeekerGroup), *map(str, Standing)}
    any_of = tuple(frozenset(one.split("&")) for one in row["any_of"].split("|") if one)
    unknown = frozenset().union(*any_of) - known
    if unknown:
        raise ConfigurationError(
            f"startup_support.csv, {row['variant']}: unknown people {', '.join(sorted(unknown))}",
            remedy=f"some of {', '.join(sorted(known))}",
        )
    try:
        texts = {name: row[name] for name in _TEXTS}
        numbers = {name: int(row[name]) if row[name] else None for name in _WHOLE_NUMBERS}
        return SupportRule(
            **texts,  # type: ignore[arg-type]
            **numbers,  # type: ignore[arg-type]
            any_of=any_of,
            stages=frozenset(StartupStage(one) for one in row["stages"].split("|") if one),
            form=BusinessForm(row["form"]) if row["form"] else None,
            first_business=row["first_business"] == "1",
            licence=row["licence"] == "1",
            amount_cny=float(row["amount_cny"]) if row["amount_cny"] else None,
        )
    except ValueError as error:
        raise ConfigurationError(
            f"startup_support.csv, {row['variant']}: {error}", remedy="see docs/entrepreneurship.md"
        ) from error


_TEXTS = (
    "support", "variant", "kind", "zh", "en", "unit", "amount_zh", "amount_en", "asks_zh", "asks_en", "source",
)  # fmt: skip
_WHOLE_NUMBERS = ("min_months", "max_months", "minimum_age", "maximum_age")


@dataclass(frozen=True)
class StartupCondition:
    """A condition of support: its bit, statement, and the question where it is unknown."""

    bit: int
    name: str
    zh: str
    en: str
    question_zh: str
    question_en: str


@cache
def load_startup_conditions() -> tuple[StartupCondition, ...]:
    """In the order of `startup_conditions.csv`, which is that of the bits."""
    names = ("condition", "zh", "en", "question_zh", "question_en")
    return tuple(
        StartupCondition(bit, *(row[name] for name in names)) for bit, row in enumerate(_rows("startup_conditions.csv"))
    )


def condition_bit(name: str) -> int:
    """The bit of a condition, as a mask."""
    return next(1 << one.bit for one in load_startup_conditions() if one.name == name)


def startup_conditions_of(mask: int) -> list[StartupCondition]:
    """The conditions whose bits are set."""
    return [one for one in load_startup_conditions() if int(mask) >> one.bit & 1]


@dataclass(frozen=True)
class CourseStep:
    """A step of the ladder of start-up courses; `place`: at which stage it comes how early, from 1."""

    step: str
    zh: str
    en: str
    pattern: str
    place: dict[StartupStage, int]


@cache
def load_course_steps() -> tuple[CourseStep, ...]:
    """In the order in which they are looked for in a course's title."""
    return tuple(
        CourseStep(
            row["step"], row["zh"], row["en"], row["pattern"],
            {stage: int(row[stage]) for stage in StartupStage if row[stage]},
        )
        for row in _rows("startup_courses.csv")
    )  # fmt: skip


def course_step(title: str) -> CourseStep | None:
    """The step that a course of this title teaches; None: it is no start-up training."""
    return next((one for one in load_course_steps() if re.search(one.pattern, title)), None)


def trade_occupation(trade: str) -> str | None:
    """Occupation code of a business in everyday words (小饭馆, 网店), by `startup_trades.csv`; None: not listed."""
    rows = _rows("startup_trades.csv")
    return next((row["occupation_code"] for row in rows if re.search(row["pattern"], trade)), None)


def is_ladder_course(title: str) -> bool:
    """Whether it is one of the general courses (GYB, SYB …), and not a trade's with 创业 in its title."""
    step = course_step(title)
    return step is not None and step.step != _ANY_OTHER


_ANY_OTHER = "OTHER"


@dataclass(frozen=True)
class StartupPolicy:
    """How incubators and mentors are weighed; units and sources are in `startup_policy.csv`."""

    half_distance_km: float
    unknown_factor: float
    least_likeness: float

    def __post_init__(self) -> None:
        if self.half_distance_km <= 0 or not (0 < self.unknown_factor <= 1 and 0 < self.least_likeness <= 1):
            raise ConfigurationError(
                f"startup policy: {self}", remedy="startup_policy.csv: a distance above 0, shares above 0 up to 1"
            )


@cache
def load_startup_policy(as_of: date) -> StartupPolicy:
    """The policy of `as_of`. Raises ConfigurationError where a value is missing, in force twice or out of range."""
    rows = rows_in_force("startup_policy.csv", as_of)
    values = {row["key"]: float(row["value"]) for row in rows}
    try:
        if len(values) != len(rows):
            raise TypeError("a value is in force twice")
        return StartupPolicy(**values)
    except TypeError as error:
        raise ConfigurationError(
            f"startup_policy.csv on {as_of}: {error}", remedy="one row in force for each value"
        ) from error


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with files("data.reference").joinpath(name).open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))
