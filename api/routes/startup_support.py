"""Incubators and mentors: listed, added, replaced and closed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query
from sqlalchemy import Connection, text

from api.bootstrap import Services
from api.routes.dependencies import OpenServices, Today
from api.routes.paging import StatusFilter, cursor_after, identifier_of, status_of
from api.schemas.fields import StoredIdentifier
from api.schemas.problem import declared
from api.schemas.seekers import Cursor
from api.schemas.startup_records import (
    Incubator,
    IncubatorCreate,
    IncubatorFields,
    IncubatorPage,
    Mentor,
    MentorCreate,
    MentorFields,
    MentorPage,
    shown,
    table_of,
)
from data.columns import Table
from data.errors import ConflictError, DataError, NotFoundError
from data.records import RecordStatus
from data.startup_columns import INCUBATORS, MENTORS
from data.storage.record_paging import identifiers_after
from data.storage.startup_repository import close_support, put_startup_records, read_startup_records

router = APIRouter(prefix="/v1", tags=["创业 starting a business"])
PageSize = Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")]
Stored = TypeVar("Stored", Incubator, Mentor)


@router.get("/incubators", summary="孵化基地列表 / list incubators", responses=declared(422, 503))
def list_incubators(
    services: OpenServices, status: StatusFilter = "open", cursor: Cursor = None, limit: PageSize = 50
) -> IncubatorPage:
    """按编号排列。/ By identifier."""
    items, following = _page(services, INCUBATORS, Incubator, status, cursor, limit)
    return IncubatorPage(items=items, next_cursor=following)


@router.post("/incubators", status_code=201, summary="添加孵化基地 / add one", responses=declared(409, 413, 422, 503))
def create_incubator(incubator: IncubatorCreate, services: OpenServices, today: Today) -> Incubator:
    """立即参与推荐。/ It is recommended at once."""
    return _create(services, INCUBATORS, Incubator, incubator, incubator.incubator_id, today)


@router.put("/incubators/{incubator_id}", summary="更新孵化基地 / replace", responses=declared(404, 409, 413, 422, 503))
def replace_incubator(
    incubator_id: StoredIdentifier, fields: IncubatorFields, services: OpenServices, today: Today
) -> Incubator:
    """如空余工位变化；没有空余的立即不再推荐。/ Such as free workstations; a full one is recommended no more."""
    return _replace(services, INCUBATORS, Incubator, fields, incubator_id, today)


@router.post("/incubators/{incubator_id}/close", summary="关闭孵化基地 / close", responses=declared(404, 409, 422, 503))
def close_incubator(incubator_id: StoredIdentifier, services: OpenServices, today: Today) -> Incubator:
    """立即从所有推荐中消失。/ It disappears from every answer at once."""
    return _close(services, INCUBATORS, Incubator, incubator_id, today)


@router.get("/mentors", summary="导师列表 / list mentors", responses=declared(422, 503))
def list_mentors(
    services: OpenServices, status: StatusFilter = "open", cursor: Cursor = None, limit: PageSize = 50
) -> MentorPage:
    """按编号排列。/ By identifier."""
    items, following = _page(services, MENTORS, Mentor, status, cursor, limit)
    return MentorPage(items=items, next_cursor=following)


@router.post("/mentors", status_code=201, summary="添加导师 / add a mentor", responses=declared(409, 413, 422, 503))
def create_mentor(mentor: MentorCreate, services: OpenServices, today: Today) -> Mentor:
    """立即参与推荐。/ He is recommended at once."""
    return _create(services, MENTORS, Mentor, mentor, mentor.mentor_id, today)


@router.put("/mentors/{mentor_id}", summary="更新导师 / replace", responses=declared(404, 409, 413, 422, 503))
def replace_mentor(mentor_id: StoredIdentifier, fields: MentorFields, services: OpenServices, today: Today) -> Mentor:
    """如空余名额变化；已满的立即不再推荐。/ Such as free places; who is full is recommended no more."""
    return _replace(services, MENTORS, Mentor, fields, mentor_id, today)


@router.post("/mentors/{mentor_id}/close", summary="关闭导师 / close", responses=declared(404, 409, 422, 503))
def close_mentor(mentor_id: StoredIdentifier, services: OpenServices, today: Today) -> Mentor:
    """立即从所有推荐中消失。/ He disappears from every answer at once."""
    return _close(services, MENTORS, Mentor, mentor_id, today)


def _page(
    services: Services, layout: Table, model: type[Stored], status: StatusFilter, cursor: str | None, limit: int
) -> tuple[list[Stored], str | None]:
    with services.engine.connect() as connection:
        found = identifiers_after(connection, layout.name, identifier_of(cursor), limit + 1, status_of(status))
        page = found[:limit]
        items = shown(model, read_startup_records(connection, layout, page))
    return items, cursor_after(page[-1]) if len(found) > limit else None


def _create(
    services: Services, layout: Table, model: type[Stored], fields: IncubatorCreate | MentorCreate, identifier: str,
    today: date,
) -> Stored:  # fmt: skip
    _refuse_ended(fields, today)
    with services.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye startup support'))"))
        if len(read_startup_records(connection, layout, [identifier])):
            raise ConflictError(
                f"编号 {identifier} 已被使用 / the identifier {identifier} is in use",
                remedy="换一个编号，或用 PUT 更新 / choose another, or replace it by PUT",
            )
        put_startup_records(connection, layout, table_of(layout, fields, status=RecordStatus.OPEN))
        return _read(connection, layout, model, identifier)


def _replace(
    services: Services, layout: Table, model: type[Stored], fields: IncubatorFields | MentorFields, identifier: str,
    today: date,
) -> Stored:  # fmt: skip
    """What was sent in the place of what is stored; whether it is open, and whether synthetic, stays."""
    key = next(iter(layout.columns))
    with services.engine.begin() as connection:
        # Held until the end: a close in between would be undone by what was read before it.
        connection.execute(text(f"SELECT FROM {layout.name} WHERE {key} = :one FOR UPDATE"), {"one": identifier})
        known = _read(connection, layout, model, identifier)
        _refuse_ended(fields, today)
        if known.status is not RecordStatus.OPEN:
            raise ConflictError(
                f"编号 {identifier} 已关闭，不能更新 / {identifier} is closed and cannot be replaced",
                remedy="用 POST 另建一条 / create another by POST",
            )
        kept = {"status": known.status, "closed_on": known.closed_on, "is_synthetic": known.is_synthetic}
        put_startup_records(connection, layout, table_of(layout, fields, **{key: identifier}, **kept))
        return _read(connection, layout, model, identifier)


def _close(services: Services, layout: Table, model: type[Stored], identifier: str, today: date) -> Stored:
    with services.engine.begin() as connection:
        close_support(connection, layout, identifier, today)
        return _read(connection, layout, model, identifier)


def _read(connection: Connection, layout: Table, model: type[Stored], identifier: str) -> Stored:
    found = shown(model, read_startup_records(connection, layout, [identifier]))
    if not found:
        raise NotFoundError(
            f"没有编号 {identifier} / there is no {layout.name.rstrip('s')} {identifier}",
            remedy="请核对编号 / check the identifier",
        )
    return found[0]


def _refuse_ended(fields: IncubatorFields | MentorFields, today: date) -> None:
    if fields.valid_through < today:
        raise DataError(
            f"截止日期 {fields.valid_through} 早于今天 / the last day, {fields.valid_through}, is before today",
            remedy="已结束的不能登记；已登记的用 POST …/close 关闭 / "
            "what has ended cannot be stored; close one that is stored by POST …/close",
        )
