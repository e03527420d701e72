"""What a year came to in numbers: placements, waiting, retention, fill, congestion, wages; by group."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.records import SeekerGroup
from evaluation.groups import EVERYONE, SMALLEST_CELL, members_by_group
from evaluation.outcomes.survival import cumulative_incidence, days_until, incidence_at
from evaluation.simulation.luck import Stream, luck
from evaluation.simulation.simulated_city import SimulatedCity
from evaluation.simulation.year import YearOutcome

Mask = npt.NDArray[np.bool_]
ONE_HALF, OTHER_HALF = "one_half", "other_half"
"""Two halves of the people by lot, the same under every policy of a seed: whom a policy reaches where it is mixed."""
PLACEMENT_DAYS = (30, 90, 180)
RETENTION_DAYS = (90, 180)
_PLACED, _GONE = 1, 2
GAIN_PARTS = (
    ("", "", ""),
    ("_low", "预期最低的三分之一", "third of least expected"),
    ("_middle", "中间的三分之一", "middle third"),
    ("_high", "预期最高的三分之一", "third of most expected"),
)
"""Of the people chosen for courses: all, and thirds by what is expected; with names in Chinese and English."""


class Kind(StrEnum):
    """How a measure is written."""

    NUMBER = "number"
    SHARE = "share"
    DAYS = "days"
    WAGE = "wage"
    INDEX = "index"


@dataclass(frozen=True)
class Measure:
    """A measure's name, what it means in Chinese and English, and how it is written."""

    name: str
    zh: str
    en: str
    kind: Kind


MEASURES: tuple[Measure, ...] = (
    Measure("people", "求职者", "seekers registered in the year", Kind.NUMBER),
    Measure("placed", "就业人数（至少一次）", "people placed at least once", Kind.NUMBER),
    Measure("placed_share", "就业率（年内至少一次）", "share placed at least once in the year", Kind.SHARE),
    Measure("starts", "上岗人次", "starts of work", Kind.NUMBER),
    *(Measure(f"placed_{d}", f"{d}日内就业率", f"placed within {d} days", Kind.SHARE) for d in PLACEMENT_DAYS),
    Measure("median_days", "就业所需天数（中位）", "median days to placement", Kind.DAYS),
    *(Measure(f"retained_{d}", f"{d}日留存率", f"still employed after {d} days", Kind.SHARE) for d in RETENTION_DAYS),
    Measure("wage_at_start", "起薪（元/月）", "wage at start, CNY/month", Kind.WAGE),
    Measure("vacancy_fill", "岗位补充率", "openings filled ÷ offered", Kind.SHARE),
    Measure("referrals", "推荐数", "referrals", Kind.NUMBER),
    Measure("beyond_capacity", "超出容量的推荐", "referrals beyond capacity", Kind.SHARE),
    Measure("exposure_entropy", "曝光均匀度（熵）", "entropy of exposure, 1 even", Kind.INDEX),
    Measure("trained", "参加培训人次", "people who began a class", Kind.NUMBER),
    Measure("seats_used", "座位使用率", "seats taken up ÷ offered", Kind.SHARE),
    Measure("completed", "结业率", "completed ÷ begun", Kind.SHARE),
    *(
        Measure(
            f"{kind}_gain{part}", f"{zh}的就业增量{part_zh}", f"{kind} gain in placements {part_en}".strip(), Kind.SHARE
        )
        for part, part_zh, part_en in GAIN_PARTS
        for kind, zh in (("expected", "预期"), ("realised", "实现"))
    ),
)
GROUPS = (EVERYONE, *map(str, SeekerGroup), ONE_HALF, OTHER_HALF)

YEAR_MEASURES = Table(
    "year_measures",
    {
        "group": Column(TEXT, "everyone, SeekerGroup, or a half of the people by lot", codes=frozenset(GROUPS)),
        "measure": Column(TEXT, "name in MEASURES", codes=frozenset(m.name for m in MEASURES)),
        "value": Column("Float64", "null: not defined, as a median that is not reached", nullable=True),
    },
)


