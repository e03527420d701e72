"""Exits that are no placement: stored once a person, and the registration closed on that day."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import Connection, text

from data.columns import SEEKER_EXITS
from data.records import EXIT_NAMES_ZH, ImportOutcome, RecordStatus, SeekerExit
from data.reported import OUTCOMES, REPORTED_EXITS, Appended, Refused, fault_of_exit
from data.storage.bulk import copy_frame, explained_failures


def append_exits(connection: Connection, reported: pd.DataFrame, *, today: date) -> Appended:
    """Store reported exits, inside the caller's transaction; who is registered still is closed on that day.

    An exit that is stored already is a duplicate, a second one of the same person is refused: of several in one call
    the earliest stands, whatever their order.

    Parameters
    ----------
    reported
        Laid out as `REPORTED_EXITS`.

    Raises
    ------
    DataError
        The table is not laid out so, or holds a text that cannot be stored.
    """
    rows = REPORTED_EXITS.check(reported)
    with explained_failures():
        # Before any row is locked, as every writer of seekers does: none then waits for another in a circle.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('zhuye market_revision'))"))
        registered, stored = _known(connection, rows)
        outcomes: dict[int, ImportOutcome] = {}
        refused: list[Refused] = []
        new: dict[str, tuple[str, date]] = {}
        days = rows["left_on"].dt.date.tolist()
        columns = (rows["row"].tolist(), rows["seeker_id"].tolist(), rows["exit"].tolist(), days)
        for row, seeker_id, kind, left_on in sorted(
            zip(*columns, strict=True), key=lambda line: (line[3], line[2], line[0])
        ):
            known = stored.get(seeker_id) or new.get(seeker_id)
            fault = fault_of_exit(row, left_on, today) or _fault(row, seeker_id, kind, left_on, registered, known)
            if fault is not None:
                refused.append(fault)
                outcomes[row] = ImportOutcome.REJECTED
            elif known is not None:
                outcomes[row] = ImportOutcome.DUPLICATE
            else:
                new[seeker_id] = (kind, left_on)
                outcomes[row] = ImportOutcome.STORED
        _store(connection, new)
    table = pd.DataFrame(
        {"row": rows["row"], "outcome": [outcomes[row].value for row in rows["row"].tolist()], "referral_id": None}
    )
    return Appended(OUTCOMES.check(table), tuple(sorted(refused, key=lambda reason: reason.row)))


def _known(connection: Connection, rows: pd.DataFrame) -> tuple[dict[str, date], dict[str, tuple[str, date]]]:
    """Day of registration, and the exit stored already, of the people named."""
    connection.execute(text("CREATE TEMPORARY TABLE named ON COMMIT DROP AS SELECT seeker_id FROM seekers LIMIT 0"))
    copy_frame(connection, "named", rows[["seeker_id"]].drop_duplicates())
    connection.execute(text("ANALYZE named"))
    people = connection.execute(
        text("SELECT seeker_id, registered_on FROM seekers WHERE seeker_id IN (SELECT seeker_id FROM named)")
    )
    registered = {row.seeker_id: row.registered_on for row in people}
    exits = connection.execute(
        text('SELECT seeker_id, "exit", left_on FROM seeker_exits WHERE seeker_id IN (SELECT seeker_id FROM named)')
    )
    stored = {seeker_id: (kind, left_on) for seeker_id, kind, left_on in exits}
    connection.execute(text("DROP TABLE named"))
    return registered, stored


def _fault(
    row: int, seeker_id: str, kind: str, left_on: date, registered: dict[str, date], known: tuple[str, date] | None
) -> Refused | None:
    if seeker_id not in registered:
        return Refused(row, "seeker_id", seeker_id, "已登记的求职者", "a registered seeker")
    first = registered[seeker_id]
    if left_on < first:
        zh, en = f"不早于登记日期（{first}）", f"no earlier than the registration, {first}"
        return Refused(row, "left_on", str(left_on), zh, en)
    if known is not None and known != (kind, left_on):
        name, day = EXIT_NAMES_ZH[SeekerExit(known[0])], known[1]
        zh, en = f"此人已报{name}（{day}）", f"one exit a person: {known[0].replace('_', ' ')} ({day}) is reported"
        return Refused(row, "exit", kind, zh, en)
    return None


def _store(connection: Connection, new: dict[str, tuple[str, date]]) -> None:
    if not new:
        return
    table = pd.DataFrame([(seeker_id, *left) for seeker_id, left in new.items()], columns=list(SEEKER_EXITS.columns))
    exits = SEEKER_EXITS.check(table.assign(left_on=pd.to_datetime(table["left_on"])))
    copy_frame(connection, "seeker_exits", exits)
    connection.execute(
        text("CREATE TEMPORARY TABLE gone ON COMMIT DROP AS SELECT seeker_id, left_on FROM seeker_exits LIMIT 0")
    )
    copy_frame(connection, "gone", exits[["seeker_id", "left_on"]])
    # A registration that was closed on a day not recorded ended no later than this.
    connection.execute(
        text(
            "UPDATE seekers SET status = :closed, closed_on = gone.left_on FROM gone "
            "WHERE seekers.seeker_id = gone.seeker_id AND seekers.closed_on IS NULL"
        ),
        {"closed": str(RecordStatus.CLOSED)},
    )
    connection.execute(text("DROP TABLE gone"))
