"""Places in classes: reported enrolments and their events are stored or refused with a reason, and read back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from data.columns import ENROLMENT_EVENTS, ENROLMENTS
from data.enrolment_history import STEP, EnrolmentEvent, enrolment_contradiction
from data.plain_rows import plain_rows
from data.records import EnrolmentStep, ImportOutcome
from data.reference.training_programmes import load_programmes
from data.reported import Appended, Refused
from data.reported_training import REPORTED_ENROLMENTS, TRAINING_OUTCOMES, fault_of_enrolment_event, not_after
from data.storage.bulk import copy_frame, explained_failures

_IN_CLASS = frozenset((EnrolmentStep.ATTENDING, EnrolmentStep.CERTIFIED, EnrolmentStep.FAILED))


@dataclass(frozen=True)
class _Row:
    number: int
    enrolment_id: str | None
    seeker_id: str | None
    course_run_id: str | None
    order_id: str | None
    programme: str | None
    replaces: str | None
    event: EnrolmentEvent
    reported_by: str


@dataclass(frozen=True)
class _Enrolment:
    enrolment_id: str
    seeker_id: str
    course_run_id: str
    order_id: str | None
    programme: str | None
    replaces: str | None
    enrolled_on: date


class _Known:
    """What the database holds that the rows name; grows by what is accepted."""

    def __init__(self, connection: Connection, rows: list[_Row]) -> None:
        columns = ("enrolment_id", "seeker_id", "course_run_id", "order_id", "replaces")
        connection.execute(
            text(f"CREATE TEMPORARY TABLE named ON COMMIT DROP AS SELECT {', '.join(columns)} FROM enrolments LIMIT 0")
        )
        named = pd.DataFrame(
            [[getattr(row, name) for name in columns] for row in rows], columns=columns, dtype="string"
        )
        copy_frame(connection, "named", named.drop_duplicates())
        connection.execute(text("ANALYZE named"))

        def read(query: str) -> list[Any]:
            return list(connection.execute(text(query)))

        # Of the runs named everybody: they are as few as its seats, and seats are counted.
        mine = (
            "SELECT enrolment_id FROM enrolments WHERE enrolment_id IN (SELECT enrolment_id FROM named "
            "UNION SELECT replaces FROM named) OR course_run_id IN (SELECT course_run_id FROM named) "
            "OR replaces IN (SELECT replaces FROM named)"
        )
        self.enrolments = {
            row.enrolment_id: _Enrolment(*row)
            for row in read(
                "SELECT enrolment_id, seeker_id, course_run_id, order_id, programme, replaces, enrolled_on "
                f"FROM enrolments WHERE enrolment_id IN ({mine}) ORDER BY enrolment_id"
            )
        }
        self.events: dict[str, list[EnrolmentEvent]] = defaultdict(list)
        for one in self.enrolments.values():
            self.events[one.enrolment_id].append(EnrolmentEvent(EnrolmentStep.ENROLLED, one.enrolled_on))
        for enrolment_id, kind, *rest in read(
            f"SELECT enrolment_id, event, occurred_on, reason FROM enrolment_events WHERE enrolment_id IN ({mine})"
        ):
            self.events[enrolment_id].append(EnrolmentEvent(EnrolmentStep(kind), *rest))
        # Whoever erases a person meanwhile waits for this transaction, and then finds what it stored.
        self.seekers = {
            row.seeker_id
            for row in read(
                "SELECT seeker_id FROM seekers WHERE seeker_id IN (SELECT seeker_id FROM named) FOR KEY SHARE"
            )
        }
        runs = (
            "SELECT course_run_id FROM named UNION SELECT course_run_id FROM enrolments WHERE enrolment_id IN (" + mine
        )
        self.runs = {
            row.course_run_id: row
            for row in read(
                f"SELECT course_run_id, starts_on, ends_on, seats FROM course_runs WHERE course_run_id IN ({runs}))"
            )
        }
        self.orders = {
            row.order_id: row
            for row in read(
                "SELECT order_id, ordered_on, cancelled_on, course_run_id FROM training_orders "
                "WHERE order_id IN (SELECT order_id FROM named)"
            )
        }
        connection.execute(text("DROP TABLE named"))
        self.of_pair = {(one.seeker_id, one.course_run_id): one.enrolment_id for one in self.enrolments.values()}

    def seats_taken(self, course_run_id: str) -> int:
        return sum(
            one.course_run_id == course_run_id and not _gave_up(self.events[one.enrolment_id])
            for one in self.enrolments.values()
        )


def append_enrolments(connection: Connection, reported: pd.DataFrame, *, today: date, source: str) -> Appended:
    """Store reported enrolments and what happened to them, inside the caller's transaction.

    A row of the event enrolled makes an enrolment, named by itself or by person and run; other rows add to one. Rows
    of one call are read in the order of their days, whatever their order: a place that a dropout gives up can be taken
    by a replacement on the same day. What is stored already is a duplicate; what contradicts it is refused.

    Parameters
    ----------
    reported
        Laid out as `REPORTED_ENROLMENTS`.

    Returns
    -------
    `outcomes` laid out as `TRAINING_OUTCOMES`.

    Raises
    ------
    DataError
        The table is not laid out so, or holds a text that cannot be stored.
    """
    rows = _rows(REPORTED_ENROLMENTS.check(reported))
    outcomes: dict[int, tuple[ImportOutcome, str | None]] = {}
    refused: list[Refused] = []
    made: list[_Enrolment] = []
    happened: list[tuple[str, EnrolmentEvent, str]] = []
    with explained_failures():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye enrolments'))"))
        known = _Known(connection, rows)
        programmes = {one.programme for one in load_programmes(today)}
        for row in sorted(rows, key=_reading_order):
            enrolment_id = row.enrolment_id or _identifier_of(row, known)
            fault = fault_of_enrolment_event(row.number, row.event, today)
            if fault is None and enrolment_id not in known.enrolments:
                fault = _fault_of_new(row, known, programmes)
            elif fault is None:
                fault = _fault_beside(row, known, known.enrolments[str(enrolment_id)])
            if fault is not None:
                refused.append(fault)
                outcomes[row.number] = ImportOutcome.REJECTED, None
            elif enrolment_id in known.enrolments and _is_known(row.event, known.events[str(enrolment_id)]):
                outcomes[row.number] = ImportOutcome.DUPLICATE, enrolment_id
            else:
                outcomes[row.number] = ImportOutcome.STORED, enrolment_id
                if row.event.kind == EnrolmentStep.ENROLLED:
                    new = _Enrolment(
                        str(enrolment_id), str(row.seeker_id), str(row.course_run_id), row.order_id, row.programme,
                        row.replaces, row.event.occurred_on,
                    )  # fmt: skip
                    made.append(new)
                    known.enrolments[new.enrolment_id] = new
                    known.of_pair[new.seeker_id, new.course_run_id] = new.enrolment_id
                else:
                    happened.append((str(enrolment_id), row.event, row.reported_by))
                known.events[str(enrolment_id)].append(row.event)
        _store(connection, made, happened, source)
    table = pd.DataFrame([(row.number, *outcomes[row.number]) for row in rows], columns=list(TRAINING_OUTCOMES.columns))
    return Appended(TRAINING_OUTCOMES.check(table), tuple(sorted(refused, key=lambda reason: reason.row)))


def _rows(reported: pd.DataFrame) -> list[_Row]:
    return [
        _Row(
            number=one["row"],
            event=EnrolmentEvent(EnrolmentStep(one["event"]), one["occurred_on"], one["reason"]),
            **{
                name: one[name]
                for name in REPORTED_ENROLMENTS.columns
                if name in _Row.__annotations__ and name != "event"
            },
        )
        for one in plain_rows(reported)
    ]


def _reading_order(row: _Row) -> tuple[date, int, int]:
    """By day; within one enrolling first, then who gives a place up, who takes it, and what else happened."""
    kind = row.event.kind
    if kind == EnrolmentStep.ENROLLED:
        step = -3 if row.replaces is None else -1
    else:
        step = -2 if kind == EnrolmentStep.DROPPED_OUT else STEP[kind]
    return row.event.occurred_on, step, row.number


def _gave_up(events: list[EnrolmentEvent]) -> bool:
    return any(event.kind == EnrolmentStep.DROPPED_OUT for event in events)


def _is_known(event: EnrolmentEvent, events: list[EnrolmentEvent]) -> bool:
    return any((event.kind, event.occurred_on) == (one.kind, one.occurred_on) for one in events)


def _identifier_of(row: _Row, known: _Known) -> str | None:
    """Of the person's enrolment in the run, stored or to be made; None where the row names no pair."""
    if row.seeker_id is None or row.course_run_id is None:
        return None
    derived = "EN-" + hashlib.sha256(f"{row.seeker_id}\x1f{row.course_run_id}".encode()).hexdigest()[:16]
    return known.of_pair.get((row.seeker_id, row.course_run_id), derived)


