"""Vacancies: publish, read, close."""

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
from api.schemas.seeker_records import plain_rows
from api.schemas.seekers import Cursor
from api.schemas.vacancies import (
    ComplianceFinding,
    Vacancy,
    VacancyCheck,
    VacancyCreate,
    VacancyFields,
    VacancyPage,
)
from api.schemas.vacancy_records import vacancies_from_records, vacancy_records
from data.errors import ConflictError, NotFoundError
from data.reference.unlawful_conditions import Severity
from data.storage.record_paging import identifiers_after
from data.storage.record_repository import close_vacancy, load_records, store_records
from matching.vacancy_compliance import check_vacancies

OPEN_FOR_DAYS = 90

router = APIRouter(prefix="/v1/vacancies", tags=["岗位 vacancies"])


@router.post("", status_code=201, summary="发布岗位 / publish a vacancy", responses=declared(409, 413, 422, 503))
def create_vacancy(vacancy: VacancyCreate, services: OpenServices, today: Today) -> Vacancy:
    """岗位立即参与匹配；未给职业代码时按名称编码，未填的食宿与班次从说明中读取。

    The vacancy takes part in matching at once. Its title is coded where no code is given; board, lodging and
    shifts that are not given are read from the description.
    """
    vacancy_id = vacancy.vacancy_id or f"V-{uuid.uuid4().hex[:20]}"
    published_on = vacancy.published_on or today
    valid_through = vacancy.valid_through or published_on + timedelta(days=OPEN_FOR_DAYS)
    records = vacancy_records(
        vacancy, vacancy_id=vacancy_id, published_on=published_on, valid_through=valid_through, coder=services.coder
    )
    with services.engine.begin() as connection:
        if not store_records(connection, records).new["vacancies"]:
            raise ConflictError(
                f"岗位编号 {vacancy_id} 已被使用 / the vacancy identifier {vacancy_id} is in use",
                remedy="换一个编号或不填 / choose another, or leave it out",
            )
        return _vacancy(connection, vacancy_id)


@router.post("/check", summary="检查岗位是否合法、是否缺项 / check an advertisement", responses=declared(413, 422))
def check_vacancy(vacancy: VacancyFields, today: Today) -> VacancyCheck:
    """不保存。违法条件附法律条文与合法写法；缺项按发布要求列出。

    Nothing is stored. Unlawful conditions come with their article of law and a lawful wording; what publication
    requires and the advertisement lacks is listed.
    """
    records = vacancy_records(vacancy, vacancy_id="unsaved", published_on=today, valid_through=today, coder=None)
    found = check_vacancies(records.vacancies, records.employers, as_of=today)
    findings = [
        ComplianceFinding(**{name: row[name] for name in ComplianceFinding.model_fields}) for row in plain_rows(found)
    ]
    return VacancyCheck(
        lawful=all(finding.severity is not Severity.UNLAWFUL for finding in findings), findings=findings
    )


@router.get("", summary="岗位列表 / list vacancies", responses=declared(422, 503))
def list_vacancies(
    services: OpenServices,
    status: StatusFilter = "open",
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")] = 50,
) -> VacancyPage:
    """按编号排列，用 next_cursor 取下一页。/ By identifier; next_cursor leads to the next page."""
    with services.engine.connect() as connection:
        found = identifiers_after(connection, "vacancies", identifier_of(cursor), limit + 1, status_of(status))
        page = found[:limit]
        items = vacancies_from_records(load_records(connection, vacancy_ids=page))
    return VacancyPage(items=items, next_cursor=cursor_after(page[-1]) if len(found) > limit else None)


@router.get("/{vacancy_id}", summary="读取岗位 / read a vacancy", responses=declared(404, 422, 503))
def read_vacancy(vacancy_id: StoredIdentifier, services: OpenServices) -> Vacancy:
    """已关闭的岗位也可读取。/ Closed ones can be read as well."""
    with services.engine.connect() as connection:
        return _vacancy(connection, vacancy_id)


@router.post("/{vacancy_id}/close", summary="关闭岗位 / close a vacancy", responses=declared(404, 409, 422, 503))
def end_vacancy(vacancy_id: StoredIdentifier, services: OpenServices, today: Today) -> Vacancy:
    """立即从所有匹配结果中消失。/ It disappears from every answer at once."""
    with services.engine.begin() as connection:
        close_vacancy(connection, vacancy_id, today)
        return _vacancy(connection, vacancy_id)


def _vacancy(connection: Connection, vacancy_id: str) -> Vacancy:
    found = vacancies_from_records(load_records(connection, vacancy_ids=[vacancy_id]))
    if not found:
        raise NotFoundError(
            f"没有岗位 {vacancy_id} / there is no vacancy {vacancy_id}",
            remedy="请核对编号 / check the identifier",
        )
    return found[0]
