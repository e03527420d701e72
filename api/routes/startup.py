"""Starting a business: support for a person, and the incubators, mentors and wishes it rests on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pandas as pd
from fastapi import APIRouter, Query
from sqlalchemy import Connection, text

from api.live_answers import unregistered
from api.routes.dependencies import Live, OpenServices, Today
from api.routes.matches import UNSAVED, refuse_closed, registered_person
from api.routes.paging import StatusFilter, cursor_after, identifier_of, status_of
from api.schemas.fields import StoredIdentifier
from api.schemas.problem import declared
from api.schemas.seekers import Cursor
from api.schemas.startup import StartupAnswerOut, StartupRequest, WishFields
from api.schemas.startup_answers import startup_answer
from api.schemas.startup_records import (
    Incubator,
    IncubatorCreate,
    IncubatorFields,
    IncubatorPage,
    Mentor,
    MentorCreate,
    MentorFields,
    MentorPage,
    Wish,
    shown,
    table_of,
)
from api.startup_desk import answer_startup, recorded_wish, told_wish
from data.columns import Table
from data.errors import ConflictError, DataError, NotFoundError
from data.market import market_from_records
from data.records import RecordStatus
from data.startup_columns import INCUBATORS, MENTORS, STARTUP_WISHES
from data.storage.record_paging import identifiers_after
from data.storage.startup_repository import close_support, put_startup_records, read_startup_records
from models.profile_correction import corrected
from models.profile_reader import read_profile

router = APIRouter(prefix="/v1", tags=["创业 starting a business"])
Each = Annotated[int, Query(ge=1, le=50, description="每类最多条数 / most of each kind")]
PageSize = Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")]


@router.get(
    "/seekers/{seeker_id}/startup", summary="创业支持 / support for starting a business",
    responses=declared(404, 409, 422, 503),
)  # fmt: skip
def startup_for_seeker(
    seeker_id: StoredIdentifier, live: Live, services: OpenServices, limit: Each = 5
) -> StartupAnswerOut:
    """有创业意愿的人：政策、培训、孵化基地、导师，并列出现在就业的机会。没有意愿的不推荐。

    For who wants to start: entitlements, courses, incubators and mentors, beside the work he could get now. Nothing is
    recommended to anybody else.
    """
    state = live.current()
    person = registered_person(state, services, seeker_id)
    answer = answer_startup(state, person, recorded_wish(services, person.market), services, limit=limit)
    refuse_closed(state, services, seeker_id)
    return startup_answer(seeker_id, answer)


@router.post("/startup", summary="未登记者的创业支持 / for an unsaved profile", responses=declared(413, 422, 503))
def startup_for_profile(request: StartupRequest, live: Live, services: OpenServices, today: Today) -> StartupAnswerOut:
    """从自述中读出意愿，wish 中的字段优先。什么都不保存。/ Read from the words; `wish` wins. Nothing is stored."""
    _refuse_future(request.wish, today)
    state = live.current()
    given = [correction.as_correction() for correction in request.corrections]
    reading = corrected(read_profile(request.text, services.coder), given, services.coder)
    described = market_from_records(reading.records(UNSAVED, today), today)
    told = table_of(STARTUP_WISHES, request.wish, wants_to_start=True, **_told(UNSAVED, today)).iloc[0].dropna()
    stated = {name: told[name] for name in request.wish.model_fields_set if name in told.index}
    if request.wish.wants_to_start is not None:
        stated["wants_to_start"] = request.wish.wants_to_start
    wish = told_wish(reading, stated, UNSAVED, today, services)
    person = unregistered(state, described, live.embed_seekers(described))
    return startup_answer(UNSAVED, answer_startup(state, person, wish, services, limit=request.limit))


@router.put(
    "/seekers/{seeker_id}/startup-wish", summary="登记创业意愿 / record a wish to start",
    responses=declared(404, 409, 413, 422, 503),
)  # fmt: skip
def record_wish(
    seeker_id: StoredIdentifier, wish: WishFields, live: Live, services: OpenServices, today: Today
) -> Wish:
    """替换原有记录；wants_to_start 不填为是。/ Replaces what is on record; an absent wants_to_start is yes."""
    _refuse_future(wish, today)
    registered_person(live.current(), services, seeker_id)
    wants = wish.wants_to_start is not False
    told = {name: getattr(wish, name) for name in ("trade", "occupation_code")}
    code = told_wish(None, told, seeker_id, today, services)["occupation_code"] if told["trade"] else None
    table = table_of(STARTUP_WISHES, wish, wants_to_start=wants, **_told(seeker_id, today))
    if code is not None:
        table["occupation_code"] = code
    with services.engine.begin() as connection:
        put_startup_records(connection, STARTUP_WISHES, table)
        return shown(Wish, read_startup_records(connection, STARTUP_WISHES, [seeker_id]))[0]


@router.get("/incubators", summary="孵化基地列表 / list incubators", responses=declared(422, 503))
def list_incubators(
    services: OpenServices, status: StatusFilter = "open", cursor: Cursor = None, limit: PageSize = 50
) -> IncubatorPage:
    """按编号排列。/ By identifier."""
    with services.engine.connect() as connection:
        table, following = _page(connection, INCUBATORS, status, cursor, limit)
    return IncubatorPage(items=shown(Incubator, table), next_cursor=following)


@router.post("/incubators", status_code=201, summary="添加孵化基地 / add one", responses=declared(409, 422, 503))
def create_incubator(incubator: IncubatorCreate, services: OpenServices) -> Incubator:
    """立即参与推荐。/ It is recommended at once."""
    with services.engine.begin() as connection:
        return shown(Incubator, _create(connection, INCUBATORS, incubator, incubator.incubator_id))[0]


@router.put("/incubators/{incubator_id}", summary="更新孵化基地 / replace", responses=declared(404, 409, 422, 503))
def replace_incubator(incubator_id: StoredIdentifier, fields: IncubatorFields, services: OpenServices) -> Incubator:
    """如空余工位变化；没有空余的立即不再推荐。/ Such as free workstations; a full one is recommended no more."""
    with services.engine.begin() as connection:
        return shown(Incubator, _replace(connection, INCUBATORS, fields, incubator_id=incubator_id))[0]


@router.post("/incubators/{incubator_id}/close", summary="关闭孵化基地 / close", responses=declared(404, 409, 422, 503))
def close_incubator(incubator_id: StoredIdentifier, services: OpenServices, today: Today) -> Incubator:
    """立即从所有推荐中消失。/ It disappears from every answer at once."""
    with services.engine.begin() as connection:
        close_support(connection, INCUBATORS, incubator_id, today)
        return shown(Incubator, _read(connection, INCUBATORS, incubator_id))[0]


@router.get("/mentors", summary="导师列表 / list mentors", responses=declared(422, 503))
def list_mentors(
    services: OpenServices, status: StatusFilter = "open", cursor: Cursor = None, limit: PageSize = 50
) -> MentorPage:
    """按编号排列。/ By identifier."""
    with services.engine.connect() as connection:
        table, following = _page(connection, MENTORS, status, cursor, limit)
    return MentorPage(items=shown(Mentor, table), next_cursor=following)


@router.post("/mentors", status_code=201, summary="添加导师 / add a mentor", responses=declared(409, 422, 503))
def create_mentor(mentor: MentorCreate, services: OpenServices) -> Mentor:
    """立即参与推荐。/ He is recommended at once."""
    with services.engine.begin() as connection:
        return shown(Mentor, _create(connection, MENTORS, mentor, mentor.mentor_id))[0]


@router.put("/mentors/{mentor_id}", summary="更新导师 / replace", responses=declared(404, 409, 422, 503))
def replace_mentor(mentor_id: StoredIdentifier, fields: MentorFields, services: OpenServices) -> Mentor:
    """如空余名额变化；已满的立即不再推荐。/ Such as free places; who is full is recommended no more."""
    with services.engine.begin() as connection:
        return shown(Mentor, _replace(connection, MENTORS, fields, mentor_id=mentor_id))[0]


@router.post("/mentors/{mentor_id}/close", summary="关闭导师 / close", responses=declared(404, 409, 422, 503))
def close_mentor(mentor_id: StoredIdentifier, services: OpenServices, today: Today) -> Mentor:
    """立即从所有推荐中消失。/ He disappears from every answer at once."""
    with services.engine.begin() as connection:
        close_support(connection, MENTORS, mentor_id, today)
        return shown(Mentor, _read(connection, MENTORS, mentor_id))[0]


def _page(
    connection: Connection, layout: Table, status: StatusFilter, cursor: str | None, limit: int
) -> tuple[pd.DataFrame, str | None]:
    found = identifiers_after(connection, layout.name, identifier_of(cursor), limit + 1, status_of(status))
    page = found[:limit]
    return read_startup_records(connection, layout, page), cursor_after(page[-1]) if len(found) > limit else None


def _read(connection: Connection, layout: Table, identifier: str) -> pd.DataFrame:
    found = read_startup_records(connection, layout, [identifier])
    if not len(found):
        raise NotFoundError(
            f"没有编号 {identifier} / there is no {layout.name.rstrip('s')} {identifier}",
            remedy="请核对编号 / check the identifier",
        )
    return found


def _create(
    connection: Connection, layout: Table, fields: IncubatorCreate | MentorCreate, identifier: str
) -> pd.DataFrame:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye startup support'))"))
    if len(read_startup_records(connection, layout, [identifier])):
        raise ConflictError(
            f"编号 {identifier} 已被使用 / the identifier {identifier} is in use",
            remedy="换一个编号，或用 PUT 更新 / choose another, or replace it by PUT",
        )
    put_startup_records(connection, layout, table_of(layout, fields, status=RecordStatus.OPEN))
    return _read(connection, layout, identifier)


def _replace(connection: Connection, layout: Table, fields: IncubatorFields | MentorFields, **key: str) -> pd.DataFrame:
    """What was sent in the place of what is stored; whether it is open, and whether synthetic, stays."""
    column, identifier = next(iter(key.items()))
    # Held until the end: a close in between would be undone by what was read before it.
    connection.execute(text(f"SELECT FROM {layout.name} WHERE {column} = :one FOR UPDATE"), {"one": identifier})
    known = _read(connection, layout, identifier).iloc[0]
    if known["status"] != RecordStatus.OPEN:
        raise ConflictError(
            f"编号 {identifier} 已关闭，不能更新 / {identifier} is closed and cannot be replaced",
            remedy="用 POST 另建一条 / create another by POST",
        )
    kept = {name: known[name] for name in ("status", "closed_on", "is_synthetic")}
    put_startup_records(connection, layout, table_of(layout, fields, **key, **kept))
    return _read(connection, layout, identifier)


def _told(seeker_id: str, today: date) -> dict[str, object]:
    return {"seeker_id": seeker_id, "recorded_on": today}


def _refuse_future(wish: WishFields, today: date) -> None:
    if wish.registered_on is not None and wish.registered_on > today:
        raise DataError(
            f"登记注册日期 {wish.registered_on} 晚于今天 / registered on {wish.registered_on}, after today",
            remedy="请核对日期 / check the date",
        )
