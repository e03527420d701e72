"""Order-based training: orders, their feasibility, cohort and life; places in classes are reported here."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Response

from api.order_desk import AssessedOrder, OrderBook, assess_stored, open_order_book
from api.routes.dependencies import Live, OpenServices, Today
from api.schemas.fields import StoredIdentifier
from api.schemas.orders import (
    CohortMember,
    EnrolmentCreate,
    EnrolmentEventReport,
    EnrolmentPlace,
    OrderBrief,
    OrderClass,
    OrderCohortAnswer,
    OrderCreate,
    OrderDetail,
    OrderFeasibility,
    OrderLimit,
    OrderList,
    OrderOrigin,
    OrderStage,
    TrainingOutcome,
)
from api.schemas.planning import BothLanguages
from api.schemas.problem import declared
from data.columns import DATE, Table
from data.errors import DataError, NotFoundError
from data.facts.identifiers import mask_identifiers
from data.plain_rows import plain_rows
from data.records import EnrolmentStep, ImportOutcome
from data.reported import Appended
from data.reported_training import REPORTED_ENROLMENTS, REPORTED_ORDERS
from data.storage.enrolment_repository import append_enrolments
from data.storage.order_repository import append_orders

router = APIRouter(prefix="/v1", tags=["订单培训 training orders"])


@router.post("/orders", summary="登记订单 / register an order", status_code=201, responses=declared(413, 422, 503))
def create_order(order: OrderCreate, services: OpenServices, today: Today, response: Response) -> TrainingOutcome:
    """同一订单可再次提交，以补上选定的班次或取消日期；其余不同则拒绝。再报一次不会重复。

    The same order may be sent again with the class chosen or the day of cancelling; anything else that differs is
    refused. What is sent again changes nothing (200).
    """
    row = order.model_dump() | {"ordered_on": order.ordered_on or today}
    with services.engine.begin() as connection:
        found = append_orders(connection, _one(REPORTED_ORDERS, row), today=today, source="api")
    return _outcome(found, response)


@router.get("/orders", summary="订单列表及进展 / orders and their life", responses=declared(422, 503))
def list_orders(
    services: OpenServices, today: Today,
    limit: Annotated[int, Query(ge=1, le=1000, description="最多返回条数 / most to return")] = 200,
) -> OrderList:  # fmt: skip
    """每个订单：报名、到课、取证、录用、留用人数，断在哪一环，还能否完成。

    People at every stage of each order's life, where the chain breaks, and whether it can still be filled.
    """
    book = open_order_book(services, today)
    briefs = _briefs(book)
    return OrderList(as_of=today, total=len(briefs), orders=[OrderBrief(**one) for one in briefs[:limit]])


@router.get("/orders/{order_id}", summary="一个订单 / an order", responses=declared(404, 422, 503))
def read_order(order_id: StoredIdentifier, services: OpenServices, today: Today) -> OrderDetail:
    """每一环的到达、流失与逾期，及每个名额的状况。/ Reached, lost and late at each stage, and every place."""
    book = open_order_book(services, today, order_id)
    return OrderDetail(
        **_briefs(book)[0],
        as_of=today,
        stages=[OrderStage(**_fields(OrderStage, row)) for row in plain_rows(book.stages)],
        places=[EnrolmentPlace(**_fields(EnrolmentPlace, row)) for row in plain_rows(book.standing)],
    )


@router.get(
    "/orders/{order_id}/feasibility", summary="订单可行性 / can it be filled", responses=declared(404, 409, 422, 503)
)
def order_feasibility(order_id: StoredIdentifier, services: OpenServices, live: Live, today: Today) -> OrderFeasibility:
    """谁能按期培训、来自哪里、哪个班，或最迟何日新开一班；办不成时说明缺什么。

    Who could be trained in time, from where, in which class, or by when a new one would have to begin; where the order
    cannot be filled, what is missing and what would help.
    """
    found = assess_stored(services, live.current(), today, order_id)
    one = found.assessment
    return OrderFeasibility(
        order_id=order_id,
        as_of=today,
        verdict=one.verdict,
        words=_words(one.words),
        advice=[_words(said) for said in one.advice],
        people_wanted=found.wanted,
        on_their_way=found.on_their_way,
        **{name: getattr(one, name) for name in ("ready", "could", "to_ask", "held_up")},
        expected_certified=one.cohort.expected_certified,
        expected_hired=one.cohort.expected_hired,
        classes=[_class(found, row) for row in plain_rows(one.cohort.classes)],
        origins=[OrderOrigin(**row) for row in plain_rows(found.origins)],
        limits=[
            OrderLimit(**_fields(OrderLimit, row), words=_words((row["zh"], row["en"])))
            for row in plain_rows(one.limits)
        ],
    )


@router.get("/orders/{order_id}/cohort", summary="入班名单 / its cohort", responses=declared(404, 409, 422, 503))
def order_cohort(order_id: StoredIdentifier, services: OpenServices, live: Live, today: Today) -> OrderCohortAnswer:
    """按预留岗位对本人的价值分配座位，候补依次替补。不保存。

    Seats by what the posts reserved would change for each person at current prices; the waiting list replaces whoever
    drops out. Nothing is stored: report those who accept as enrolments.
    """
    found = assess_stored(services, live.current(), today, order_id)
    cohort, seeker = found.assessment.cohort, found.market.seekers["seeker_id"]
    seats = cohort.seats
    seated = [] if seats is None else plain_rows(seats.seated.sort_values(["worth", "seeker"], ascending=[False, True]))
    waiting = [] if seats is None else plain_rows(seats.waiting)
    return OrderCohortAnswer(
        order_id=order_id,
        as_of=today,
        verdict=found.assessment.verdict,
        words=_words(found.assessment.words),
        order_class=None if seats is None else _class(found, plain_rows(cohort.classes)[0]),
        seated=[
            CohortMember(
                seeker_id=seeker.iloc[row["seeker"]], worth=row["worth"], programme=row["programme"], position=None
            )
            for row in seated
        ],
        waiting=[
            CohortMember(
                seeker_id=seeker.iloc[row["seeker"]], worth=row["worth"], programme=None, position=row["position"]
            )
            for row in waiting
        ],
    )


@router.post("/enrolments", summary="报名 / enrol a person", status_code=201, responses=declared(413, 422, 503))
def create_enrolment(
    enrolment: EnrolmentCreate, services: OpenServices, today: Today, response: Response
) -> TrainingOutcome:
    """班次须有空余名额；再报一次不会重复。/ The run must have a free seat; what is sent again changes nothing (200)."""
    row = enrolment.model_dump(exclude={"enrolled_on"}) | {
        "event": EnrolmentStep.ENROLLED.value,
        "occurred_on": enrolment.enrolled_on or today,
    }
    with services.engine.begin() as connection:
        found = append_enrolments(connection, _one(REPORTED_ENROLMENTS, row), today=today, source="api")
    return _outcome(found, response, occurred_on="enrolled_on")


@router.post(
    "/enrolments/{enrolment_id}/events",
    summary="报告上课、取证、退学、录用、留用 / report what happened",
    status_code=201,
    responses=declared(404, 413, 422, 503),
)
def report_enrolment_event(
    enrolment_id: StoredIdentifier, event: EnrolmentEventReport, services: OpenServices, today: Today,
    response: Response,
) -> TrainingOutcome:  # fmt: skip
    """只增不改；再报一次不会重复。/ The record only grows; what is sent again changes nothing (200)."""
    with services.engine.begin() as connection:
        row = _one(REPORTED_ENROLMENTS, event.model_dump() | {"enrolment_id": enrolment_id})
        found = append_enrolments(connection, row, today=today, source="api")
    return _outcome(found, response)


def _one(layout: Table, row: dict[str, Any]) -> pd.DataFrame:
    """A report of one row; what is not given is null."""
    table = pd.DataFrame([dict.fromkeys(layout.columns) | row | {"row": 1}])
    for name, column in layout.columns.items():
        if column.dtype == DATE:
            table[name] = table[name].astype("datetime64[s]")
    return layout.check(table[list(layout.columns)])


def _outcome(found: Appended, response: Response, **sent_as: str) -> TrainingOutcome:
    """What became of the report, in which some fields were `sent_as` another.

    Raises
    ------
    NotFoundError, DataError
        It was refused: it belongs to no enrolment; something named is unknown or contradicts what is stored.
    """
    for refused in found.refused:
        value = mask_identifiers(refused.found)
        name = sent_as.get(refused.field, refused.field)
        said = f"{name}：应为{refused.zh}，收到 {value!r} / {name}: expected {refused.en}, found {value!r}"
        error = NotFoundError if refused.field == "enrolment_id" else DataError
        raise error(said, remedy="请更正后再报 / correct it and send it again")
    (row,) = plain_rows(found.outcomes)
    if row["outcome"] == ImportOutcome.DUPLICATE:
        response.status_code = 200
    return TrainingOutcome(outcome=ImportOutcome(row["outcome"]), record_id=row["record_id"])


def _briefs(book: OrderBook) -> list[dict[str, Any]]:
    """Fields of `OrderBrief`, an order each."""
    orders = {row["order_id"]: row for row in plain_rows(book.records.orders)}
    return [
        _fields(
            OrderBrief,
            {
                **orders[one["order_id"]], **one, "title": book.records.about.at[one["order_id"], "title"],
                "employer": book.records.about.at[one["order_id"], "employer"],
            },
        )
        for one in plain_rows(book.life)
    ]  # fmt: skip


def _fields(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in model.model_fields if name in row}


def _class(found: AssessedOrder, row: dict[str, Any]) -> OrderClass:
    course = found.market.courses.iloc[row["course"]]
    planned = not row["is_new"]
    return OrderClass(
        **{name: row[name] for name in ("is_new", "starts_on", "ends_on", "completion", "needed", "people", "seats")},
        course_run_id=row["course_run_id"] if planned else None,
        course_id=str(course["course_id"]),
        title=str(course["title"]),
        free_seats=row["free_seats"] if planned else None,
    )


def _words(said: tuple[str, str]) -> BothLanguages:
    return BothLanguages(zh=said[0], en=said[1])