def year_measures(city: SimulatedCity, outcome: YearOutcome, *, seed: int) -> pd.DataFrame:
    """`YEAR_MEASURES` of all who are registered on a day of the year; groups of fewer than ten people left out.

    Day 0 of a person is his registration, or the first day of the year if that is later. Placement within so many
    days is the incidence of a first start with the end of the registration as competing exit (Aalen–Johansen), the
    median its first day at one half; retention of all starts is Kaplan–Meier's. Who has neither happened by the end of
    the year is censored there. What starts after the end is not counted.
    """
    rows = np.flatnonzero((city.seeker_last >= 0) & (city.seeker_first < city.days))
    starts = outcome.starts[outcome.starts["start_day"] < city.days]
    first_start = np.full(city.n_seekers, city.days, dtype=np.int64)
    np.minimum.at(first_start, starts["seeker"].to_numpy(), starts["start_day"].to_numpy())
    found: list[dict[str, object]] = []
    for group, member in _groups(city, seed).items():
        mine = rows[member[rows]]
        if len(mine) < SMALLEST_CELL:
            continue
        values = _waiting(city, mine, first_start[mine]) | _work(city, starts[member[starts["seeker"].to_numpy()]])
        if group == EVERYONE:
            values |= _posts(outcome, len(starts))
        found += [{"group": group, "measure": name, "value": value} for name, value in values.items()]
    return YEAR_MEASURES.check(pd.DataFrame(found, columns=list(YEAR_MEASURES.columns)))


def is_of_one_half(city: SimulatedCity, seed: int) -> Mask:
    """Who belongs to the half that a mixed market treats, bool (seekers,): by lot, the same for every policy."""
    rows = np.arange(city.n_seekers)
    return np.asarray(luck(seed, Stream.HALF, 0, rows, np.zeros_like(rows)) < 0.5)


def _groups(city: SimulatedCity, seed: int) -> dict[str, Mask]:
    half = is_of_one_half(city, seed)
    return {**members_by_group(city.group_mask), ONE_HALF: half, OTHER_HALF: ~half}


def _waiting(city: SimulatedCity, mine: npt.NDArray[np.int64], first_start: npt.NDArray[np.int64]) -> dict[str, float]:
    day_0 = np.maximum(city.seeker_first[mine], 0)
    gone = np.minimum(city.seeker_last[mine] + 1, city.days)
    is_placed = first_start < city.days
    # A referral of the last days of a registration may end in a start after it.
    end = np.where(is_placed, first_start, gone)
    cause = np.where(is_placed, _PLACED, np.where(gone < city.days, _GONE, 0))
    curve = cumulative_incidence(end - day_0, cause, causes=2)
    return {
        "people": float(len(mine)),
        "placed": float(is_placed.sum()),
        "placed_share": float(is_placed.mean()),
        **{f"placed_{d}": incidence_at(curve, d, cause=_PLACED).value for d in PLACEMENT_DAYS if d < city.days},
        "median_days": days_until(curve, 0.5, cause=_PLACED).value,
    }


def _work(city: SimulatedCity, starts: pd.DataFrame) -> dict[str, float]:
    start, leave = (starts[name].to_numpy(np.int64) for name in ("start_day", "leave_day"))
    ends = np.minimum(leave, city.days)
    curve = cumulative_incidence(ends - start, (leave < city.days).astype(np.int8), causes=1)
    worked = {
        f"retained_{d}": 1 - incidence_at(curve, d).value for d in RETENTION_DAYS if d < city.days and len(starts)
    }
    wage = float(starts["wage_cny_month"].mean()) if len(starts) else float("nan")
    return {"starts": float(len(starts)), **worked, "wage_at_start": wage}


def _posts(outcome: YearOutcome, starts: int) -> dict[str, float]:
    months, referrals = outcome.months, int(outcome.months["referrals"].sum())
    return {
        "vacancy_fill": starts / max(1, outcome.openings_offered),
        "referrals": float(referrals),
        "beyond_capacity": float(months["beyond_capacity"].sum()) / max(1, referrals),
        "exposure_entropy": float(months["exposure_entropy"].mean()),
    }
