"""The outcome ledger's door: reported events are appended to referrals, or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select, text

from data.columns import REFERRAL_EVENTS, REFERRALS
from data.records import ImportOutcome, ReferralEventKind
from data.referral_history import Event, contradiction
from data.reported import OUTCOMES, REPORTED_EVENTS, Appended, Refused, fault_of_event
from data.storage import tables
from data.storage.bulk import copy_frame, explained_failures
from data.storage.named_referrals import (
    Known,
    NamedReferral,
    ReportedEvent,
    event_rows,
    read_named,
    rows_by_referral,
)
from data.storage.referral_runs import listing_runs

REPORTED_BY = ("csv", "xlsx", "api")
"""Sources of referrals that this door made."""


def append_events(connection: Connection, reported: pd.DataFrame, *, today: date, source: str) -> Appended:
    """Append reported events to the ledger, inside the caller's transaction.

    A row names a referral, or a pair that becomes one: sent on the day of its first event, and linked to the newest
    run not after that day which lists the pair. An event that is stored already is a duplicate; one that contradicts
    what stands is refused, and so is one of an unknown person or post. Within one call the order of rows does not
    matter; between calls what came first stands. Writers take turns.

    Parameters
    ----------
    reported
        Laid out as `REPORTED_EVENTS`.
    source
        Of the referrals made, one of `REPORTED_BY`.

    Raises
    ------
    DataError
        The table is not laid out so, or holds a text that cannot be stored.
    """
    rows = event_rows(REPORTED_EVENTS.check(reported))
    refused = [fault for row in rows if (fault := fault_of_event(row.row, row.event, today)) is not None]
    faulty = {fault.row for fault in refused}
    with explained_failures():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye ledger'))"))
        known = read_named(connection, rows)
        of_referral, reasons = rows_by_referral([row for row in rows if row.row not in faulty], known, source)
        refused += reasons
        accepted: dict[str, list[Event]] = {}
        outcomes: dict[int, tuple[ImportOutcome, str]] = {}
        for referral, its_rows in of_referral:
            accepted[referral.referral_id], its_outcomes, reasons = _judge(referral, its_rows, known)
            outcomes |= {row: (outcome, referral.referral_id) for row, outcome in its_outcomes.items()}
            refused += reasons
        _store(connection, [referral for referral, _ in of_referral], accepted, known)
    return Appended(_outcomes(rows, outcomes), tuple(sorted(refused, key=lambda reason: reason.row)))


def seeker_referrals(
    connection: Connection, seeker_id: str, *, after: tuple[date, str] | None, limit: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A person's referrals, the latest first, and their events in order: laid out as `REFERRALS`, `REFERRAL_EVENTS`.

    `after` is the day and identifier of the last referral already seen.
    """
    referrals, events = tables.referrals, tables.referral_events
    chosen = select(*(referrals.c[name] for name in REFERRALS.columns)).where(referrals.c.seeker_id == seeker_id)
    if after is not None:
        day, referral_id = after
        on_that_day = (referrals.c.referred_on == day) & (referrals.c.referral_id > referral_id)
        chosen = chosen.where((referrals.c.referred_on < day) | on_that_day)
    rows = connection.execute(chosen.order_by(referrals.c.referred_on.desc(), referrals.c.referral_id).limit(limit))
    found = pd.DataFrame([tuple(row) for row in rows], columns=list(REFERRALS.columns))
    happened = connection.execute(
        select(*(events.c[name] for name in REFERRAL_EVENTS.columns))
        .where(events.c.referral_id.in_(found["referral_id"].tolist()))
        .order_by(events.c.occurred_on, events.c.row_id)
    )
    history = pd.DataFrame([tuple(row) for row in happened], columns=list(REFERRAL_EVENTS.columns))
    return REFERRALS.check(found), REFERRAL_EVENTS.check(history)


