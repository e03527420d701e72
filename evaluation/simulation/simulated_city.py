"""A city over its year as the simulation sees it: who is there when, and what is true of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.market import Market
from data.records import SeekerGroup
from data.synthetic_city.city import City
from data.synthetic_city.hiring_truth import CityTruth
from data.synthetic_city.year import YearSettings

Rows = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]


class HiringTruth(Protocol):
    """What becomes of pairs, by rows of seekers and vacancies. `data.synthetic_city.hiring_truth.CityTruth` is one."""

    def p_accept(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Probability that the seeker accepts the referral."""
        ...

    def p_hire(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Probability that the employer hires the seeker, who has accepted."""
        ...

    def leaving_hazard(self, seeker_rows: Rows, vacancy_rows: Rows) -> Floats:
        """Hazard of leaving after the trial period, per 30 days."""
        ...


@dataclass(frozen=True)
class SimulatedCity:
    """Rows are those of the year's market tables, sorted by identifier. Days count from `as_of`.

    Attributes
    ----------
    seeker_first, seeker_last, vacancy_first, vacancy_last
        int32: first and last day, both included, on which the person is registered, the post advertised.
    group_mask
        uint16 (seekers,), bit = order in `SeekerGroup`: groups that the person is or will be in.
    headcount, employer
        int64 (vacancies,): openings as advertised; number of the employer.
    pay
        float64 (vacancies,), CNY/month.
    month_days
        Days on which referrals are made.
    days
        Days that are observed, the end excluded.
    """

    as_of: date
    seeker_first: npt.NDArray[np.int32]
    seeker_last: npt.NDArray[np.int32]
    vacancy_first: npt.NDArray[np.int32]
    vacancy_last: npt.NDArray[np.int32]
    group_mask: npt.NDArray[np.uint16]
    headcount: npt.NDArray[np.int64]
    employer: npt.NDArray[np.int64]
    pay: Floats
    month_days: tuple[int, ...]
    days: int
    truth: HiringTruth

    @property
    def n_seekers(self) -> int:
        """Seekers of all times."""
        return len(self.seeker_first)

    @property
    def n_vacancies(self) -> int:
        """Vacancies of all times."""
        return len(self.vacancy_first)


def simulated_city(city: City, market: Market, settings: YearSettings) -> tuple[SimulatedCity, CityTruth]:
    """The year of `city`, and its truth in the rows of the market.

    `market` is `market_from_records(city.records, as_of, include_closed=True)`.
    """
    seeker_rows, vacancy_rows = city.truth.rows_of(market.seekers["seeker_id"], market.vacancies["vacancy_id"])
    truth = CityTruth(
        city.truth.seekers.iloc[seeker_rows].reset_index(drop=True),
        city.truth.vacancies.iloc[vacancy_rows].reset_index(drop=True),
    )
    day = pd.Timestamp(settings.city.as_of)
    seekers = city.records.seekers.set_index("seeker_id").loc[market.seekers["seeker_id"]]
    vacancies = city.records.vacancies.set_index("vacancy_id").loc[market.vacancies["vacancy_id"]]

    def days(table: pd.DataFrame, column: str) -> npt.NDArray[np.int32]:
        return np.asarray((table[column] - day).dt.days.to_numpy(np.int32))

    year = SimulatedCity(
        as_of=settings.city.as_of,
        seeker_first=days(seekers, "registered_on"),
        seeker_last=days(seekers, "valid_through"),
        vacancy_first=days(vacancies, "published_on"),
        vacancy_last=days(vacancies, "valid_through"),
        group_mask=_groups_ever(city, market),
        headcount=market.vacancies["headcount"].to_numpy(np.int64),
        employer=pd.factorize(market.vacancies["employer_id"])[0].astype(np.int64),
        pay=truth.vacancies["pay"].to_numpy(np.float64),
        month_days=settings.month_days,
        days=settings.days,
        truth=truth,
    )
    return year, truth


def _groups_ever(city: City, market: Market) -> npt.NDArray[np.uint16]:
    """Who registers in the coming year enters his groups on that day; the market's mask is that of `as_of`."""
    groups = city.records.seeker_groups
    bits = groups["group_code"].map({str(group): 1 << bit for bit, group in enumerate(SeekerGroup)}).astype("int64")
    masks = bits.groupby(groups["seeker_id"]).sum().reindex(market.seekers["seeker_id"], fill_value=0)
    return np.asarray(masks.to_numpy(np.uint16))
