"""How far each place in an order's class has come, and whether it is on its way, late or lost.

Reports have gaps, so a later step counts as all before it. A hiring is one that was reported for the enrolment, or one
that the ledger holds of the person and the posts reserved; a retention one that was reported, or a start in the ledger
that `RETAINED_DAYS` later no departure has followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from data.columns import TEXT, Column, Table
from data.plain_rows import plain_rows
from data.records import EnrolmentStep as Step
from data.records import ReferralEventKind

RETAINED_DAYS = 90
ATTENDING_WITHIN_DAYS = 7
"""Days after the first day of class without a report of attending, from which a place is late."""
CERTIFIED_WITHIN_DAYS = 30
"""Days after the last day of class, likewise for the certificate."""
HIRED_WITHIN_DAYS = 30
"""Days after the certificate, likewise for the hiring."""
TOLD_WITHIN_DAYS = 30
"""Days after a retention could be told, likewise."""

STAGES = (Step.ENROLLED, Step.ATTENDING, Step.CERTIFIED, Step.HIRED, Step.RETAINED)
"""Of an order's life, after ordered."""


class Standing(StrEnum):
    """Where a place stands on its way to the next stage."""

    ON_THE_WAY = "on_the_way"
    LATE = "late"
    LOST = "lost"
    DONE = "done"


STANDING_NAMES_ZH = {
    Standing.ON_THE_WAY: "进行中",
    Standing.LATE: "逾期未报",
    Standing.LOST: "流失",
    Standing.DONE: "完成",
}

ENROLMENT_STANDING = Table(
    "enrolment_standing",
    {
        "enrolment_id": Column(TEXT, "enrolments.enrolment_id; the table is sorted by order and it"),
        "order_id": Column(TEXT, "training_orders.order_id"),
        "seeker_id": Column(TEXT, "seekers.seeker_id"),
        "stage": Column(TEXT, "the last one reached", codes=frozenset(STAGES)),
        "standing": Column(TEXT, "Standing on the way to the next", codes=frozenset(Standing)),
        "since": Column("datetime64[s]", "day of the stage"),
        "dropped_out": Column("bool", "left the class"),
        "failed": Column("bool", "failed the examination and has not passed it since"),
        "reason": Column(TEXT, "of the dropout, where it is known", nullable=True),
        "replaces": Column(TEXT, "enrolment whose place it took", nullable=True),
    },
)


@dataclass(frozen=True)
class _Placement:
    hired_on: date | None
    started_on: date | None
    left_on: date | None


def enrolment_standing(
    orders: pd.DataFrame, enrolments: pd.DataFrame, enrolment_events: pd.DataFrame, referrals: pd.DataFrame,
    referral_events: pd.DataFrame, run_days: pd.DataFrame, as_of: date,
) -> pd.DataFrame:  # fmt: skip
    """Every enrolment of an order on `as_of`, laid out as `ENROLMENT_STANDING`.

    Parameters
    ----------
    orders, enrolments, enrolment_events, referrals, referral_events
        Laid out as their records; what happened after `as_of` is left out. Enrolments for no order are left out.
    run_days
        Index `course_run_id`; `starts_on`, `ends_on` of the runs of the enrolments.
    """
    day = pd.Timestamp(as_of)
    happened: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for event in plain_rows(enrolment_events[(enrolment_events["occurred_on"] <= day).to_numpy(bool)]):
        happened[event["enrolment_id"]].setdefault(event["event"], event)
    posts = dict(zip(orders["order_id"], orders["vacancy_id"], strict=True))
    placements = _placements(referrals, referral_events[(referral_events["occurred_on"] <= day).to_numpy(bool)])
    days = {str(run): (row.starts_on.date(), row.ends_on.date()) for run, row in run_days.iterrows()}
    mine = enrolments[(enrolments["order_id"].isin(list(posts)) & (enrolments["enrolled_on"] <= day)).to_numpy(bool)]
    rows = [
        _standing(
            one, happened[one["enrolment_id"]], placements.get((one["seeker_id"], posts[one["order_id"]])),
            days[one["course_run_id"]], as_of,
        )
        for one in plain_rows(mine.sort_values(["order_id", "enrolment_id"]))
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(ENROLMENT_STANDING.columns))
    return ENROLMENT_STANDING.check(table.assign(since=pd.to_datetime(table["since"])))


