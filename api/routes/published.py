"""What the newest published run lists, for a seeker or a vacancy."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.published_list import published_page
from api.routes.dependencies import OpenServices, Today
from api.routes.paging import cursor_after, identifier_of
from api.schemas.fields import StoredIdentifier
from api.schemas.match_answers import candidate_matches, vacancy_matches
from api.schemas.problem import declared
from api.schemas.published import PublishedCandidate, PublishedMatches, PublishedVacancy
from api.schemas.seekers import Cursor
from data.errors import DataError

router = APIRouter(prefix="/v1/runs", tags=["匹配批次 match runs"])


@router.get(
    "/latest/matches",
    summary="最近发布的名单 / the newest published lists",
    responses=declared(404, 409, 422, 503),
)
def published_matches(
    services: OpenServices,
    today: Today,
    seeker_id: Annotated[StoredIdentifier | None, Query(description="求职者编号 / of a seeker")] = None,
    vacancy_id: Annotated[StoredIdentifier | None, Query(description="岗位编号 / of a vacancy")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")] = 50,
) -> PublishedMatches:
    """夜间匹配为一人或一岗位列出的名单。已关闭的、今天已不符合硬性条件的不在其中，一页可少于 limit。

    What the night listed for one seeker or one vacancy. What closed since, or breaks a hard rule today, is left out:
    a page may hold fewer than `limit`.
    """
    if (seeker_id is None) == (vacancy_id is None):
        raise DataError(
            "seeker_id 与 vacancy_id 须给出其一 / give either seeker_id or vacancy_id",
            remedy="一次查询一人或一岗位 / one person or one vacancy at a time",
        )
    page = published_page(
        services.engine,
        "seekers" if seeker_id is not None else "vacancies",
        str(seeker_id if seeker_id is not None else vacancy_id),
        today=today,
        place=identifier_of(cursor),
        limit=limit,
    )
    chosen = page.is_referral.tolist()
    return PublishedMatches(
        run_id=page.run.run_id,
        as_of=page.run.as_of,
        calibrated=page.calibrated,
        vacancies=[]
        if seeker_id is None
        else [
            PublishedVacancy(**match.model_dump(), is_referral=is_referral)
            for match, is_referral in zip(vacancy_matches(page.market, page.listed), chosen, strict=True)
        ],
        candidates=[]
        if vacancy_id is None
        else [
            PublishedCandidate(**match.model_dump(), is_referral=is_referral)
            for match, is_referral in zip(candidate_matches(page.market, page.listed), chosen, strict=True)
        ],
        next_cursor=None if page.next_place is None else cursor_after(page.next_place),
    )
