"""How likely each seeker is still looking for work some months from now, from how long others' waits have lasted."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Records
from data.records import EvidenceTier
from evaluation.outcomes.cohorts import inflow_cohort
from evaluation.outcomes.follow_up import Cause, follow_up
from evaluation.outcomes.survival import cumulative_incidence

Floats = npt.NDArray[np.float64]
MIDDLE_OF_MONTH = 15
FEWEST_ENDED = 30
"""Waits that must have ended for a curve to be read."""


def availability(
    records: Records, registered_on: pd.Series[pd.Timestamp], as_of: date, months: npt.NDArray[np.datetime64]
) -> Floats | None:
    """P(still waiting in the middle of each month | waiting on `as_of`), float64 (seekers, months).

    S(w + t) ÷ S(w), with w the days waited so far and S the share still waiting, whatever ends a wait, among those who
    registered in the year before (`evaluation.outcomes`); beyond the longest wait seen nobody more is taken to leave.
    None: too few waits have ended to say.

    Parameters
    ----------
    registered_on
        Day of registration of each seeker, all of them active on `as_of`.
    """
    until = as_of - timedelta(days=1)
    cohort = inflow_cohort(records, until - timedelta(days=365), until, observed_until=until)
    waits = follow_up(records, cohort, EvidenceTier.SEEKER_REPORTS).waits
    if (waits["cause"] != Cause.CENSORED).sum() < FEWEST_ENDED:
        return None
    curve = cumulative_incidence(waits["days"].to_numpy(), waits["cause"].to_numpy(), causes=len(Cause) - 1)
    still = np.r_[1.0, curve.survival]

    def waiting(days: npt.NDArray[np.int64]) -> Floats:
        return np.asarray(still[np.searchsorted(curve.days, days, side="right")])

    waited = (np.datetime64(as_of) - registered_on.to_numpy("datetime64[D]")).astype(np.int64)
    ahead = (months.astype("datetime64[D]") + MIDDLE_OF_MONTH - np.datetime64(as_of)).astype(np.int64)
    now = waiting(waited)[:, None]
    later = waiting(waited[:, None] + np.maximum(ahead, 0)[None])
    # Who has waited longer than anybody seen cannot be compared with anybody: he stays.
    return np.divide(later, now, out=np.ones_like(later), where=now > 0)
