"""Stores and loads records in bulk, and changes single ones. All queries on record tables are here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
from psycopg import sql
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection, Table, func, select, text, update

from data.columns import DATE, RECORD_TABLES, TEXT, Records
from data.columns import Table as Layout
from data.errors import ConflictError, NotFoundError
from data.records import RecordStatus
from data.storage import tables

_PARENTS = {
    "vacancy_credentials": ("vacancies", "vacancy_id"),
    "seeker_experience": ("seekers", "seeker_id"),
    "seeker_credentials": ("seekers", "seeker_id"),
    "seeker_groups": ("seekers", "seeker_id"),
    "referral_events": ("referrals", "referral_id"),
}
"""Rows that belong to a record: they are stored with a new one and never added to one that is known."""


@dataclass(frozen=True)
class StoredCounts:
    """New rows by table; what was offered and is not counted was known already."""

    new: dict[str, int]


def store_records(connection: Connection, records: Records) -> StoredCounts:
    """Store what is new, inside the caller's transaction. A record whose identifier is known is left as it is.

    Each table is copied into a temporary one and moved over in one statement, so that a bulk of any size
    takes one round trip a table.
    """
    counts: dict[str, int] = {}
    for layout in RECORD_TABLES:
        frame = getattr(records, layout.name)
        _copy_to_temporary(connection, layout, frame)
        counts[layout.name] = _move_new(connection, layout)
    for layout in RECORD_TABLES:
        connection.execute(text(f"DROP TABLE incoming_{layout.name}"))
    return StoredCounts(counts)


def _copy_to_temporary(connection: Connection, layout: Layout, frame: pd.DataFrame) -> None:
    name = f"incoming_{layout.name}"
    names = ", ".join(layout.columns)
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {names} FROM {layout.name} LIMIT 0")
    )
    if len(frame):
        copy_frame(connection, name, frame)


def copy_frame(connection: Connection, table: str, frame: pd.DataFrame) -> None:
    """COPY all rows of `frame` into `table`, whose columns of the same names take them."""
    plain = frame.copy()
    for name, dtype in plain.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(dtype):
            plain[name] = plain[name].dt.strftime("%Y-%m-%d").astype("string")
    buffer = plain.to_csv(index=False, header=False, na_rep="\\N")
    driver = connection.connection.driver_connection
    assert driver is not None
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, NULL '\\N')").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(str(name)) for name in frame.columns)
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer)


def _move_new(connection: Connection, layout: Layout) -> int:
    names = ", ".join(layout.columns)
    source = f"incoming_{layout.name}"
    condition = ""
    if layout.name in _PARENTS:
        parent, key = _PARENTS[layout.name]
        condition = f" WHERE {key} IN (SELECT {key} FROM new_{parent})"
    key = next(iter(layout.columns))
    keeps_new = layout.name in {parent for parent, _ in _PARENTS.values()}
    moved = f"INSERT INTO {layout.name} ({names}) SELECT {names} FROM {source}{condition} ON CONFLICT DO NOTHING"
    if not keeps_new:
        return int(connection.execute(text(moved)).rowcount)
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE new_{layout.name} ON COMMIT DROP AS SELECT {key} FROM {layout.name} LIMIT 0;"
            f"WITH moved AS ({moved} RETURNING {key}) INSERT INTO new_{layout.name} SELECT {key} FROM moved"
        )
    )
    return int(connection.execute(text(f"SELECT count(*) FROM new_{layout.name}")).scalar_one())


def load_records(
    connection: Connection,
    *,
    changed_since: int | None = None,
    seeker_ids: Sequence[str] | None = None,
    vacancy_ids: Sequence[str] | None = None,
    with_history: bool = False,
) -> Records:
    """Records as the database holds them, closed ones included.

    Parameters
    ----------
    changed_since
        Only seekers and vacancies whose revision is greater; courses always come whole.
    seeker_ids, vacancy_ids
        Only these. If just one of the two is given, nothing of the other kind is loaded.
    with_history
        Also referrals and their events, which matching does not read.
    """
    named = seeker_ids is not None or vacancy_ids is not None
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
        "referrals": "true" if with_history else "false",
        "referral_events": "true" if with_history else "false",
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
    """Rows of one table by COPY, which is some ten times faster than fetching them one by one."""
    order = next(iter(layout.columns)) + (", row_id" if "row_id" in tables.metadata.tables[layout.name].c else "")
    query = f"SELECT {', '.join(layout.columns)} FROM {layout.name} WHERE {condition} ORDER BY {order}"
    buffer = BytesIO()
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, NULL '\\N')") as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return layout.empty()
    buffer.seek(0)
    table = arrow_csv.read_csv(
        buffer,
        read_options=arrow_csv.ReadOptions(column_names=list(layout.columns)),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            column_types={name: _ARROW[column.dtype] for name, column in layout.columns.items()},
            null_values=["\\N"],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get, date_as_object=False)
    return frame


_ARROW: dict[str, Any] = {
    TEXT: pa.string(),
    DATE: pa.timestamp("s"),
    "boolean": pa.bool_(),
    "bool": pa.bool_(),
    "Int8": pa.int8(),
    "Int32": pa.int32(),
    "Float64": pa.float64(),
}
_NULLABLE: dict[Any, Any] = {
    pa.string(): pd.StringDtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.int8(): pd.Int8Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.float64(): pd.Float64Dtype(),
}


def current_revision(connection: Connection) -> int:
    """Revision of the newest change to a seeker or vacancy; 0 in an empty database."""
    newest = [select(func.max(table.c.revision)).scalar_subquery() for table in (tables.seekers, tables.vacancies)]
    return int(connection.execute(select(func.greatest(*newest))).scalar_one() or 0)


def close_vacancy(connection: Connection, vacancy_id: str) -> None:
    """Close an open vacancy.

    Raises
    ------
    NotFoundError, ConflictError
        There is no such vacancy; it is closed already.
    """
    _close(connection, tables.vacancies, "vacancy", vacancy_id)


def close_seeker(connection: Connection, seeker_id: str) -> None:
    """Withdraw an active seeker. Raises as `close_vacancy`."""
    _close(connection, tables.seekers, "seeker", seeker_id)


def _close(connection: Connection, table: Table, kind: str, identifier: str) -> None:
    key = next(iter(table.primary_key))
    status = connection.execute(select(table.c.status).where(key == identifier).with_for_update()).scalar()
    if status is None:
        raise NotFoundError(f"no {kind} {identifier}", remedy=f"check the {kind} identifier")
    if status == RecordStatus.CLOSED:
        raise ConflictError(f"{kind} {identifier} is closed already", remedy="nothing needs to be done")
    connection.execute(update(table).where(key == identifier).values(status=str(RecordStatus.CLOSED)))


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
