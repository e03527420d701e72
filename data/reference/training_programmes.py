"""The city's yearly training programmes: how many seats each pays for, and whose courses count in which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from data.records import SeekerGroup
from data.reference.training_policy import rows_in_force


@dataclass(frozen=True)
class TrainingProgramme:
    """Seats a calendar year; a (course, person) counts in the first programme whose pattern and group hold both.

    `course_pattern` is searched in the title (empty: any course); `group` None: anybody.
    """

    programme: str
    zh: str
    en: str
    seats_a_year: int
    course_pattern: str
    group: SeekerGroup | None

    def teaches(self, title: str) -> bool:
        """Whether a course of this title can count in it."""
        return not self.course_pattern or re.search(self.course_pattern, title) is not None


@cache
def load_programmes(as_of: date) -> tuple[TrainingProgramme, ...]:
    """Rows of `training_programmes.csv` in force on `as_of`, in their order."""
    return tuple(
        TrainingProgramme(
            row["programme"], row["zh"], row["en"], int(row["seats_a_year"]), row["course_pattern"],
            SeekerGroup(row["group"]) if row["group"] else None,
        )
        for row in rows_in_force("training_programmes.csv", as_of)
    )  # fmt: skip
