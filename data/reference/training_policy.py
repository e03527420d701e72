"""What the city decides about training: subsidies, costs, how a course's effect is reckoned. Rows are dated data.

Numbers whose source says 本系统默认值 are defaults of ours, for the authority to set; 条文未核 is an article that was
not checked against the full text.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from data.errors import ConfigurationError


@dataclass(frozen=True)
class TrainingPolicy:
    """The values in force on one day; units and sources are in `training_policy.csv`."""

    subsidised_courses_a_year: int
    enrolment_lead_days: int
    round_days: float
    realised_share: float
    prospects_persistence: float
    uplift_persistence: float
    search_in_class: float
    ranked_horizon_days: int
    placement_worth_cny: float
    travel_cny_km: float
    profile_share: float
    replacing_days: int
    replaced_experience_years: float
    counted_experience_years: float

    def __post_init__(self) -> None:
        positive = (self.round_days, self.realised_share, self.placement_worth_cny, self.ranked_horizon_days)
        shares = (self.search_in_class, self.prospects_persistence, self.uplift_persistence)
        if min(positive) <= 0 or not all(0 <= share <= 1 for share in shares):
            raise ConfigurationError(
                f"training policy: a round of {self.round_days} days, {self.realised_share} of scores realised, a "
                f"placement of {self.placement_worth_cny} CNY, ranked by {self.ranked_horizon_days} days, "
                f"{self.search_in_class} of the search in class, {self.prospects_persistence} of prospects and "
                f"{self.uplift_persistence} of an uplift persisting",
                remedy="training_policy.csv: the first four above 0, the shares from 0 to 1",
            )


def rows_in_force(name: str, as_of: date) -> list[dict[str, str]]:
    """Rows of a dated reference table on `as_of`; both ends of `valid_from` to `valid_until` are included."""
    return [
        row
        for row in _rows(name)
        if date.fromisoformat(row["valid_from"]) <= as_of
        and (not row["valid_until"] or as_of <= date.fromisoformat(row["valid_until"]))
    ]


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with files("data.reference").joinpath(name).open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def load_training_policy(as_of: date) -> TrainingPolicy:
    """The policy of `as_of`.

    Raises
    ------
    ConfigurationError
        A value is missing or in force twice, or out of range.
    """
    return training_policy(rows_in_force("training_policy.csv", as_of), as_of)


def training_policy(rows: list[dict[str, str]], as_of: date) -> TrainingPolicy:
    """The policy of these rows (`key`, `value`); raises as `load_training_policy`."""
    values: dict[str, float] = {}
    for row in rows:
        if row["key"] in values:
            raise ConfigurationError(
                f"training_policy.csv: {row['key']} twice on {as_of}", remedy="end the earlier row with valid_until"
            )
        values[row["key"]] = float(row["value"])
    whole = ("subsidised_courses_a_year", "enrolment_lead_days", "ranked_horizon_days", "replacing_days")
    try:
        return TrainingPolicy(**{key: int(one) if key in whole else one for key, one in values.items()})  # type: ignore[arg-type]
    except TypeError as error:
        raise ConfigurationError(
            f"training_policy.csv on {as_of}: {error}", remedy="one row in force for each value"
        ) from error