def _fault_of_new(row: _Row, known: _Known, programmes: set[str]) -> Refused | None:
    """Why a row that names no enrolment makes none."""
    if row.event.kind != EnrolmentStep.ENROLLED:
        return Refused(
            row.number,
            "enrolment_id",
            row.enrolment_id or "",
            "已报名的人：先报报名",
            "a known enrolment: report it first",
        )
    if row.seeker_id not in known.seekers:
        return Refused(row.number, "seeker_id", row.seeker_id or "", "已登记的求职者", "a registered seeker")
    run = known.runs.get(row.course_run_id)
    if run is None:
        return Refused(row.number, "course_run_id", row.course_run_id or "", "已登记的班次", "a known course run")
    other = known.of_pair.get((str(row.seeker_id), str(row.course_run_id)))
    if other is not None:
        return Refused(
            row.number,
            "enrolment_id",
            row.enrolment_id or "",
            f"此人在本班的报名是 {other}",
            f"{other}: he is enrolled",
        )
    if row.event.occurred_on > run.ends_on:
        return not_after(row.number, "occurred_on", row.event.occurred_on, run.ends_on)
    if row.programme is not None and row.programme not in programmes:
        names = "、".join(sorted(programmes))
        return Refused(
            row.number, "programme", row.programme, f"其中之一：{names}", f"one of {', '.join(sorted(programmes))}"
        )
    return _fault_of_order(row, known) or _fault_of_place(row, known, run.seats)


