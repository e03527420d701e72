"""How much a placement counts by policy group: weights as data, with the article that gives the group its priority.

The law orders priority and names no number: the weights are a default of ours (column `weight_source`), for the
authority to set. In the column `source`, 条文未核 is an article not checked against the full text, as in
`advertising_articles.csv`. A group that is not listed counts 1.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from data.errors import DataError
from data.records import SeekerGroup

LARGEST_WEIGHT = 10.0
"""A weight above it would send its group to whatever it may at all be sent to."""


@dataclass(frozen=True)
class PriorityGroup:
    """A group's weight, ≥ 1, in force from `valid_from` to `valid_until`, both included; None: no end."""

    group: SeekerGroup
    weight: float
    article: str
    valid_from: date
    valid_until: date | None

    def in_force(self, day: date) -> bool:
        """Whether the weight applies on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@cache
def load_priority_groups() -> tuple[PriorityGroup, ...]:
    """The table of `priority_groups.csv`.

    Raises
    ------
    DataError
        A group is unknown, or a weight is below 1 or above `LARGEST_WEIGHT`.
    """
    with files("data.reference").joinpath("priority_groups.csv").open(encoding="utf-8") as file:
        return tuple(priority_group(row) for row in csv.DictReader(file))


def priority_group(row: dict[str, str]) -> PriorityGroup:
    """One row of the table, checked; raises as `load_priority_groups`."""
    if row["group"] not in set(SeekerGroup):
        raise DataError(
            f"priority_groups.csv: unknown group {row['group']!r}", remedy=f"one of {', '.join(SeekerGroup)}"
        )
    weight = float(row["weight"])
    if not 1 <= weight <= LARGEST_WEIGHT:
        raise DataError(
            f"priority_groups.csv: weight {weight} of {row['group']}",
            remedy=f"from 1, which is none, to {LARGEST_WEIGHT}",
        )
    until = row["valid_until"]
    return PriorityGroup(
        SeekerGroup(row["group"]),
        weight,
        row["article"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(until) if until else None,
    )
