"""How likely a course is completed, by level and length: a prior that records of completed courses can correct."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class CompletionClass:
    """Courses of one level and length with the share that completes them; `cases` is what the prior weighs."""

    level: str
    zh: str
    en: str
    pattern: str
    days_through: int
    probability: float
    cases: float

    def holds(self, title: str, teaching_days: int) -> bool:
        """Whether a course of this title and length is of this class."""
        return teaching_days <= self.days_through and (not self.pattern or re.search(self.pattern, title) is not None)


@cache
def load_completion_prior() -> tuple[CompletionClass, ...]:
    """Rows of `training_completion.csv`; the first that holds a course is its class."""
    with files("data.reference").joinpath("training_completion.csv").open(encoding="utf-8") as file:
        return tuple(
            CompletionClass(
                row["level"], row["zh"], row["en"], row["pattern"], int(row["days_through"]),
                float(row["probability"]), float(row["cases"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def completion_class(classes: Sequence[CompletionClass], title: str, teaching_days: int) -> int:
    """Number of the first class that holds the course; the last one where none does."""
    for number, one in enumerate(classes):
        if one.holds(title, teaching_days):
            return number
    return len(classes) - 1


def fitted_completion(
    classes: Sequence[CompletionClass], of_course: Sequence[int], completed: Sequence[bool]
) -> tuple[CompletionClass, ...]:
    """The classes corrected by people who began a course of class `of_course[i]` and completed it or not.

    The posterior mean of a beta prior whose weight is `cases` people: (p · cases + completed) ÷ (cases + began).
    """
    began, done = [0] * len(classes), [0] * len(classes)
    for number, was_completed in zip(of_course, completed, strict=True):
        began[number] += 1
        done[number] += was_completed
    return tuple(
        replace(
            one,
            probability=(one.probability * one.cases + done[number]) / (one.cases + began[number]),
            cases=one.cases + began[number],
        )
        for number, one in enumerate(classes)
    )
