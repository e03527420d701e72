"""The forecasts in a backtest, by side and by group of seekers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluation.groups import EVERYONE, SMALLEST_CELL, members_by_group
from evaluation.ranking.calibration_table import Side
from evaluation.ranking.forecasts import Forecasts


def backtest_forecasts(backtest: pd.DataFrame) -> dict[tuple[Side, str], Forecasts]:
    """Forecasts of a `BACKTEST` table that a classifier made, of everyone and of each group.

    Hire is given acceptance: only accepted referrals count. Placement is the score, P(accept) × P(hire | accept); a
    declined referral is known to end in none. Where the employer's answer is unknown, or says nothing of the person,
    neither counts. Cases of one seeker, and of one vacancy, are not independent. Groups of fewer people than are
    reported are left out.
    """
    accepted, known, hired = (backtest[name].to_numpy(bool) for name in ("accepted", "hire_known", "hired"))
    learnt = {side: backtest[f"{side}_learnt"].to_numpy(bool) for side in ("accept", "hire")}
    p_accept, p_hire = (backtest[name].to_numpy(np.float64) for name in ("p_accept", "p_hire"))
    clusters = tuple(pd.factorize(backtest[name])[0].astype(np.int64) for name in ("seeker_id", "vacancy_id"))
    sides = {
        Side.ACCEPT: (Forecasts(p_accept, accepted, clusters), learnt["accept"]),
        Side.HIRE: (Forecasts(p_hire, hired, clusters), learnt["hire"] & known),
        Side.PLACEMENT: (
            Forecasts(p_accept * p_hire, hired & known, clusters),
            learnt["accept"] & learnt["hire"] & (known | ~accepted),
        ),
    }
    return {
        (side, group): forecasts.of(counted & inside)
        for side, (forecasts, counted) in sides.items()
        for group, inside in _groups(backtest).items()
    }


def _groups(backtest: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    groups = members_by_group(backtest["group_mask"].to_numpy())
    people = {group: backtest.loc[inside, "seeker_id"].nunique() for group, inside in groups.items()}
    return {group: inside for group, inside in groups.items() if group == EVERYONE or people[group] >= SMALLEST_CELL}
