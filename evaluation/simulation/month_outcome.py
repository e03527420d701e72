"""What becomes of a month's referrals: who starts where, when, at what wage, and until when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.columns import Column, Table
from data.synthetic_city.hiring_truth import tenure_days
from evaluation.simulation.luck import Stream, luck
from evaluation.simulation.simulated_city import SimulatedCity

Ints = npt.NDArray[np.int32]
DAYS_TO_START = (2, 30)
"""Days from referral to the start of work, the end excluded: answer, interview and decision within the month."""

STARTS = Table(
    "starts",
    {
        "seeker": Column("int32", "row of the year's seekers", low=0),
        "vacancy": Column("int32", "row of the year's vacancies", low=0),
        "month": Column("int32", "month of the referral, from 0", low=0),
        "start_day": Column("int32", "day of the start of work, from as_of", low=0),
        "leave_day": Column("int32", "first day no longer in it, from as_of", low=1),
        "wage_cny_month": Column("float64", "at the start, CNY/month", low=0),
    },
)


def starts_of_month(
    city: SimulatedCity, seeker: Ints, vacancy: Ints, openings: npt.NDArray[np.int64], advertised: Ints, month: int,
    seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Who starts where (`STARTS`): of the month's referrals those that succeed while both ends are free.

    A referral succeeds where the pair's luck is below both true probabilities. Successes are taken up in an order by
    lot: a person takes his first, a post hires until it is full.

    Parameters
    ----------
    seeker, vacancy
        int32 (referrals,): rows of the year's tables.
    openings
        int64 (len(advertised),): left at the posts `advertised`, int32 rows of the year's vacancies.
    """

    def drawn(stream: Stream, s: Ints, v: Ints) -> npt.NDArray[np.float64]:
        return luck(seed, stream, month, s, v)

    succeeds = drawn(Stream.ACCEPT, seeker, vacancy) < city.truth.p_accept(seeker, vacancy)
    succeeds &= drawn(Stream.HIRE, seeker, vacancy) < city.truth.p_hire(seeker, vacancy)
    s, v = seeker[succeeds], vacancy[succeeds]
    order = np.lexsort((v, s, drawn(Stream.MOMENT, s, v)))
    kept = _take_in_turn(s[order], v[order], dict(zip(advertised.tolist(), openings.tolist(), strict=True)))
    s, v = s[order][kept], v[order][kept]
    first, end = DAYS_TO_START
    start = city.month_days[month] + first + (drawn(Stream.START, s, v) * (end - first)).astype(np.int64)
    tenure = tenure_days(city.truth.leaving_hazard(s, v), drawn(Stream.TENURE, s, v))
    return STARTS.check(
        pd.DataFrame(
            {
                "seeker": s,
                "vacancy": v,
                "month": month,
                "start_day": start,
                "leave_day": start + tenure,
                "wage_cny_month": np.round(city.pay[v] * (0.95 + 0.1 * drawn(Stream.WAGE, s, v)), -1),
            }
        )
    )


def _take_in_turn(seeker: Ints, vacancy: Ints, left: dict[int, int]) -> list[int]:
    """Which of the successes are taken up; `left` counts openings down."""
    placed: set[int] = set()
    kept = []
    for i, (s, v) in enumerate(zip(seeker.tolist(), vacancy.tolist(), strict=True)):
        if s not in placed and left[v] > 0:
            placed.add(s)
            left[v] -= 1
            kept.append(i)
    return kept
