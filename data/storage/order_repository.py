"""Training orders: reported ones are stored or refused with a reason; read with everything that happened to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, text, update

from data.columns import (
    DATE,
    ENROLMENT_EVENTS,
    ENROLMENTS,
    REFERRAL_EVENTS,
    REFERRALS,
    TRAINING_ORDERS,
    Table,
)
from data.plain_rows import plain_rows
from data.records import ImportOutcome, RecordStatus
from data.reported import Appended, Refused
from data.reported_training import REPORTED_ORDERS, TRAINING_OUTCOMES, fault_of_order, is_over, not_after
from data.storage import tables
from data.storage.bulk import copy_frame, explained_failures, read_frame

_SETTLED_LATER = ("course_run_id", "cancelled_on")
"""An order may be sent again with these, once: the class is found after it, and an order may end."""


@dataclass(frozen=True)
class OrderRecords:
    """Orders with what belongs to them: laid out as `TRAINING_ORDERS`, `ENROLMENTS`, `ENROLMENT_EVENTS`, `REFERRALS`,
    `REFERRAL_EVENTS`; the last two are those of enrolled people to the posts that the order reserves.

    `run_days`: index `course_run_id`, columns `starts_on`, `ends_on` of the runs chosen and of those enrolled in.
    `about`: index `order_id`, columns `title` and `employer` of the posts reserved.
    """

    orders: pd.DataFrame
    enrolments: pd.DataFrame
    enrolment_events: pd.DataFrame
    referrals: pd.DataFrame
    referral_events: pd.DataFrame
    run_days: pd.DataFrame
    about: pd.DataFrame


def read_orders(connection: Connection, order_ids: Sequence[str] | None = None) -> OrderRecords:
    """Orders (all, or these) by identifier; those unknown are left out."""
    chosen = "true"
    if order_ids is not None:
        quoted = ", ".join(sql.Literal(identifier).as_string() for identifier in order_ids)
        chosen = f"o.order_id IN ({quoted})" if quoted else "false"
    enrolled = f"FROM enrolments e JOIN training_orders o USING (order_id) WHERE {chosen}"
    referred = (
        "FROM referrals r WHERE EXISTS (SELECT FROM enrolments e JOIN training_orders o USING (order_id) "
        f"WHERE {chosen} AND e.seeker_id = r.seeker_id AND o.vacancy_id = r.vacancy_id)"
    )

    def read(layout: Table, source: str, order: str) -> pd.DataFrame:
        names = ", ".join(f"{source.split()[2]}.{name}" for name in layout.columns)
        return layout.check(read_frame(connection, layout, f"SELECT {names} {source} ORDER BY {order}"))

    # A colon in an identifier is no parameter.
    literally = chosen.replace(":", "\\:")
    days = connection.execute(
        text(
            "SELECT course_run_id, starts_on, ends_on FROM course_runs "
            "WHERE course_run_id IN (SELECT e.course_run_id FROM enrolments e JOIN training_orders o USING (order_id) "
            f"WHERE {literally}) "
            f"OR course_run_id IN (SELECT o.course_run_id FROM training_orders o WHERE {literally}) ORDER BY 1"
        )
    )
    about = connection.execute(
        text(
            "SELECT o.order_id, v.title, m.name FROM training_orders o JOIN vacancies v USING (vacancy_id) "
            f"JOIN employers m USING (employer_id) WHERE {literally} ORDER BY 1"
        )
    )
    runs = pd.DataFrame([tuple(row) for row in days], columns=["course_run_id", "starts_on", "ends_on"])
    return OrderRecords(
        orders=read(TRAINING_ORDERS, f"FROM training_orders o WHERE {chosen}", "o.order_id"),
        enrolments=read(ENROLMENTS, enrolled, "e.enrolment_id"),
        enrolment_events=read(
            ENROLMENT_EVENTS,
            f"FROM enrolment_events v WHERE v.enrolment_id IN (SELECT e.enrolment_id {enrolled})",
            "v.enrolment_id, v.row_id",
        ),
        referrals=read(REFERRALS, referred, "r.referral_id"),
        referral_events=read(
            REFERRAL_EVENTS,
            f"FROM referral_events v WHERE v.referral_id IN (SELECT r.referral_id {referred})",
            "v.referral_id, v.row_id",
        ),
        run_days=runs.assign(
            starts_on=pd.to_datetime(runs["starts_on"]), ends_on=pd.to_datetime(runs["ends_on"])
        ).set_index("course_run_id"),
        about=pd.DataFrame([tuple(row) for row in about], columns=["order_id", "title", "employer"]).set_index(
            "order_id"
        ),
    )


def append_orders(connection: Connection, reported: pd.DataFrame, *, today: date, source: str) -> Appended:
    """Store reported orders, inside the caller's transaction.

    What is stored already is a duplicate; the same order with a class chosen or a day of cancelling that it lacked is
    stored with it; anything else that differs is refused.

    Parameters
    ----------
    reported
        Laid out as `REPORTED_ORDERS`.

    Returns
    -------
    `outcomes` laid out as `TRAINING_OUTCOMES`.

    Raises
    ------
    DataError
        The table is not laid out so, or holds a text that cannot be stored.
    """
    table = REPORTED_ORDERS.check(reported)
    rows = plain_rows(table)
    days = [name for name, column in TRAINING_ORDERS.columns.items() if column.dtype == DATE]
    outcomes: list[tuple[int, str, str | None]] = []
    refused: list[Refused] = []
    made: dict[str, dict[str, Any]] = {}
    with explained_failures():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye training orders'))"))
        for row in rows:
            order_id = row["order_id"] or _derived(row)
            stated = {**{name: row[name] for name in TRAINING_ORDERS.columns if name in row}, "order_id": order_id}
            known = made.get(order_id) or _stored(connection, order_id)
            if known is None:
                fault = _fault(connection, row, today, made.values()) or _fault_of_settled(connection, row, today)
            else:
                fault = _difference(row["row"], known, stated)
            settled = {
                name: stated[name] for name in _SETTLED_LATER
                if known is not None and known[name] is None and stated[name] is not None
            }  # fmt: skip
            if fault is None and settled:
                fault = _fault_of_settled(connection, row, today)
            if fault is not None:
                refused.append(fault)
                outcomes.append((row["row"], ImportOutcome.REJECTED.value, None))
                continue
            is_new = known is None or bool(settled)
            outcomes.append((row["row"], (ImportOutcome.STORED if is_new else ImportOutcome.DUPLICATE).value, order_id))
            if order_id in made:
                made[order_id] |= settled
            elif known is None:
                made[order_id] = stated
            elif settled:
                orders = tables.training_orders
                connection.execute(update(orders).where(orders.c.order_id == order_id).values(**settled))
        if made:
            fresh = pd.DataFrame(list(made.values())).assign(source=source, is_synthetic=False)
            dated = {name: fresh[name].astype("datetime64[s]") for name in days}
            copy_frame(connection, "training_orders", TRAINING_ORDERS.check(fresh.assign(**dated)))
    found = pd.DataFrame(outcomes, columns=list(TRAINING_OUTCOMES.columns))
    return Appended(TRAINING_OUTCOMES.check(found), tuple(refused))


def _derived(row: dict[str, Any]) -> str:
    ordered = "\x1f".join(str(row[name]) for name in ("vacancy_id", "people_wanted", "ordered_on", "ready_by"))
    return "TO-" + hashlib.sha256(ordered.encode()).hexdigest()[:16]


def _stored(connection: Connection, order_id: str) -> dict[str, Any] | None:
    orders = tables.training_orders
    row = connection.execute(orders.select().where(orders.c.order_id == order_id)).mappings().one_or_none()
    return None if row is None else dict(row)


def _difference(row: int, known: dict[str, Any], stated: dict[str, Any]) -> Refused | None:
    for name, value in stated.items():
        may_be_silent = value is None
        if known[name] != value and not may_be_silent and not (name in _SETTLED_LATER and known[name] is None):
            zh, en = f"与已登记的订单一致：{known[name] or '空'}", f"as the order is stored: {known[name] or 'empty'}"
            return Refused(row, name, str(value), zh, en)
    return None


def _fault(connection: Connection, row: dict[str, Any], today: date, made: Iterable[dict[str, Any]]) -> Refused | None:
    """Why a new order cannot be stored beside those known and `made`."""
    number = row["row"]
    fault = fault_of_order(row, today)
    if fault is not None:
        return fault
    vacancy = connection.execute(
        text("SELECT headcount, status FROM vacancies WHERE vacancy_id = :v"), {"v": row["vacancy_id"]}
    ).one_or_none()
    if vacancy is None:
        zh, en = "已登记的岗位：先导入预留的岗位", "a known vacancy: import the posts that are reserved first"
        return Refused(number, "vacancy_id", row["vacancy_id"], zh, en)
    if vacancy.headcount is not None and row["people_wanted"] > vacancy.headcount:
        zh, en = f"不超过该岗位招聘人数 {vacancy.headcount}", f"no more than the vacancy's {vacancy.headcount} openings"
        return Refused(number, "people_wanted", str(row["people_wanted"]), zh, en)
    if is_over(row, today):
        return None
    if vacancy.status != RecordStatus.OPEN:
        return Refused(number, "vacancy_id", row["vacancy_id"], "在招的岗位", "a vacancy that is open")
    reserved = connection.execute(
        text(
            "SELECT coalesce(sum(people_wanted), 0) FROM training_orders "
            "WHERE vacancy_id = :v AND cancelled_on IS NULL AND ready_by >= :today"
        ),
        {"v": row["vacancy_id"], "today": today},
    ).scalar_one() + sum(
        one["people_wanted"] for one in made
        if one["vacancy_id"] == row["vacancy_id"] and not is_over(one, today)
    )  # fmt: skip
    if vacancy.headcount is not None and reserved + row["people_wanted"] > vacancy.headcount:
        left = max(0, vacancy.headcount - int(reserved))
        zh = f"不超过 {left}：其余名额已被别的订单预留"
        return Refused(
            number,
            "people_wanted",
            str(row["people_wanted"]),
            zh,
            f"no more than {left}: other orders reserve the rest",
        )
    return None


def _fault_of_settled(connection: Connection, row: dict[str, Any], today: date) -> Refused | None:
    """Why the class chosen or the day of cancelling cannot stand."""
    number, cancelled_on = row["row"], row["cancelled_on"]
    if cancelled_on is not None and cancelled_on > today:
        return not_after(number, "cancelled_on", cancelled_on, today)
    if cancelled_on is not None and cancelled_on < row["ordered_on"]:
        zh, en = f"不早于下单日期 {row['ordered_on']}", f"no earlier than the day of the order, {row['ordered_on']}"
        return Refused(number, "cancelled_on", str(cancelled_on), zh, en)
    if row["course_run_id"] is None:
        return None
    ends_on = connection.execute(
        text("SELECT ends_on FROM course_runs WHERE course_run_id = :r"), {"r": row["course_run_id"]}
    ).scalar()
    if ends_on is None:
        return Refused(number, "course_run_id", row["course_run_id"], "已登记的班次", "a known course run")
    if ends_on > row["ready_by"]:
        zh, en = (
            f"{row['ready_by']} 前结业的班次（此班 {ends_on} 结业）",
            f"a run that ends by {row['ready_by']}, not {ends_on}",
        )
        return Refused(number, "course_run_id", row["course_run_id"], zh, en)
    return None