def _standing(
    one: dict[str, Any], events: dict[str, dict[str, Any]], placement: _Placement | None, days: tuple[date, date],
    as_of: date,
) -> dict[str, Any]:  # fmt: skip
    on = {kind: event["occurred_on"] for kind, event in events.items()} | {Step.ENROLLED: one["enrolled_on"]}
    known = (
        placement if placement is not None and _after(placement, one["enrolled_on"]) else _Placement(None, None, None)
    )
    hired = [told for told in (on.get(Step.HIRED), known.hired_on, known.started_on) if told is not None]
    if hired:
        on[Step.HIRED] = min(hired)
    kept_until = known.left_on or as_of
    if known.started_on is not None and (kept_until - known.started_on).days >= RETAINED_DAYS:
        on.setdefault(Step.RETAINED, known.started_on + timedelta(days=RETAINED_DAYS))
    dropped = Step.DROPPED_OUT in on
    failed = Step.FAILED in on and Step.CERTIFIED not in on and Step.HIRED not in on
    if failed:
        on.setdefault(Step.ATTENDING, on[Step.FAILED])
    stage = next(stage for stage in reversed(STAGES) if stage in on)
    lost = dropped or failed or (stage is Step.HIRED and known.left_on is not None)
    return {
        "enrolment_id": one["enrolment_id"], "order_id": one["order_id"], "seeker_id": one["seeker_id"],
        "stage": stage.value, "standing": _standing_of(stage, on[stage], lost, days, as_of).value, "since": on[stage],
        "dropped_out": dropped, "failed": failed,
        "reason": events[Step.DROPPED_OUT]["reason"] if dropped else None, "replaces": one["replaces"],
    }  # fmt: skip


def _standing_of(stage: Step, since: date, lost: bool, days: tuple[date, date], as_of: date) -> Standing:
    if lost:
        return Standing.LOST
    if stage is Step.RETAINED:
        return Standing.DONE
    due = {
        Step.ENROLLED: days[0] + timedelta(days=ATTENDING_WITHIN_DAYS),
        Step.ATTENDING: days[1] + timedelta(days=CERTIFIED_WITHIN_DAYS),
        Step.CERTIFIED: since + timedelta(days=HIRED_WITHIN_DAYS),
        Step.HIRED: since + timedelta(days=RETAINED_DAYS + TOLD_WITHIN_DAYS),
    }[stage]
    return Standing.LATE if as_of > due else Standing.ON_THE_WAY


def _placements(referrals: pd.DataFrame, events: pd.DataFrame) -> dict[tuple[str, str], _Placement]:
    """What the ledger holds of each pair: the first hiring and start, and the last departure."""
    pair = {
        referral: (seeker, vacancy)
        for referral, seeker, vacancy in zip(
            referrals["referral_id"], referrals["seeker_id"], referrals["vacancy_id"], strict=True
        )
    }
    found: dict[tuple[str, str], dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for event in plain_rows(events):
        if event["referral_id"] in pair:
            found[pair[event["referral_id"]]][event["event"]].append(event["occurred_on"])
    return {
        key: _Placement(
            _first(days[ReferralEventKind.HIRED]), _first(days[ReferralEventKind.STARTED]),
            max(days[ReferralEventKind.LEFT], default=None),
        )
        for key, days in found.items()
    }  # fmt: skip


def _first(days: Iterable[date]) -> date | None:
    return min(days, default=None)


def _after(placement: _Placement, enrolled_on: date) -> bool:
    """Whether the placement came of the class: one that began before is another."""
    first = placement.hired_on or placement.started_on
    return first is not None and first >= enrolled_on
