"""The grid that markets are made of: an occupation group of the 2022 classification × a district, both or one unknown.

A seeker's cell is the work he wants (if he does not say, what he did longest) where he lives; a vacancy's is its work
where it is. Cells are numbered group by group, so that every place and occupation has one whether or not anybody is
in it today: newcomers of tomorrow are then in a market too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import ConfigurationError
from data.market import Market
from data.reference.districts import load_districts
from data.reference.occupations import group_names, load_occupations

UNKNOWN = "unknown"
LEVELS = (1, 2, 3)
"""Parts of the occupation code that a group keeps: 1 major, 2 sub-major, 3 minor groups."""
KM_PER_LEVEL = 40.0
"""What one level less of likeness in the classification counts as, in km: a convention, used only for cells that
exchange nothing, where data says nothing. About the way across the city: another district before another trade."""
Cells = npt.NDArray[np.int32]


@dataclass(frozen=True)
class CellGrid:
    """All cells at one level of the classification; cell = group × (districts + 1) + district, the last ones unknown.

    Raises
    ------
    ConfigurationError
        The level is not one of `LEVELS`.
    """

    level: int

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ConfigurationError(
                f"occupation groups of level {self.level}", remedy="1 major, 2 sub-major or 3 minor groups"
            )

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Codes of the occupation groups, rising, then `UNKNOWN`."""
        return (*sorted(set(_groups_of_rows(self.level))), UNKNOWN)

    @cached_property
    def districts(self) -> tuple[str, ...]:
        """Division codes in the order of the reference table, then `UNKNOWN`."""
        return (*map(str, load_districts()["code"]), UNKNOWN)

    def __len__(self) -> int:
        return len(self.groups) * len(self.districts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the cells as design files have them: '6-29/220102'."""
        return tuple(f"{group}/{district}" for group in self.groups for district in self.districts)

    def name_zh(self, cell: int) -> str:
        """Chinese name of a cell: occupation group, district."""
        group, district = divmod(cell, len(self.districts))
        occupation = "职业未知" if self.groups[group] == UNKNOWN else group_names()[self.groups[group]]
        places = load_districts()["name_zh"]
        return f"{occupation}·{'区县未知' if district == len(places) else places.iloc[district]}"

    def distance_km(self, cell: int) -> npt.NDArray[np.float64]:
        """How unlike every cell is to this one, float64 (cells,): km between centres, `KM_PER_LEVEL` a level.

        What is unknown counts as differing at every level, or as one level away in place.
        """
        group, district = divmod(cell, len(self.districts))
        return np.asarray((self._group_km[group][:, None] + self._district_km[district][None, :]).ravel())

    @cached_property
    def _group_km(self) -> npt.NDArray[np.float64]:
        parts = np.array([(group.split("-") + [""] * self.level)[: self.level] for group in self.groups])
        parts[-1] = UNKNOWN
        shared = np.cumprod(parts[:, None, :] == parts[None, :, :], axis=2).sum(axis=2)
        return np.asarray(KM_PER_LEVEL * (self.level - shared), dtype=np.float64)

    @cached_property
    def _district_km(self) -> npt.NDArray[np.float64]:
        centres = load_districts()
        north = centres["latitude"].to_numpy(np.float64) * 111.2
        east = centres["longitude"].to_numpy(np.float64) * 111.2 * np.cos(np.radians(centres["latitude"].mean()))
        km = np.full((len(self.districts),) * 2, KM_PER_LEVEL)
        km[:-1, :-1] = np.hypot(north[:, None] - north[None, :], east[:, None] - east[None, :])
        km[-1, -1] = 0.0
        return km


def seeker_cells(market: Market, grid: CellGrid) -> Cells:
    """Cell of every seeker, int32 (seekers,): work wanted, else held longest (ties to the first told), else unknown."""
    wanted = market.seekers["desired_occupation"].to_numpy(np.int64)
    held = market.experience[market.experience["occupation"] >= 0]
    held = held.assign(years=held["years"].fillna(0.0)).sort_values(
        ["seeker", "years"], ascending=[True, False], kind="stable"
    )
    longest = held.drop_duplicates("seeker")
    done = np.full(len(wanted), -1, dtype=np.int64)
    done[longest["seeker"].to_numpy()] = longest["occupation"].to_numpy()
    return _cells(grid, np.where(wanted >= 0, wanted, done), market.seekers["district"])


def vacancy_cells(market: Market, grid: CellGrid) -> Cells:
    """Cell of every vacancy, int32 (vacancies,)."""
    return _cells(grid, market.vacancies["occupation"].to_numpy(np.int64), market.vacancies["district"])


def _cells(grid: CellGrid, occupation: npt.NDArray[np.int64], district: pd.Series[int]) -> Cells:
    # Row −1, unknown, is the last entry of either table.
    group_of_row = np.array([*map(grid.groups.index, _groups_of_rows(grid.level)), len(grid.groups) - 1])
    place = district.to_numpy(np.int64)
    place = np.where(place < 0, len(grid.districts) - 1, place)
    return np.asarray(group_of_row[occupation] * len(grid.districts) + place, dtype=np.int32)


def _groups_of_rows(level: int) -> list[str]:
    return ["-".join(str(code).split("-")[:level]) for code in load_occupations()["code"]]
