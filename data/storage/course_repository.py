"""What runs published of training, as far as it still stands: classes to come, people still looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, Table, and_, exists, func, or_, select

from data.records import EnrolmentStep, RecordStatus
from data.storage import tables

COURSE_FACTS = ("course_id", "title", "provider", "starts_on", "ends_on", "seats", "district_code")
"""Columns of every answer beside those of its table: of the class that comes first."""


@dataclass(frozen=True)
class CourseRun:
    """A run of a course: `seats` of it, `taken` by enrolments, `seated` by the run, still looking and not enrolled."""

    course_run_id: str
    course_id: str
    title: str
    starts_on: date
    seats: int
    taken: int
    seated: int

    @property
    def free(self) -> int:
        """Seats that nobody holds and nobody was given."""
        return max(0, self.seats - self.taken - self.seated)


def course_run(connection: Connection, run_id: str | None, course_run_id: str, today: date) -> CourseRun | None:
    """The run of a course, whether or not it is still to come; None where there is none."""
    runs, courses, seats = tables.course_runs, tables.courses, tables.course_seats
    row = connection.execute(
        select(runs.c.course_run_id, courses.c.course_id, courses.c.title, runs.c.starts_on, runs.c.seats, _taken(runs))
        .join(courses, courses.c.course_id == runs.c.course_id)
        .where(runs.c.course_run_id == course_run_id)
    ).one_or_none()
    if row is None:
        return None
    seated = connection.execute(
        select(func.count())
        .select_from(seats.join(tables.seekers, _looking(seats, today)))
        .where(seats.c.run_id == run_id, seats.c.course_run_id == course_run_id, ~_is_enrolled(seats))
    ).scalar_one()
    course_run_id, course_id, title, starts_on, all_seats, taken = row
    return CourseRun(course_run_id, course_id, title, starts_on, all_seats, taken, seated)


def recommended_to(connection: Connection, run_id: str, seeker_id: str, today: date) -> pd.DataFrame:
    """Courses recommended to a person in the run whose classes are still to come, in the order of his list."""
    table = tables.course_recommendations
    return _published(connection, table, run_id, table.c.seeker_id == seeker_id, today, table.c.position)


def people_of(
    connection: Connection, table: Table, run_id: str, course_run_id: str, today: date, *, after: int | str | None,
    limit: int,
) -> pd.DataFrame:  # fmt: skip
    """People whom `course_recommendations`, `course_seats` or `course_waiting` name at a run of a course.

    A waiting list goes by its places, the others by identifier; `after` is the last place or identifier seen.
    """
    key: ColumnElement[Any] = table.c.position if table is tables.course_waiting else table.c.seeker_id
    which = table.c.course_run_id == course_run_id
    if after is not None:
        which = and_(which, key > after)
    return _published(connection, table, run_id, which, today, key, limit)


def _looking(table: Table, today: date) -> ColumnElement[bool]:
    seekers = tables.seekers
    return and_(
        seekers.c.seeker_id == table.c.seeker_id, seekers.c.status == str(RecordStatus.OPEN),
        seekers.c.registered_on <= today, seekers.c.valid_through >= today,
    )  # fmt: skip


def _taken(runs: FromClause) -> ScalarSelect[int]:
    """Places of a run that somebody holds: those who dropped out hold none."""
    places, events = tables.enrolments, tables.enrolment_events
    left = exists().where(
        events.c.enrolment_id == places.c.enrolment_id, events.c.event == str(EnrolmentStep.DROPPED_OUT)
    )
    return (
        select(func.count()).select_from(places).where(places.c.course_run_id == runs.c.course_run_id, ~left)
        .correlate(runs).scalar_subquery()
    )  # fmt: skip


def _is_enrolled(table: Table) -> ColumnElement[bool]:
    """Whether the person was ever enrolled in this run: nobody is enrolled in one twice."""
    places = tables.enrolments
    return exists().where(
        places.c.seeker_id == table.c.seeker_id, places.c.course_run_id == table.c.course_run_id
    )  # fmt: skip


def _published(
    connection: Connection, table: Table, run_id: str, which: ColumnElement[bool], today: date,
    order: ColumnElement[Any], limit: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    runs, courses, later = tables.course_runs, tables.courses, tables.course_runs.alias("later")
    facts = [courses.c[name] if name in ("course_id", "title", "provider") else runs.c[name] for name in COURSE_FACTS]
    wanted = [column for column in table.c if column.name != "run_id"]
    if table is not tables.course_waiting:  # who waits, waits for a place to come free
        which = and_(which, runs.c.seats > _taken(runs))
    query = (
        select(*wanted, *facts)
        .join(tables.seekers, _looking(table, today))
        .join(runs, runs.c.course_run_id == table.c.course_run_id)
        .join(courses, courses.c.course_id == runs.c.course_id)
        .outerjoin(later, later.c.course_run_id == table.c.then_course_run_id)
        .where(
            table.c.run_id == run_id, which, runs.c.starts_on >= today, runs.c.seats > 0, ~_is_enrolled(table),
            or_(table.c.then_course_run_id.is_(None), and_(later.c.starts_on >= today, later.c.seats > _taken(later))),
        )
        .order_by(order)
        .limit(limit)
    )  # fmt: skip
    names = [*(column.name for column in wanted), *COURSE_FACTS]
    return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=names)
