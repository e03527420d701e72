"""The ledger: what happened to referrals comes in, and is read a person at a time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd
from fastapi import APIRouter, Query

from api.routes.dependencies import OpenServices, Today
from api.routes.paging import cursor_after, identifier_of
from api.schemas.fields import StoredIdentifier
from api.schemas.problem import FieldProblem, declared
from api.schemas.referrals import (
    EventOutcome,
    EventOutcomes,
    EventReport,
    EventReports,
    Referral,
    ReferralEvent,
    ReferralPage,
)
from api.schemas.seeker_records import plain_rows
from api.schemas.seekers import Cursor
from data.errors import DataError, NotFoundError
from data.facts.identifiers import mask_identifiers
from data.records import EVENT_NAMES_ZH, EvidenceTier, ImportOutcome, ReferralEventKind
from data.reported import REPORTED_EVENTS, Refused
from data.storage.ledger_repository import append_events, seeker_referrals
from data.storage.record_repository import record_status

router = APIRouter(prefix="/v1", tags=["推荐 referrals"])
_FIELDS = {"evidence_tier": "evidence"}
"""Fields of the ledger that a request names otherwise."""


@router.post("/referrals/events", summary="报告推荐结果 / report what happened", responses=declared(413, 422, 503))
def report_events(reports: EventReports, services: OpenServices, today: Today) -> EventOutcomes:
    """一次至多 1000 个事件，顺序不限。每个事件单独存入或退回；再报一次不会重复。账本只增不改。

    Up to 1,000 events in any order. Each is stored or rejected by itself; what is sent again changes nothing. The
    ledger only grows. A pair that it does not hold becomes a referral.
    """
    with services.engine.begin() as connection:
        appended = append_events(connection, _table(reports.events), today=today, source="api")
    problems = {refused.row: _problem(refused) for refused in appended.refused}
    return EventOutcomes(
        **{outcome.value: appended.count(outcome) for outcome in ImportOutcome},
        results=[
            EventOutcome(
                outcome=ImportOutcome(row["outcome"]), referral_id=row["referral_id"], problem=problems.get(row["row"])
            )
            for row in plain_rows(appended.outcomes)
        ],
    )


@router.get(
    "/seekers/{seeker_id}/referrals", summary="求职者的推荐 / a seeker's referrals", responses=declared(404, 422, 503)
)
def referrals_of_seeker(
    seeker_id: StoredIdentifier,
    services: OpenServices,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200, description="每页数量 / a page")] = 50,
) -> ReferralPage:
    """含每次推荐的经过，最近的在前；已退出的人也可读取。/ With what happened to each, the latest first."""
    with services.engine.connect() as connection:
        if record_status(connection, "seekers", seeker_id) is None:
            raise NotFoundError(
                f"没有求职者 {seeker_id} / there is no seeker {seeker_id}", remedy="请核对编号 / check the identifier"
            )
        referrals, events = seeker_referrals(connection, seeker_id, after=_place(cursor), limit=limit + 1)
    happened = dict(list(events.groupby("referral_id")))
    items = [
        Referral(
            **{name: row[name] for name in Referral.model_fields if name != "events"},
            events=_events(happened.get(row["referral_id"], events.head(0))),
        )
        for row in plain_rows(referrals.head(limit))
    ]
    more = len(referrals) > limit
    return ReferralPage(
        items=items, next_cursor=cursor_after(f"{items[-1].referred_on}|{items[-1].referral_id}") if more else None
    )


def _table(reports: list[EventReport]) -> pd.DataFrame:
    tiers = [None if report.evidence is None else EvidenceTier[report.evidence.upper()].value for report in reports]
    return REPORTED_EVENTS.check(
        pd.DataFrame(
            {
                "row": range(1, len(reports) + 1),
                **{name: [getattr(report, name) for report in reports] for name in ("referral_id", "seeker_id")},
                "vacancy_id": [report.vacancy_id for report in reports],
                "event": [report.event.value for report in reports],
                # By NumPy: a day beyond the year 2262 is no fault of the type, but of a day after today.
                "occurred_on": np.array([report.occurred_on for report in reports], dtype="datetime64[s]"),
                "evidence_tier": pd.array(tiers, dtype="Int8"),
                "wage_cny_month": pd.array([report.wage_cny_month for report in reports], dtype="Float64"),
            }
        )
    )


def _problem(refused: Refused) -> FieldProblem:
    field = _FIELDS.get(refused.field, refused.field)
    found = mask_identifiers(refused.found)
    return FieldProblem(
        pointer=f"#/body/events/{refused.row - 1}/{field}",
        detail=f"{field}：应为{refused.zh}，收到 {found!r} / {field}: expected {refused.en}, found {found!r}",
        found=found,
        expected=refused.en,
    )


def _events(events: pd.DataFrame) -> list[ReferralEvent]:
    return [
        ReferralEvent(
            event=ReferralEventKind(row["event"]),
            event_zh=EVENT_NAMES_ZH[ReferralEventKind(row["event"])],
            occurred_on=row["occurred_on"],
            evidence=None if row["evidence_tier"] is None else EvidenceTier(row["evidence_tier"]).name.lower(),
            wage_cny_month=row["wage_cny_month"],
        )
        for row in plain_rows(events)
    ]


def _place(cursor: str | None) -> tuple[date, str] | None:
    if cursor is None:
        return None
    day, _, referral_id = identifier_of(cursor).partition("|")
    try:
        return date.fromisoformat(day), referral_id
    except ValueError as error:
        raise DataError(
            "cursor 无效 / the cursor is not valid", remedy="用上一页的 next_cursor / use next_cursor"
        ) from error
