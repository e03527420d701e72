"""What law and training practice ask before a certificate can be worked for: age, schooling, what is held already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from data.reference.credentials import required_mask
from data.reference.training_policy import rows_in_force


@dataclass(frozen=True)
class Prerequisite:
    """What one certificate asks of whoever works for it.

    Ages in years, both included; 0 and 999 where the law names none. `needs_any`: mask of credentials of which one
    must be held (0: none), for `held_years` years where above 0; `languages`: mask of languages that must be had;
    `health`: fitness for the work is declared or examined.
    """

    credential: str
    minimum_age: int
    maximum_age: int
    education_min: int
    needs_any: int
    held_years: float
    languages: int
    health: bool
    zh: str
    en: str
    source: str


NOTHING = Prerequisite("", 0, 999, 0, 0, 0.0, 0, False, "", "", "")
"""Of a course that leads to no certificate, or to one of which no rule is known."""


@cache
def load_prerequisites(as_of: date) -> dict[str, Prerequisite]:
    """Rows of `training_prerequisites.csv` in force on `as_of`, by credential code.

    Raises
    ------
    DataError
        A row names a credential that does not exist.
    """
    found = {}
    for row in rows_in_force("training_prerequisites.csv", as_of):
        required_mask([row["credential"]])
        found[row["credential"]] = Prerequisite(
            credential=row["credential"],
            minimum_age=int(row["minimum_age"] or 0),
            maximum_age=int(row["maximum_age"] or 999),
            education_min=int(row["education_min"]),
            needs_any=required_mask(code for code in row["needs_any"].split("|") if code),
            held_years=float(row["held_years"]),
            languages=required_mask([row["language"]] if row["language"] else []),
            health=row["health"] == "1",
            zh=row["zh"],
            en=row["en"],
            source=row["source"],
        )
    return found
