"""Markets small enough to work out by hand: no rule forbids a pair, and every pair has the same chances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from evaluation.simulation.month_candidates import Lists, MonthCandidates
from evaluation.simulation.month_market import MonthMarket, Pairs
from evaluation.simulation.simulated_city import SimulatedCity

FOREVER = 10_000


@dataclass(frozen=True)
class SameForAll:
    """Truth in which every pair has these chances."""

    accept: float = 1.0
    hire: float = 1.0
    leave_a_month: float = 1e-9

    def p_accept(self, seeker_rows: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.full(len(seeker_rows), self.accept)

    def p_hire(self, seeker_rows: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.full(len(seeker_rows), self.hire)

    def leaving_hazard(self, seeker_rows: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.full(len(seeker_rows), self.leave_a_month)


@dataclass(frozen=True)
class ByLot:
    """A policy that refers everyone to `most` posts by lot."""

    name: str
    most: int
    zh: str = ""
    en: str = ""

    def refer(self, market: MonthMarket) -> Pairs:
        pairs = market.first_by(np.zeros(len(market.vacancies), dtype=np.int64))
        place = np.arange(len(pairs.seeker)) - np.searchsorted(pairs.seeker, pairs.seeker)
        return Pairs(pairs.seeker[place < self.most], pairs.vacancy[place < self.most])


def toy_city(
    seekers: int, headcount: list[int], *, months: int = 1, truth: SameForAll | None = None, **changes: object
) -> SimulatedCity:
    """All are there for the whole time, unless `changes` say otherwise."""
    n, m = seekers, len(headcount)
    facts: dict[str, object] = {
        "as_of": date(2026, 3, 2),
        "seeker_first": np.zeros(n, np.int32), "seeker_last": np.full(n, FOREVER, np.int32),
        "vacancy_first": np.zeros(m, np.int32), "vacancy_last": np.full(m, FOREVER, np.int32),
        "group_mask": np.zeros(n, np.uint16), "headcount": np.array(headcount, np.int64), "employer": np.arange(m),
        "pay": np.full(m, 5000.0), "month_days": tuple(range(0, 30 * months, 30)), "days": 30 * months,
        "truth": truth or SameForAll(),
    }  # fmt: skip
    return SimulatedCity(**{**facts, **changes})  # type: ignore[arg-type]


def everything_allowed(city: SimulatedCity, month: int) -> MonthCandidates:
    """Who is there on the day; every pair is allowed, and no list names any."""
    day = city.month_days[month]
    seekers, vacancies = (
        np.flatnonzero((first <= day) & (day <= last)).astype(np.int32)
        for first, last in ((city.seeker_first, city.seeker_last), (city.vacancy_first, city.vacancy_last))
    )
    bits = np.full((len(seekers), -(-len(vacancies) // 64)), ~np.uint64(0))
    nothing = Lists(
        np.zeros(len(seekers) + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
    )
    return MonthCandidates(seekers, vacancies, bits, nothing, nothing)
