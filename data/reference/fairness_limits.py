"""How much worse a protected group may fare under a new run or model: limits as data, each with its reason.

No law names a number: the limits are a default of ours (column `source`), for the authority to set. In that column
条文未核 is an article not checked against the full text, as in `advertising_articles.csv`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from data.errors import DataError

DIMENSIONS = ("group", "sex", "age", "district")


class Comparison(StrEnum):
    """With what a group's change is compared."""

    EVERYONE_ELSE = "everyone_else"
    """With the change for everyone else: what the market does to all is no unfairness."""
    ITSELF = "itself"
    """With the group under what is in use: for models that are asked about the same referrals."""


@dataclass(frozen=True)
class FairnessLimit:
    """The limit of one measure, in force from `valid_from` to `valid_until`, both included; None: no end.

    Attributes
    ----------
    holds_for
        Dimensions whose groups it protects, of `DIMENSIONS`.
    largest_worsening
        In units of the measure, above 0.
    smallest_group
        People below which a group is not judged: one person more or less would decide.
    """

    measure: str
    compared_with: Comparison
    holds_for: tuple[str, ...]
    largest_worsening: float
    smallest_group: int
    reason_zh: str
    reason_en: str
    source: str
    valid_from: date
    valid_until: date | None

    def in_force(self, day: date) -> bool:
        """Whether the limit applies on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@cache
def load_fairness_limits() -> tuple[FairnessLimit, ...]:
    """The table of `fairness_limits.csv`.

    Raises
    ------
    DataError
        A comparison or dimension is unknown, a limit is not above 0, or a group of fewer than 10 would be judged.
    """
    with files("data.reference").joinpath("fairness_limits.csv").open(encoding="utf-8") as file:
        return tuple(fairness_limit(row) for row in csv.DictReader(file))


def fairness_limit(row: dict[str, str]) -> FairnessLimit:
    """One row of the table, checked; raises as `load_fairness_limits`."""
    holds_for, worsening = tuple(row["holds_for"].split("|")), float(row["largest_worsening"])
    where = f"fairness_limits.csv, {row['measure']}"
    if row["compared_with"] not in set(Comparison):
        raise DataError(f"{where}: compared with {row['compared_with']!r}", remedy=f"one of {', '.join(Comparison)}")
    if unknown := [name for name in holds_for if name not in DIMENSIONS]:
        raise DataError(f"{where}: unknown dimension {unknown[0]!r}", remedy=f"some of {'|'.join(DIMENSIONS)}")
    if not worsening > 0:
        raise DataError(f"{where}: largest worsening {worsening}", remedy="a number above 0, in units of the measure")
    if int(row["smallest_group"]) < 10:
        raise DataError(f"{where}: smallest group {row['smallest_group']}", remedy="at least 10 people")
    until = row["valid_until"]
    return FairnessLimit(
        measure=row["measure"],
        compared_with=Comparison(row["compared_with"]),
        holds_for=holds_for,
        largest_worsening=worsening,
        smallest_group=int(row["smallest_group"]),
        reason_zh=row["reason_zh"],
        reason_en=row["reason_en"],
        source=row["source"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
    )
