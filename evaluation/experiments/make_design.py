"""Makes a design: the markets of today's candidates, their strata by size and past, the draw, and the power."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from data.errors import DataError
from data.market import Market
from data.records import EvidenceTier
from evaluation.experiments.assignment import draw_saturations, strata
from evaluation.experiments.contrasts import FEWEST_MARKETS, Contrast, contrasts_of
from evaluation.experiments.design import DesignedMarket, DetectableEffect, ExperimentDesign, refuse_unless_sound
from evaluation.experiments.market_cells import CellGrid, Cells, seeker_cells, vacancy_cells
from evaluation.experiments.market_clusters import MarketClusters, leakage, market_clusters
from evaluation.experiments.power import PastOutcomes, minimal_detectable_effect, past_outcomes
from evaluation.refusal import Caution, Refusal
from matching.arm_referrals import ArmRule

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DesignRequest:
    """What whoever plans an experiment decides; the attributes are those of `ExperimentDesign`.

    `least_seekers`: markets with fewer are merged; `fewest_markets`: merging for the sake of leakage stops there.
    Raises ConfigurationError as `refuse_unless_sound`.
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
    saturations: tuple[Fraction, ...]
    seed: int
    level: int = 2
    least_seekers: int = 100
    leakage_limit: float = 0.15
    fewest_markets: int = 24

    def __post_init__(self) -> None:
        refuse_unless_sound(
            self.name, self.arms, self.written_at, self.starts_on, self.ends_on, horizon_days=self.horizon_days
        )


@dataclass(frozen=True)
class MarketPairs:
    """Pairs listed on the day of the design.

    Attributes
    ----------
    seeker, vacancy
        int64 (pairs,): rows of the market.
    chance
        float64 (pairs,): probability of placement.
    referred
        float64 (pairs,): by how many of the arms' policies the pair would be referred, as far as is known.
    """

    seeker: Ints
    vacancy: Ints
    chance: npt.NDArray[np.float64]
    referred: npt.NDArray[np.float64]


@dataclass(frozen=True)
class PastCohort:
    """A cohort followed for the horizon before the design, and who was placed where.

    `cell`: int32 (people,) in the grid of the level asked for; `placed`: bool (people,); `from_cell`, `to_cell`: int32
    (placements,), cells of the seeker and the vacancy of each past placement.
    """

    cell: Cells
    placed: Bools
    from_cell: Cells
    to_cell: Cells


@dataclass(frozen=True)
class MadeDesign:
    """A design not yet written, and what to know before it is: of leakage, of the past."""

    design: ExperimentDesign
    leakage_of_cells: float
    cautions: tuple[Caution, ...]


