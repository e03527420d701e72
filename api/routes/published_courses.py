"""Courses, seats and waiting lists of the newest published run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.published_courses import CoursesPage, courses_of_run, courses_of_seeker
from api.routes.dependencies import OpenServices, Today
from api.routes.paging import cursor_after, identifier_of
from api.schemas.fields import StoredIdentifier
from api.schemas.matches import Reason
from api.schemas.problem import declared
from api.schemas.published_courses import (
    CourseSeat,
    CourseSeats,
    CourseWaitingList,
    PublishedCourses,
    RecommendedCourse,
    WaitingPerson,
)
from api.schemas.seekers import Cursor
from data.errors import DataError
from data.storage import tables
from training_recs.course_conditions import conditions_of
from training_recs.seat_allocation import WAITING_REASONS

router = APIRouter(prefix="/v1", tags=["培训 training"])
_Limit = Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")]
_CourseRun = Annotated[StoredIdentifier, Path(description="培训班编号 / of a run of a course")]
_ANSWERS = declared(404, 409, 422, 503)


@router.get("/runs/latest/courses", summary="最近发布的培训推荐 / courses of the newest run", responses=_ANSWERS)
def published_courses(
    services: OpenServices,
    today: Today,
    seeker_id: Annotated[StoredIdentifier | None, Query(description="求职者编号 / of a seeker")] = None,
    course_run_id: Annotated[StoredIdentifier | None, Query(description="培训班编号 / of a run of a course")] = None,
    cursor: Cursor = None,
    limit: _Limit = 50,
) -> PublishedCourses:
    """夜间为一人推荐的课程，或某班推荐给了谁。已开班的、已退出的、今天已不能报名的不在其中，一页可少于 limit。

    What the night recommends one person, or whom it recommends one class. Classes that have begun, people who stopped
    looking, and who may not take the course any more are left out: a page may hold fewer than `limit`.
    """
    if (seeker_id is None) == (course_run_id is None):
        raise DataError(
            "seeker_id 与 course_run_id 须给出其一 / give either seeker_id or course_run_id",
            remedy="一次查询一人或一班 / one person or one class at a time",
        )
    place = identifier_of(cursor)
    if seeker_id is not None:
        page = courses_of_seeker(services.engine, seeker_id, today=today, place=place, limit=limit)
    else:
        page = courses_of_run(
            services.engine, tables.course_recommendations, str(course_run_id), today=today, place=place, limit=limit
        )
    return PublishedCourses(
        run_id=page.run.run_id,
        as_of=page.run.as_of,
        courses=[
            RecommendedCourse(
                **{name: row[name] for name in RecommendedCourse.model_fields if name != "questions"},
                questions=[
                    Reason(code=one.name, zh=one.question_zh, en=one.question_en)
                    for one in conditions_of(row["unknown_conditions"])
                ],
            )
            for row in page.rows.to_dict("records")
        ],
        next_cursor=_cursor(page),
    )


@router.get("/course-runs/{course_run_id}/seats", summary="谁有名额 / who has a seat", responses=_ANSWERS)
def course_seats(
    services: OpenServices, today: Today, course_run_id: _CourseRun, cursor: Cursor = None, limit: _Limit = 50
) -> CourseSeats:
    """夜间分配的名额。 Seats that the night gave."""
    page = courses_of_run(
        services.engine, tables.course_seats, course_run_id, today=today, place=identifier_of(cursor), limit=limit
    )
    run = page.course_run
    assert run is not None
    return CourseSeats(
        run_id=page.run.run_id, as_of=page.run.as_of, course_run_id=run.course_run_id, course_id=run.course_id,
        title=run.title, starts_on=run.starts_on, seats=run.seats, seated=run.seated,
        free=run.free, people=[
            CourseSeat(**{name: row[name] for name in CourseSeat.model_fields}) for row in page.rows.to_dict("records")
        ],
        next_cursor=_cursor(page),
    )  # fmt: skip


@router.get("/course-runs/{course_run_id}/waiting-list", summary="候补名单 / the waiting list", responses=_ANSWERS)
def waiting_list(
    services: OpenServices, today: Today, course_run_id: _CourseRun, cursor: Cursor = None, limit: _Limit = 50
) -> CourseWaitingList:
    """名额空出时按此顺序递补。 Whose turn it is when a seat comes free."""
    page = courses_of_run(
        services.engine, tables.course_waiting, course_run_id, today=today, place=identifier_of(cursor), limit=limit
    )
    run = page.course_run
    assert run is not None
    people = []
    for row in page.rows.to_dict("records"):
        zh, en = WAITING_REASONS[row["reason"]]
        shown = {name: row[name] for name in WaitingPerson.model_fields if name != "reason"}
        people.append(WaitingPerson(**shown, reason=Reason(code=row["reason"], zh=zh, en=en)))
    return CourseWaitingList(
        run_id=page.run.run_id, as_of=page.run.as_of, course_run_id=run.course_run_id, course_id=run.course_id,
        title=run.title, free=run.free, people=people, next_cursor=_cursor(page),
    )  # fmt: skip


def _cursor(page: CoursesPage) -> str | None:
    return None if page.next_place is None else cursor_after(page.next_place)
