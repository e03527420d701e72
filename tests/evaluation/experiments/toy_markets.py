"""Toy markets in which people displace each other, so that what an experiment should find is known.

A market has room for a share of its people, which differs from market to market and was about the same in the past.
Everybody competes; the treated are `advantage` times as quick. Treating a share s of a market also fills `gain` × s
more of its room: with `gain` 0 the treated only take others' places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from evaluation.experiments.assignment import draw_saturations, strata
from evaluation.experiments.contrasts import MarketCounts

SATURATIONS = (Fraction(0), Fraction(1, 2), Fraction(1))


@dataclass(frozen=True)
class Toy:
    """How the markets of a toy city are."""

    markets: int = 24
    people: int = 150
    room: float = 0.3
    spread: float = 0.06
    advantage: float = 3.0
    gain: float = 0.0
    sizes_vary: bool = True

    def experiment(
        self, rng: np.random.Generator, saturations: Sequence[Fraction] = SATURATIONS
    ) -> tuple[MarketCounts, np.ndarray, np.ndarray, np.ndarray]:
        """Counts after an experiment, number of each market's saturation, strata, and past rates."""
        people, room, past = self._markets(rng)
        stratum = strata(people, past, len(saturations))
        drawn = draw_saturations(stratum, len(saturations), rng)
        shares = np.array([float(share) for share in saturations])[drawn]
        return self._outcomes(rng, people, room, shares), drawn, stratum, past

    def truth(self, share: float, *, markets: int = 4000) -> tuple[float, float, float]:
        """Effects on everybody, the treated, the untreated at this saturation, by very many markets."""
        rng = np.random.default_rng(0)
        many = Toy(**{**self.__dict__, "markets": markets})
        people, room, _ = many._markets(rng)
        pure = many._outcomes(rng, people, room, np.zeros(markets))
        counts = many._outcomes(rng, people, room, np.full(markets, share))
        base = pure.placed.sum() / pure.people.sum()
        untreated, treated = counts.placed.sum(axis=0) / np.maximum(counts.people.sum(axis=0), 1)
        return float(counts.placed.sum() / counts.people.sum() - base), float(treated - base), float(untreated - base)

    def individual(self, rng: np.random.Generator) -> tuple[float, float]:
        """Half of everybody treated everywhere by lot: difference of treated and untreated, and its standard error."""
        people, room, _ = self._markets(rng)
        counts = self._outcomes(rng, people, room, np.full(self.markets, 0.5))
        n, y = counts.people.sum(axis=0), counts.placed.sum(axis=0)
        rate = y / n
        return float(rate[1] - rate[0]), float(np.sqrt((rate * (1 - rate) / n).sum()))

    def _markets(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        scale = rng.uniform(0.4, 1.6, self.markets) if self.sizes_vary else np.ones(self.markets)
        people = np.maximum(20, (self.people * scale).astype(np.int64))
        room = np.clip(rng.normal(self.room, self.spread, self.markets), 0.05, 0.6)
        past = rng.binomial(people, room) / people
        return people, room, past

    def _outcomes(
        self, rng: np.random.Generator, people: np.ndarray, room: np.ndarray, shares: np.ndarray
    ) -> MarketCounts:
        counted, placed = np.zeros((2, len(people), 2), dtype=np.int64)
        for g, n in enumerate(people):
            treated = rng.random(n) < shares[g]
            places = rng.binomial(n, min(room[g] * (1 + self.gain * shares[g]), 1.0))
            turn = np.argsort(rng.exponential(1 / np.where(treated, self.advantage, 1.0)))
            winners = treated[turn[:places]]
            counted[g] = n - treated.sum(), treated.sum()
            placed[g] = places - winners.sum(), winners.sum()
        return MarketCounts(counted, placed)
