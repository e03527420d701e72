"""A city with the year that follows: people who will register and posts that will be advertised, spread over it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.columns import Records
from data.errors import ConfigurationError
from data.synthetic_city.city import City, identities_of, with_more_of_the_past
from data.synthetic_city.courses import make_courses, repeated_runs
from data.synthetic_city.employers_and_vacancies import make_vacancies
from data.synthetic_city.hiring_truth import CityTruth
from data.synthetic_city.history import make_history
from data.synthetic_city.people import make_seekers
from data.synthetic_city.settings import CitySettings

SEEKER_DAYS = (120, 240)
"""A registration is valid for so many days, drawn evenly: half a year in the mean."""
VACANCY_DAYS = (30, 90)
"""An advertisement is open for so many days, drawn evenly, unless it is filled before: two months in the mean."""


@dataclass(frozen=True)
class YearSettings:
    """A city on its day, and for how many months people and posts go on arriving.

    They arrive at the rate that keeps the register as large as it is on `city.as_of`: its size ÷ the mean time that
    an entry is valid. By default 3,380 people and 2,030 posts a month.
    """

    city: CitySettings
    months: int = 12

    def __post_init__(self) -> None:
        if not 1 <= self.months <= 36:
            raise ConfigurationError(f"a simulation of {self.months} months", remedy="1 to 36 months")

    @property
    def days(self) -> int:
        """Days from `city.as_of` to the end, which is excluded."""
        start = pd.Timestamp(self.city.as_of)
        return int((start + pd.DateOffset(months=self.months) - start).days)

    @property
    def month_days(self) -> tuple[int, ...]:
        """Days after `city.as_of` on which referrals are made: the same day of every month."""
        start = pd.Timestamp(self.city.as_of)
        return tuple(int((start + pd.DateOffset(months=m) - start).days) for m in range(self.months))


def build_year(settings: YearSettings) -> City:
    """The city with all who register and all that is advertised in its year: same settings, identical tables.

    Who arrives later is drawn as the city's present people are, with his age and certificates as of `city.as_of`.
    Identifiers rise with the part: those of the present, of the coming year, of the past. Not `build_city` with more
    rows: another size is another draw of everybody.
    """
    city = settings.city
    rng = [np.random.default_rng(s) for s in np.random.SeedSequence([city.seed, settings.months]).spawn(6)]
    coming_seekers = _arrivals(city.seekers, SEEKER_DAYS, settings.days)
    coming_vacancies = _arrivals(city.vacancies, VACANCY_DAYS, settings.days)
    whole = replace(city, seekers=city.seekers + coming_seekers, vacancies=city.vacancies + coming_vacancies)
    has_past = city.history_months > 0
    people, true_seekers = make_seekers(rng[0], whole, city.seekers * 3 // 5 if has_past else 0)
    past = city.vacancies * 5 // 2 if has_past else 0
    posts, true_vacancies = make_vacancies(rng[1], whole, past)
    seekers = _spread(rng[4], people["seekers"], "registered_on", SEEKER_DAYS, settings, city.seekers, coming_seekers)
    vacancies = _spread(
        rng[4], posts["vacancies"], "published_on", VACANCY_DAYS, settings, city.vacancies, coming_vacancies
    )
    groups = people["seeker_groups"]
    registered = groups["seeker_id"].map(seekers.set_index("seeker_id")["registered_on"])
    people |= {"seekers": seekers, "seeker_groups": groups.assign(valid_from=registered)}
    posts |= {"vacancies": vacancies}
    history, truth = {}, CityTruth(true_seekers, true_vacancies)
    if has_past:  # nobody who is still to come is in it
        people_to_come, posts_to_come = range(city.seekers, whole.seekers), range(city.vacancies, whole.vacancies)
        history = make_history(
            rng[3],
            city,
            _without(seekers, people_to_come),
            _without(vacancies, posts_to_come),
            CityTruth(_without(true_seekers, people_to_come), _without(true_vacancies, posts_to_come)),
        )
        posts, truth = with_more_of_the_past(rng[5], city, posts, truth, past)
    courses = make_courses(rng[2], city)
    courses |= {"course_runs": repeated_runs(courses["course_runs"], city, settings.days)}
    records = Records.of(**people, **posts, **courses, **history)
    return City(records, identities_of(records.seekers), truth)


def _arrivals(stock: int, valid_days: tuple[int, int], days: int) -> int:
    """How many arrive in `days` where the stock stays as it is: stock ÷ mean validity × days."""
    return round(stock * days / (sum(valid_days) / 2))


def _without(table: pd.DataFrame, rows: range) -> pd.DataFrame:
    return table.drop(index=list(rows)).reset_index(drop=True)


def _spread(
    rng: np.random.Generator, table: pd.DataFrame, first_day: str, valid_days: tuple[int, int], settings: YearSettings,
    present: int, coming: int,
) -> pd.DataFrame:  # fmt: skip
    """The table with the windows of the coming rows drawn evenly over the year."""
    rows = slice(present, present + coming)
    day = np.datetime64(settings.city.as_of, "D")
    first, through = (table[name].to_numpy("datetime64[D]").copy() for name in (first_day, "valid_through"))
    first[rows] = np.sort(day + rng.integers(1, settings.days, coming))
    through[rows] = first[rows] + rng.integers(valid_days[0], valid_days[1] + 1, coming)
    return table.assign(**{first_day: first, "valid_through": through})
