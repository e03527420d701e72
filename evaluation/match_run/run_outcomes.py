"""What became of the people whom runs referred, from the ledger, and two runs beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from data.columns import TEXT, Column, Records, Table
from data.records import ReferralEventKind
from evaluation.groups import SMALLEST_CELL
from evaluation.intervals import wilson
from evaluation.outcomes.placements import placements_known

STAGES = ("accepted", "hired", "placed")

RUN_OUTCOMES = Table(
    "run_outcomes",
    {
        "run_id": Column(TEXT, "the run that made the referrals"),
        "stage": Column(TEXT, "how far they came", codes=frozenset(STAGES)),
        "numerator": Column("Int64", "people one of whose referrals came so far; null: withheld", nullable=True, low=0),
        "denominator": Column(
            "Int64", "people referred, followed for the horizon; null: withheld", nullable=True, low=0
        ),
        "share": Column("Float64", "numerator ÷ denominator; null: nobody, or withheld", nullable=True, low=0, high=1),
        "low": Column("Float64", "end of Wilson's 95 % interval", nullable=True),
        "high": Column("Float64", "end of Wilson's 95 % interval", nullable=True),
    },
)
"""Runs that referred one to nine people are withheld."""


@dataclass(frozen=True)
class ShareDifference:
    """Share of the first run − share of the second, with a 95 % interval; NaN where either has too few people."""

    stage: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class RunOutcomes:
    """`table`: `RUN_OUTCOMES`; `differences`: one a stage, between the two runs."""

    table: pd.DataFrame
    differences: tuple[ShareDifference, ...]


def run_outcomes(records: Records, one: str, other: str, *, horizon_days: int, observed_until: date) -> RunOutcomes:
    """How far the people referred by each of two runs came within `horizon_days`.

    Only referrals made at least so many days before `observed_until` are counted. Placed is by any evidence. People
    are the unit, for referrals of one person are not independent, and nor are the runs where they refer the same
    people: the difference p₁ − p₂ has the variance Σ (z₁ (y₁ − p₁) ÷ n₁ − z₂ (y₂ − p₂) ÷ n₂)² over all people, with z
    whether the run referred them (linearisation: Särndal, Swensson & Wretman 1992, section 5.5).
    """
    reached = {run_id: _people(records, run_id, horizon_days, observed_until) for run_id in (one, other)}
    rows = []
    for run_id, people in reached.items():
        for stage in STAGES:
            count, of = int(people[stage].sum()), len(people)
            low, high = wilson(np.array([count]), np.array([of]))
            shown = of == 0 or of >= SMALLEST_CELL
            figures = (count, of, count / of if of else None, low[0], high[0]) if shown else (None,) * 5
            rows.append((run_id, stage, *figures))
    table = RUN_OUTCOMES.check(pd.DataFrame(rows, columns=list(RUN_OUTCOMES.columns)).convert_dtypes())
    return RunOutcomes(table, tuple(_difference(stage, reached[one][stage], reached[other][stage]) for stage in STAGES))


def _people(records: Records, run_id: str, horizon_days: int, observed_until: date) -> pd.DataFrame:
    """How far each person referred by the run came: bool columns `STAGES`, indexed by seeker."""
    last, horizon = pd.Timestamp(observed_until), pd.Timedelta(days=horizon_days)
    referrals = records.referrals[(records.referrals["run_id"] == run_id).fillna(False).to_numpy(bool)]
    referrals = referrals[referrals["referred_on"] + horizon <= last].set_index("referral_id")
    events = records.referral_events
    reached = {
        "accepted": _first(events, ReferralEventKind.SEEKER_ACCEPTED),
        "hired": _first(events, ReferralEventKind.HIRED),
        "placed": placements_known(records, observed_until).set_index("referral_id")["started_on"],
    }
    until = referrals["referred_on"] + horizon
    within = {stage: (on.reindex(referrals.index) <= until).fillna(False) for stage, on in reached.items()}
    return pd.DataFrame(within).astype(bool).groupby(referrals["seeker_id"]).any()


def _first(events: pd.DataFrame, kind: ReferralEventKind) -> pd.Series[pd.Timestamp]:
    return events[events["event"] == kind].groupby("referral_id")["occurred_on"].min()


def _difference(stage: str, one: pd.Series[bool], other: pd.Series[bool]) -> ShareDifference:
    if min(len(one), len(other)) < SMALLEST_CELL:
        return ShareDifference(stage, *(float("nan"),) * 3)
    everyone = one.index.union(other.index)
    influence = _influence(one, everyone) - _influence(other, everyone)
    value = float(one.mean() - other.mean())
    half = float(ndtri(0.975) * np.sqrt(influence @ influence))
    return ShareDifference(stage, value, value - half, value + half)


def _influence(reached: pd.Series[bool], everyone: pd.Index[Any]) -> npt.NDArray[np.float64]:
    each = (reached.astype(np.float64) - reached.mean()) / len(reached)
    return np.asarray(each.reindex(everyone, fill_value=0.0), dtype=np.float64)