def make_design(
    request: DesignRequest, market: Market, pairs: MarketPairs, past: PastCohort, *, market_of: str
) -> MadeDesign:
    """Make the design of a request; equal input gives equal output.

    Parameters
    ----------
    market_of
        In words: day and run of `market`.

    Raises
    ------
    DataError
        There are fewer markets than `FEWEST_MARKETS` for each saturation.
    ConfigurationError
        As `ExperimentDesign`.
    """
    grid, kinds = CellGrid(request.level), len(request.saturations)
    at, where = seeker_cells(market, grid), vacancy_cells(market, grid)
    clusters = market_clusters(
        grid, at, where, (pairs.seeker, pairs.vacancy), pairs.referred, least_seekers=request.least_seekers,
        leakage_limit=request.leakage_limit, fewest=max(request.fewest_markets, FEWEST_MARKETS * kinds),
    )  # fmt: skip
    if clusters.count < FEWEST_MARKETS * kinds:
        raise DataError(
            f"{clusters.count} markets for {kinds} saturations",
            remedy=f"at least {FEWEST_MARKETS} for each: finer occupation groups (--level), smaller markets (--least), "
            "or fewer saturations",
        )
    count = clusters.count
    seekers, vacancies = (np.bincount(clusters.of_cell[cells], minlength=count) for cells in (at, where))
    people = np.bincount(clusters.of_cell[past.cell], minlength=count)
    placed = np.bincount(clusters.of_cell[past.cell[past.placed]], minlength=count)
    rate = np.divide(placed, people, out=np.full(count, np.nan), where=people > 0)
    stratum = strata(seekers, rate, kinds)
    drawn = draw_saturations(stratum, kinds, np.random.default_rng(request.seed))
    known = past_outcomes(placed, people)
    ends = clusters.of_cell[at[pairs.seeker]], clusters.of_cell[where[pairs.vacancy]]
    by_placements = (
        leakage(clusters.of_cell[past.from_cell], clusters.of_cell[past.to_cell], np.ones(len(past.from_cell)))
        if len(past.from_cell)
        else None
    )
    names = _names(grid, clusters, np.bincount(at, minlength=len(grid)))
    cells = [np.flatnonzero(clusters.of_cell == n) for n in range(count)]
    design = ExperimentDesign(
        name=request.name,
        hypothesis_zh=request.hypothesis_zh,
        hypothesis_en=request.hypothesis_en,
        written_at=request.written_at,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        horizon_days=request.horizon_days,
        proof=request.proof,
        arms=request.arms,
        level=request.level,
        markets=tuple(
            DesignedMarket(
                name=f"M{n + 1:0{len(str(count))}}", name_zh=names[n], cells=tuple(grid.names[c] for c in cells[n]),
                seekers=int(seekers[n]), vacancies=int(vacancies[n]), past_people=int(people[n]),
                past_placed=int(placed[n]), stratum=int(stratum[n]), saturation=request.saturations[drawn[n]],
            )
            for n in range(count)
        ),
        saturations=request.saturations,
        seed=request.seed,
        leakage=clusters.leakage,
        leakage_of_candidates=leakage(*ends, pairs.chance),
        leakage_limit=request.leakage_limit,
        leakage_of_placements=by_placements,
        past_rate=known.rate if isinstance(known, PastOutcomes) else None,
        icc=known.icc if isinstance(known, PastOutcomes) else None,
        power=tuple(_power(known, seekers, drawn, request.saturations)),
        market_of=market_of,
    )  # fmt: skip
    unknown = Caution(known.zh, known.en) if isinstance(known, Refusal) else None
    cautions = tuple(one for one in (clusters.caution, unknown) if one is not None)
    return MadeDesign(design, clusters.leakage_of_cells, cautions)


def _power(
    known: PastOutcomes | Refusal, seekers: Ints, drawn: Ints, saturations: tuple[Fraction, ...]
) -> list[DetectableEffect]:
    rows = []
    control = seekers[(drawn == 0) & (seekers > 0)].astype(np.float64)
    for contrast, s in contrasts_of(saturations):
        if contrast is Contrast.WITHIN:
            continue
        share = float(saturations[s])
        part = {Contrast.TOTAL: 1.0, Contrast.ON_TREATED: share, Contrast.ON_UNTREATED: 1 - share}[contrast]
        here = part * seekers[(drawn == s) & (seekers > 0)]
        effect = minimal_detectable_effect(known, here, control) if isinstance(known, PastOutcomes) else None
        rows.append(DetectableEffect(str(contrast), saturations[s], len(here), len(control), effect))
    return rows


def _names(grid: CellGrid, clusters: MarketClusters, seekers: Ints) -> list[str]:
    """Chinese name of each market: its largest cell, and how many others with people it holds."""
    names = []
    for n in range(clusters.count):
        cells = np.flatnonzero(clusters.of_cell == n)
        largest, others = int(cells[np.argmax(seekers[cells])]), int((seekers[cells] > 0).sum()) - 1
        names.append(grid.name_zh(largest) + (f" 等 {others + 1} 格" if others > 0 else ""))
    return names
