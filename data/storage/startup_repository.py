"""Incubators, mentors and wishes to start a business: stored, replaced, read and closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, text

from data.columns import Table
from data.records import ImportOutcome, RecordStatus
from data.startup_columns import STARTUP_WISHES
from data.storage import tables
from data.storage.bulk import copy_frame, explained_failures, read_frame
from data.storage.record_repository import close_record


def put_startup_records(connection: Connection, layout: Table, frame: pd.DataFrame) -> dict[str, ImportOutcome]:
    """Store records of a layout of `data.startup_columns`, inside the caller's transaction; a known one is replaced.

    Returns
    -------
    By identifier: stored (new or changed) or duplicate (as it was).

    Raises
    ------
    DataError
        The table is not laid out so, an identifier stands twice, or a wish is of nobody registered.
    """
    checked = layout.check(frame)
    key, names = next(iter(layout.columns)), list(layout.columns)
    incoming, columns = f"incoming_{layout.name}", ", ".join(f'"{name}"' for name in names)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
    old, new = (
        ", ".join(f'{table}."{name}"' for name in names if name not in ("recorded_on", "source"))
        for table in (layout.name, "excluded")
    )
    with explained_failures():
        connection.execute(
            text(f"CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP AS SELECT {columns} FROM {layout.name} LIMIT 0")
        )
        copy_frame(connection, incoming, checked)
        changed = connection.execute(
            text(
                f"INSERT INTO {layout.name} ({columns}) SELECT {columns} FROM {incoming} "
                f"ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE ({old}) IS DISTINCT FROM ({new}) RETURNING {key}"
            )
        ).scalars()
        stored = set(changed)
        connection.execute(text(f"DROP TABLE {incoming}"))
    return {
        str(identifier): ImportOutcome.STORED if identifier in stored else ImportOutcome.DUPLICATE
        for identifier in checked[key]
    }


def read_startup_records(
    connection: Connection, layout: Table, identifiers: Sequence[str] | None = None
) -> pd.DataFrame:
    """All records of a layout, or those named, closed ones included, by identifier."""
    key = next(iter(layout.columns))
    query = f"SELECT {', '.join(layout.columns)} FROM {layout.name}"
    if identifiers is not None:
        quoted = ", ".join("'" + one.replace("'", "''") + "'" for one in identifiers)
        query += f" WHERE {key} IN ({quoted})" if quoted else " WHERE false"
    return layout.check(read_frame(connection, layout, f"{query} ORDER BY {key}"))


def open_support(connection: Connection, layout: Table, as_of: date) -> pd.DataFrame:
    """Incubators or mentors that are open on `as_of` and have a place free, as the database stands now."""
    found = read_startup_records(connection, layout)
    free = found["workstations_free" if "workstations_free" in found else "places_free"] > 0
    is_open = (found["status"] == RecordStatus.OPEN) & (found["valid_through"] >= pd.Timestamp(as_of))
    return found[(is_open & free).to_numpy(bool)].reset_index(drop=True)


def wishes_to_start(connection: Connection, as_of: date) -> pd.DataFrame:
    """Wishes of everybody who wants to start and is registered and active on `as_of`; laid out as `STARTUP_WISHES`."""
    query = (
        f"SELECT {', '.join(f'w.{name}' for name in STARTUP_WISHES.columns)} FROM startup_wishes w "
        "JOIN seekers s USING (seeker_id) WHERE w.wants_to_start "
        f"AND s.status = '{RecordStatus.OPEN}' AND s.registered_on <= '{as_of}' AND s.valid_through >= '{as_of}' "
        "ORDER BY seeker_id"
    )
    return STARTUP_WISHES.check(read_frame(connection, STARTUP_WISHES, query))


def close_support(connection: Connection, layout: Table, identifier: str, on: date) -> None:
    """Close an incubator or mentor; `on` is the first day no longer open. Raises as `close_vacancy`."""
    close_record(connection, tables.metadata.tables[layout.name], layout.name.rstrip("s"), identifier, on)
