"""Seekers: register, read, withdraw. Identifiers of a person go in encrypted and never come out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api.routes.dependencies import OpenServices, Today
from api.routes.paging import StatusFilter, cursor_after, identifier_of, status_of
from api.schemas.fields import StoredIdentifier
from api.schemas.problem import declared
from api.schemas.seeker_records import identity_table, seeker_records, seekers_from_records
from api.schemas.seekers import Cursor, Seeker, SeekerCreate, SeekerPage
from data.errors import ConflictError, NotFoundError
from data.storage.identity_repository import store_identities
from data.storage.personal_data import PersonalDataKey
from data.storage.record_paging import identifiers_after
from data.storage.record_repository import close_seeker, load_records, store_records
from models.profile_reader import read_profile

ACTIVE_FOR_DAYS = 180

router = APIRouter(prefix="/v1/seekers", tags=["求职者 seekers"])


@router.post("", status_code=201, summary="登记求职者 / register a seeker", responses=declared(409, 413, 422, 503))
def create_seeker(seeker: SeekerCreate, services: OpenServices, today: Today) -> Seeker:
    """立即可匹配。身份信息加密存储，从不返回。同一身份证号得到同一编号。

    Can be matched at once. The identity is stored encrypted and never returned; one identity number always
    leads to one seeker identifier. Fields that are not given are read from `profile_text`.
    """
    key = services.personal_data_key if seeker.identity else None
    seeker_id = seeker.seeker_id or _identifier(seeker, key)
    registered_on = seeker.registered_on or today
    valid_through = seeker.valid_through or registered_on + timedelta(days=ACTIVE_FOR_DAYS)
    read = None
    if seeker.profile_text.strip():
        read = read_profile(seeker.profile_text, services.coder).records(seeker_id, today)
    records = seeker_records(
        seeker,
        seeker_id=seeker_id,
        profile_text=seeker.profile_text,
        registered_on=registered_on,
        valid_through=valid_through,
        coder=services.coder,
        read=read,
    )
    with services.engine.begin() as connection:
        if not store_records(connection, records).new["seekers"]:
            raise ConflictError(
                f"求职者编号 {seeker_id} 已登记 / the seeker {seeker_id} is registered already",
                remedy="同一个人只登记一次；否则请换编号或不填 / register a person once; else choose another",
            )
        if seeker.identity and key:
            store_identities(connection, identity_table(seeker_id, seeker.identity), key)
        return _seeker(connection, seeker_id)


@router.get("", summary="求职者列表 / list seekers", responses=declared(422, 503))
def list_seekers(
    services: OpenServices,
    status: StatusFilter = "open",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")] = 50,
) -> SeekerPage:
    """按编号排列，用 next_cursor 取下一页。/ By identifier; next_cursor leads to the next page."""
    with services.engine.connect() as connection:
        found = identifiers_after(connection, "seekers", identifier_of(cursor), limit + 1, status_of(status))
        page = found[:limit]
        items = seekers_from_records(load_records(connection, seeker_ids=page))
    return SeekerPage(items=items, next_cursor=cursor_after(page[-1]) if len(found) > limit else None)


@router.get("/{seeker_id}", summary="读取求职者 / read a seeker", responses=declared(404, 422, 503))
def read_seeker(seeker_id: StoredIdentifier, services: OpenServices) -> Seeker:
    """不含身份信息；已退出的也可读取。/ Without identity; withdrawn ones can be read as well."""
    with services.engine.connect() as connection:
        return _seeker(connection, seeker_id)


@router.post("/{seeker_id}/close", summary="求职者退出 / withdraw a seeker", responses=declared(404, 409, 422, 503))
def end_seeker(seeker_id: StoredIdentifier, services: OpenServices, today: Today) -> Seeker:
    """立即从所有匹配结果中消失。/ The person disappears from every answer at once."""
    with services.engine.begin() as connection:
        close_seeker(connection, seeker_id, today)
        return _seeker(connection, seeker_id)


def _seeker(connection: Connection, seeker_id: str) -> Seeker:
    found = seekers_from_records(load_records(connection, seeker_ids=[seeker_id]))
    if not found:
        raise NotFoundError(
            f"没有求职者 {seeker_id} / there is no seeker {seeker_id}", remedy="请核对编号 / check the identifier"
        )
    return found[0]


def _identifier(seeker: SeekerCreate, key: PersonalDataKey | None) -> str:
    if seeker.identity and seeker.identity.identity_number and key:
        return key.pseudonym(seeker.identity.identity_number.get_secret_value())
    return f"S-{uuid.uuid4().hex[:20]}"
