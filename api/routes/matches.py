"""Who fits where: for a registered seeker, for a vacancy, for somebody who is not registered."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from fastapi import APIRouter, Query

from api.bootstrap import Services
from api.live_answers import SPARE, answer_seeker, seekers_for_vacancy, still_open
from api.live_market import LiveState, Vectors, one_seeker
from api.routes.dependencies import Live, OpenServices, Today
from api.schemas.courses import SeekerCourses
from api.schemas.fields import StoredIdentifier
from api.schemas.match_answers import (
    candidate_matches,
    course_offers,
    found_vacancies,
    neighbour_matches,
    opening_changes,
    vacancy_matches,
)
from api.schemas.matches import (
    ProfileMatches,
    ProfileMatchRequest,
    ReadField,
    SearchResult,
    SeekerMatches,
    SeekerOpenings,
    VacancyCandidates,
)
from api.schemas.problem import declared
from api.schemas.seeker_records import seeker_records
from api.schemas.seekers import ProfileFields
from data.errors import ConflictError, DataError, NotFoundError, ZhuyeError
from data.market import Market, market_from_records
from data.storage.record_repository import open_identifiers, record_status
from matching.counterfactuals import counterfactuals
from matching.vacancy_search import search_vacancies
from models.profile_correction import corrected
from models.profile_reader import ProfileReading, read_profile
from training_recs.recommend_courses import recommend_courses
from training_recs.uplift import UpliftSettings

UNSAVED = "unsaved"
_READ_AS = {"groups": "group"}
"""Given under one name, read under another. Credentials are not here: those given are added to those read."""
Limit = Annotated[int, Query(ge=1, le=100, description="最多返回条数 / most to return")]

router = APIRouter(prefix="/v1", tags=["匹配 matching"])


@router.get(
    "/seekers/{seeker_id}/matches",
    summary="为求职者找岗位 / vacancies for a seeker",
    responses=declared(404, 409, 422, 503),
)
def match_seeker(seeker_id: StoredIdentifier, live: Live, services: OpenServices, limit: Limit = 10) -> SeekerMatches:
    """有已发布的匹配批次时按 score − price 排序，否则按 score。刚登记的求职者也可匹配。

    Ranked by score − price where a run is published, else by score. Somebody registered a second ago is matched.
    """
    state = live.current()
    market, vector = _registered(state, services, seeker_id)
    listed, near = answer_seeker(state, market, vector, services, limit=limit)
    _refuse_closed(services, market, seeker_id)
    return SeekerMatches(
        seeker_id=seeker_id,
        as_of=market.as_of,
        run_id=state.run.run_id if state.run else None,
        ranked_by=_ranked_by(state),
        calibrated=services.ranker.calibrated,
        matches=vacancy_matches(market, listed),
        neighbouring=neighbour_matches(market, near),
    )


@router.get(
    "/seekers/{seeker_id}/openings",
    summary="怎样能多出岗位 / what would open further work",
    responses=declared(404, 409, 422, 503),
)
def openings_for_seeker(
    seeker_id: StoredIdentifier, live: Live, services: OpenServices, limit: Limit = 10
) -> SeekerOpenings:
    """每次只改变一个条件，重新匹配一遍，数出多出的岗位。

    One condition changed at a time and the match made anew: what it opens is counted, not estimated.
    """
    state = live.current()
    market, vector = _registered(state, services, seeker_id)
    found = counterfactuals(market, vector, state.vacancy_vectors, candidates=services.settings.candidates)
    _refuse_closed(services, market, seeker_id)
    return SeekerOpenings(seeker_id=seeker_id, as_of=market.as_of, changes=opening_changes(market, found[:limit]))


@router.get(
    "/seekers/{seeker_id}/courses",
    summary="为求职者推荐培训 / courses for a seeker",
    responses=declared(404, 409, 422, 503),
)
def courses_for_seeker(
    seeker_id: StoredIdentifier, live: Live, services: OpenServices, limit: Limit = 10
) -> SeekerCourses:
    """按取证后预期就业的增加排序；空列表表示不必培训，直接应聘。只考虑能取得证书的课程。

    By what the credential would change at current prices; an empty list says: no course, apply now. Courses
    that lead to no credential are not considered yet.
    """
    state = live.current()
    market, vector = _registered(state, services, seeker_id)
    prices = np.zeros(len(market.vacancies)) if state.prices is None else state.prices
    uplift = UpliftSettings(services.settings.candidates, services.settings.referrals_per_seeker)
    found = recommend_courses(
        market, vector, state.vacancy_vectors, services.ranker, prices, limit=limit, settings=uplift
    )
    return SeekerCourses(seeker_id=seeker_id, as_of=market.as_of, courses=course_offers(market, found))


@router.get("/search", summary="按词语找岗位 / vacancies for a few words", responses=declared(422, 503))
def search(
    live: Live,
    services: OpenServices,
    q: Annotated[str, Query(min_length=1, max_length=100, description="词语，如 叉车、跑外卖 / words")],
    limit: Limit = 10,
) -> SearchResult:
    """按意思和字面综合排序，口语也能找到；不考虑任何人的条件。

    By meaning and words; colloquial words find the right work. Nobody's conditions are considered.
    """
    state = live.current()
    if not q.strip():
        raise DataError("q 为空 / q is empty", remedy="请给出词语 / give some words")
    found = search_vacancies(
        state.market, state.vacancy_vectors, q.strip(), services.fused_similarity, limit=limit + SPARE
    )
    kept = found[still_open(state.market, found, services.engine)].head(limit)
    return SearchResult(as_of=state.market.as_of, vacancies=found_vacancies(state.market, kept))


@router.get(
    "/vacancies/{vacancy_id}/candidates",
    summary="为岗位找人 / seekers for a vacancy",
    responses=declared(404, 409, 422, 503),
)
def match_vacancy(
    vacancy_id: StoredIdentifier, live: Live, services: OpenServices, limit: Limit = 10
) -> VacancyCandidates:
    """不含任何个人身份信息。/ Without anything that identifies a person."""
    state = live.current()
    row = _row(state.market.vacancies["vacancy_id"], vacancy_id)
    if row is None:
        raise _absent(services, "vacancies", vacancy_id)
    listed = seekers_for_vacancy(
        state, row, services.ranker, services.engine, candidates=services.settings.candidates, limit=limit
    )
    with services.engine.connect() as connection:
        if not open_identifiers(connection, "vacancies", [vacancy_id], state.market.as_of):
            raise _absent(services, "vacancies", vacancy_id)
    return VacancyCandidates(
        vacancy_id=vacancy_id,
        as_of=state.market.as_of,
        calibrated=services.ranker.calibrated,
        candidates=candidate_matches(state.market, listed),
    )


@router.post("/match", summary="为未登记者找岗位 / vacancies for an unsaved profile", responses=declared(413, 422, 503))
def match_profile(request: ProfileMatchRequest, live: Live, services: OpenServices, today: Today) -> ProfileMatches:
    """自述、字段或两者；字段优先于更正，更正优先于自述。什么都不保存。

    Words, fields or both; fields win over corrections, and corrections over what was read. Nothing is stored.
    """
    state = live.current()
    fields = request.profile or ProfileFields.model_validate({})
    text = request.text or ""
    reading = read_profile(text, services.coder) if text.strip() else None
    if reading is not None:
        reading = corrected(reading, [correction.as_correction() for correction in request.corrections], services.coder)
    records = seeker_records(
        fields,
        seeker_id=UNSAVED,
        profile_text=text,
        registered_on=today,
        valid_through=today,
        coder=services.coder,
        read=reading.records(UNSAVED, today) if reading else None,
    )
    market = state.market.with_seekers_of(market_from_records(records, state.market.as_of))
    vector = live.embed_seekers(market)
    listed, near = answer_seeker(state, market, vector, services, limit=request.limit)
    return ProfileMatches(
        as_of=market.as_of,
        run_id=state.run.run_id if state.run else None,
        ranked_by=_ranked_by(state),
        calibrated=services.ranker.calibrated,
        read=[] if reading is None else _read_fields(reading, text, fields),
        matches=vacancy_matches(market, listed),
        neighbouring=neighbour_matches(market, near),
    )


def _ranked_by(state: LiveState) -> Literal["score", "score_minus_price"]:
    return "score" if state.prices is None else "score_minus_price"


def _registered(state: LiveState, services: Services, seeker_id: str) -> tuple[Market, Vectors]:
    """The market with this seeker only, and his vector."""
    row = _row(state.market.seekers["seeker_id"], seeker_id)
    if row is None:
        raise _absent(services, "seekers", seeker_id)
    return one_seeker(state, row)


def _row(identifiers: pd.Series[str], identifier: str) -> int | None:
    """Row of an identifier in a sorted column."""
    row = int(identifiers.searchsorted(identifier))
    return row if row < len(identifiers) and identifiers.iloc[row] == identifier else None


def _read_fields(reading: ProfileReading, text: str, fields: ProfileFields) -> list[ReadField]:
    given = {_READ_AS.get(name, name) for name in fields.model_fields_set if getattr(fields, name) not in (None, [])}
    given |= {"age", "birth_year"} if "birth_date" in given else set()
    given |= {"desired_occupation_code"} if "desired_title" in given else set()
    return [
        ReadField(
            field=found.field,
            value=found.value,
            start=found.start,
            end=found.end,
            words=text[found.start : found.end],
            used=found.field not in given,
            corrected=found.corrected,
        )
        for found in reading.fields
    ]


def _refuse_closed(services: Services, market: Market, seeker_id: str) -> None:
    """Somebody who withdrew while the answer was made gets none."""
    with services.engine.connect() as connection:
        if not open_identifiers(connection, "seekers", [seeker_id], market.as_of):
            raise _absent(services, "seekers", seeker_id)


def _absent(services: Services, kind: Literal["seekers", "vacancies"], identifier: str) -> ZhuyeError:
    with services.engine.connect() as connection:
        status = record_status(connection, kind, identifier)
    zh, en = {"seekers": ("求职者", "seeker"), "vacancies": ("岗位", "vacancy")}[kind]
    if status is None:
        return NotFoundError(
            f"没有{zh} {identifier} / there is no {en} {identifier}", remedy="请核对编号 / check the identifier"
        )
    return ConflictError(
        f"{zh} {identifier} 已关闭或不在有效期内 / the {en} {identifier} is closed or outside its dates",
        remedy="只匹配有效的记录 / only open ones are matched",
    )
