"""What is compared with what: effects of a market's saturation on everybody in it, on the treated and the untreated.

With displacement the difference between treated and untreated people of one market says little: the treated may only
take the others' places. Compared with markets in which nobody is treated, both can be seen: the *total* effect on
everybody, that on the *treated* ("intention to treat on the treated"), and that on the *untreated*, the spillover
(Baird, Bohren, McIntosh & Özler 2018, section 2; Crépon, Duflo, Gurgand, Rathelot & Zamora 2013, QJE 128).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from evaluation.experiments.cluster_robust import ClusterEffect, cluster_effect
from evaluation.refusal import Refusal

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FEWEST_MARKETS = 5
"""On either side: with fewer, neither the interval nor the randomisation test can tell anything at 5 %."""
UNTREATED, TREATED = 0, 1
_BOTH = [UNTREATED, TREATED]


class Contrast(StrEnum):
    """A comparison; all but the last are with the people of markets in which nobody is treated."""

    TOTAL = "total"
    """everybody in the market"""
    ON_TREATED = "treated"
    """the treated"""
    ON_UNTREATED = "untreated"
    """the untreated: the spillover"""
    WITHIN = "within"
    """treated against untreated of the same markets: misleads where people displace each other, shown for that"""


@dataclass(frozen=True)
class MarketCounts:
    """People and placements by market and arm, int64 (markets, 2) each: column 0 the untreated, 1 the treated."""

    people: Ints
    placed: Ints


def market_counts(
    market: npt.NDArray[np.integer], treated: npt.NDArray[np.bool_], placed: npt.NDArray[np.bool_], markets: int
) -> MarketCounts:
    """Counts of people given one by one: market number, arm, and whether placed, each of shape (people,)."""
    cell = market.astype(np.int64) * 2 + treated
    people = np.bincount(cell, minlength=2 * markets).reshape(markets, 2)
    return MarketCounts(people, np.bincount(cell[placed], minlength=2 * markets).reshape(markets, 2))


def contrasts_of(saturations: tuple[Fraction, ...]) -> list[tuple[Contrast, int]]:
    """Which contrasts there are, with the number of their saturation; the primary one first."""
    highest_first = range(len(saturations) - 1, 0, -1)
    found = [(Contrast.TOTAL, s) for s in highest_first]
    inner = [s for s in highest_first if saturations[s] < 1]
    kinds = (Contrast.ON_TREATED, Contrast.ON_UNTREATED, Contrast.WITHIN)
    return found + [(kind, s) for s in inner for kind in kinds]


@dataclass(frozen=True)
class Sides:
    """The cells that a contrast compares.

    `placed`, `people`: int64 (cells,), people > 0; `market`: int64 (cells,); `is_treated`: bool (cells,), the side.
    """

    placed: Ints
    people: Ints
    market: Ints
    is_treated: npt.NDArray[np.bool_]

    def of(self, side: bool) -> tuple[int, int, int]:
        """Markets, people and placements of the treated (True) or the other side."""
        here = self.is_treated == side
        return int(here.sum()), int(self.people[here].sum()), int(self.placed[here].sum())


def sides_of(contrast: Contrast, saturation: int, counts: MarketCounts, saturation_of: Ints) -> Sides:
    """Cells of both sides of a contrast at saturation number `saturation`; markets without people are left out."""
    here, pure = np.flatnonzero(saturation_of == saturation), np.flatnonzero(saturation_of == 0)
    parts = {
        Contrast.TOTAL: ((here, _BOTH), (pure, _BOTH)),
        Contrast.ON_TREATED: ((here, [TREATED]), (pure, _BOTH)),
        Contrast.ON_UNTREATED: ((here, [UNTREATED]), (pure, _BOTH)),
        Contrast.WITHIN: ((here, [TREATED]), (here, [UNTREATED])),
    }[contrast]
    cells = [
        np.column_stack([counts.placed[rows][:, arms].sum(axis=1), counts.people[rows][:, arms].sum(axis=1), rows])
        for rows, arms in parts
    ]
    joined = np.concatenate(cells)
    side = np.repeat([True, False], [len(one) for one in cells])
    kept = joined[:, 1] > 0
    return Sides(joined[kept, 0], joined[kept, 1], joined[kept, 2], side[kept])


def contrast_effect(sides: Sides, past_rate: Floats | None) -> ClusterEffect | Refusal:
    """The difference in the share placed, with its interval; refused with fewer than `FEWEST_MARKETS` on a side.

    Parameters
    ----------
    past_rate
        float64 (markets,): of each market before the experiment, adjusted for; None: not known.
    """
    few = min(sides.of(True)[0], sides.of(False)[0])
    if few < FEWEST_MARKETS:
        return Refusal(
            zh=f"一侧只有 {few} 个市场，至少要 {FEWEST_MARKETS} 个才能估计效应及其区间。",
            en=f"only {few} markets on a side: an effect and its interval take at least {FEWEST_MARKETS}",
        )
    return cluster_effect(
        sides.placed.astype(np.float64), sides.people.astype(np.float64), sides.is_treated, sides.market,
        None if past_rate is None else past_rate[sides.market],
    )  # fmt: skip
