"""What is reported of training, by a file or a request: orders, and what happened to people's places in classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.columns import DATE, TEXT, TRAINING_ORDERS, Column, Table
from data.enrolment_history import EnrolmentEvent
from data.records import DropoutReason, EnrolmentStep, ImportOutcome, Reporter
from data.reference.minimum_wage import minimum_wage_cny_month, minimum_wage_words
from data.reported import Refused

_ROW = Column("Int32", "row of the file, or place in the request, from 1", low=1)

REPORTED_ENROLMENTS = Table(
    "reported_enrolments",
    {
        "row": _ROW,
        "enrolment_id": Column(TEXT, "enrolments.enrolment_id; null: known by person and run", nullable=True),
        "seeker_id": Column(TEXT, "seekers.seeker_id; null: known by the enrolment", nullable=True),
        "course_run_id": Column(TEXT, "course_runs.course_run_id; null: known by the enrolment", nullable=True),
        "order_id": Column(TEXT, "training_orders.order_id, of an enrolment", nullable=True),
        "programme": Column(TEXT, "which pays, of an enrolment", nullable=True),
        "replaces": Column(TEXT, "the enrolment whose place it takes", nullable=True),
        "event": Column(TEXT, "EnrolmentStep", codes=frozenset(EnrolmentStep)),
        "occurred_on": Column(DATE, "day it happened"),
        "reason": Column(TEXT, "of a dropout", nullable=True, codes=frozenset(DropoutReason)),
        "reported_by": Column(TEXT, "Reporter", codes=frozenset(Reporter)),
    },
)
REPORTED_ORDERS = Table(
    "reported_orders",
    {
        "row": _ROW,
        **{name: column for name, column in TRAINING_ORDERS.columns.items() if name not in ("source", "is_synthetic")},
        "order_id": Column(TEXT, "identifier; null: derived from what is ordered", nullable=True),
    },
)
TRAINING_OUTCOMES = Table(
    "training_outcomes",
    {
        "row": _ROW,
        "outcome": Column(TEXT, "ImportOutcome", codes=frozenset(ImportOutcome)),
        "record_id": Column(TEXT, "the enrolment or order it belongs to; null: not known", nullable=True),
    },
)

TRAINING_NAMES_ZH = {
    "enrolment_id": "报名编号",
    "seeker_id": "求职者编号",
    "course_run_id": "班次编号",
    "order_id": "订单编号",
    "programme": "培训计划",
    "replaces": "替补",
    "event": "事件",
    "occurred_on": "日期",
    "reason": "原因",
    "reported_by": "报告人",
    "vacancy_id": "岗位编号",
    "occupation_code": "职业代码",
    "people_wanted": "人数",
    "ordered_on": "下单日期",
    "ready_by": "最迟结业日期",
    "wage_cny_month": "月薪",
    "cancelled_on": "取消日期",
}
"""Columns of the files, by field."""


def fault_of_enrolment_event(row: int, event: EnrolmentEvent, today: date) -> Refused | None:
    """What is wrong with a reported event, whatever is stored."""
    if event.occurred_on > today:
        return not_after(row, "occurred_on", event.occurred_on, today)
    if event.reason is not None and event.kind != EnrolmentStep.DROPPED_OUT:
        return Refused(row, "reason", event.reason, "空：只有退学有原因", "empty: only a dropout has a reason")
    return None


def fault_of_order(order: Mapping[str, Any], today: date) -> Refused | None:
    """What is wrong with a row of `REPORTED_ORDERS`, whatever is stored.

    Today's minimum wage (《劳动法》第四十八条) binds the orders that still stand.
    """
    row, ordered_on, ready_by, wage = (order[name] for name in ("row", "ordered_on", "ready_by", "wage_cny_month"))
    if ordered_on > today:
        return not_after(row, "ordered_on", ordered_on, today)
    if ready_by <= ordered_on:
        return Refused(
            row, "ready_by", str(ready_by), f"晚于下单日期 {ordered_on}", f"after the day of the order, {ordered_on}"
        )
    if wage is not None and wage < minimum_wage_cny_month() and not is_over(order, today):
        return Refused(row, "wage_cny_month", f"{wage:g}", *minimum_wage_words())
    return None


def is_over(order: Mapping[str, Any], today: date) -> bool:
    """Whether an order reserves nothing any more: it was cancelled, or its training should have ended."""
    return order["cancelled_on"] is not None or order["ready_by"] < today


def not_after(row: int, field: str, day: date, last: date) -> Refused:
    """A day that comes later than it may."""
    return Refused(row, field, str(day), f"不晚于 {last}", f"no later than {last}")
