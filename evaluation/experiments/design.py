"""The design of an experiment: all that is decided before it starts, as one value.

What decides who is treated, what is measured and how it is judged is fixed here, so that nothing of it can be chosen
by its result. `design_file` writes and reads it; its checksum tells whether anything was changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.errors import ConfigurationError
from data.records import EvidenceTier
from evaluation.experiments.assignment import lots
from evaluation.experiments.market_cells import CellGrid, Cells
from matching.arm_referrals import ArmRule

CONTROL, TREATMENT = 0, 1
"""Numbers of the arms."""
ARM_NAMES = ("control", "treatment")
ARM_NAMES_ZH = ("对照", "处理")


@dataclass(frozen=True)
class DesignedMarket:
    """One market of a design.

    `cells` are names of the grid's cells; `seekers`, `vacancies` how many there were when it was designed;
    `past_people`, `past_placed` of whom placed within the horizon before; `saturation` the share to be treated.
    """

    name: str
    name_zh: str
    cells: tuple[str, ...]
    seekers: int
    vacancies: int
    past_people: int
    past_placed: int
    stratum: int
    saturation: Fraction


@dataclass(frozen=True)
class DetectableEffect:
    """Power figure of one comparison with the pure control: share of markets' people compared, and the least effect
    found with a chance of 80 % at 5 %; None where past outcomes do not tell."""

    contrast: str
    saturation: Fraction
    markets: int
    control_markets: int
    effect: float | None


@dataclass(frozen=True)
class ExperimentDesign:
    """An experiment over markets, as decided before its start.

    Attributes
    ----------
    name
        Identifier: letters, digits, - and _.
    hypothesis_zh, hypothesis_en
        What is expected, in words.
    written_at
        When, with the offset from UTC.
    starts_on, ends_on
        First and last night, both included, on which the arms differ and people enter.
    horizon_days
        H of the primary outcome: placed within H days of entering.
    proof
        Weakest evidence by which a placement counts.
    arms
        Rules of the control and of the treatment.
    level
        Of the occupation classification, as `CellGrid`.
    markets
        In the order of their names; every cell of the grid belongs to one.
    saturations
        Shares to be treated, rising, the first 0.
    seed
        Of the draw of saturations and of the key of seekers' lots.
    leakage, leakage_limit, leakage_of_candidates, leakage_of_placements
        Share of the referrals (the run's and everyone's own best) that cross markets, and its limit; the same of listed
        pairs by their chance of placement, and of past placements, None where there are none.
    past_rate, icc
        From past outcomes, None where there are too few.
    power
        One row a comparison.
    market_of
        Day and run of the market that it was designed from.
    checksum
        SHA-256 of the file's content; empty before it is written.
    """

    name: str
    hypothesis_zh: str
    hypothesis_en: str
    written_at: datetime
    starts_on: date
    ends_on: date
    horizon_days: int
    proof: EvidenceTier
    arms: tuple[ArmRule, ArmRule]
    level: int
    markets: tuple[DesignedMarket, ...]
    saturations: tuple[Fraction, ...]
    seed: int
    leakage: float
    leakage_limit: float
    leakage_of_candidates: float
    leakage_of_placements: float | None
    past_rate: float | None
    icc: float | None
    power: tuple[DetectableEffect, ...]
    market_of: str
    checksum: str = ""

    def __post_init__(self) -> None:
        refuse_unless_sound(
            self.name, self.arms, self.written_at, self.starts_on, self.ends_on, horizon_days=self.horizon_days
        )
        placed = [cell for market in self.markets for cell in market.cells]
        if sorted(placed) != sorted(self.grid.names):
            raise ConfigurationError(
                f"experiment {self.name}: its markets do not divide the grid of level {self.level}",
                remedy="every cell belongs to one market",
            )

    @cached_property
    def grid(self) -> CellGrid:
        """The cells that its markets are made of."""
        return CellGrid(self.level)

    @property
    def key(self) -> str:
        """Key of seekers' lots: of this experiment alone."""
        return f"{self.name}/{self.seed}"

    @property
    def known_on(self) -> date:
        """First day on which everybody has been followed for the horizon."""
        return self.ends_on + timedelta(days=self.horizon_days)

    def runs_on(self, day: date) -> bool:
        """Whether the arms differ on the night of `day`."""
        return self.starts_on <= day <= self.ends_on

    @property
    def stratum(self) -> npt.NDArray[np.int64]:
        """Stratum of each market."""
        return np.array([market.stratum for market in self.markets], dtype=np.int64)

    @property
    def saturation_of(self) -> npt.NDArray[np.int64]:
        """Number of each market's saturation."""
        return np.array([self.saturations.index(market.saturation) for market in self.markets], dtype=np.int64)

    def market_of_cells(self, cells: Cells) -> npt.NDArray[np.int64]:
        """Number of the market of each of these cells."""
        number = {cell: n for n, market in enumerate(self.markets) for cell in market.cells}
        return np.array([number[name] for name in self.grid.names], dtype=np.int64)[cells]


def refuse_unless_sound(
    name: str, arms: tuple[ArmRule, ArmRule], written_at: datetime, starts_on: date, ends_on: date, *, horizon_days: int
) -> None:
    """Raise ConfigurationError where no experiment can be so: its name, its days, arms that are the same."""
    if not name or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
        raise ConfigurationError(f"an experiment named {name!r}", remedy="letters a–z, digits, - and _")
    if written_at.tzinfo is None or starts_on <= written_at.date():
        raise ConfigurationError(
            f"experiment {name} starts on {starts_on}, its design was written at {written_at}",
            remedy="a design comes first: start it on the day after at the earliest",
        )
    if ends_on < starts_on or horizon_days < 1:
        raise ConfigurationError(
            f"experiment {name} from {starts_on} to {ends_on}, horizon {horizon_days} days",
            remedy="it ends on or after the day it starts, and its horizon is at least a day",
        )
    if arms[CONTROL] == arms[TREATMENT]:
        raise ConfigurationError(
            f"experiment {name}: both arms are {arms[CONTROL].policy}", remedy="let the arms differ"
        )


ASSIGNED = Table(
    "assigned",
    {
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "market": Column(TEXT, "name of the market"),
        "saturation": Column(TEXT, "share of it to be treated, such as 1/2"),
        "treated": Column("bool", "in the treatment arm"),
    },
)


def assign(design: ExperimentDesign, seeker_ids: Sequence[str], cells: Cells) -> pd.DataFrame:
    """Market, saturation and arm of each person (`ASSIGNED`), of his identifier and cell alone.

    Parameters
    ----------
    cells
        int32 (people,): `market_cells.seeker_cells`, on the day the person enters.
    """
    market = design.market_of_cells(cells)
    share = np.array([float(one.saturation) for one in design.markets])[market]
    return ASSIGNED.check(
        pd.DataFrame(
            {
                "seeker_id": seeker_ids,
                "market": np.array([one.name for one in design.markets], dtype=object)[market],
                "saturation": np.array([str(one.saturation) for one in design.markets], dtype=object)[market],
                "treated": lots(seeker_ids, design.key) < share,
            }
        )
    )
