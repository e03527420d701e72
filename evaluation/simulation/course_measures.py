"""What a year's classes came to, and whether what was expected of them came true."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluation.groups import EVERYONE
from evaluation.simulation.course_year import YearOfCourses
from evaluation.simulation.simulated_city import SimulatedCity
from evaluation.simulation.year import YearOutcome
from evaluation.simulation.year_measures import GAIN_PARTS, YEAR_MEASURES

Rows = npt.NDArray[np.int64]


def course_measures(city: SimulatedCity, outcome: YearOutcome, courses: YearOfCourses) -> pd.DataFrame:
    """`YEAR_MEASURES` of everyone.

    The realised gain is that of an experiment: those who were chosen and got a seat, whether they took it up or not,
    against those chosen and held back by lot; placed within the days that the gain was expected within. The expected
    one is the mean of both halves. Null where nobody was held back.
    """
    seats = courses.seats
    begun = int(seats["taken_up"].sum())
    values = {
        "trained": float(begun),
        "seats_used": begun / courses.offered if courses.offered else float("nan"),
        "completed": float(seats["completed"].sum()) / begun if begun else float("nan"),
        **_gains(city, outcome, seats),
    }
    rows = [{"group": EVERYONE, "measure": name, "value": value} for name, value in values.items()]
    return YEAR_MEASURES.check(pd.DataFrame(rows))


def seen_to_the_end(
    city: SimulatedCity, outcome: YearOutcome, seats: pd.DataFrame
) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
    """The seats (`SEATS`) whose days lie within the year; and whether each one's person was placed within them."""
    day = np.array(city.month_days)[seats["month"].to_numpy()]
    seen = np.flatnonzero(day + seats["horizon_days"].to_numpy() <= city.days)
    some = seats.iloc[seen].reset_index(drop=True)
    return some, _placed_within(outcome, some["seeker"].to_numpy(), day[seen], some["horizon_days"].to_numpy())


def _gains(city: SimulatedCity, outcome: YearOutcome, seats: pd.DataFrame) -> dict[str, float]:
    """Of seats whose days lie within the year."""
    some, placed = seen_to_the_end(city, outcome, seats)
    held_back = some["held_back"].to_numpy(bool)
    if not held_back.any():
        return {}
    expected = some["expected_gain"].to_numpy(np.float64, na_value=np.nan)
    thirds = np.array_split(np.argsort(expected, kind="stable"), 3)
    found = {}
    for (part, *_), rows in zip(GAIN_PARTS, (np.arange(len(some)), *thirds), strict=True):
        lot = held_back[rows]
        found[f"expected_gain{part}"] = float(expected[rows].mean()) if len(rows) else np.nan
        both = 0 < lot.sum() < len(lot)
        gain = placed[rows[~lot]].mean() - placed[rows[lot]].mean() if both else np.nan
        found[f"realised_gain{part}"] = float(gain)
    return found


def _placed_within(outcome: YearOutcome, seeker: Rows, day: Rows, days: Rows) -> npt.NDArray[np.bool_]:
    """Whether each person starts work after `day` and no more than `days` later."""
    starts = outcome.starts.groupby("seeker")["start_day"].agg(list)
    of_each = starts.reindex(seeker)
    return np.array(
        [
            isinstance(mine, list) and any(first < start <= first + length for start in mine)
            for mine, first, length in zip(of_each, day, days, strict=True)
        ],
        dtype=bool,
    )