def _judge(
    referral: NamedReferral, rows: list[ReportedEvent], known: Known
) -> tuple[list[Event], dict[int, ImportOutcome], list[Refused]]:
    """Events to add to one referral; the rows stored or repeated; the others with their reasons."""
    before = known.events.get(referral.referral_id, [])
    seen, standing, new = set(before), list(before), []
    if referral.referred_on is not None and not _is_inferred(referral, before):
        standing.append(Event(ReferralEventKind.REFERRED, referral.referred_on))
    outcomes, refused = {}, []
    for row in rows:
        if row.event in seen:
            outcomes[row.row] = ImportOutcome.DUPLICATE
            continue
        found = contradiction(row.event, standing)
        if found is None:
            outcomes[row.row] = ImportOutcome.STORED
            seen.add(row.event)
            standing.append(row.event)
            new.append(row.event)
        else:
            value = getattr(row.event, found.field)
            field = "event" if found.field == "kind" else found.field
            refused.append(Refused(row.row, field, str(value), found.zh, found.en))
            outcomes[row.row] = ImportOutcome.REJECTED
    return new, outcomes, refused


def _is_inferred(referral: NamedReferral, events: Iterable[Event]) -> bool:
    """Whether its day is only that of its first event, and an earlier one moves it."""
    return referral.source in REPORTED_BY and all(event.kind != ReferralEventKind.REFERRED for event in events)


def _store(
    connection: Connection, referrals: list[NamedReferral], accepted: dict[str, list[Event]], known: Known
) -> None:
    made, moved = [], []
    for referral in referrals:
        events = [*known.events.get(referral.referral_id, []), *accepted[referral.referral_id]]
        first = min((event.occurred_on for event in events), default=None)
        if first is None or not _is_inferred(referral, known.events.get(referral.referral_id, [])):
            continue
        if referral.referred_on is None:
            made.append(replace(referral, referred_on=first))
        elif first < referral.referred_on:
            moved.append(replace(referral, referred_on=first))
    if made:
        copy_frame(connection, "referrals", _linked(connection, made))
    if moved:
        _move(connection, _linked(connection, moved))
    events_table = [
        {"referral_id": referral_id, "event": event.kind.value, "occurred_on": event.occurred_on,
         "evidence_tier": event.evidence_tier, "wage_cny_month": event.wage_cny_month}
        for referral_id, events in accepted.items() for event in events
    ]  # fmt: skip
    if events_table:
        table = pd.DataFrame(events_table, columns=list(REFERRAL_EVENTS.columns))
        copy_frame(connection, "referral_events", REFERRAL_EVENTS.check(table))


def _linked(connection: Connection, referrals: list[NamedReferral]) -> pd.DataFrame:
    """`REFERRALS` with the runs that listed them."""
    names = ["referral_id", "seeker_id", "vacancy_id", "referred_on", "source"]
    table = pd.DataFrame([[getattr(referral, name) for name in names] for referral in referrals], columns=names)
    table["referred_on"] = pd.to_datetime(table["referred_on"])
    runs = listing_runs(connection, table).reindex(table["referral_id"])
    return REFERRALS.check(
        table.assign(run_id=runs["run_id"].array, position=runs["position"].array, propensity=runs["propensity"].array)
    )


def _move(connection: Connection, referrals: pd.DataFrame) -> None:
    """An earlier event has come: the referral was sent no later, perhaps by an earlier run."""
    changed = ("referred_on", "run_id", "position", "propensity")
    connection.execute(text("CREATE TEMPORARY TABLE moved ON COMMIT DROP AS SELECT * FROM referrals LIMIT 0"))
    copy_frame(connection, "moved", referrals)
    values = ", ".join(f"{name} = moved.{name}" for name in changed)
    connection.execute(
        text(f"UPDATE referrals SET {values} FROM moved WHERE moved.referral_id = referrals.referral_id")
    )
    connection.execute(text("DROP TABLE moved"))


def _outcomes(rows: list[ReportedEvent], outcomes: dict[int, tuple[ImportOutcome, str]]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {"row": [], "outcome": [], "referral_id": []}
    for row in rows:
        outcome, referral_id = outcomes.get(row.row, (ImportOutcome.REJECTED, None))
        for name, value in zip(columns, (row.row, outcome.value, referral_id), strict=True):
            columns[name].append(value)
    return OUTCOMES.check(pd.DataFrame(columns))
