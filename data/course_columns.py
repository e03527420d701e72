"""Tables of what a night publishes of training: courses recommended, seats, and who waits for one."""

from __future__ import annotations

from data.columns import TEXT, Column, Table

_SEEKER = Column(TEXT, "seekers.seeker_id")
_RUN = Column(TEXT, "course_runs.course_run_id of the class that comes first")
_THEN = Column(TEXT, "course_runs.course_run_id of a second class after it; null: there is none", nullable=True)
_UTILITY = Column("Float32", "expected placements of one list of referrals, at the run's prices", low=0)
_GAIN = Column("Float32", "placements within so many days with the course less without", low=-1, high=1)
_WORTH = Column("Float32", "value × priority, expected placements", low=0)
_PRICE = Column("Float32", "what a seat of the class is worth to others, expected placements", low=0)

COURSE_RECOMMENDATIONS = Table(
    "course_recommendations",
    {
        "seeker_id": _SEEKER,
        "position": Column("Int32", "place in the seeker's list, from 1", low=1),
        "course_run_id": _RUN,
        "then_course_run_id": _THEN,
        "uplift": Column("Float32", "completion × (utility afterwards − today)", low=0),
        "completion": Column("Float32", "probability of completing", low=0, high=1),
        "utility_today": _UTILITY,
        "utility_after": _UTILITY,
        "gain_90": _GAIN,
        "gain_180": _GAIN,
        "gain_360": _GAIN,
        "cost_cny": Column("Float32", "fee after subsidy and travel, CNY", low=0),
        "value": Column("Float32", "gain at the ranked horizon less the cost as placements"),
        "unknown_conditions": Column("Int32", "bit = condition of training to ask about", low=0),
    },
)

COURSE_SEATS = Table(
    "course_seats",
    {
        "seeker_id": _SEEKER,
        "course_run_id": _RUN,
        "then_course_run_id": _THEN,
        "programme": Column(TEXT, "programme in whose quota the seat counts (reference/training_programmes.csv)"),
        "worth": _WORTH,
        "price": _PRICE,
    },
)

COURSE_WAITING = Table(
    "course_waiting",
    {
        "course_run_id": _RUN,
        "position": Column("Int32", "place in the waiting list of the run, from 1", low=1),
        "seeker_id": _SEEKER,
        "then_course_run_id": _THEN,
        "worth": _WORTH,
        "price": _PRICE,
        "reason": Column(TEXT, "why there was no seat (training_recs.seat_allocation.WAITING_REASONS)"),
    },
)
