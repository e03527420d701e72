"""What enrolments say of people and seats today: who sits in class, whose courses were subsidised, which are taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, text

_LEFT_BEFORE_IT_BEGAN = (
    "EXISTS (SELECT FROM enrolment_events d WHERE d.enrolment_id = e.enrolment_id AND d.event = 'dropped_out' "
    "AND d.occurred_on < r.starts_on)"
)
"""A place given up before the first day of class has cost nobody anything."""
_ENDED = (
    "EXISTS (SELECT FROM enrolment_events d WHERE d.enrolment_id = e.enrolment_id "
    "AND d.event IN ('dropped_out', 'certified', 'failed'))"
)


def people_in_training(connection: Connection, today: date, seeker_ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Who is or will be in class, or had a subsidised course this calendar year.

    Returns
    -------
    Index `seeker_id`; `in_class_until` (datetime64, NaT: in no class): last day of his last class that has not ended
    for him; `subsidised_this_year` int64: enrolments that a programme pays for, in runs that begin in this year.
    """
    wanted = "" if seeker_ids is None else "AND e.seeker_id = ANY(:seekers)"
    rows = connection.execute(
        text(
            f"SELECT e.seeker_id, max(r.ends_on) FILTER (WHERE r.ends_on >= :today AND NOT {_ENDED}), "
            "count(*) FILTER (WHERE e.programme IS NOT NULL AND r.starts_on >= date_trunc('year', CAST(:today AS date))"
            " AND r.starts_on < date_trunc('year', CAST(:today AS date)) + interval '1 year' "
            f"AND NOT ({_LEFT_BEFORE_IT_BEGAN})) "
            f"FROM enrolments e JOIN course_runs r USING (course_run_id) WHERE true {wanted} GROUP BY e.seeker_id"
        ),
        {"today": today, **({} if seeker_ids is None else {"seekers": list(seeker_ids)})},
    )
    table = pd.DataFrame(
        [tuple(row) for row in rows], columns=["seeker_id", "in_class_until", "subsidised_this_year"]
    ).set_index("seeker_id")
    return table.assign(
        in_class_until=pd.to_datetime(table["in_class_until"]),
        subsidised_this_year=table["subsidised_this_year"].astype("int64"),
    )


def programme_seats_used(connection: Connection, year: int) -> dict[str, int]:
    """Seats that each programme has paid for in runs that begin in this calendar year."""
    rows = connection.execute(
        text(
            "SELECT e.programme, count(*) FROM enrolments e JOIN course_runs r USING (course_run_id) "
            "WHERE e.programme IS NOT NULL AND extract(year FROM r.starts_on) = :year "
            f"AND NOT ({_LEFT_BEFORE_IT_BEGAN}) GROUP BY e.programme"
        ),
        {"year": year},
    )
    return {str(programme): int(seats) for programme, seats in rows}


def with_free_seats(connection: Connection, course_runs: pd.DataFrame) -> pd.DataFrame:
    """A COURSE_RUNS table whose `seats` are those that nobody holds; who dropped out holds none."""
    rows = connection.execute(
        text(
            "SELECT e.course_run_id, count(*) FROM enrolments e WHERE NOT EXISTS (SELECT FROM enrolment_events d "
            "WHERE d.enrolment_id = e.enrolment_id AND d.event = 'dropped_out') GROUP BY e.course_run_id"
        )
    )
    taken = {str(run): int(count) for run, count in rows}
    left = course_runs["seats"] - course_runs["course_run_id"].map(taken).fillna(0).astype("int64")
    return course_runs.assign(seats=left.clip(lower=0).astype("Int32"))
