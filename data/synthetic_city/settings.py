"""What a demonstration city is made from: its size, its day and its seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.errors import ConfigurationError


@dataclass(frozen=True)
class CitySettings:
    """Same settings, same city.

    `seekers` and `vacancies` are those open on `as_of`; people and posts of the past come on top.
    `history_months` of past referrals, `referrals_per_seeker` drawn for each open seeker (before those that
    could not have happened are left out); 0 months: no history.
    """

    seed: int = 2014
    seekers: int = 20_000
    vacancies: int = 4_000
    courses: int = 300
    history_months: int = 18
    referrals_per_seeker: float = 5.0
    as_of: date = date(2026, 3, 2)

    def __post_init__(self) -> None:
        if min(self.seekers, self.vacancies, self.courses) < 1 or self.history_months < 0:
            raise ConfigurationError(
                f"city of {self.seekers} seekers, {self.vacancies} vacancies, {self.courses} courses, "
                f"{self.history_months} months of history",
                remedy="ask for at least one of each and no negative history",
            )
