"""Starting a business: support for a person, and the wish it rests on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.live_answers import unregistered
from api.routes.dependencies import Live, OpenServices, Today
from api.routes.matches import UNSAVED, refuse_closed, registered_person
from api.schemas.fields import StoredIdentifier
from api.schemas.problem import declared
from api.schemas.startup import StartupAnswerOut, StartupRequest, WishFields
from api.schemas.startup_answers import startup_answer
from api.schemas.startup_records import Wish, shown, table_of
from api.startup_desk import answer_startup, recorded_wish, told_wish
from data.errors import DataError
from data.market import market_from_records
from data.startup_columns import STARTUP_WISHES
from data.storage.startup_repository import put_startup_records, read_startup_records
from models.profile_correction import corrected
from models.profile_reader import read_profile

router = APIRouter(prefix="/v1", tags=["创业 starting a business"])
Each = Annotated[int, Query(ge=1, le=50, description="每类最多条数 / most of each kind")]


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


def _told(seeker_id: str, today: date) -> dict[str, object]:
    return {"seeker_id": seeker_id, "recorded_on": today}


def _refuse_future(wish: WishFields, today: date) -> None:
    if wish.registered_on is not None and wish.registered_on > today:
        raise DataError(
            f"登记注册日期 {wish.registered_on} 晚于今天 / registered on {wish.registered_on}, after today",
            remedy="请核对日期 / check the date",
        )
