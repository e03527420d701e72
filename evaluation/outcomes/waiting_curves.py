"""Curves for charts: the share placed, or gone otherwise, by days waited, and the share still employed by days worked.

Shown on a coarse grid of days, so that no single person's step is seen, and by group only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import TEXT, Column, Table
from data.records import SeekerGroup
from evaluation.groups import EVERYONE, SMALLEST_CELL
from evaluation.outcomes.cells import ALL, Ints, cells_of
from evaluation.outcomes.cohorts import Cohort
from evaluation.outcomes.disclosure import is_small, withheld
from evaluation.outcomes.follow_up import Cause, FollowUp
from evaluation.outcomes.outcome_table import FEWEST_EVENTS
from evaluation.outcomes.survival import cumulative_incidence, incidence_at

GRID_DAYS = tuple(range(0, 361, 30))
EMPLOYED = "employed"

CURVES = Table(
    "curves",
    {
        "group": Column(TEXT, "everyone or SeekerGroup", codes=frozenset([EVERYONE, *SeekerGroup])),
        "state": Column(TEXT, "placed, left_register, further_study, other: of seekers; employed: of those placed"),
        "day": Column("int32", "days from day 0, or from the start of work", low=0),
        "people": Column("Int64", "that the curve is of", low=SMALLEST_CELL),
        "observed": Column("Int64", "of them followed for so long", low=SMALLEST_CELL),
        "estimate": Column("Float64", "share in that state", low=0, high=1),
        "low": Column("Float64", "end of the pointwise 95 % interval", low=0, high=1),
        "high": Column("Float64", "end of the pointwise 95 % interval", low=0, high=1),
    },
)


def waiting_curves(cohort: Cohort, follow: FollowUp, *, days: Sequence[int] = GRID_DAYS) -> pd.DataFrame:
    """Points of the curves (`CURVES`) at `days`, of everyone and of each group large enough to be shown.

    Aalen–Johansen for what ended the wait, Kaplan–Meier for employment. A curve resting on fewer than
    `FEWEST_EVENTS` events is left out, and ends where fewer than `SMALLEST_CELL` people have been followed.
    """
    waits, tenures = follow.waits, follow.tenures
    tenure_of = np.full(len(cohort.people), -1)
    tenure_of[tenures["person"]] = np.arange(len(tenures))
    points: list[dict[str, object]] = []
    for group, rows in _shown_groups(cohort, np.ones(len(cohort.people), dtype=bool)):
        ended = waits.iloc[rows]
        for cause in list(Cause)[1:]:
            points += _points(ended, ended["cause"].to_numpy(), cause, days, group=group, state=cause.name.lower())
    for group, rows in _shown_groups(cohort, tenure_of >= 0):
        worked = tenures.iloc[tenure_of[rows]]
        points += _points(worked, worked["left"].to_numpy(dtype=np.int8), 1, days, group=group, state=EMPLOYED)
    return CURVES.check(pd.DataFrame(points, columns=list(CURVES.columns)))


def _shown_groups(cohort: Cohort, who: npt.NDArray[np.bool_]) -> list[tuple[str, Ints]]:
    """Groups neither small nor revealing that those outside are few, with their rows."""
    cells = cells_of(cohort.people)
    counts = cells.count(who)
    hidden = withheld(counts, cells.relations, is_small(counts), shown=cells.shown)
    whole = (cells.labels[["district_code", "month"]] == ALL).all(axis=1).to_numpy(bool)
    groups = cells.labels["group"].tolist()
    return [(groups[cell], rows) for cell, rows in cells.people(who) if whole[cell] and not hidden[cell]]


def _points(
    lasted: pd.DataFrame, cause: npt.NDArray[np.int8], which: int, days: Sequence[int], *, group: str, state: str
) -> list[dict[str, object]]:
    """Points of one curve; of the share that stays where the state is employment, else of the share that went."""
    if (cause == which).sum() < FEWEST_EVENTS:
        return []
    curve = cumulative_incidence(lasted["days"].to_numpy(), cause, causes=len(Cause) - 1)
    followed = {day: int((lasted["observed_days"] >= day).sum()) for day in days}
    points: list[dict[str, object]] = []
    told = len(lasted)
    for day in (day for day in days if followed[day] >= SMALLEST_CELL):
        if 0 < told - followed[day] < SMALLEST_CELL:
            continue  # the few who are followed no longer would follow by subtraction
        told = followed[day]
        found = incidence_at(curve, day, cause=which)
        went = (found.value, found.low, found.high)
        share = (1 - found.value, 1 - found.high, 1 - found.low) if state == EMPLOYED else went
        numbers = dict(zip(("estimate", "low", "high"), share, strict=True))
        points.append(
            {"group": group, "state": state, "day": day, "people": len(lasted), "observed": followed[day]} | numbers
        )
    return points
