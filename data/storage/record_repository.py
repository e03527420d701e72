"""Stores and loads records in bulk, and changes single ones. All queries on record tables are here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection, Table, func, select, text, update

from data.columns import RECORD_TABLES, Records
from data.columns import Table as Layout
from data.errors import ConflictError, NotFoundError
from data.records import RecordStatus
from data.storage import tables
from data.storage.bulk import copy_frame, explained_failures, read_frame

_PARENTS = {
    "vacancy_credentials": ("vacancies", "vacancy_id"),
    "seeker_experience": ("seekers", "seeker_id"),
    "seeker_credentials": ("seekers", "seeker_id"),
    "seeker_groups": ("seekers", "seeker_id"),
    "referral_events": ("referrals", "referral_id"),
    "enrolment_events": ("enrolments", "enrolment_id"),
}
"""Rows that belong to a record: they are stored with a new one and never added to one that is known."""


_HISTORY = ("referrals", "referral_events", "seeker_exits", "training_orders", "enrolments", "enrolment_events")
"""What happened: matching does not read it."""


@dataclass(frozen=True)
class StoredCounts:
    """New rows by table; what was offered and is not counted was known already."""

    new: dict[str, int]


def store_records(connection: Connection, records: Records) -> StoredCounts:
    """Store what is new, inside the caller's transaction. A record whose identifier is known is left as it is.

    Each table is copied into a temporary one and moved over in one statement, so that a bulk of any size
    takes one round trip a table.

    Raises
    ------
    DataError
        A record refers to one that is neither stored nor among these, or holds a text that cannot be stored.
    UnavailableError
        The disk of the database is full.
    """
    layouts = [layout for layout in RECORD_TABLES if len(getattr(records, layout.name))]
    counts = dict.fromkeys((layout.name for layout in RECORD_TABLES), 0)
    with explained_failures():
        for layout in layouts:
            counts[layout.name] = _store_new(connection, layout, getattr(records, layout.name))
        for layout in layouts:
            connection.execute(text(f"DROP TABLE IF EXISTS incoming_{layout.name}, new_{layout.name}"))
    return StoredCounts(counts)


def _store_new(connection: Connection, layout: Layout, frame: pd.DataFrame) -> int:
    names, source = ", ".join(layout.columns), f"incoming_{layout.name}"
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {source} ON COMMIT DROP AS SELECT {names} FROM {layout.name} LIMIT 0")
    )
    copy_frame(connection, source, frame)
    move = f"INSERT INTO {layout.name} ({names}) SELECT {names} FROM {source}"
    if layout.name in _PARENTS:
        parent, key = _PARENTS[layout.name]
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": f"pg_temp.new_{parent}"}).scalar() is None:
            return 0
        move += f" WHERE {key} IN (SELECT {key} FROM new_{parent})"
    move += " ON CONFLICT DO NOTHING"
    if layout.name not in {parent for parent, _ in _PARENTS.values()}:
        return int(connection.execute(text(move)).rowcount)
    key = next(iter(layout.columns))
    connection.execute(
        text(f"CREATE TEMPORARY TABLE new_{layout.name} ON COMMIT DROP AS SELECT {key} FROM {layout.name} LIMIT 0")
    )
    noted = f"WITH moved AS ({move} RETURNING {key}) INSERT INTO new_{layout.name} SELECT {key} FROM moved"
    return int(connection.execute(text(noted)).rowcount)


def load_records(
    connection: Connection,
    *,
    changed_since: int | None = None,
    seeker_ids: Sequence[str] | None = None,
    vacancy_ids: Sequence[str] | None = None,
    course_run_ids: Sequence[str] | None = None,
    with_history: bool = False,
) -> Records:
    """Records as the database holds them, closed ones included.

    The tables are read one after another: they agree if `connection` is one of `database.consistent_reading`,
    or if nobody writes meanwhile.

    Parameters
    ----------
    changed_since
        Only seekers and vacancies whose revision is greater; courses come whole.
    seeker_ids, vacancy_ids, course_run_ids
        Only these; courses are those of the runs. If some of the three are given, nothing of the other kinds is loaded.
    with_history
        Also referrals, orders and enrolments, their events, and exits, which matching does not read.
    """
    named = any(identifiers is not None for identifiers in (seeker_ids, vacancy_ids, course_run_ids))
    runs = _condition("course_run_id", course_run_ids, named, None)
    wanted = {
        "seekers": _condition("seeker_id", seeker_ids, named, changed_since),
        "vacancies": _condition("vacancy_id", vacancy_ids, named, changed_since),
    }
    of_wanted_seekers = f"seeker_id IN (SELECT seeker_id FROM seekers WHERE {wanted['seekers']})"
    conditions = {
        **wanted,
        "employers": f"employer_id IN (SELECT employer_id FROM vacancies WHERE {wanted['vacancies']})",
        "vacancy_credentials": f"vacancy_id IN (SELECT vacancy_id FROM vacancies WHERE {wanted['vacancies']})",
        **dict.fromkeys(("seeker_experience", "seeker_credentials", "seeker_groups"), of_wanted_seekers),
        **(
            {"courses": f"course_id IN (SELECT course_id FROM course_runs WHERE {runs})", "course_runs": runs}
            if named
            else {}
        ),
        **dict.fromkeys(_HISTORY, "true" if with_history else "false"),
    }
    return Records.of(
        **{layout.name: _read(connection, layout, conditions.get(layout.name, "true")) for layout in RECORD_TABLES}
    )


def _condition(key: str, identifiers: Sequence[str] | None, named: bool, changed_since: int | None) -> str:
    parts = ["true"]
    if named:
        quoted = ", ".join(sql.Literal(identifier).as_string() for identifier in identifiers or [])
        parts.append(f"{key} IN ({quoted})" if quoted else "false")
    if changed_since is not None:
        parts.append(f"revision > {int(changed_since)}")
    return " AND ".join(parts)


def _read(connection: Connection, layout: Layout, condition: str) -> pd.DataFrame:
    first, key = next(iter(layout.columns)), tables.metadata.tables[layout.name].primary_key
    # By a whole key: rows equal in part of one come in an order that changes with the database's plan.
    order = ", ".join(dict.fromkeys([first, *(column.name for column in key)]))
    query = f"SELECT {', '.join(layout.columns)} FROM {layout.name} WHERE {condition} ORDER BY {order}"
    return read_frame(connection, layout, query)


def current_revision(connection: Connection) -> int:
    """Revision of the newest change to a seeker or vacancy, erasure included; 0 in an empty database."""
    revised = (tables.seekers, tables.vacancies, tables.erasures)
    newest = [select(func.max(table.c.revision)).scalar_subquery() for table in revised]
    return int(connection.execute(select(func.greatest(*newest))).scalar_one() or 0)


def close_vacancy(connection: Connection, vacancy_id: str, on: date | None = None) -> None:
    """Close an open vacancy; `on` is the first day it is no longer open, None where that day is not known.

    Raises
    ------
    NotFoundError, ConflictError
        There is no such vacancy; it is closed already.
    """
    close_record(connection, tables.vacancies, "vacancy", vacancy_id, on)


def close_seeker(connection: Connection, seeker_id: str, on: date | None = None) -> None:
    """Withdraw an active seeker. As `close_vacancy`."""
    close_record(connection, tables.seekers, "seeker", seeker_id, on)


def close_stored(connection: Connection, records: Records, kind: Literal["seekers", "vacancies"]) -> int:
    """Close those of `records` that are stored as open and stated as closed; how many these were."""
    table = getattr(records, kind)
    key = next(iter(table.columns))
    closings = table.loc[table["closed_on"].notna(), [key, "closed_on"]]
    if not len(closings):
        return 0
    connection.execute(
        text(f"CREATE TEMPORARY TABLE closings ON COMMIT DROP AS SELECT {key}, closed_on FROM {kind} LIMIT 0")
    )
    copy_frame(connection, "closings", closings)
    changed = connection.execute(
        text(
            f"UPDATE {kind} SET status = :closed, closed_on = closings.closed_on FROM closings "
            f"WHERE {kind}.{key} = closings.{key} AND {kind}.status <> :closed"
        ),
        {"closed": str(RecordStatus.CLOSED)},
    )
    connection.execute(text("DROP TABLE closings"))
    return int(changed.rowcount)


def close_record(connection: Connection, table: Table, kind: str, identifier: str, on: date | None) -> None:
    """Close a record of a table with a status, named `kind` in messages; raises as `close_vacancy`."""
    key = next(iter(table.primary_key))
    closed = str(RecordStatus.CLOSED)
    change = update(table).where(key == identifier, table.c.status != closed).values(status=closed, closed_on=on)
    if connection.execute(change).rowcount:
        return
    if connection.execute(select(key).where(key == identifier)).scalar() is None:
        raise NotFoundError(
            f"没有编号 {identifier} / there is no {kind} {identifier}", remedy="请核对编号 / check the identifier"
        )
    raise ConflictError(
        f"编号 {identifier} 此前已关闭 / {kind} {identifier} is closed already",
        remedy="无须再做 / nothing needs to be done",
    )


def record_status(
    connection: Connection, kind: Literal["seekers", "vacancies"], identifier: str
) -> RecordStatus | None:
    """Whether a seeker or vacancy is open or closed; None where there is no such record."""
    table = tables.metadata.tables[kind]
    status = connection.execute(select(table.c.status).where(next(iter(table.primary_key)) == identifier)).scalar()
    return RecordStatus(status) if status is not None else None


def erased_since(connection: Connection, revision: int) -> list[str]:
    """Seekers erased after `revision`: whoever keeps records in memory or in files must forget them too."""
    erasures = tables.erasures
    return list(connection.execute(select(erasures.c.seeker_id).where(erasures.c.revision > revision)).scalars())


def open_identifiers(connection: Connection, kind: str, identifiers: Sequence[str], as_of: date) -> set[str]:
    """Which of these `kind` ('seekers' or 'vacancies') are open on `as_of`, as the database stands now."""
    table = tables.metadata.tables[kind]
    key = next(iter(table.primary_key))
    first = table.c.registered_on if kind == "seekers" else table.c.published_on
    query = select(key).where(
        key.in_(identifiers), table.c.status == str(RecordStatus.OPEN), first <= as_of, table.c.valid_through >= as_of
    )
    return set(connection.execute(query).scalars())


def count_records(connection: Connection) -> dict[str, int]:
    """Rows of every record table."""
    return {
        layout.name: int(
            connection.execute(select(func.count()).select_from(tables.metadata.tables[layout.name])).scalar_one()
        )
        for layout in RECORD_TABLES
    }


def count_synthetic(connection: Connection) -> dict[str, int]:
    """How many seekers and vacancies are synthetic, by table."""
    return {
        table.name: int(
            connection.execute(select(func.count()).select_from(table).where(table.c.is_synthetic)).scalar_one()
        )
        for table in (tables.seekers, tables.vacancies)
    }
