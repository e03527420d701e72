"""The p value that the draw itself gives: how often would a draw of this design, with no effect, show as much?

Under the sharp null hypothesis (nobody's outcome depends on anybody's assignment: no effect and no spillover) outcomes
stay as they are under every other draw, so the test is exact however few markets there are (Fisher 1935; Imbens &
Rubin 2015, chapter 5). Markets are drawn to saturations as the design does, within its strata, and people of a market
to arms. Of the latter only counts matter: of n people, y of them placed, the treated are binomial in number and the
placed among them hypergeometric. The statistic is the difference of shares, adjusted for past rates, over its standard
error between markets: studentised, it also keeps its level where only the mean effect is zero (Wu & Ding 2021, JASA
116).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from evaluation.experiments.assignment import draw_saturations
from evaluation.experiments.contrasts import Contrast, MarketCounts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
REDRAWS = 2000


def randomisation_p_value(
    contrast: Contrast, saturation: int, counts: MarketCounts, saturation_of: Ints, *, stratum: Ints,
    saturations: tuple[Fraction, ...], past_rate: Floats | None, seed: int, redraws: int = REDRAWS,
) -> float:  # fmt: skip
    """Two-sided p value of a contrast with the pure control: (1 + redraws at least as far from 0) ÷ (1 + redraws).

    Parameters
    ----------
    contrast
        Not `WITHIN`.
    saturation
        Number of the saturation, ≥ 1.
    saturation_of, stratum
        int64 (markets,): what was drawn, and the strata within which.
    past_rate
        float64 (markets,), or None.
    """
    fitted = _fitted(counts, past_rate)
    everybody, placed = counts.people.sum(axis=1), counts.placed.sum(axis=1)
    arm = {Contrast.TOTAL: slice(0, 2), Contrast.ON_TREATED: slice(1, 2), Contrast.ON_UNTREATED: slice(0, 1)}[contrast]

    def statistic(drawn: Ints, people: Ints, successes: Ints) -> Floats:
        """Of draws (draws, markets); people and placements of the contrast's arm where the saturation is this one."""
        here, pure = drawn == saturation, drawn == 0
        first = _mean(np.where(here, people, 0), np.where(here, successes - people * fitted, 0.0))
        second = _mean(np.where(pure, everybody, 0), np.where(pure, placed - everybody * fitted, 0.0))
        error = np.sqrt(first[1] + second[1])
        return np.divide(first[0] - second[0], error, out=np.zeros(len(drawn)), where=error > 0)

    observed = statistic(
        saturation_of[None, :], counts.people[None, :, arm].sum(axis=2), counts.placed[None, :, arm].sum(axis=2)
    )[0]
    lot = np.random.default_rng(seed)
    drawn = np.array([draw_saturations(stratum, len(saturations), lot) for _ in range(redraws)])
    if contrast is Contrast.TOTAL:
        people, successes = everybody[None, :], placed[None, :]
    else:
        people = lot.binomial(np.broadcast_to(everybody, drawn.shape), float(saturations[saturation]))
        if contrast is Contrast.ON_UNTREATED:
            people = everybody - people
        successes = lot.hypergeometric(placed, everybody - placed, people)
    at_least = np.abs(statistic(drawn, people, successes)) >= abs(observed) * (1 - 1e-9)
    return float((1 + at_least.sum()) / (1 + redraws))


def _mean(people: Floats | Ints, residual: Floats) -> tuple[Floats, Floats]:
    """Mean residual over people and its variance between markets, float64 (draws,) twice."""
    total = np.maximum(people.sum(axis=1), 1)
    mean = residual.sum(axis=1) / total
    spread = np.square(residual - people * mean[:, None]).sum(axis=1)
    return mean, spread / np.square(total)


def _fitted(counts: MarketCounts, past_rate: Floats | None) -> Floats:
    """Each market's rate as past rates lead one to expect it, least squares weighted by people; float64 (markets,)."""
    people = counts.people.sum(axis=1)
    rate = counts.placed.sum(axis=1) / np.maximum(people, 1)
    if past_rate is None or np.ptp(past_rate) == 0:
        return np.full(len(people), np.average(rate, weights=people))
    centred = past_rate - np.average(past_rate, weights=people)
    mean = np.average(rate, weights=people)
    slope = float((people * centred * (rate - mean)).sum() / (people * centred**2).sum())
    return np.asarray(mean + slope * centred)