def _fault_of_order(row: _Row, known: _Known) -> Refused | None:
    if row.order_id is not None:
        order = known.orders.get(row.order_id)
        if order is None:
            return Refused(row.number, "order_id", row.order_id, "已登记的订单", "a known order")
        if order.cancelled_on is not None and order.cancelled_on <= row.event.occurred_on:
            zh, en = (
                f"未取消的订单（{order.cancelled_on} 取消）",
                f"an order that stands: cancelled on {order.cancelled_on}",
            )
            return Refused(row.number, "order_id", row.order_id, zh, en)
        if order.course_run_id is not None and order.course_run_id != row.course_run_id:
            zh, en = f"订单选定的班次 {order.course_run_id}", f"the class chosen for the order, {order.course_run_id}"
            return Refused(row.number, "course_run_id", row.course_run_id or "", zh, en)
        if row.event.occurred_on < order.ordered_on:
            zh, en = f"不早于下单（{order.ordered_on}）", f"no earlier than the order, {order.ordered_on}"
            return Refused(row.number, "occurred_on", str(row.event.occurred_on), zh, en)
    if row.replaces is None:
        return None
    replaced = known.enrolments.get(row.replaces)
    if (
        replaced is None
        or row.order_id is None
        or replaced.order_id != row.order_id
        or not _gave_up(known.events[row.replaces])
    ):
        zh, en = "同一订单中已退学者的报名编号", "an enrolment of the same order that was dropped"
        return Refused(row.number, "replaces", row.replaces, zh, en)
    if any(one.replaces == row.replaces for one in known.enrolments.values()):
        return Refused(row.number, "replaces", row.replaces, "尚未替补的名额", "a place that nobody has taken yet")
    return None


def _fault_of_place(row: _Row, known: _Known, seats: int) -> Refused | None:
    taken = known.seats_taken(str(row.course_run_id))
    if taken < seats:
        return None
    zh, en = f"还有名额的班次（{seats} 个名额已满）", f"a run with a free seat: all {seats} are taken"
    return Refused(row.number, "course_run_id", str(row.course_run_id), zh, en)


def _fault_beside(row: _Row, known: _Known, stored: _Enrolment) -> Refused | None:
    """Why a row cannot belong to the enrolment that it names."""
    starts_on = known.runs[stored.course_run_id].starts_on
    if row.event.kind in _IN_CLASS and row.event.occurred_on < starts_on:
        zh, en = f"不早于开班日期 {starts_on}", f"no earlier than the first day of class, {starts_on}"
        return Refused(row.number, "occurred_on", str(row.event.occurred_on), zh, en)
    for field in ("seeker_id", "course_run_id", "order_id", "programme", "replaces"):
        said, stands = getattr(row, field), getattr(stored, field)
        if said is not None and said != stands:
            return Refused(
                row.number, field, said, f"与报名 {stored.enrolment_id} 一致：{stands or '空'}",
                f"as enrolment {stored.enrolment_id} says: {stands or 'empty'}",
            )  # fmt: skip
    found = enrolment_contradiction(row.event, known.events[stored.enrolment_id])
    if found is None:
        return None
    value = {"event": row.event.kind, "reason": row.event.reason}.get(found.field, row.event.occurred_on)
    return Refused(row.number, found.field, str(value), found.zh, found.en)


def _store(
    connection: Connection, made: list[_Enrolment], happened: list[tuple[str, EnrolmentEvent, str]], source: str
) -> None:
    if made:
        table = pd.DataFrame(made).assign(source=source, is_synthetic=False)
        copy_frame(
            connection, "enrolments", ENROLMENTS.check(table.assign(enrolled_on=pd.to_datetime(table["enrolled_on"])))
        )
    if happened:
        events = pd.DataFrame(
            [(name, event.kind.value, event.occurred_on, event.reason, told) for name, event, told in happened],
            columns=list(ENROLMENT_EVENTS.columns),
        )
        days = pd.to_datetime(events["occurred_on"])
        copy_frame(connection, "enrolment_events", ENROLMENT_EVENTS.check(events.assign(occurred_on=days)))
