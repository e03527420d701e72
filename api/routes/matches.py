"""Who fits where: for a registered seeker, for a vacancy, for somebody who is not registered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.bootstrap import Services
from api.course_desk import answer_courses
from api.embedded_market import EmbeddedMarket, Kind
from api.live_answers import (
    answer_seeker,
    openings,
    registered,
    seekers_for_vacancy,
    unregistered,
    vacancies_for_words,
)
from api.live_state import LiveState
from api.routes.dependencies import Live, OpenServices, Today
from api.schemas.course_answers import seeker_courses
from api.schemas.courses import SeekerCourses
from api.schemas.fields import StoredIdentifier
from api.schemas.match_answers import (
    candidate_matches,
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
from data.market import market_from_records
from data.storage.record_repository import open_identifiers, record_status
from models.profile_correction import corrected
from models.profile_reader import ProfileReading, read_profile

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
    answer = answer_seeker(state, registered_person(state, services, seeker_id), services, limit=limit)
    refuse_closed(state, services, seeker_id)
    return SeekerMatches(
        seeker_id=seeker_id,
        as_of=state.as_of,
        run_id=state.run.run_id if state.run else None,
        ranked_by=_ranked_by(state),
        calibrated=services.ranker.calibrated,
        matches=vacancy_matches(answer.market, answer.listed),
        neighbouring=neighbour_matches(answer.market, answer.near),
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
    person = registered_person(state, services, seeker_id)
    market, found = openings(state, person, candidates=services.settings.candidates)
    refuse_closed(state, services, seeker_id)
    return SeekerOpenings(seeker_id=seeker_id, as_of=state.as_of, changes=opening_changes(market, found[:limit]))


@router.get(
    "/seekers/{seeker_id}/courses",
    summary="为求职者推荐培训 / courses for a seeker",
    responses=declared(404, 409, 422, 503),
)
def courses_for_seeker(
    seeker_id: StoredIdentifier, live: Live, services: OpenServices, limit: Limit = 10
) -> SeekerCourses:
    """按培训后就业可能性的增加扣除费用排序；空列表表示不必培训，直接应聘，statements 说明理由。

    By what completing the course would change at current prices, less its cost; an empty list says: no course, apply
    now, and `statements` say why. Gaps are what the vacancies that nearly fitted require and the person lacks.
    """
    state = live.current()
    answer = answer_courses(state, registered_person(state, services, seeker_id), services, limit=limit)
    refuse_closed(state, services, seeker_id)
    return seeker_courses(seeker_id, answer, most_gaps=limit)


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
    market, found = vacancies_for_words(state, q.strip(), services, limit=limit)
    return SearchResult(as_of=state.as_of, vacancies=found_vacancies(market, found))


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
    row = state.find("vacancies", vacancy_id)
    if row is None:
        raise _absent(services, "vacancies", vacancy_id)
    market, listed = seekers_for_vacancy(
        state, row, services.ranker, services.engine, candidates=services.settings.candidates, limit=limit
    )
    with services.engine.connect() as connection:
        if not open_identifiers(connection, "vacancies", [vacancy_id], state.day):
            raise _absent(services, "vacancies", vacancy_id)
    return VacancyCandidates(
        vacancy_id=vacancy_id,
        as_of=state.as_of,
        calibrated=services.ranker.calibrated,
        candidates=candidate_matches(market, listed),
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
    person = market_from_records(records, today)
    answer = answer_seeker(
        state, unregistered(state, person, live.embed_seekers(person)), services, limit=request.limit
    )
    return ProfileMatches(
        as_of=state.as_of,
        run_id=state.run.run_id if state.run else None,
        ranked_by=_ranked_by(state),
        calibrated=services.ranker.calibrated,
        read=[] if reading is None else _read_fields(reading, text, fields),
        matches=vacancy_matches(answer.market, answer.listed),
        neighbouring=neighbour_matches(answer.market, answer.near),
    )


def _ranked_by(state: LiveState) -> Literal["score", "score_minus_price"]:
    return "score" if state.run_prices is None else "score_minus_price"


def registered_person(state: LiveState, services: Services, seeker_id: str) -> EmbeddedMarket:
    """This seeker with his vector."""
    person = registered(state, seeker_id)
    if person is None:
        raise _absent(services, "seekers", seeker_id)
    return person


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


def refuse_closed(state: LiveState, services: Services, seeker_id: str) -> None:
    """Somebody who withdrew while the answer was made gets none."""
    with services.engine.connect() as connection:
        if not open_identifiers(connection, "seekers", [seeker_id], state.day):
            raise _absent(services, "seekers", seeker_id)


def _absent(services: Services, kind: Kind, identifier: str) -> ZhuyeError:
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
