"""What training must close: the forecast of demand less the qualified people who will still be there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Records
from data.market import Market
from data.reference.credentials import required_mask
from data.reference.districts import load_districts
from data.reference.occupations import load_occupations
from training_recs.demand_forecast.demand_history import CELLS, occupation_groups
from training_recs.demand_forecast.forecast_demand import DemandForecast

Floats = npt.NDArray[np.float64]
USUAL_SHARE = 0.5
"""A credential that at least this share of an occupation's vacancies ask for belongs to being qualified for it."""


@dataclass(frozen=True)
class TrainingNeeds:
    """Need by cell and month.

    Attributes
    ----------
    cells
        `demand_history.CELLS`.
    months
        datetime64[M] (months,).
    demand, supply
        float64 (cells, months): openings and people expected.
    scenarios
        float64 (cells, months, scenarios) ≥ 0: demand less supply, each as likely as the others.
    """

    cells: pd.DataFrame
    months: npt.NDArray[np.datetime64]
    demand: Floats
    supply: Floats
    scenarios: Floats


def training_needs(forecast: DemandForecast, supply: Floats) -> TrainingNeeds:
    """Needs from a forecast and the expected `supply`, float64 (cells, months), of its cells."""
    scenarios = np.maximum(forecast.quantiles - supply[:, :, None], 0.0)
    demand = forecast.quantiles.mean(axis=2)
    return TrainingNeeds(forecast.cells, forecast.months, demand, supply, scenarios)


def expected_supply(
    market: Market,
    usual_credentials: dict[str, int],
    cells: pd.DataFrame,
    availability: Floats,
    *,
    level: str = "minor",
) -> Floats:
    """Qualified people expected to be still available, float64 (cells, months).

    A person counts once: where he lives, for the occupation he wants or, where that is not known, the one he has worked
    in longest. He is qualified unless he is known to lack a credential that is usual there; somebody whose credentials
    nobody asked about counts.

    Parameters
    ----------
    usual_credentials
        As `usual_credentials` gives them.
    availability
        float64 (seekers of the market, months): the probability that each is still looking then.
    """
    seekers = market.seekers
    wanted = seekers["desired_occupation"].to_numpy(np.int64)
    held = market.experience.sort_values(["seeker", "years", "occupation"], na_position="first")
    longest = held[held["occupation"] >= 0].groupby("seeker")["occupation"].last()
    wanted = np.where(wanted >= 0, wanted, longest.reindex(np.arange(len(seekers)), fill_value=-1).to_numpy(np.int64))
    groups = occupation_groups(load_occupations()["code"], level).to_numpy(str)
    districts = load_districts()["code"].to_numpy(str)
    district = seekers["district"].to_numpy(np.int64)
    group = groups[np.maximum(wanted, 0)]
    needed = np.array([usual_credentials.get(name, 0) for name in group], dtype=np.uint64)
    lacks = (needed & ~seekers["credential_mask"].to_numpy(np.uint64)) != 0
    lacks &= seekers["credentials_complete"].to_numpy(bool)
    qualified = np.flatnonzero((wanted >= 0) & (district >= 0) & ~lacks)
    people = pd.MultiIndex.from_arrays([group[qualified], districts[district[qualified]]])
    place = pd.MultiIndex.from_frame(CELLS.check(cells)).get_indexer(people)
    supply = np.zeros((len(cells), availability.shape[1]))
    np.add.at(supply, place[place >= 0], availability[qualified][place >= 0])
    return supply


def usual_credentials(records: Records, *, level: str = "minor") -> dict[str, int]:
    """Credentials that at least half of an occupation group's vacancies on record ask for, as a mask, by group."""
    codes = records.vacancies.set_index("vacancy_id")["occupation_code"].dropna()
    group = occupation_groups(codes, level)
    asked = records.vacancy_credentials
    asked = asked.assign(group=group.reindex(asked["vacancy_id"]).to_numpy()).dropna(subset=["group"])
    counts = asked.groupby(["group", "credential_code"], as_index=False).size()
    usual = counts[(counts["size"] >= USUAL_SHARE * counts["group"].map(group.value_counts())).to_numpy(bool)]
    return {str(name): required_mask(some["credential_code"]) for name, some in usual.groupby("group")}
