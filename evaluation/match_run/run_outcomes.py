"""What became of the referrals that runs made, from the ledger, and two runs beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

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
        "numerator": Column("int64", "referrals that came so far within the horizon", low=0),
        "denominator": Column("int64", "referrals followed for the whole horizon", low=0),
        "share": Column("float64", "numerator ÷ denominator; NaN: none followed", nullable=True, low=0, high=1),
        "low": Column("float64", "end of Wilson's 95 % interval", nullable=True),
        "high": Column("float64", "end of Wilson's 95 % interval", nullable=True),
    },
)


def run_outcomes(records: Records, runs: tuple[str, ...], *, horizon_days: int, observed_until: date) -> pd.DataFrame:
    """How far the referrals of each of `runs` came within `horizon_days` (`RUN_OUTCOMES`).

    Only referrals made at least so many days before `observed_until` are counted. Placed is by any evidence.
    """
    last, horizon = pd.Timestamp(observed_until), pd.Timedelta(days=horizon_days)
    referrals = records.referrals[records.referrals["run_id"].isin(runs).to_numpy(bool)]
    referrals = referrals[referrals["referred_on"] + horizon <= last].set_index("referral_id")
    events = records.referral_events
    reached = {
        "accepted": _first(events, ReferralEventKind.SEEKER_ACCEPTED),
        "hired": _first(events, ReferralEventKind.HIRED),
        "placed": placements_known(records, observed_until).set_index("referral_id")["started_on"],
    }
    rows = []
    for run_id in runs:
        mine = referrals[referrals["run_id"] == run_id]
        for stage in STAGES:
            on = reached[stage].reindex(mine.index)
            within = int((on <= mine["referred_on"] + horizon).sum())
            low, high = wilson(np.array([within]), np.array([len(mine)]))
            share = within / len(mine) if len(mine) else np.nan
            rows.append((run_id, stage, within, len(mine), share, low[0], high[0]))
    return RUN_OUTCOMES.check(pd.DataFrame(rows, columns=list(RUN_OUTCOMES.columns)))


def difference_of_shares(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, float, float]:
    """Share of `one` − share of `other`, two rows of `RUN_OUTCOMES`, with Newcombe's 95 % interval (1998, method 10).

    NaN where either has fewer than `SMALLEST_CELL` referrals.
    """
    if min(one["denominator"], other["denominator"]) < SMALLEST_CELL:
        return float("nan"), float("nan"), float("nan")
    low, high = confint_proportions_2indep(
        one["numerator"], one["denominator"], other["numerator"], other["denominator"], method="newcomb"
    )
    return float(one["share"] - other["share"]), float(low), float(high)


def _first(events: pd.DataFrame, kind: ReferralEventKind) -> pd.Series[pd.Timestamp]:
    return events[events["event"] == kind].groupby("referral_id")["occurred_on"].min()
