"""How many seats to open for people that nobody has ordered yet.

Newsvendor (Arrow, Harris & Marschak 1951, Optimal inventory policy, Econometrica 19): with a value v of a seat whose
graduate finds such work and a cost c of every seat, one more seat pays as long as v · P(need ≥ seats) > c, that is up
to the quantile (v − c) ÷ v of the need: the critical ratio.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.errors import ConfigurationError

Floats = npt.NDArray[np.float64]


def critical_ratio(value_cny: float, cost_cny: float) -> float:
    """Share of the distribution of need to open seats for; 0 where a seat costs more than it is worth.

    Raises
    ------
    ConfigurationError
        The value is not positive, or the cost negative.
    """
    if value_cny <= 0 or cost_cny < 0:
        raise ConfigurationError(
            f"a filled seat worth {value_cny:g} CNY that costs {cost_cny:g} CNY",
            remedy="the value must be above 0 and the cost not below 0",
        )
    return max(0.0, (value_cny - cost_cny) / value_cny)


def seats_worth_opening(need: Floats, value_cny: float, cost_cny: float) -> int:
    """Largest number of seats of which the last one still pays, for a need that is each of `need` with equal chance.

    Zero where even the first does not.
    """
    chance = critical_ratio(value_cny, cost_cny)
    ordered = np.sort(np.floor(need))
    # P(need ≥ u) > 1 − ratio: u may reach the k-th scenario as long as more than (1 − ratio) n lie at or above it.
    pays = (len(ordered) - np.arange(len(ordered))) / len(ordered) > 1 - chance + 1e-12
    return int(ordered[pays].max()) if pays.any() else 0


def expected_filled(seats: float, need: Floats, *, ordered: int = 0) -> float:
    """E[min(seats, need)], where the first `ordered` seats are filled for certain."""
    return float(np.minimum(seats, np.maximum(np.floor(need), ordered)).mean())


def need_segments(need: Floats, ordered: int) -> list[tuple[int, float]]:
    """The need as seats in a row: (how many, chance that each is filled), chances falling; ordered ones first.

    After them seats are filled with the share of scenarios that reach so far; what no scenario reaches is not listed.
    """
    scenarios = np.sort(np.floor(need))
    segments = [(ordered, 1.0)] if ordered else []
    reached = ordered
    for place, value in enumerate(scenarios):
        if value > reached:
            segments.append((int(value - reached), (len(scenarios) - place) / len(scenarios)))
            reached = int(value)
    return segments
