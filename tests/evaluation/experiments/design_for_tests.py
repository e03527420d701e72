"""A small design that tests start from: markets that divide the coarsest grid, each changed by keyword."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import numpy as np

from data.records import EvidenceTier
from evaluation.experiments.assignment import draw_saturations, strata
from evaluation.experiments.design import DesignedMarket, DetectableEffect, ExperimentDesign
from evaluation.experiments.market_cells import CellGrid
from matching.arm_referrals import ArmPolicy, ArmRule

SATURATIONS = (Fraction(0), Fraction(1, 2), Fraction(1))


def design(
    markets: int = 18, *, saturations: tuple[Fraction, ...] = SATURATIONS, drawn: np.ndarray | None = None,
    past_rate: np.ndarray | None = None, seed: int = 1, **changes: Any,
) -> ExperimentDesign:  # fmt: skip
    """A design of so many markets over the level-1 grid."""
    names = CellGrid(1).names
    people = np.full(markets, 100)
    rate = np.linspace(0.1, 0.4, markets) if past_rate is None else past_rate
    stratum = strata(people, rate, len(saturations))
    if drawn is None:
        drawn = draw_saturations(stratum, len(saturations), np.random.default_rng(seed))
    return ExperimentDesign(
        **{
            "name": "toy", "hypothesis_zh": "统筹分配使更多人就业", "hypothesis_en": "allocation places more people",
            "written_at": datetime(2026, 6, 1, 9, tzinfo=UTC), "starts_on": date(2026, 6, 2),
            "ends_on": date(2026, 6, 30), "horizon_days": 30, "proof": EvidenceTier.CONTRACT,
            "arms": (ArmRule(ArmPolicy.OWN_BEST), ArmRule(ArmPolicy.PRICES, per_opening=4)), "level": 1,
            "markets": tuple(
                DesignedMarket(
                    f"M{n:02d}", f"市场{n}", names[n::markets], 100, 20, 100, round(100 * float(rate[n])),
                    int(stratum[n]), saturations[drawn[n]],
                )
                for n in range(markets)
            ),
            "saturations": saturations, "seed": seed, "leakage": 0.1, "leakage_limit": 0.15,
            "leakage_of_candidates": 0.2, "leakage_of_placements": None, "past_rate": 0.25, "icc": 0.02,
            "power": (DetectableEffect("total", Fraction(1), 6, 6, 0.08),), "market_of": "run R-1 of 2026-06-01",
            **changes,
        }
    )  # fmt: skip
