"""What the newest published run says of training, as far as it still holds today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection, Engine, Table

from api.published_list import refuse_unless_open
from api.trainee_facts import trainee_facts
from data.errors import ConflictError, DataError, NotFoundError
from data.market import market_from_records
from data.reference.training_completion import load_completion_prior
from data.reference.training_policy import TrainingPolicy, load_training_policy
from data.reference.training_prerequisites import load_prerequisites
from data.storage import tables
from data.storage.course_repository import CourseRun, course_run, people_of, recommended_to
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records
from data.storage.run_repository import MatchRun, published_run
from matching.eligibility import seeker_records
from training_recs.course_catalogue import offers_of_classes
from training_recs.course_conditions import may_take


@dataclass(frozen=True)
class CoursesPage:
    """Rows of `data.storage.course_repository`; `course_run` where the question was about one."""

    run: MatchRun
    rows: pd.DataFrame
    course_run: CourseRun | None
    next_place: str | None


def courses_of_seeker(engine: Engine, seeker_id: str, *, today: date, place: str = "", limit: int = 50) -> CoursesPage:
    """A person's courses in the published run. A page may hold fewer than `limit`: see `courses_of_run`.

    Raises
    ------
    NotFoundError
        No run is published, or there is no such person.
    ConflictError
        He is not looking any more; another run was published since the page before.
    DataError
        `place` is none that a page gave.
    """
    with consistent_reading(engine) as connection:
        run = _published_run(connection)
        refuse_unless_open(connection, "seekers", seeker_id, today)
        rows = recommended_to(connection, run.run_id, seeker_id, today)
        seen = _last_seen(place, run)
        rows = rows[rows["position"] > (_number(seen) if seen is not None else 0)]
        page = rows.head(limit)
        kept = page[_may_take(connection, page, load_training_policy(today), today)]
    next_place = f"{run.run_id}|{page['position'].iloc[-1]}" if len(rows) > limit else None
    return CoursesPage(run, kept.reset_index(drop=True), None, next_place)


def courses_of_run(
    engine: Engine, table: Table, course_run_id: str, *, today: date, place: str = "", limit: int = 50
) -> CoursesPage:
    """People whom the published run recommends a run of a course, seats there, or lets wait for it, by `table`.

    Whoever stopped looking since, or may not take the course any more, is left out; who is to be asked is asked.

    Raises as `courses_of_seeker`; NotFoundError where there is no such run of a course, ConflictError where it has
    begun or has no seats any more.
    """
    with consistent_reading(engine) as connection:
        run = _published_run(connection)
        found = course_run(connection, run.run_id, course_run_id, today)
        if found is None:
            raise NotFoundError(
                f"没有培训班 {course_run_id} / there is no course run {course_run_id}",
                remedy="请核对编号 / check the identifier",
            )
        if found.starts_on < today or found.seats <= 0:
            raise ConflictError(
                f"培训班 {course_run_id} 已开班或没有名额 / course run {course_run_id} has begun or has no seats",
                remedy="只列出可以报名的班 / only runs that can be begun are listed",
            )
        seen = _last_seen(place, run)
        after = _number(seen) if seen is not None and table is tables.course_waiting else seen
        rows = people_of(connection, table, run.run_id, course_run_id, today, after=after, limit=limit + 1)
        page = rows.head(limit)
        policy = load_training_policy(today)
        if table is not tables.course_recommendations:
            policy = replace(policy, enrolment_lead_days=0)  # seats stand until the first day
        kept = page[_may_take(connection, page, policy, today)]
    key = "position" if table is tables.course_waiting else "seeker_id"
    next_place = f"{run.run_id}|{page[key].iloc[-1]}" if len(rows) > limit else None
    return CoursesPage(run, kept.reset_index(drop=True), found, next_place)


def _may_take(connection: Connection, page: pd.DataFrame, policy: TrainingPolicy, today: date) -> npt.NDArray[np.bool_]:
    """bool (rows,): no condition of training fails today; what has changed since the night counts at once."""
    if page.empty:
        return np.ones(0, dtype=bool)
    named = set(page["course_run_id"]) | set(page["then_course_run_id"].dropna())
    records = load_records(connection, seeker_ids=page["seeker_id"].unique().tolist(), course_run_ids=sorted(named))
    market = market_from_records(records, today)
    classes = [
        (str(first), str(then) if isinstance(then, str) else None)
        for first, then in zip(page["course_run_id"], page["then_course_run_id"], strict=True)
    ]
    offers, places, taken = offers_of_classes(
        market, records.course_runs, classes, policy=policy, prerequisites=load_prerequisites(today),
        completion=load_completion_prior(),
    )  # fmt: skip
    person = pd.Index(market.seekers["seeker_id"]).get_indexer(pd.Index(page["seeker_id"]))
    facts = trainee_facts(connection, market)
    taken[taken] = may_take(
        seeker_records(market.seekers), facts, offers, places, person[taken], np.arange(len(offers))
    )
    return taken


def _published_run(connection: Connection) -> MatchRun:
    run = published_run(connection)
    if run is None:
        raise NotFoundError(
            "尚无已发布的匹配 / no run is published yet", remedy="运行 zhuye rematch / run zhuye rematch"
        )
    return run


def _last_seen(place: str, run: MatchRun) -> str | None:
    if not place:
        return None
    run_id, separator, seen = place.partition("|")
    if not separator:
        raise _no_cursor()
    if run_id != run.run_id:
        raise ConflictError(
            f"翻页期间发布了新的匹配 {run.run_id} / run {run.run_id} was published since the page before",
            remedy="从第一页重新开始 / begin with the first page",
        )
    return seen


def _number(seen: str) -> int:
    if not seen.isdecimal():
        raise _no_cursor()
    return int(seen)


def _no_cursor() -> DataError:
    return DataError("cursor 无效 / the cursor is not valid", remedy="用上一页的 next_cursor / use next_cursor")
